//go:build e2e

package main

import (
	"slices"
	"testing"

	"webtrunk"
	"webtrunk/e2e/browser"
	"webtrunk/room"
)

// aFirefoxWrites has a visitor at a Firefox and an agent at a Chromium write in their call.
// Each loses the connection while both go on, the Firefox loads its page anew, and both
// have the same, once and in the same order, as has the record.
func aFirefoxWrites(t *testing.T, f *browser.Firefox) {
	r, c, desk, visitor, agent := talkByCableFrom(t, f.Browser, reachable(f))
	w, a := writing{visitor, "Your message", `document.querySelector("webtrunk-call").shadowRoot`}, writing{agent, "Message to all in the call", "document"}
	said := []string{hostile, "Good morning"}
	both := func(more ...string) {
		t.Helper()
		said = append(said, more...)
		w.reads(said...)
		a.reads(said...)
	}
	visitor.Click("button", "Chat")
	w.write(hostile)
	a.reads(hostile)
	a.write("Good morning")
	both()

	c.cut()
	visitor.Says("status", "The connection is lost. Reconnecting…")
	a.write("You were gone")
	c.mend()
	both("You were gone")

	desk.cut()
	shows(t, agent, "Connection lost. Reconnecting…")
	a.write("And now I am")
	desk.mend()
	both("And now I am")

	visitor.Reload()
	visitor.Click("button", "Chat")
	both()
	w.write("Back again")
	both("Back again")

	id := webtrunk.CallID(visitor.Reached("in_call").Call)
	visitor.Click("button", "Hang up")
	visitor.WantEnd("hangup")
	wantRecord(t, r, id, said)
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
