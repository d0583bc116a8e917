package signaling_test

import (
	"testing"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/signaling/visitor"
	"webtrunk/switchboard"
)

var (
	colleague   = webtrunk.Address{Scheme: webtrunk.Browser, Value: "agent_2"}
	phoneNumber = webtrunk.Address{Scheme: webtrunk.Tel, Value: "+15550100103"}
)

// answered is a call that the desk has taken.
func (g *gateway) answered(t *testing.T, v *visitor.Visitor) (*visitor.Call, switchboard.Leg, *reports) {
	t.Helper()
	l, r := g.dial(t)
	c := g.rings(t, v)
	check(t, c.Accept(g.ctx))
	check(t, c.Connected(g.ctx))
	r.wait(t, 2) // it rings, and it is answered
	return c, l, r
}

func send(t *testing.T, c *visitor.Call, kind string, fields map[string]any) {
	t.Helper()
	check(t, c.Send(kind, fields))
}

// The page talks to a colleague first, is told how far that has come, and leaves
// the call to them.
func TestAPageConsultsAndHandsOver(t *testing.T) {
	t.Parallel()
	g := start(t, nil)
	v := g.visit(t, agent)
	c, l, r := g.answered(t, v)
	send(t, c, "transfer", map[string]any{"to": "browser:agent_2", "consult": true})
	asked := call.Transfer{By: 2, To: colleague, Consult: true, Tell: true}
	same(t, r.wait(t, 3)[2:], asked)
	check(t, l.Transferring(call.TellTransfer{Leg: 2, Result: call.TargetRings}))
	check(t, l.Transferring(call.TellTransfer{Leg: 2, Result: call.TargetTalks}))
	g.moves(t, v, "ringing", "consulting")

	// A page that was reloaded meanwhile learns where it was.
	v.Drop()
	r.wait(t, 4) // a page that returns before anybody missed it was never lost
	welcome, err := v.Resume(g.ctx)
	check(t, err)
	if len(welcome.Calls) != 1 || welcome.Calls[0].Transfer != "consulting" || welcome.Calls[0].Metadata["page"] != "/boots" {
		t.Errorf("welcomed with %+v", welcome.Calls)
	}
	send(t, c, "complete", nil)
	same(t, r.wait(t, 6)[3:], call.LegLost{Leg: 2}, call.LegReturned{Leg: 2}, call.CompleteTransfer{By: 2})
	l.Hangup(call.HangUpLeg{Leg: 2, Cause: call.Transferred})
	if end := g.hears(t, c, "ended"); end.Reason != "transferred" || end.Text == "" {
		t.Errorf("ended %+v", end)
	}
}

// moves waits until the page was told of these states of its transfer, in order.
func (g *gateway) moves(t *testing.T, v *visitor.Visitor, want ...string) visitor.Message {
	t.Helper()
	var last visitor.Message
	for _, state := range want {
		g.eventually(t, "a transfer that is "+state, func() bool {
			for _, m := range v.Messages() {
				if m.Type == "transfer" && m.State == state {
					last = m
					return true
				}
			}
			return false
		})
	}
	return last
}

func TestATransferThatFailsIsTold(t *testing.T) {
	t.Parallel()
	g := start(t, nil)
	v := g.visit(t, agent)
	c, l, r := g.answered(t, v)
	send(t, c, "transfer", map[string]any{"to": "+15550100103"})
	same(t, r.wait(t, 3)[2:], call.Transfer{By: 2, To: phoneNumber, Tell: true})

	// One at a time.
	send(t, c, "transfer", map[string]any{"to": "+15550100103"})
	if m := g.hears(t, c, "error"); m.Code != "bad_message" {
		t.Errorf("told %+v", m)
	}
	check(t, l.Transferring(call.TellTransfer{Leg: 2, Result: call.TargetNotReached, Cause: call.Busy, SIPCode: 486}))
	if m := g.moves(t, v, "failed"); m.Reason != "busy" || m.Text != "The line is busy. Try again in a few minutes." {
		t.Errorf("told %+v", m)
	}
	// What is said of a transfer that is over is no mistake, and nothing happens.
	send(t, c, "cancel", nil)
	send(t, c, "transfer", map[string]any{"to": "browser:agent_2"})
	send(t, c, "cancel", nil)
	same(t, r.wait(t, 5)[3:], call.Transfer{By: 2, To: colleague, Tell: true}, call.CancelTransfer{By: 2})
	l.Hangup(call.HangUpLeg{Leg: 2, Cause: call.Hangup})
}

