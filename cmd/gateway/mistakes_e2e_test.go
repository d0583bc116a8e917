//go:build e2e

package main

import (
	"strings"
	"testing"
	"time"

	"webtrunk/carrier"
	"webtrunk/e2e/browser"
	"webtrunk/sip"
)

// wantUncalled checks that nothing of a call that was refused has reached the
// carrier.
func (r *rehearsal) wantUncalled() {
	r.t.Helper()
	if s := r.carrier.Stats(); s.CallsTotal+s.Received.Invites != 0 {
		r.t.Errorf("the carrier has seen calls: %+v", s)
	}
	if n := r.board.Running(); n != 0 {
		r.t.Errorf("%d calls run", n)
	}
}

// eachMistakeIsExplained makes the mistakes that a person, or the author of a
// page, can make with the call button.
func eachMistakeIsExplained(t *testing.T, b *browser.Browser) {
	r := rehearse(t, carrier.Config{}, func(d *demo) { d.cfg.Keys[0].Metadata = []string{"order"} })
	p := r.phone(b)

	p.Call("+1555HELLO")
	p.Says("alert", "This is not a complete telephone number.")
	p.WantStates()

	// A person is told what they can do something about; the page's author all of it.
	wrong := func(what, reason, shown, precisely string) {
		t.Helper()
		p.Forget()
		p.Click("button", "Call")
		end := p.WantEnd(reason)
		p.Says("alert", shown)
		if !strings.Contains(end.Message, precisely) {
			t.Errorf("%s: the page is told %q, want %q", what, end.Message, precisely)
		}
		p.WantStates("preparing", "connecting", "ended")
		t.Logf("%s: %s", what, end.Message)
	}
	const general = "Calls from this page do not work just now."
	p.Write("Telephone number", "+442079460000")
	wrong("a number that the key may not call", "not_allowed", "This number cannot be called from this page.", "This page may not call +442079460000.")
	p.Set("data-order", "7\r\nX-Evil: yes")
	p.Write("Telephone number", echoNumber)
	wrong("metadata of two lines", "bad_metadata", general, `The metadata "order" holds a control character.`)
	p.Set("data-order", strings.Repeat("7", 300))
	wrong("long metadata", "bad_metadata", general, "over 256 bytes")
	p.Set("data-order", strings.Repeat("7", 40_000))
	wrong("metadata without end", "too_large", "This page sends too much along with a call.", "This page sends too much along with a call.")
	p.Set("data-order", "7")
	p.Set("data-colour", "green")
	wrong("metadata that nobody asked for", "bad_metadata", general, `does not allow the metadata "colour"`)
	p.Set("data-colour", "")
	p.Set("to", "ref_gone")
	wrong("a reference that does not exist", "unknown_reference", general, "ref_gone")
	p.Set("key", "pk_gone")
	wrong("a key that does not exist", "bad_key", general, "key is unknown")
	r.wantUncalled()

	// Put right, the same button calls, and what was allowed reaches the trunk.
	p.Set("key", r.pages.Key)
	p.Set("to", r.pages.Reference)
	p.Forget()
	p.Click("button", "Call")
	p.Says("status", "In call")
	if alert := p.Text("alert"); alert != "" {
		t.Errorf("the alert still says %q", alert)
	}
	_, invite := r.at(shopNumber).Invite()
	if !strings.Contains(string(invite), "\r\nX-Webtrunk-order: 7\r\n") || strings.Contains(string(invite), "Evil") {
		t.Errorf("the carrier got\n%s", invite)
	}
	p.Click("button", "Hang up")
	p.WantEnd("hangup")
}

func aDeadTrunkIsExplained(t *testing.T, b *browser.Browser) {
	r := rehearse(t, carrier.Config{}, func(d *demo) { d.sipTimers = sip.Timers{B: 2 * time.Second} })
	r.carrier.Vanish()
	p := r.phone(b)
	p.Call(echoNumber)
	end := p.WantEnd("unreachable")
	p.Says("status", end.Message)
	p.WantStates("preparing", "connecting", "ended")
	if end.Message == "" {
		t.Error("the person is told nothing")
	}
	t.Log(end.Message)
}
