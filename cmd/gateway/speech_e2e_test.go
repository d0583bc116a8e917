//go:build e2e

package main

import (
	"testing"
	"time"

	"webtrunk/carrier"
	"webtrunk/e2e/browser"
	"webtrunk/soundcheck"
)

const echoNumber = "+15550100101"

// looped is a sentence as the microphone says it, for longer than any of heard.
func looped(sentence, heard []int16) []int16 {
	return soundcheck.Looped(sentence, len(heard)+2*len(sentence))
}

func theSpeechComesBack(t *testing.T, b *browser.Browser) {
	r := rehearse(t, carrier.Config{})
	p := r.phone(b)
	p.Call(echoNumber)
	p.Says("status", "In call")
	said, heard := p.Overhear(), p.Hear()
	back := heard.AtLeast(8 * time.Second)
	if err := soundcheck.Tell(back.PCM, looped(harbour, back.PCM), looped(garden, back.PCM)); err != nil {
		t.Error(err)
	}
	t.Logf("echo, without processing: %v", soundcheck.Compare(back.PCM, looped(harbour, back.PCM)))
	spoken := said.AtLeast(8 * time.Second)
	delay := soundcheck.Compare(back.PCM, spoken.PCM).DelaySamples
	t.Logf("from the microphone to the telephone and back: %v", back.Since-spoken.Since+time.Duration(delay)*time.Second/soundcheck.Rate)
	p.Click("button", "Hang up")
	p.WantEnd("hangup")
}
