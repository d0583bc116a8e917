package sip

import (
	"testing"
	"time"

	"webtrunk/call"
)

// TestPortsAreFreeBeforeTheDialogIs: a carrier that does not answer our BYE keeps
// the leg known for as long as that is repeated, and its ports no longer than the
// call had sound.
func TestPortsAreFreeBeforeTheDialogIs(t *testing.T) {
	t.Parallel()
	w := newWire(t, "127.0.0.1:0")
	cfg := testConfig(t, w.addr())
	cfg.Timers.F = time.Minute
	e, _ := startEdge(t, cfg)
	w.edge = e.Addr()
	c := &carrierWire{wire: w, edge: e, last: map[string]raw{}}
	reports := make(chan call.Input, 8)
	leg := c.dial(reports)
	c.answer(c.want("INVITE"), "200")
	c.want("ACK")
	if open, _ := cfg.Sockets.InUse(); open != 1 {
		t.Fatalf("%d ports are open in a call", open)
	}
	leg.Hangup(call.HangUpLeg{Cause: call.Hangup})
	bye := c.want("BYE")
	eventually(t, "its ports are free", func() bool { open, _ := cfg.Sockets.InUse(); return open == 0 })
	if n := e.Stats().Legs; n != 1 {
		t.Errorf("%d legs are known while the BYE has no answer", n)
	}
	c.answer(bye, "200")
	eventually(t, "the leg is over", func() bool { return e.Stats().Legs == 0 })
}
