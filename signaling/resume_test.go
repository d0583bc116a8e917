package signaling_test

import (
	"sync/atomic"
	"testing"
	"time"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/signaling"
	"webtrunk/signaling/visitor"
)

// briefly shortens what a lost page is given.
func briefly(c *signaling.Config) { c.Limits.Grace = 300 * time.Millisecond }

// A lost socket ends nothing: the page returns, gets what it missed in order,
// and the call goes on.
func TestAPageThatReturnsKeepsItsCall(t *testing.T) { bothKinds(t, aPageThatReturnsKeepsItsCall) }

func aPageThatReturnsKeepsItsCall(t *testing.T, start opener) {
	g := start(t, nil)
	v := g.visit(t, nil)
	c, far := g.call(t, v)
	v.Drop()
	same(t, far.wait(t, 1), call.LegLost{Leg: 1})
	check(t, far.leg.Hold())
	check(t, far.leg.SendDigits("42"))

	welcome, err := v.Resume(g.ctx)
	check(t, err)
	if !welcome.Resumed || welcome.Grace != 30 || len(welcome.Calls) != 1 || welcome.Calls[0].ID != c.ID || welcome.Calls[0].State != "answered" ||
		!welcome.Calls[0].Held || welcome.Calls[0].To != "+15550100101" || welcome.Calls[0].Call != c.Gateway {
		t.Errorf("welcomed with %+v", welcome)
	}
	g.hears(t, c, "dtmf")
	same(t, far.wait(t, 2), call.LegLost{Leg: 1}, call.LegReturned{Leg: 1})
	check(t, far.leg.Resume())
	g.hears(t, c, "resumed")
	numbered(t, v)
	must(t, "hang up", func() error { _, err := c.Hangup(g.ctx); return err })
	if s := g.Stats(); s.Resumed != 1 || s.Sessions != 1 {
		t.Errorf("%+v", s)
	}
}

// A page that is back before its old socket was missed, as after a change of
// network, was never away: neither its call nor whoever calls people hears of it,
// and the page learns where it is.
func TestAPageThatReturnsBeforeItIsMissed(t *testing.T) {
	bothKinds(t, aPageThatReturnsBeforeItIsMissed)
}

func aPageThatReturnsBeforeItIsMissed(t *testing.T, start opener) {
	var told atomic.Int64
	g := start(t, func(c *signaling.Config) { c.Here = func(webtrunk.Address, bool) { told.Add(1) } })
	v := g.visit(t, agent)
	c, l, r := g.answered(t, v)
	send(t, c, "hold", nil)
	r.wait(t, 3)
	welcome, err := v.Resume(g.ctx)
	check(t, err)
	if !welcome.Resumed || len(welcome.Calls) != 1 || !welcome.Calls[0].Holds {
		t.Errorf("welcomed with %+v", welcome)
	}
	send(t, c, "resume", nil)
	same(t, r.wait(t, 4)[2:], call.Hold{By: 2}, call.Resume{By: 2})
	if n := told.Load(); n != 1 {
		t.Errorf("%d changes were told of a page that stayed", n)
	}
	l.Hangup(call.HangUpLeg{Leg: 2, Cause: call.Hangup})
}

func TestAPageThatStaysAwayLosesItsCall(t *testing.T) { bothKinds(t, aPageThatStaysAwayLosesItsCall) }

func aPageThatStaysAwayLosesItsCall(t *testing.T, start opener) {
	g := start(t, briefly)
	v := g.visit(t, nil)
	_, far := g.call(t, v)
	v.Drop()
	same(t, far.wait(t, 2), call.LegLost{Leg: 1}, call.LegEnded{Leg: 1, Cause: call.ConnectionLost})
	g.settle(t, 0, 0)
	welcome, err := v.Resume(g.ctx)
	check(t, err)
	if welcome.Resumed || len(welcome.Calls) != 0 {
		t.Errorf("welcomed with %+v", welcome)
	}
}

// The socket that took a session up is the only one: the older is closed with 4002.
func TestASecondSocketTakesTheSessionUp(t *testing.T) {
	t.Parallel()
	g := start(t, nil)
	old := g.open(t, shop)
	old.say(t, `{"type":"hello","version":1,"key":"pk_shop"}`)
	secret := old.hear(t).Session
	young := g.open(t, shop)
	young.say(t, `{"type":"hello","version":1,"key":"pk_shop","session":"`+secret+`","last":1}`)
	if m := young.hear(t); !m.Resumed || m.Session != secret {
		t.Errorf("welcomed with %+v", m)
	}
	old.closes(t, 4002)
	if s := g.Stats(); s.Sessions != 1 {
		t.Errorf("%+v", s)
	}
}

