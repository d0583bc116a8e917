package signaling_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/signaling/visitor"
	"webtrunk/switchboard"
)

var desk = webtrunk.Address{Scheme: webtrunk.Browser, Value: "desk"}

func agent(c *visitor.Config) { c.Token = "agent" }

// dial rings the desk.
func (g *gateway) dial(t *testing.T) (switchboard.Leg, *reports) {
	t.Helper()
	r := newReports()
	l, err := g.Dial(g.ctx, call.Leg{
		ID: 2, Call: "call_1", Kind: call.WebRTC, Address: desk,
		From: webtrunk.Address{Scheme: webtrunk.Tel, Value: "+15550100101"}, Context: map[string]string{"page": "/boots"},
	}, r.add)
	check(t, err)
	return l, &r
}

func (g *gateway) rings(t *testing.T, v *visitor.Visitor) *visitor.Call {
	t.Helper()
	c, err := v.Incoming(g.ctx)
	check(t, err)
	return c
}

func same(t *testing.T, got []call.Input, want ...call.Input) {
	t.Helper()
	for i := range want {
		if i >= len(got) || got[i] != want[i] {
			t.Fatalf("reported %#v, want %#v", got, want)
		}
	}
}

// Two pages of the desk ring; the first to accept has the call, the other is
// told that it was answered. The call counts as answered once sound can pass.
func TestTheFirstPageToAcceptHasTheCall(t *testing.T) {
	t.Parallel()
	g := start(t, nil)
	one, two := g.visit(t, agent), g.visit(t, agent)
	l, r := g.dial(t)
	first, second := g.rings(t, one), g.rings(t, two)
	if first.From != "+15550100101" || first.Gateway != "call_1" || first.Metadata["page"] != "/boots" {
		t.Errorf("rings as %+v", first)
	}
	check(t, second.Accept(g.ctx))
	check(t, second.Connected(g.ctx))
	if end := g.hears(t, first, "ended"); end.Reason != "answered" {
		t.Errorf("the other page was told %+v", end)
	}
	same(t, r.wait(t, 2), call.LegRinging{Leg: 2}, call.LegAnswered{Leg: 2})

	// Too late: the message about a call that is over is no error.
	check(t, first.Send("accept", map[string]any{"sdp": "v=0"}))
	check(t, first.Send("reject", nil))

	l.Hangup(call.HangUpLeg{Leg: 2, Cause: call.Hangup, By: 1})
	if end := g.hears(t, second, "ended"); end.Reason != "hangup" || end.By != "them" {
		t.Errorf("ended %+v", end)
	}
	second.Close()
	g.settle(t, 2, 0)
	if s := g.Stats(); s.RefusedMessages != 0 {
		t.Errorf("%d messages refused", s.RefusedMessages)
	}
}

// A page that is opened while its address is called rings too, answers, and the first
// is told so. One that is opened after that rings no more.
func TestAPageThatOpensLateRingsToo(t *testing.T) {
	t.Parallel()
	g := start(t, nil)
	one := g.visit(t, agent)
	l, r := g.dial(t)
	first := g.rings(t, one)
	second := g.rings(t, g.visit(t, agent))
	if second.From != first.From || second.Gateway != first.Gateway || second.Metadata["page"] != "/boots" {
		t.Errorf("rings as %+v", second)
	}
	check(t, first.Reject()) // it rings on at the other
	g.hears(t, first, "ended")
	third := g.rings(t, g.visit(t, agent))
	check(t, third.Accept(g.ctx))
	check(t, third.Connected(g.ctx))
	if end := g.hears(t, second, "ended"); end.Reason != "answered" {
		t.Errorf("the second page was told %+v", end)
	}
	same(t, r.wait(t, 2), call.LegRinging{Leg: 2}, call.LegAnswered{Leg: 2})

	after := g.visit(t, agent)
	l.Hangup(call.HangUpLeg{Leg: 2, Cause: call.Hangup, By: 1})
	g.hears(t, third, "ended")
	_, r = g.dial(t)
	next := g.rings(t, after)
	check(t, next.Accept(g.ctx))
	check(t, next.Connected(g.ctx))
	same(t, r.wait(t, 2), call.LegRinging{Leg: 2}, call.LegAnswered{Leg: 2})
}

func TestACallIsDeclinedWhenTheLastPageDeclines(t *testing.T) {
	t.Parallel()
	g := start(t, nil)
	one, two := g.visit(t, agent), g.visit(t, agent)
	_, r := g.dial(t)
	first, second := g.rings(t, one), g.rings(t, two)
	check(t, first.Reject())
	if end := g.hears(t, first, "ended"); end.Reason != "rejected" || end.By != "you" {
		t.Errorf("ended %+v", end)
	}
	check(t, second.Send("hangup", nil))
	g.hears(t, second, "ended")
	same(t, r.wait(t, 2), call.LegRinging{Leg: 2}, call.LegEnded{Leg: 2, Cause: call.Rejected})
	g.settle(t, 2, 0)
}

