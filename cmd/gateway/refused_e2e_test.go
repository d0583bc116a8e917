//go:build e2e

package main

import (
	"slices"
	"testing"
	"time"

	"webtrunk/carrier"
	"webtrunk/e2e/browser"
)

const ringsForEver = "+15550100105"

func eachRefusalHasItsSentence(t *testing.T, b *browser.Browser) {
	r := rehearse(t, carrier.Config{ScriptSecond: 200 * time.Millisecond}, func(d *demo) {
		d.cfg.Limits.RingTime = 4 * time.Second // ten times what who rejects a call rings for
	})
	p := r.phone(b)
	sentences := map[string]string{}
	for _, c := range []struct {
		number, reason string
		last           string // the end of what the carrier saw
		states         []string
	}{
		{"+15550100104", "busy", "← 486 INVITE", []string{"preparing", "connecting", "ended"}},
		{ringsForEver, "no_answer", "← 487 INVITE", []string{"preparing", "connecting", "ringing", "ended"}},
		{"+15550100106", "rejected", "← 603 INVITE", []string{"preparing", "connecting", "ringing", "ended"}},
		{"+15550100107", "not_found", "← 404 INVITE", []string{"preparing", "connecting", "ended"}},
		{"+15550100108", "unreachable", "← 503 INVITE", []string{"preparing", "connecting", "ended"}},
	} {
		p.Forget()
		p.Call(c.number)
		end := p.WantEnd(c.reason)
		p.Says("status", end.Message)
		p.WantStates(c.states...)
		if other, twice := sentences[end.Message]; twice || end.Message == "" {
			t.Errorf("%s ends with %q, as %s does", c.reason, end.Message, other)
		}
		sentences[end.Message] = c.reason
		t.Logf("%s: %s", c.reason, end.Message)
		far := r.at(c.number, carrier.Ended, carrier.Said("→ ACK"))
		lines := far.Transcript()
		if lines[len(lines)-1] != "→ ACK" || lines[len(lines)-2] != c.last {
			t.Errorf("%s: the carrier saw %q, want %q and its ACK at the end", c.reason, lines, c.last)
		}
	}
}

func cancellingReachesTheCarrier(t *testing.T, b *browser.Browser) {
	r := rehearse(t, carrier.Config{})
	p := r.phone(b)
	p.Call(ringsForEver)
	p.Says("status", "Ringing…")
	p.Click("button", "Cancel")
	p.WantEnd("canceled")
	p.Says("status", "ancel") // in its own words: the person did it
	p.WantStates("preparing", "connecting", "ringing", "ended")
	far := r.at(ringsForEver, carrier.Ended, carrier.Said("→ ACK"))
	want := []string{"→ INVITE", "← 100 INVITE", "← 180 INVITE", "→ CANCEL", "← 200 CANCEL", "← 487 INVITE", "→ ACK"}
	if got := far.Transcript(); !slices.Equal(got, want) {
		t.Errorf("the carrier saw %q, want %q", got, want)
	}
	if by := far.End().By; by != carrier.Them {
		t.Errorf("at the carrier the call was ended by %s", by)
	}
}

func aRefusedMicrophoneIsExplained(t *testing.T, b *browser.Browser) {
	r := rehearse(t, carrier.Config{})
	p := b.Open(t, r.urls()[0]+"/phone", browser.Denied)
	p.Call(echoNumber)
	p.Says("alert", "The microphone is not allowed for this page. Allow it in your browser")
	p.WantEnd("microphone_refused")
	p.WantStates("preparing", "ended")
	if n := r.carrier.Stats().CallsTotal; n != 0 {
		t.Errorf("%d calls reached the carrier without a microphone", n)
	}

	// The way out works: allowed after all, the same button calls.
	p.Permit(browser.Granted)
	p.Forget()
	p.Click("button", "Call")
	p.Says("status", "In call")
	p.Click("button", "Hang up")
	p.WantEnd("hangup")
}
