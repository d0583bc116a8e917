//go:build e2e

package main

import (
	"context"
	"slices"
	"testing"

	"webtrunk/carrier"
	"webtrunk/e2e/browser"
	"webtrunk/soundcheck"
)

const callersNumber = "+15550100177"

// desk opens the page that takes calls, ready for them.
func (r *rehearsal) desk(b *browser.Browser) *browser.Tab {
	r.t.Helper()
	p := b.Open(r.t, r.urls()[0]+"/desk", browser.Granted)
	p.Unprocessed()
	p.Click("button", "Desk")
	p.Says("status", "Ready for calls.")
	return p
}

// ring has a telephone call the desk.
func (r *rehearsal) ring(p *browser.Tab) *carrier.Call {
	r.t.Helper()
	p.Forget()
	far, err := r.carrier.Call(inTime(r.t), callersNumber, deskNumber, nil)
	if err != nil {
		r.t.Fatal(err)
	}
	p.Says("status", "Incoming call from +1\u00a0555\u00a0010\u00a00177")
	if err := far.Wait(inTime(r.t), carrier.Reached(carrier.Ringing), carrier.Up); err != nil {
		r.t.Fatalf("the caller hears no ringing: %v", err)
	}
	return far
}

// wantTalk checks both ways of a call: the telephone says one sentence while
// the page says the other.
func (r *rehearsal) wantTalk(p *browser.Tab, far *carrier.Call) {
	r.t.Helper()
	speaking, stop := context.WithCancel(r.t.Context())
	said := make(chan error, 1)
	go func() { said <- far.Play(speaking, soundcheck.Looped(garden, 180*soundcheck.Rate)) }()
	saysHarbour(r.t, "the telephone", atTelephone(r.t, far))
	says(r.t, "the page", garden, harbour, inPage(p.Hear()))
	stop()
	<-said
}

func theDeskIsCalled(t *testing.T, b *browser.Browser) {
	r := rehearse(t, carrier.Config{})
	p := r.desk(b)

	far := r.ring(p)
	p.Click("button", "Accept")
	p.Says("status", "In call")
	if err := far.Wait(inTime(t), carrier.Reached(carrier.Confirmed), carrier.Up); err != nil {
		t.Fatal(err)
	}
	r.wantTalk(p, far)
	if err := far.Hangup(inTime(t)); err != nil {
		t.Error(err)
	}
	p.WantEnd("hangup")
	p.WantStates("incoming", "connecting", "in_call", "ended")

	far = r.ring(p)
	p.Click("button", "Accept")
	if err := far.Wait(inTime(t), carrier.Reached(carrier.Confirmed), carrier.Up); err != nil {
		t.Fatal(err)
	}
	p.Click("button", "Hang up")
	p.WantEnd("hangup")
	if err := far.Wait(inTime(t), carrier.Ended); err != nil {
		t.Fatal(err)
	}
	want := []string{"← INVITE", "→ 100 INVITE", "→ 180 INVITE", "→ 200 INVITE", "← ACK", "→ BYE", "← 200 BYE"}
	if got := far.Transcript(); !slices.Equal(got, want) {
		t.Errorf("the caller saw %q, want %q", got, want)
	}
}

func theDeskDeclines(t *testing.T, b *browser.Browser) {
	r := rehearse(t, carrier.Config{})
	p := r.desk(b)
	far := r.ring(p)
	p.Click("button", "Reject")
	p.WantEnd("rejected")
	if err := far.Wait(inTime(t), carrier.Ended); err != nil {
		t.Fatal(err)
	}
	if end := far.End(); end.By != carrier.Them || end.Code != 603 {
		t.Errorf("the caller was told %+v, want 603", end)
	}
}

func theCallerGivesUp(t *testing.T, b *browser.Browser) {
	r := rehearse(t, carrier.Config{})
	p := r.desk(b)
	far := r.ring(p)
	if err := far.Hangup(inTime(t)); err != nil {
		t.Error(err)
	}
	p.WantEnd("canceled")
	p.Gone("button", "Accept")
	p.WantStates("incoming", "ended")
}
