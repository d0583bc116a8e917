package webhook

import "net/netip"

// notPublic are the IPv4 networks of IANA's special-purpose registry that are
// not globally reachable, the former 6to4 relays, and the one metadata address
// of a cloud that looks like any other (Azure's wire server). The metadata
// addresses of the others lie in these networks: 169.254.169.254,
// 100.100.100.200, 192.0.0.192.
var notPublic = prefixes(
	"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
	"172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24",
	"192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
	"224.0.0.0/4", "240.0.0.0/4", "168.63.129.16/32",
)

// global6 is the part of IPv6 that is given out as global unicast; private,
// link-local, multicast, IPv4-compatible and all other forms lie outside.
var global6 = netip.MustParsePrefix("2000::/3")

// notPublic6 are parts of global6 that are none: IETF assignments with Teredo,
// documentation, and 6to4, which wraps any IPv4 address.
var notPublic6 = prefixes("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")

// wellKnown64 is NAT64's prefix (RFC 6052): the IPv4 address is its last 32 bits.
var wellKnown64 = netip.MustParsePrefix("64:ff9b::/96")

// public reports whether an address is one of the internet's. An IPv4 address
// must be unmapped.
func public(addr netip.Addr) bool {
	if addr.Zone() != "" || !addr.IsGlobalUnicast() {
		return false
	}
	if addr.Is4() {
		return !within(addr, notPublic)
	}
	return global6.Contains(addr) && !within(addr, notPublic6)
}

// nat64 returns the IPv4 address that a NAT64 address leads to.
func nat64(addr netip.Addr) (netip.Addr, bool) {
	if !wellKnown64.Contains(addr) {
		return netip.Addr{}, false
	}
	b := addr.As16()
	return netip.AddrFrom4([4]byte(b[12:])), true
}

func within(addr netip.Addr, networks []netip.Prefix) bool {
	for _, p := range networks {
		if p.Contains(addr) {
			return true
		}
	}
	return false
}

func prefixes(list ...string) []netip.Prefix {
	out := make([]netip.Prefix, len(list))
	for i, s := range list {
		out[i] = netip.MustParsePrefix(s)
	}
	return out
}
