//go:build e2e

package main

import (
	"slices"
	"testing"

	"webtrunk"
	"webtrunk/e2e/browser"
	"webtrunk/room"
)

// aFirefoxWritesAndDraws has a visitor at a Firefox and an agent at a Chromium write and
// draw in their call. Each loses the connection while both go on, each loads its
// page anew, and both have the same, once and in the same order, as has the record.
func aFirefoxWritesAndDraws(t *testing.T, f *browser.Firefox) {
	r, c, desk, visitor, agent := talkByCableFrom(t, f.Browser, reachable(f))
	w, a := writing{visitor, "Your message", `document.querySelector("webtrunk-call").shadowRoot`}, writing{agent, "Message to all in the call", "document"}
	v, d := board{w}, board{a}
	visitor.Click("button", "Chat")
	w.write(hostile)
	a.reads(hostile)
	a.write("Good morning")
	said := []string{hostile, "Good morning"}
	w.reads(said...)

	visitor.Click("button", "Whiteboard")
	agent.Click("button", "Open the whiteboard")
	visitor.Drag("application", "Whiteboard", [2]float64{.1, .1}, [2]float64{.2, .3}, [2]float64{.3, .1})
	d.has(t, "Pen")
	visitor.Click("button", "Rectangle")
	visitor.Drag("application", "Whiteboard", [2]float64{.5, .1}, [2]float64{.9, .4})
	agent.Click("button", "Line")
	d.has(t, "Pen", "Rectangle")
	agent.Drag("application", "Whiteboard", [2]float64{.1, .5}, [2]float64{.4, .9})
	drawn := []string{"Pen", "Rectangle", "Line"}
	v.has(t, drawn...)

	c.cut()
	visitor.Says("status", "The connection is lost. Reconnecting…")
	visitor.Drag("application", "Whiteboard", [2]float64{.5, .5}, [2]float64{.6, .6})
	agent.Drag("application", "Whiteboard", [2]float64{.1, .6}, [2]float64{.4, .6})
	a.write("You were gone")
	drawn = append(drawn, "Line")
	d.has(t, drawn...)
	c.mend()
	drawn, said = append(drawn, "Rectangle"), append(said, "You were gone")
	both(t, w, a, drawn, said)

	desk.cut()
	shows(t, agent, "Connection lost. Reconnecting…")
	a.write("And now I am")
	agent.Drag("application", "Whiteboard", [2]float64{.1, .7}, [2]float64{.4, .7})
	visitor.Drag("application", "Whiteboard", [2]float64{.7, .7}, [2]float64{.9, .9})
	drawn = append(drawn, "Rectangle")
	v.has(t, drawn...)
	desk.mend()
	drawn, said = append(drawn, "Line"), append(said, "And now I am")
	both(t, w, a, drawn, said)

	visitor.Reload()
	visitor.Click("button", "Chat")
	visitor.Click("button", "Whiteboard")
	both(t, w, a, drawn, said)
	w.write("Back again")
	said = append(said, "Back again")
	both(t, w, a, drawn, said)

	agent.Reload()
	agent.Click("button", "Open the whiteboard")
	both(t, w, a, drawn, said)
	a.write("So am I")
	agent.Drag("application", "Whiteboard", [2]float64{.1, .8}, [2]float64{.4, .8})
	drawn, said = append(drawn, "Pen"), append(said, "So am I")
	both(t, w, a, drawn, said)

	id := webtrunk.CallID(visitor.Reached("in_call").Call)
	visitor.Click("button", "Hang up")
	visitor.WantEnd("hangup")
	wantRecord(t, r, id, said)
}

// both waits until both pages show what was drawn and what was written.
func both(t *testing.T, visitor, agent writing, drawn, said []string) {
	t.Helper()
	for _, p := range []writing{visitor, agent} {
		board{p}.has(t, drawn...)
		p.reads(said...)
	}
}

// wantRecord checks what of a call's chat is on record.
func wantRecord(t *testing.T, r *rehearsal, call webtrunk.CallID, said []string) {
	t.Helper()
	account, err := r.directory.Operator(t.Context())
	must(t, err)
	log, err := r.rooms.Chat(t.Context(), room.Call{ID: call, Account: account.ID, Test: true})
	must(t, err)
	var kept []string
	for _, o := range log {
		if o.Kind == room.Message {
			kept = append(kept, o.Text)
		}
	}
	if !slices.Equal(kept, said) {
		t.Errorf("on record is %q, want %q", kept, said)
	}
}
