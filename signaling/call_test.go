package signaling_test

import (
	"testing"

	"webtrunk"
	"webtrunk/call"
)

// A visitor calls a number, hears that it rings, is answered and hangs up:
// doc/signaling.md's own example.
func TestACallFromHelloToHangup(t *testing.T) {
	g := start(t, nil)
	v := g.visit(t, nil)
	c, err := v.Call(g.ctx, "+15550100101", map[string]string{"page": "/boots"})
	check(t, err)
	call1 := g.exchange.next(t, 1)
	if call1.To != (webtrunk.Address{Scheme: webtrunk.Tel, Value: "+15550100101"}) || call1.Via != "shop" ||
		call1.Kind != call.WebRTC || call1.Context["page"] != "/boots" || string(call1.ID) != c.Gateway {
		t.Errorf("offered %+v, the page was told %s", call1.Arrived, c.Gateway)
	}
	check(t, call1.leg.Progress(false))
	_, err = c.Wait(g.ctx, "ringing")
	check(t, err)
	check(t, call1.leg.Progress(true))
	check(t, call1.leg.Answer())
	_, err = c.Wait(g.ctx, "answered")
	check(t, err)
	check(t, c.Connected(g.ctx))

	end, err := c.Hangup(g.ctx)
	check(t, err)
	if end.Reason != "hangup" || end.By != "you" || end.Text == "" {
		t.Errorf("ended %+v", end)
	}
	if last := call1.wait(t, 1)[0]; last != (call.LegEnded{Leg: 1, Cause: call.Hangup}) {
		t.Errorf("reported %#v", last)
	}
	g.settle(t, 1, 0)
}
