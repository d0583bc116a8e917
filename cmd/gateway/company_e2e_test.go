//go:build e2e

package main

import (
	"testing"
	"time"

	"webtrunk/carrier"
	"webtrunk/e2e/browser"
)

// aThirdJoinsAtTheDesk does what the demo says to try with a key: a telephone
// calls the desk, a phrase is played to whoever answers there, and somebody else
// is invited and heard.
func aThirdJoinsAtTheDesk(t *testing.T, b *browser.Browser) {
	r := rehearse(t, carrier.Config{})
	p := r.desk(b)
	id := r.join(digitsNumber, "browser:desk", nil)
	p.Says("status", "Incoming call")
	p.Click("button", "Accept")
	p.Says("status", "In call") // as soon as it has accepted
	r.answered(id)
	r.at(digitsNumber)
	heard := p.Hear()
	r.ask("POST", "/v1/calls/"+id+"/prompt", map[string]any{"phrase": "tone:dial:us"})
	until(t, "the phrase", func() error { return tellTones(t, heard.Next(time.Second).PCM, 350, 440) })
	r.ask("POST", "/v1/calls/"+id+"/prompt", map[string]any{"phrase": "pause:20"})
	r.ask("POST", "/v1/calls/"+id+"/invite", map[string]any{"to": toneNumber})
	third := r.at(toneNumber)
	until(t, "the third", func() error { return tellTones(t, heard.Next(time.Second).PCM, 440) })
	p.Click("button", "Hang up")
	p.WantEnd("hangup")
	r.hangUp(id)
	if err := third.Wait(inTime(t), carrier.Ended); err != nil {
		t.Error(err)
	}
}

// answered waits until a call is answered by its own record: its path for sound
// is up, and what the interface is asked to do to it can be done.
func (r *rehearsal) answered(id string) {
	r.t.Helper()
	if !eventually(func() bool { return r.ask("GET", "/v1/calls/"+id, nil)["status"] == "in_progress" }) {
		r.t.Fatalf("the call was never answered: %v", r.ask("GET", "/v1/calls/"+id, nil))
	}
}
