package signaling_test

import (
	"encoding/json"
	"sync/atomic"
	"testing"
	"time"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/signaling"
	"webtrunk/signaling/visitor"
	"webtrunk/switchboard"
)

// TestAPageWrites: its call has no media until it begins to talk, survives a lost
// connection, and says that it was asked to.
func TestAPageWrites(t *testing.T) {
	t.Parallel()
	g := start(t, nil)
	v := g.visit(t, nil)
	c, err := v.Write(g.ctx, "+15550100101")
	check(t, err)
	far := g.exchange.next(t, 1)
	if !far.Written || c.Gateway != string(far.ID) {
		t.Errorf("arrived %+v, known to the page as %s", far.Arrived, c.Gateway)
	}
	check(t, far.leg.Answer())
	g.hears(t, c, "answered")
	far.leg.(switchboard.Page).AskedToTalk()
	if told := g.hears(t, c, "talk"); told.State != "asked" {
		t.Errorf("told %+v", told)
	}
	v.Drop()
	far.wait(t, 1)
	welcome, err := v.Resume(g.ctx)
	check(t, err)
	if w := welcome.Calls[0]; !w.Written || !w.Asked {
		t.Errorf("welcomed back with %+v", w)
	}
	check(t, c.Talk(g.ctx))
	check(t, c.Connected(g.ctx))
	same(t, far.wait(t, 3), call.LegLost{Leg: 1}, call.LegReturned{Leg: 1}, call.LegSpeaks{Leg: 1})
	check(t, c.Reload(g.ctx)) // a page that talks, loaded anew
	check(t, c.Connected(g.ctx))
	v.Drop()
	far.wait(t, 4)
	welcome, err = v.Resume(g.ctx)
	check(t, err)
	if w := welcome.Calls[0]; w.Written || w.Asked {
		t.Errorf("welcomed back with %+v", w)
	}
	must(t, "hang up", func() error { _, err := c.Hangup(g.ctx); return err })
}

// TestACallInWritingHasNoOffer: neither when it is made nor when it is taken, and one that
// rings is not talked in.
func TestACallInWritingHasNoOffer(t *testing.T) {
	t.Parallel()
	g := start(t, nil)
	v := g.visit(t, nil)
	check(t, v.Send(map[string]any{"type": "call", "id": "c1", "to": "+15550100101", "written": true, "sdp": "v=0"}))
	if m, err := v.Wait(g.ctx, "error"); err != nil || m.Code != "bad_message" {
		t.Errorf("told %+v, %v", m, err)
	}
	desk := g.visit(t, agent)
	_, r := g.dialWritten(t)
	c := g.rings(t, desk)
	check(t, c.Send("accept", map[string]any{"sdp": "v=0"}))
	check(t, c.Send("offer", map[string]any{"sdp": "v=0"}))
	for _, m := range []visitor.Message{g.last(t, c, "error", 1), g.last(t, c, "error", 2)} {
		if m.Code != "bad_message" {
			t.Errorf("told %+v", m)
		}
	}
	check(t, c.Reject())
	same(t, r.wait(t, 2), call.LegRinging{Leg: 2}, call.LegEnded{Leg: 2, Cause: call.Rejected})
}

// dialWritten rings the desk in writing.
func (g *gateway) dialWritten(t *testing.T) (switchboard.Leg, *reports) {
	t.Helper()
	r := newReports()
	l, err := g.Dial(g.ctx, call.Leg{ID: 2, Call: "call_1", Kind: call.WebRTC, Address: desk, From: webtrunk.Address{Scheme: webtrunk.Browser, Value: "visitor"}, Written: true}, r.add)
	check(t, err)
	return l, &r
}

