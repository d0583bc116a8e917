package main

import (
	"net/netip"
	"slices"

	"webtrunk"
	"webtrunk/carrier"
	"webtrunk/trunk"
)

// written is what the configuration says of trunks and routes and, so that test
// keys reach somebody without a telephone ringing, the trunk to a simulated
// carrier in this process.
func (g *gateway) written() (trunk.Network, error) {
	n := g.cfg.network()
	n.Trunks = slices.Clone(n.Trunks)
	if g.simulated {
		for i := range n.Trunks {
			n.Trunks[i].Test = true
		}
		return n, nil
	}
	if !g.cfg.TestCarrier {
		return n, nil
	}
	network, err := carrier.Start(carrier.Config{Addr: netip.AddrPortFrom(beside(g.cfg), 0).String(), Log: g.log.With("part", "test carrier")})
	if err != nil {
		return n, setting("test_carrier", err)
	}
	g.started.push(func() { network.Close() })
	n.Trunks = append(n.Trunks, trunk.Trunk{Name: trunk.TestName, Proxy: network.Addr().String(), Identity: testIdentity(n), Context: []string{"*"}, Test: true})
	return n, nil
}

// testIdentity is who test calls come from: whoever the first trunk's do, else
// a number that nobody has.
func testIdentity(n trunk.Network) trunk.Identity {
	if len(n.Trunks) > 0 {
		return n.Trunks[0].Identity
	}
	return trunk.Identity{CallerID: webtrunk.Address{Scheme: webtrunk.Tel, Value: "+15550100000"}}
}

// beside is an address of this machine that the SIP edge can reach: its own.
func beside(c Config) netip.Addr {
	if at := c.SIP.Listen.Addr(); !at.IsUnspecified() {
		return at
	}
	return netip.AddrFrom4([4]byte{127, 0, 0, 1})
}

// router routes test calls to the simulated carrier, all others to the real one.
func (g *gateway) router() router {
	r := router{directory: g.directory, policy: g.policy, queues: g.queues, desk: g.desk, rooms: g.rooms, library: g.library, demo: g.simulated}
	switch {
	case g.simulated:
		r.testTrunk = g.cfg.Trunks[0].Name
	case g.cfg.TestCarrier:
		r.testTrunk = trunk.TestName
	}
	return r
}
