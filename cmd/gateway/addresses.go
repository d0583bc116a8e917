package main

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"time"

	"webtrunk"
	"webtrunk/trunk"
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
func addressTowards(peer netip.Addr) (netip.Addr, error) {
	conn, err := net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(netip.AddrPortFrom(peer, anyPort)))
	if err != nil {
		return netip.Addr{}, err
	}
	defer conn.Close()
	return conn.LocalAddr().(*net.UDPAddr).AddrPort().Addr().Unmap(), nil
}

// anyPort is a port to ask the routing table about.
const anyPort = 5060

// advertised returns the address that a trunk's carrier is told to send SIP and
// sound to: the trunk's own, else the public one of the carrier's family (IPv4
// where only its name is known), else the one that SIP or sound is bound to,
// else the one that reaches the carrier.
func advertised(c Config, t trunk.Trunk) (netip.Addr, error) {
	if t.Public.IsValid() {
		return t.Public, nil
	}
	peer, known := t.Address()
	if !known {
		peer = elsewhere
	}
	if a, ok := ofFamily(c.PublicAddresses, peer); ok {
		return a, nil
	}
	for _, bound := range []netip.Addr{c.SIP.Listen.Addr(), c.Media.Listen} {
		if !bound.IsUnspecified() {
			return bound, nil
		}
	}
	if !known {
		return addressTowardsName(c, t), nil
	}
	a, err := addressTowards(peer)
	if err == nil {
		return a, nil
	}
	return netip.Addr{}, &webtrunk.Error{Op: "find our address", Kind: webtrunk.Unavailable, Err: err,
		Message: fmt.Sprintf("this machine has no way to %s: correct the proxy of trunk %s or the machine's routes, or name our address in public_addresses", peer, t.Name)}
}

// situate writes into each trunk the address that its carrier is told. A trunk
// whose carrier cannot be reached from here goes without; if it is one of the
// configuration's, the error says so.
func (g *gateway) situate(n *trunk.Network) (failed error) {
	n.Trunks = slices.Clone(n.Trunks)
	for i, t := range n.Trunks {
		c := g.cfg
		if t.Name == trunk.TestName {
			c.PublicAddresses = nil // it is on this machine, however that is reached from outside
		}
		a, err := advertised(c, t)
		if err != nil {
			g.log.Warn("a trunk's carrier cannot be reached from this machine", "trunk", t.Name, "error", err)
			if _, written := c.network().Named(t.Name); written {
				failed = cmp.Or(failed, err)
			}
			continue
		}
		n.Trunks[i].Public = a
		if proxy, ok := t.Address(); ok && a.IsPrivate() && !proxy.IsPrivate() && !proxy.IsLoopback() {
			g.log.Warn("the carrier is told a private address, to which it may be unable to send: behind NAT, name the outer one in public_addresses", "trunk", t.Name, "address", a, "carrier", proxy)
		}
	}
	return failed
}

// mainTrunk is the trunk that what is of no trunk is written for: the first, or
// one whose carrier may be anywhere.
func (g *gateway) mainTrunk() trunk.Trunk {
	if len(g.cfg.Trunks) > 0 {
		return g.cfg.Trunks[0]
	}
	return trunk.Trunk{Proxy: elsewhere.String()}
}

// elsewhere is an address in no network (RFC 5737): the way to it is the way to
// whatever is not known.
var elsewhere = netip.MustParseAddr("192.0.2.1")

// lookupTime bounds the question where a carrier's name leads. A start does not
// hang on an answer: the edge asks again, for as long as it runs.
const lookupTime = 2 * time.Second

// addressTowardsName returns the address of ours from which packets leave to
// where a carrier's name leads or, while nobody knows that, to the Internet.
func addressTowardsName(c Config, t trunk.Trunk) netip.Addr {
	ctx, done := context.WithTimeout(context.Background(), lookupTime)
	defer done()
	host, _ := t.Host()
	found, _ := net.DefaultResolver.LookupNetIP(ctx, "ip", host)
	for _, peer := range append(found, elsewhere) {
		if a, err := addressTowards(peer.Unmap()); err == nil {
			return a
		}
	}
	return beside(c)
}

// ofFamily returns the address that peer can reach: IPv4 for IPv4, IPv6 for IPv6.
func ofFamily(addrs []netip.Addr, peer netip.Addr) (a netip.Addr, ok bool) {
	same := func(a netip.Addr) bool { return a.Is4() == peer.Unmap().Is4() }
	if i := slices.IndexFunc(addrs, same); i >= 0 {
		return addrs[i], true
	}
	return a, false
}