func TestACallerWhoGivesUpStopsTheRinging(t *testing.T) {
	t.Parallel()
	g := start(t, nil)
	v := g.visit(t, agent)
	l, r := g.dial(t)
	c := g.rings(t, v)
	if err := l.Hold(); webtrunk.KindOf(err) != webtrunk.Conflict {
		t.Errorf("a leg that rings was held: %v", err)
	}
	l.Hangup(call.HangUpLeg{Leg: 2, Cause: call.Canceled, By: 1})
	if end := g.hears(t, c, "ended"); end.Reason != "canceled" || end.By != "them" {
		t.Errorf("ended %+v", end)
	}
	g.settle(t, 1, 0)
	if len(r.wait(t, 1)) != 1 {
		t.Errorf("reported %#v", r.all)
	}
}

func TestAPageInACallIsBusy(t *testing.T) {
	t.Parallel()
	g := start(t, nil)
	v := g.visit(t, agent)
	c, far := g.call(t, v)
	if far.From != desk {
		t.Errorf("the desk calls as %s", far.From)
	}
	_, r := g.dial(t)
	same(t, r.wait(t, 1), call.LegEnded{Leg: 2, Cause: call.Busy})
	must(t, "hang up", func() error { _, err := c.Hangup(g.ctx); return err })
	g.settle(t, 1, 0)
}

func TestAnAddressWithoutAPageDoesNotAnswer(t *testing.T) {
	t.Parallel()
	g := start(t, nil)
	l, r := g.dial(t)
	end, ok := r.wait(t, 1)[0].(call.LegEnded)
	if !ok || end.Cause != call.NoAnswer || end.Message == "" {
		t.Errorf("reported %#v", end)
	}
	if l.Port() == nil {
		t.Error("a leg has no port")
	}
	if _, err := g.Dial(context.Background(), call.Leg{Address: webtrunk.Address{Scheme: webtrunk.Tel, Value: "+1"}}, r.add); webtrunk.KindOf(err) != webtrunk.Unsupported {
		t.Errorf("a telephone was dialled in a browser: %v", err)
	}
	g.settle(t, 0, 0)
}

// An offer that cannot be used leaves the call ringing: the page tries again.
func TestABadOfferInAnAcceptLeavesTheCallRinging(t *testing.T) {
	t.Parallel()
	g := start(t, nil)
	v := g.visit(t, agent)
	_, r := g.dial(t)
	c := g.rings(t, v)
	check(t, c.Send("accept", map[string]any{"sdp": "v=0\r\n"}))
	if m, err := v.Wait(g.ctx, "error"); err != nil || m.Code != "no_audio" || m.ID != c.ID {
		t.Fatalf("%+v %v", m, err)
	}
	check(t, c.Accept(g.ctx))
	same(t, r.wait(t, 2), call.LegRinging{Leg: 2}, call.LegAnswered{Leg: 2})
	must(t, "hang up", func() error { _, err := c.Hangup(g.ctx); return err })
	same(t, r.wait(t, 3)[2:], call.LegEnded{Leg: 2, Cause: call.Hangup})
}

// Until sound can pass the caller hears it ring, so that hanging up declines.
func TestACallAcceptedAndHungUpBeforeThereIsSoundIsDeclined(t *testing.T) {
	t.Parallel()
	g := start(t, nil)
	p := g.open(t, shop)
	p.say(t, `{"type":"hello","version":1,"key":"pk_shop","token":"agent"}`)
	p.hear(t)
	_, r := g.dial(t)
	in := p.hear(t)
	id, _ := json.Marshal(in.ID)
	p.say(t, fmt.Sprintf(`{"type":"accept","id":%s,"sdp":%s}`, id, offerOf(t)))
	p.say(t, fmt.Sprintf(`{"type":"hangup","id":%s}`, id))
	same(t, r.wait(t, 2), call.LegRinging{Leg: 2}, call.LegEnded{Leg: 2, Cause: call.Rejected})
	m := p.hear(t)
	for m.Type == "answer" || m.Type == "candidate" {
		m = p.hear(t)
	}
	if m.Type != "ended" || m.Reason != "rejected" || m.By != "you" {
		t.Errorf("the page was told %+v", m)
	}
	g.settle(t, 1, 0)
}

// A page that is closed while it rings counts as gone after its grace.
func TestAPageThatIsClosedRingsNoMore(t *testing.T) {
	t.Parallel()
	g := start(t, briefly)
	v := g.visit(t, agent)
	_, r := g.dial(t)
	g.rings(t, v)
	v.Close()
	same(t, r.wait(t, 2), call.LegRinging{Leg: 2}, call.LegEnded{Leg: 2, Cause: call.ConnectionLost})
	g.settle(t, 0, 0)
}