// A session is a secret of one page: neither another key's page nor another
// site's gets it, and both learn nothing.
func TestASessionIsNotGivenToAnotherSite(t *testing.T) {
	t.Parallel()
	g := start(t, nil)
	v := g.visit(t, nil)
	c, far := g.call(t, v)
	for name, hello := range map[string]string{
		"guess":       `"session":"sess_00000000000000000000000000","last":1`,
		"other token": `"token":"agent","session":"` + v.Session() + `","last":1`,
		"future":      `"session":"` + "sess_" + `","last":99`,
	} {
		page := g.open(t, shop)
		page.say(t, `{"type":"hello","version":1,"key":"pk_shop",`+hello+`}`)
		if m := page.hear(t); m.Type != "welcome" || m.Resumed || m.Session == v.Session() || len(m.Calls) != 0 {
			t.Errorf("%s: %+v", name, m)
		}
	}
	thief := g.open(t, "https://desk.example") // listed, but for another key
	thief.say(t, `{"type":"hello","version":1,"key":"pk_shop","session":"`+v.Session()+`","last":1}`)
	if m := thief.hear(t); m.Type != "error" || m.Code != "bad_origin" {
		t.Errorf("another site with the session: %+v", m)
	}
	if len(far.all) != 0 {
		t.Errorf("the call noticed: %#v", far.all)
	}
	must(t, "hang up", func() error { _, err := c.Hangup(g.ctx); return err })
}

// A page that missed more than is kept gets a new session; the call of the old
// one ends, for the page cannot know its state.
func TestAPageThatMissedTooMuchStartsAnew(t *testing.T) {
	t.Parallel()
	g := start(t, func(c *signaling.Config) { c.Limits.History = 16 })
	v := g.visit(t, nil)
	_, far := g.call(t, v)
	v.Drop()
	far.wait(t, 1)
	check(t, far.leg.SendDigits("01234567890123456789"))
	welcome, err := v.Resume(g.ctx)
	check(t, err)
	if welcome.Resumed || len(welcome.Calls) != 0 {
		t.Errorf("welcomed with %+v", welcome)
	}
	same(t, far.wait(t, 2), call.LegLost{Leg: 1}, call.LegEnded{Leg: 1, Cause: call.ConnectionLost})
	g.settle(t, 1, 0)
}

func TestDrainWaitsForCallsAndRefusesNewOnes(t *testing.T) {
	t.Parallel()
	g := start(t, nil)
	v, idle := g.visit(t, nil), g.visit(t, nil)
	c, far := g.call(t, v)
	drained := make(chan error, 1)
	go func() { drained <- g.Drain(g.ctx) }()
	for _, page := range []*visitor.Visitor{v, idle} {
		if m, err := page.Wait(g.ctx, "bye"); err != nil || m.Text == "" {
			t.Errorf("%+v %v", m, err)
		}
	}
	if _, err := idle.Call(g.ctx, "ref_shop", nil); err == nil {
		t.Error("a call was started while draining")
	}
	late := g.open(t, shop)
	late.say(t, `{"type":"hello","version":1,"key":"pk_shop"}`)
	if m := late.hear(t); m.Code != "busy_gateway" {
		t.Errorf("a late page was told %+v", m)
	}
	late.closes(t, 1013)
	select {
	case err := <-drained:
		t.Fatalf("drained with a call running: %v", err)
	default:
	}
	v.Drop() // also now a page may return to its call
	far.wait(t, 1)
	if m, err := v.Resume(g.ctx); err != nil || !m.Resumed {
		t.Errorf("%+v %v", m, err)
	}
	must(t, "hang up", func() error { _, err := c.Hangup(g.ctx); return err })
	check(t, <-drained)
}

// Close ends calls with a reason that both sides learn.
func TestCloseTellsEverybody(t *testing.T) {
	t.Parallel()
	g := start(t, nil)
	v := g.visit(t, nil)
	c, far := g.call(t, v)
	g.Close()
	if end := g.hears(t, c, "ended"); end.Reason != "shutdown" || end.By != "gateway" {
		t.Errorf("ended %+v", end)
	}
	same(t, far.wait(t, 1), call.LegEnded{Leg: 1, Cause: call.Shutdown})
	far.leg.Hangup(call.HangUpLeg{Leg: 1, Cause: call.Shutdown}) // crossing: harmless
	g.settle(t, 0, 0)
}
