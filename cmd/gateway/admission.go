package main

import (
	"time"

	"webtrunk/load"
	"webtrunk/media"
)

// openLoad begins to measure whether there is room for another call. The edges
// ask at their doors, where a refusal costs little, and the switchboard for
// every call.
func (g *gateway) openLoad() (err error) {
	var clock clockWatch
	c := g.measure
	c.Late = func() time.Duration { return clock.late(media.Clock()) }
	c.CPU, c.Lateness, c.Calls, c.Log = g.cfg.Limits.CPU, g.cfg.Limits.Lateness, g.talking, g.log
	if g.load, err = load.Open(c); err != nil {
		return err
	}
	g.started.push(g.load.Close)
	return nil
}

// talking counts the calls; before there is a switchboard there are none.
func (g *gateway) talking() (running, talking int) {
	if b := g.counted.Load(); b != nil {
		return b.Talking()
	}
	return 0, 0
}

// validateLoad checks what of the load is too much.
func (l LimitsConfig) validateLoad(ps *Problems) {
	if l.CPU < 0 || l.CPU > 1 {
		ps.add("limits.cpu", "write a share of the CPUs that the gateway may use, such as 0.85, or 0 for no limit")
	}
	if l.Lateness < 0 || l.Lateness > time.Second {
		ps.add("limits.lateness", "write how late packets may be before new calls are refused, such as 10ms, or 0s for no limit")
	}
}