// TestTheFirstPageHasTheCallInWriting: it counts as answered at once; the other page is
// told; who took it can talk later, and hang up.
func TestTheFirstPageHasTheCallInWriting(t *testing.T) {
	t.Parallel()
	g := start(t, nil)
	one, two := g.visit(t, agent), g.visit(t, agent)
	_, r := g.dialWritten(t)
	first, second := g.rings(t, one), g.rings(t, two)
	if !first.Written || !second.Written {
		t.Errorf("rings as %+v and %+v", first, second)
	}
	check(t, first.AcceptWritten(g.ctx))
	if end := g.hears(t, second, "ended"); end.Reason != "answered" {
		t.Errorf("the other page was told %+v", end)
	}
	if first.Gateway != "call_1" {
		t.Errorf("the page knows the call as %s", first.Gateway)
	}
	check(t, first.Talk(g.ctx))
	r.wait(t, 3) // the page is connected a moment before the gateway knows
	must(t, "hang up", func() error { _, err := first.Hangup(g.ctx); return err })
	same(t, r.wait(t, 4), call.LegRinging{Leg: 2}, call.LegAnswered{Leg: 2}, call.LegSpeaks{Leg: 2}, call.LegEnded{Leg: 2, Cause: call.Hangup})
}

// TestWhoCannotTalkWritesOn: no path for sound is found, or the gateway carries no more
// calls; the call goes on without.
func TestWhoCannotTalkWritesOn(t *testing.T) {
	t.Parallel()
	var busy atomic.Bool
	g := start(t, func(c *signaling.Config) {
		c.Limits.Connect = 2 * time.Second
		c.Full = func() error {
			if busy.Load() {
				return &webtrunk.Error{Op: "load", Kind: webtrunk.Exhausted, Message: "The gateway carries as many calls as it can."}
			}
			return nil
		}
	})
	busy.Store(true)
	v := g.visit(t, nil)
	c, err := v.Write(g.ctx, "+15550100101") // what costs no sound needs no room for it
	check(t, err)
	far := g.exchange.next(t, 1)
	check(t, far.leg.Answer())
	g.hears(t, c, "answered")
	if err := c.Talk(g.ctx); err == nil {
		t.Error("a full gateway lets a page talk")
	}
	c.Close()
	busy.Store(false)
	var sdp string // of a page whose candidates lead nowhere
	check(t, json.Unmarshal([]byte(offerOf(t)), &sdp))
	_, err = c.Renew(g.ctx, sdp)
	check(t, err)
	if told := g.hears(t, c, "talk"); told.State != "failed" || told.Text == "" {
		t.Errorf("told %+v", told)
	}
	check(t, c.Talk(g.ctx))
	check(t, c.Connected(g.ctx))
	same(t, far.wait(t, 1), call.LegSpeaks{Leg: 1})
	must(t, "hang up", func() error { _, err := c.Hangup(g.ctx); return err })
}

// TestACallGoesOnInWriting: a page ends the sound, is told that it is over, or why not, and
// can talk again; what it says of a call that has no sound is refused.
func TestACallGoesOnInWriting(t *testing.T) {
	t.Parallel()
	bothKinds(t, func(t *testing.T, start opener) {
		g := start(t, nil)
		v := g.visit(t, nil)
		c, far := g.call(t, v)
		check(t, far.leg.Answer())
		g.hears(t, c, "answered")
		check(t, c.Send("write", nil))
		same(t, far.wait(t, 1), call.WriteOn{By: 1})
		page := far.leg.(switchboard.Page)
		page.Writing(call.TellWriting{Leg: 1, Refused: true})
		if told := g.last(t, c, "talk", 1); told.State != "kept" || told.Text == "" {
			t.Errorf("told %+v", told)
		}
		page.Writing(call.TellWriting{Leg: 1})
		if told := g.last(t, c, "talk", 2); told.State != "over" {
			t.Errorf("told %+v", told)
		}
		check(t, c.Send("write", nil))
		if told := g.hears(t, c, "error"); told.Code != "bad_message" {
			t.Errorf("told %+v", told)
		}
		c.Close()
		check(t, c.Talk(g.ctx))
		check(t, c.Connected(g.ctx))
		same(t, far.wait(t, 2), call.WriteOn{By: 1}, call.LegSpeaks{Leg: 1})
		must(t, "hang up", func() error { _, err := c.Hangup(g.ctx); return err })
	})
}
