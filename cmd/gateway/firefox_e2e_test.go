//go:build e2e

package main

import (
	"fmt"
	"testing"
	"time"

	"webtrunk/carrier"
	"webtrunk/e2e/browser"
	"webtrunk/soundcheck"
)

// TestFromAFirefox has people at a real Firefox call the simulated telephone network
// through a whole gateway. Its microphone plays a tone.
func TestFromAFirefox(t *testing.T) {
	f := browser.StartFirefox(t)
	for _, story := range []struct {
		name string
		tell func(*testing.T, *browser.Firefox)
	}{
		{"a firewall blocks everything", aFirewallBlocksEverything},
		{"a firewall blocks UDP", aFirewallBlocksUDP},
		{"a chat and a whiteboard", aFirefoxWritesAndDraws},
		{"a whole call", aWholeCallFromAFirefox},
	} {
		t.Run(story.name, func(t *testing.T) {
			t.Parallel()
			story.tell(t, f)
		})
	}
}

// reachable has browsers' sound come in where a Firefox can send it.
func reachable(f *browser.Firefox) func(*demo) {
	return func(d *demo) { d.cfg.Media.ICEListen = f.Here() }
}

// aWholeCallFromAFirefox has sound both ways, digits and mute, and ends at the page.
func aWholeCallFromAFirefox(t *testing.T, f *browser.Firefox) {
	const number = "+15550100150"
	r := rehearse(t, carrier.Config{Numbers: []carrier.Number{{Number: number, Behaviour: carrier.Manual}}}, reachable(f))
	p := r.phone(f.Browser)
	p.Call(number)
	far := r.at(number)
	if err := far.Answer(inTime(t)); err != nil {
		t.Fatal(err)
	}
	p.Says("status", "In call")
	played := make(chan error, 1)
	go func() { played <- far.Play(t.Context(), soundcheck.Looped(garden, 300*soundcheck.Rate)) }()
	heard := p.Hear()
	says(t, "the page", garden, harbour, inPage(heard))
	saysTone(t, "the telephone", far)

	p.Click("button", "Dial pad")
	for _, key := range []string{"7", "2", "Hash"} {
		p.Click("button", key)
	}
	wantDigits(t, far, "72#")

	p.Click("button", "Mute")
	p.Says("status", "You are muted.")
	until(t, "silence at the telephone", func() error { // or nothing: a fake microphone that is not used is turned off
		from := len(far.Heard())
		heard.Next(2 * time.Second)
		if said := far.Heard()[from:]; len(said) > 0 && !soundcheck.Silent(said) {
			return fmt.Errorf("the telephone hears a muted page for %v", lasting(len(said)))
		}
		return nil
	})
	p.Click("button", "Mute")
	saysTone(t, "the telephone, unmuted", far)

	p.Click("button", "Hang up")
	p.WantEnd("hangup")
	<-played
	p.WantStates("preparing", "connecting", "in_call", "ended")
}

// saysTone waits until a telephone hears what a Firefox's microphone plays.
func saysTone(t *testing.T, where string, far *carrier.Call) {
	t.Helper()
	until(t, where, func() error { return tellTones(t, hearing(t, far, 2*time.Second), browser.FirefoxTone) })
}
