package main

import (
	"net/netip"
	"strings"

	"webtrunk/trunk"
)

// validateTrunks notes what package trunk finds wrong, at the setting that is.
// An empty list is a choice: trunks may be made over the API alone.
func (c Config) validateTrunks(ps *Problems) {
	if c.Trunks == nil {
		ps.add("trunks", "they are missing: without a trunk no telephone can be reached. Write trunks: [] if you make them over the API")
		return
	}
	for _, m := range c.network().Mistakes() {
		ps.add(asWritten(m.Setting), "%s", m.Message)
	}
}

// asWritten is a setting as the file has it, which names a file where package
// trunk has its contents.
func asWritten(setting string) string {
	if strings.HasSuffix(setting, ".tls.ca") {
		return setting + "_file"
	}
	return setting
}

// validateWays holds the addresses against each other: a trunk's SIP and sound
// come in at the one address that its carrier is told.
func (c Config) validateWays(ps *Problems) {
	for _, t := range c.Trunks {
		if proxy, ok := t.Address(); ok {
			c.validateWay(ps, t, proxy)
		}
	}
}

func (c Config) validateWay(ps *Problems, t trunk.Trunk, proxy netip.Addr) {
	sip, media := c.SIP.Listen.Addr().Unmap(), c.Media.Listen.Unmap()
	if !sip.IsValid() || !media.IsValid() {
		return
	}
	if sip.Is4() && !proxy.Is4() {
		ps.add("sip.listen", "the carrier at %s cannot be reached from the IPv4 address %s: write an IPv6 address, such as [::]:5060", proxy, sip)
	}
	if media.Is4() && !proxy.Is4() {
		ps.add("media.listen", "the carrier at %s cannot be reached from the IPv4 address %s: write an IPv6 address, such as ::", proxy, media)
	}
	_, behindNAT := ofFamily(c.PublicAddresses, proxy)
	if !behindNAT && !t.Public.IsValid() && !sip.IsUnspecified() && !media.IsUnspecified() && sip != media {
		ps.add("media.listen", "the carrier is told to send sound to %s, the address of sip.listen, but it would come in at %s alone: write the same address in both (ice_listen may be another)", sip, media)
	}
}