func TestAPageInvites(t *testing.T) {
	t.Parallel()
	g := start(t, nil)
	c, l, r := g.answered(t, g.visit(t, agent))
	send(t, c, "invite", map[string]any{"to": "tel:+15550100103"})
	same(t, r.wait(t, 3)[2:], call.Invite{By: 2, To: phoneNumber, Tell: true})
	l.(switchboard.Page).Inviting(call.TellInvite{Leg: 2, Cause: call.NoAnswer})
	if m := g.hears(t, c, "invite"); m.State != "failed" || m.Reason != "no_answer" || m.Text != "Nobody answered. Try again later." {
		t.Errorf("told %+v", m)
	}
	l.Hangup(call.HangUpLeg{Leg: 2, Cause: call.Hangup})
}

// A visitor of the site hands nobody over and has nobody join, and neither does
// an agent before answering.
func TestWhoMayNotHandOver(t *testing.T) {
	t.Parallel()
	g := start(t, nil)
	mine, _ := g.call(t, g.visit(t, nil))
	send(t, mine, "transfer", map[string]any{"to": "+15550100103"})
	if m := g.hears(t, mine, "error"); m.Code != "not_allowed" {
		t.Errorf("told %+v", m)
	}
	desk := g.visit(t, agent)
	l, _ := g.dial(t)
	rings := g.rings(t, desk)
	send(t, rings, "invite", map[string]any{"to": "+15550100103"})
	if m := g.hears(t, rings, "error"); m.Code != "bad_message" || m.Text != "The call has to be answered first." {
		t.Errorf("told %+v", m)
	}
	l.Hangup(call.HangUpLeg{Leg: 2, Cause: call.Canceled})
}

// Whom a page names is read before anybody is asked.
func TestWhoIsNamedWrongly(t *testing.T) {
	t.Parallel()
	g := start(t, nil)
	c, l, r := g.answered(t, g.visit(t, agent))
	send(t, c, "invite", map[string]any{"to": "0800"})
	if m := g.hears(t, c, "error"); m.Code != "bad_number" {
		t.Errorf("told %+v", m)
	}
	l.Hangup(call.HangUpLeg{Leg: 2, Cause: call.Hangup})
	if got := r.wait(t, 2); len(got) != 2 {
		t.Errorf("the call was told %#v", got[2:])
	}
}

// What a page holds it is told when it comes back, and so is what came with the
// call.
func TestAPageThatHoldsLearnsItAgain(t *testing.T) {
	t.Parallel()
	g := start(t, nil)
	v := g.visit(t, agent)
	c, l, r := g.answered(t, v)
	send(t, c, "hold", nil)
	same(t, r.wait(t, 3)[2:], call.Hold{By: 2})
	v.Drop()
	r.wait(t, 4) // it is missed before it returns
	welcome, err := v.Resume(g.ctx)
	check(t, err)
	if !welcome.Calls[0].Holds || welcome.Calls[0].Held {
		t.Errorf("welcomed with %+v", welcome.Calls)
	}
	send(t, c, "resume", nil)
	same(t, r.wait(t, 6)[3:], call.LegLost{Leg: 2}, call.LegReturned{Leg: 2}, call.Resume{By: 2})
	l.Hangup(call.HangUpLeg{Leg: 2, Cause: call.Hangup})
}
