//go:build e2e

package main

import (
	"context"
	"fmt"
	"testing"
	"time"

	"webtrunk/carrier"
	"webtrunk/e2e/browser"
	"webtrunk/soundcheck"
)

func theFarSideHangsUp(t *testing.T, b *browser.Browser) {
	const hangsUp = "+15550100111"
	r := rehearse(t, carrier.Config{})
	p := r.phone(b)
	p.Call(hangsUp)
	p.Says("status", "In call")
	p.Says("timer", "0:0")
	end := p.WantEnd("hangup")
	p.Says("status", end.Message)
	p.The("button", "Call")
	p.Gone("button", "Hang up")
	p.WantStates("preparing", "connecting", "ringing", "in_call", "ended")
	far := r.at(hangsUp, carrier.Ended)
	if far.End().By != carrier.Us || far.Count("← BYE") != 1 || far.Count("→ 200 BYE") != 1 || far.Count("→ BYE") != 0 {
		t.Errorf("the carrier saw %q, ended by %s; want its one BYE agreed to", far.Transcript(), far.End().By)
	}
}

func theFarSideHolds(t *testing.T, b *browser.Browser) {
	r := rehearse(t, carrier.Config{})
	p := r.phone(b)
	p.Call(echoNumber)
	p.Says("status", "In call")
	far := r.at(echoNumber, carrier.Reached(carrier.Confirmed))
	if err := far.Hold(inTime(t)); err != nil {
		t.Fatal(err)
	}
	p.Says("status", "On hold. The other side will be back.")
	if err := far.Resume(inTime(t)); err != nil {
		t.Fatal(err)
	}
	p.Eventually("the call taken up again", func() bool { return p.Text("status") == "In call" })
	p.WantStates("preparing", "connecting", "ringing", "in_call", "held", "in_call")
	saysHarbour(t, "after the hold", inPage(p.Hear()))
	p.Click("button", "Hang up")
	p.WantEnd("hangup")
	if far.Count("← INVITE") != 2 {
		t.Errorf("the carrier saw %q, want two INVITEs of its own", far.Transcript())
	}
}

// tellTones returns nil if these tones, in equal parts, are what was heard.
// Sound stretched by a machine that has too much to do is less pure; noise and
// speech have a hundredth of their energy at any one pitch.
func tellTones(t *testing.T, heard []int16, hz ...float64) error {
	t.Helper()
	for _, f := range hz {
		purity, level := soundcheck.Tone(heard, f)
		t.Logf("%v Hz is %.2f of the sound, at %.0f dB", f, purity, level)
		if purity < 0.5/float64(len(hz)) {
			return fmt.Errorf("%v Hz is only %.2f of the sound", f, purity)
		}
	}
	return nil
}

func earlyMediaIsHeardBeforeTheAnswer(t *testing.T, b *browser.Browser) {
	const number = "+15550100150"
	r := rehearse(t, carrier.Config{Numbers: []carrier.Number{{Number: number, Behaviour: carrier.Manual}}})
	p := r.phone(b)
	p.Call(number)
	far := r.at(number)
	if err := far.Progress(inTime(t)); err != nil {
		t.Fatal(err)
	}
	speaking, stop := context.WithCancel(t.Context())
	ended := make(chan error, 2)
	go func() { ended <- far.Tone(speaking, 440) }()
	p.Says("status", "You can already hear the other side. The call is not answered yet.")
	p.The("button", "Cancel")
	heard := p.Hear()
	until(t, "before the answer", func() error { return tellTones(t, heard.Next(1500*time.Millisecond).PCM, 440) })
	if s := far.State(); s != carrier.EarlyMedia {
		t.Fatalf("the call is %v at the carrier, want early media", s)
	}
	stop()
	<-ended
	if err := far.Answer(inTime(t)); err != nil {
		t.Fatal(err)
	}
	p.Says("status", "In call")
	go func() { ended <- far.Play(t.Context(), soundcheck.Looped(garden, 90*soundcheck.Rate)) }()
	says(t, "after the answer", garden, harbour, inPage(heard))
	p.Click("button", "Hang up")
	p.WantEnd("hangup")
	<-ended
	p.WantStates("preparing", "connecting", "early_media", "in_call", "ended")
}

func aLateAnswerIsSpannedByItsOwnRinging(t *testing.T, b *browser.Browser) {
	const late = "+15550100109"
	r := rehearse(t, carrier.Config{ScriptSecond: 4 * time.Second}) // two rings, and time for a page to hear one
	p := r.phone(b)
	p.Call(late)
	p.Reached("early_media")
	heard := p.Hear()
	until(t, "the telephone's own ringing", func() error { return tellTones(t, loud(heard.Next(time.Second).PCM), 440, 480) })
	p.Says("status", "In call")
	saysHarbour(t, "after the answer", inPage(heard))
	p.Click("button", "Hang up")
	p.WantEnd("hangup")
	p.WantStates("preparing", "connecting", "early_media", "in_call", "ended")
}

func ringingIsHeard(t *testing.T, b *browser.Browser) {
	r := rehearse(t, carrier.Config{})
	p := r.phone(b)
	p.Call(ringsForEver)
	p.Says("status", "Ringing…")
	heard := p.Hear() // two seconds of tone and four of silence, in turn
	until(t, "ringing", func() error { return tellTones(t, loud(heard.Next(2*time.Second).PCM), 440, 480) })
	if n := r.at(ringsForEver).RTP().Out; n != 0 {
		t.Errorf("the carrier sent %d packets, so that the tone may be its own", n)
	}
	p.Click("button", "Cancel")
	p.WantEnd("canceled")
}

// loud returns the tenths of a second of heard that are not silent.
func loud(heard []int16) (out []int16) {
	const block = soundcheck.Rate / 10
	for ; len(heard) >= block; heard = heard[block:] {
		if !soundcheck.Silent(heard[:block]) {
			out = append(out, heard[:block]...)
		}
	}
	return out
}
