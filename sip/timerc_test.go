package sip

import (
	"testing"
	"time"

	"webtrunk/call"
)

// TestTimerC: each provisional response but 100 gives a ringing telephone the
// whole time again (RFC 3261 §16.7); when the last is that long ago, the INVITE
// is withdrawn (§16.8).
func TestTimerC(t *testing.T) {
	t.Parallel()
	const ring = time.Second
	w := newWire(t, "127.0.0.1:0")
	cfg := testConfig(t, w.addr())
	cfg.Timers.Ring = ring
	e, _ := startEdge(t, cfg)
	w.edge = e.Addr()
	c := &carrierWire{wire: w, edge: e, last: map[string]raw{}}
	reports := make(chan call.Input, 64)
	c.dial(reports)
	invite := c.want("INVITE")
	begun := time.Now()
	for time.Since(begun) < 2*ring {
		c.answer(invite, "180")
		time.Sleep(ring / 20) // a carrier that speaks again now and then
	}
	if got := describeInput(c.next(reports)); got != "ringing" {
		t.Fatalf("reported %s", got)
	}
	if len(reports) > 0 {
		t.Fatalf("while the carrier spoke: %s", describeInput(<-reports))
	}
	if got := describeInput(c.next(reports)); got != "ended no_answer" {
		t.Fatalf("reported %s", got)
	}
	c.answer(c.want("CANCEL"), "200")
	c.answer(invite, "487")
	c.want("ACK")
	c.idle()
}
