package main

import (
	"fmt"
	"net"
	"net/netip"
	"slices"

	"webtrunk"
)

// machineAddresses returns the addresses at which other machines may reach
// this one.
func machineAddresses() (addrs []netip.Addr) {
	all, err := net.InterfaceAddrs()
	if err != nil {
		return nil // a machine that hides its interfaces has none for us
	}
	for _, a := range all {
		prefix, err := netip.ParsePrefix(a.String())
		if err != nil {
			continue
		}
		if ip := prefix.Addr().Unmap(); ip.IsGlobalUnicast() {
			addrs = append(addrs, ip)
		}
	}
	return addrs
}

// addressTowards returns the address of ours from which packets to peer leave.
// Connecting a UDP socket asks the routing table and sends nothing.
func addressTowards(peer netip.AddrPort) (netip.Addr, error) {
	conn, err := net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(peer))
	if err != nil {
		return netip.Addr{}, &webtrunk.Error{Op: "find our address", Kind: webtrunk.Unavailable, Err: err,
			Message: fmt.Sprintf("this machine has no way to %s: correct trunk.proxy or the machine's routes, or name our address in public_addresses", peer)}
	}
	defer conn.Close()
	return conn.LocalAddr().(*net.UDPAddr).AddrPort().Addr().Unmap(), nil
}

// advertised returns the address that the carrier is told to send SIP and sound
// to: the public one of its family, else the one that SIP or sound is bound to,
// else the one that reaches it.
func advertised(c Config) (netip.Addr, error) {
	if a, ok := ofFamily(c.PublicAddresses, c.Trunk.Proxy.Addr()); ok {
		return a, nil
	}
	for _, bound := range []netip.Addr{c.SIP.Listen.Addr(), c.Media.Listen} {
		if !bound.IsUnspecified() {
			return bound, nil
		}
	}
	return addressTowards(c.Trunk.Proxy)
}

// ofFamily returns the address that peer can reach: IPv4 for IPv4, IPv6 for IPv6.
func ofFamily(addrs []netip.Addr, peer netip.Addr) (a netip.Addr, ok bool) {
	same := func(a netip.Addr) bool { return a.Is4() == peer.Unmap().Is4() }
	if i := slices.IndexFunc(addrs, same); i >= 0 {
		return addrs[i], true
	}
	return a, false
}
