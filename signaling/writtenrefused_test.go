package signaling_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"webtrunk/call"
	"webtrunk/signaling"
	"webtrunk/switchboard"
)

// TestWhoRestartsForEverWritesOn: a page that looks for a path again and again, and finds
// none, is told to write on all the same.
func TestWhoRestartsForEverWritesOn(t *testing.T) {
	t.Parallel()
	g := start(t, func(c *signaling.Config) { c.Limits.Connect = 2 * time.Second })
	v := g.visit(t, nil)
	c, err := v.Write(g.ctx, "+15550100101")
	check(t, err)
	far := g.exchange.next(t, 1)
	check(t, far.leg.Answer())
	g.hears(t, c, "answered")
	var sdp string // of a page whose candidates lead nowhere
	check(t, json.Unmarshal([]byte(offerOf(t)), &sdp))
	told := make(chan string, 1)
	go func() {
		m, err := v.Wait(g.ctx, "talk")
		if err != nil {
			m.State = err.Error()
		}
		told <- m.State
	}()
	again := time.NewTicker(500 * time.Millisecond)
	defer again.Stop()
	for i := range 20 {
		if _, err := c.Renew(g.ctx, strings.ReplaceAll(sdp, "a=ice-ufrag:", fmt.Sprintf("a=ice-ufrag:%02d", i))); err != nil {
			t.Fatalf("offer %d: %v", i, err)
		}
		select {
		case state := <-told:
			if state != "failed" {
				t.Errorf("told %s", state)
			}
			return
		case <-again.C:
		}
	}
	t.Error("a page that restarts again and again is never told that no path was found")
}

// TestWhoTalksIsNotAsked: the call may ask before it hears that the page has sound.
func TestWhoTalksIsNotAsked(t *testing.T) {
	t.Parallel()
	g := start(t, nil)
	v := g.visit(t, nil)
	c, err := v.Write(g.ctx, "+15550100101")
	check(t, err)
	far := g.exchange.next(t, 1)
	check(t, far.leg.Answer())
	check(t, c.Talk(g.ctx))
	check(t, c.Connected(g.ctx))
	same(t, far.wait(t, 1), call.LegSpeaks{Leg: 1})
	far.leg.(switchboard.Page).AskedToTalk()
	v.Drop()
	far.wait(t, 2)
	welcome, err := v.Resume(g.ctx)
	check(t, err)
	if w := welcome.Calls[0]; w.Asked {
		t.Errorf("welcomed back with %+v", w)
	}
	for _, m := range v.Messages() {
		if m.Type == "talk" {
			t.Errorf("who talks was told %+v", m)
		}
	}
}

// TestWhatIsNoOfferTakesNoTurn: what the gateway's load has others wait for is not used up by
// offers that nobody could answer.
func TestWhatIsNoOfferTakesNoTurn(t *testing.T) {
	t.Parallel()
	var turns atomic.Int32
	g := start(t, func(c *signaling.Config) {
		c.Full = func() error {
			turns.Add(1)
			return nil
		}
	})
	v := g.visit(t, nil)
	c, err := v.Write(g.ctx, "+15550100101")
	check(t, err)
	for range 3 {
		if _, err := c.Renew(g.ctx, "v=0"); err == nil {
			t.Error("no offer was answered")
		}
	}
	if n := turns.Load(); n > 0 {
		t.Errorf("they took %d turns", n)
	}
	check(t, c.Talk(g.ctx))
	if n := turns.Load(); n != 1 {
		t.Errorf("who talks took %d turns", n)
	}
}
