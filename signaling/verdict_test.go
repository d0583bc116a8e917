package signaling_test

import (
	"strings"
	"testing"

	"webtrunk/call"
	"webtrunk/signaling/visitor"
	"webtrunk/switchboard"
)

// TestAPageIsToldWhyItIsNotHeard: about itself in words that say what to do, of
// the others why nothing is heard, and when it is over.
func TestAPageIsToldWhyItIsNotHeard(t *testing.T) { bothKinds(t, aPageIsToldWhyItIsNotHeard) }

func aPageIsToldWhyItIsNotHeard(t *testing.T, start opener) {
	g := start(t, nil)
	c, far := g.call(t, g.visit(t, nil))
	page := far.leg.(switchboard.Page)
	for _, v := range call.Verdicts {
		page.Verdict(call.TellVerdict{Leg: 1, About: 1, Verdict: v, Raised: true})
		page.Verdict(call.TellVerdict{Leg: 1, About: 2, Verdict: v, Raised: true})
		page.Verdict(call.TellVerdict{Leg: 1, About: 2, Verdict: v})
	}
	check(t, far.leg.Resume()) // says nothing: it was not on hold
	check(t, far.leg.Hold())
	g.hears(t, c, "held")
	told := c.Messages("verdict")
	if len(told) != 3*len(call.Verdicts) {
		t.Fatalf("told %d times, want %d", len(told), 3*len(call.Verdicts))
	}
	for i, v := range call.Verdicts {
		you, them, over := told[3*i], told[3*i+1], told[3*i+2]
		if you.Verdict != string(v) || you.About != "you" || !you.Raised || them.About != "them" || !them.Raised || over.Raised || over.Text != "" {
			t.Errorf("of %s the page is told %+v, %+v, %+v", v, you, them, over)
		}
		if you.Text == them.Text && !strings.HasPrefix(string(v), "carrier") || !strings.HasSuffix(them.Text, ".") {
			t.Errorf("%s says %q of you and %q of them", v, you.Text, them.Text)
		}
	}
	must(t, "hang up", func() error { _, err := c.Hangup(g.ctx); return err })
}

// TestAPageIsToldThatTheOtherReconnects: in a sentence, until it is over.
func TestAPageIsToldThatTheOtherReconnects(t *testing.T) {
	bothKinds(t, aPageIsToldThatTheOtherReconnects)
}

func aPageIsToldThatTheOtherReconnects(t *testing.T, start opener) {
	g := start(t, nil)
	c, far := g.call(t, g.visit(t, nil))
	page := far.leg.(switchboard.Page)
	page.Verdict(call.TellVerdict{Leg: 1, About: 2, Verdict: call.Reconnecting, Raised: true})
	page.Verdict(call.TellVerdict{Leg: 1, About: 2, Verdict: call.Reconnecting})
	check(t, far.leg.Hold())
	g.hears(t, c, "held")
	told := c.Messages("verdict")
	if len(told) != 2 || told[0].About != "them" || !told[0].Raised || !strings.Contains(told[0].Text, "Stay on the line.") || told[1].Raised {
		t.Errorf("the page is told %+v", told)
	}
	must(t, "hang up", func() error { _, err := c.Hangup(g.ctx); return err })
}

// TestWhatAPageSaysOfItsMicrophone is in the leg's quality.
func TestWhatAPageSaysOfItsMicrophone(t *testing.T) { bothKinds(t, whatAPageSaysOfItsMicrophone) }

func whatAPageSaysOfItsMicrophone(t *testing.T, start opener) {
	g := start(t, nil)
	c, far := g.call(t, g.visit(t, nil))
	for _, said := range []struct{ muted, system bool }{{true, false}, {false, true}, {true, true}, {false, false}} {
		check(t, c.Send("mute", map[string]any{"muted": said.muted, "system": said.system}))
		g.asked(t, c)
		if q := far.leg.Quality(); q.Muted != said.muted || q.SystemMuted != said.system {
			t.Errorf("said %+v, and the leg is muted %v, by its system %v", said, q.Muted, q.SystemMuted)
		}
	}
	must(t, "hang up", func() error { _, err := c.Hangup(g.ctx); return err })
}

// asked returns when what the page has said before is heard: an answer comes back
// in its order.
func (g *gateway) asked(t *testing.T, c *visitor.Call) {
	t.Helper()
	answers := func() (n int) {
		for _, m := range c.Messages("error") { // others may still be on their way
			if strings.HasPrefix(m.Text, "mute needs") {
				n++
			}
		}
		return n
	}
	before := answers()
	check(t, c.Send("mute", nil)) // refused, for it does not say what
	g.eventually(t, "an answer", func() bool { return answers() > before })
}
