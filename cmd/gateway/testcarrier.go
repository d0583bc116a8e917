package main

import (
	"net/netip"

	"webtrunk/carrier"
	"webtrunk/trunk"
)

// testTrunk is the name of the trunk that leads to the simulated carrier beside
// the real one.
const testTrunk = "test"

// trunks are the operator's trunk and, so that test keys reach somebody without
// a telephone ringing, the one to a simulated carrier in this process.
func (g *gateway) trunks() ([]trunk.Trunk, error) {
	own := g.cfg.Trunk.trunk()
	own.Test = g.simulated
	if own.Test || !g.cfg.TestCarrier {
		return []trunk.Trunk{own}, nil
	}
	network, err := carrier.Start(carrier.Config{Addr: netip.AddrPortFrom(beside(g.cfg), 0).String(), Log: g.log.With("part", "test carrier")})
	if err != nil {
		return nil, setting("test_carrier", err)
	}
	g.started.push(func() { network.Close() })
	return []trunk.Trunk{own, {Name: testTrunk, Proxy: network.Addr().String(), Identity: own.Identity, Test: true}}, nil
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
	r := router{directory: g.directory}
	switch {
	case g.simulated:
		r.testTrunk = g.cfg.Trunk.Name
	case g.cfg.TestCarrier:
		r.testTrunk = testTrunk
	}
	return r
}
