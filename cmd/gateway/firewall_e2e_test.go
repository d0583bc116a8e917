//go:build e2e

package main

import (
	"testing"
	"time"

	"webtrunk/carrier"
	"webtrunk/e2e/browser"
)

// A firewall drops UDP: the check says so, and a call has sound both ways by TCP.
func aFirewallBlocksUDP(t *testing.T, f *browser.Firefox) {
	r := rehearse(t, carrier.Config{}, reachable(f))
	f.Blocks(t, "udp", r.browsers.MediaAddr().Port())
	p := r.tested(f.Browser, r.urls()[0])
	carries(p, "This network blocks the usual way of sound (UDP). Calls work by another way")
	p.Says("status", "Everything is ready. You can call now.")
	p.Call(echoNumber)
	p.Says("status", "In call")
	saysTone(t, "the telephone", r.at(echoNumber, carrier.Up))
	heard := p.Hear()
	until(t, "in the page", func() error { return tellFirefoxTone(t, heard.Next(2*time.Second).PCM) })
	p.Click("button", "Hang up")
	p.WantEnd("hangup")
}

// A firewall drops all that goes to the gateway from when the page is open: nothing is
// refused, it is only never answered.
func aFirewallBlocksEverything(t *testing.T, f *browser.Firefox) {
	r := rehearse(t, carrier.Config{}, reachable(f))
	p := r.tested(f.Browser, r.urls()[0])
	p.Click("button", "Call")
	p.Click("button", "Check before you call") // which is loaded so
	p.Click("button", "Close the check")
	p.Click("button", "Close")
	f.Blocks(t, "tcp", r.site.addr().AddrPort().Port())
	for _, protocol := range []string{"udp", "tcp"} {
		f.Blocks(t, protocol, r.browsers.MediaAddr().Port())
	}
	carries(p, "The call service cannot be reached from this network.")
	insteadDial(p)
}

// carries has the page check, and returns once it says what it found of the network. A
// Firefox without a loudspeaker, as this one is, runs no AudioContext: the microphone is
// not said to be silent, for nobody knows.
func carries(p *browser.Tab, finds string) {
	p.Set("fallback", "+15550100199")
	p.Click("button", "Call")
	p.Click("button", "Check before you call")
	p.Says("status", finds)
	p.Says("status", "Your microphone is on, but this browser cannot measure here what it hears.")
}
