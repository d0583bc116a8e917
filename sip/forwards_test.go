package sip

import (
	"testing"

	"github.com/emiago/sipgo/sip"

	"webtrunk"
	"webtrunk/call"
)

// TestForwardedCallsRunOut: a call that goes on to another telephone may go one
// hop less far than it came with (RFC 3261 §16.6, RFC 7332 §4), so that numbers
// which are forwarded to each other end by 483. It is a call of its own again
// when the one that brought it is over.
func TestForwardedCallsRunOut(t *testing.T) {
	t.Parallel()
	p := &player{wire: newWire(t, "127.0.0.1:0"), file: "forwards", last: map[string]raw{}, sent: map[string]raw{}, callID: "c" + token(), seq: 100, tag: "peer"}
	e, d := startEdge(t, testConfig(t, p.addr()))
	p.edge, p.wire.edge = e, e.Addr()
	play := func(line string, below ...string) {
		p.step = step{words: []string{line}, below: below}
	}

	play("INVITE", "Max-Forwards: 5")
	p.say([]string{"INVITE", "sdp"})
	in := <-d.offers
	on := call.Leg{ID: 2, Call: in.in.ID, Kind: call.PSTN, Address: webtrunk.Address{Scheme: webtrunk.Tel, Value: "+15550100200"}}
	for _, want := range []string{"4", "70"} {
		l, err := e.Dial(t.Context(), on, func(call.Input) {})
		if err != nil {
			t.Fatal(err)
		}
		play("")
		for got := ""; got != "INVITE"; {
			m, _, ok := p.receive(patience)
			if !ok {
				t.Fatal("no INVITE comes")
			}
			if _, got = m.isRequest(); got == "INVITE" && m.get("Max-Forwards") != want {
				t.Errorf("Max-Forwards %s, want %s", m.get("Max-Forwards"), want)
			}
		}
		l.Hangup(call.HangUpLeg{})
		in.leg.Hangup(call.HangUpLeg{Cause: call.Busy})
		eventually(t, "the call is forgotten", func() bool { e.forwards.mu.Lock(); defer e.forwards.mu.Unlock(); return len(e.forwards.left) == 0 })
	}
}

// TestForwardsAreCounted: none below zero, and none above what is usual, however
// much a caller says.
func TestForwardsAreCounted(t *testing.T) {
	t.Parallel()
	for came, goes := range map[uint32]sip.MaxForwardsHeader{0: 0, 1: 0, 2: 1, 70: 69, 255: 69} {
		var f forwards
		req := sip.NewRequest(sip.INVITE, sip.Uri{})
		n := sip.MaxForwardsHeader(came)
		req.AppendHeader(&n)
		f.arrived("call_a", req)
		if got := f.next("call_a"); got != goes {
			t.Errorf("%d comes, %d goes on, want %d", came, got, goes)
		}
		if got := f.next("call_b"); got != mostForwards {
			t.Errorf("another call goes with %d", got)
		}
	}
}
