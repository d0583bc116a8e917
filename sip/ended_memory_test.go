package sip

import (
	"runtime"
	"testing"
	"weak"

	"webtrunk/call"
)

// TestAnEndedLegLetsGoOfItsSound: half a minute long a leg is known to answer what
// comes late, and takes no more than a letter does: socket, port and streams go
// with the call.
func TestAnEndedLegLetsGoOfItsSound(t *testing.T) {
	t.Parallel()
	c := newCarrierWire(t)
	leg := c.dial(make(chan call.Input, 8))
	sound := weak.Make(leg.(*hunt).socket)
	invite := c.want("INVITE")
	c.answer(invite, "200")
	ack := c.want("ACK")
	leg.Hangup(call.HangUpLeg{})
	leg = nil // as its call does
	c.answer(c.want("BYE"), "200")
	c.idle()
	eventually(t, "collected", func() bool { runtime.GC(); return sound.Value() == nil })

	if n := c.edge.Stats().Known; n != 1 {
		t.Fatalf("%d legs are known, want the one that ended", n)
	}
	c.answer(invite, "200") // again: our ACK was lost
	if m, repeated, ok := c.receive(patience); !ok || !repeated || m.start != ack.start {
		t.Errorf("a 200 that comes late is answered with %q (%t)", m.start, ok)
	}
}
