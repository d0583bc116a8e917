//go:build e2e

package main

import (
	"testing"
	"time"

	"webtrunk/carrier"
	"webtrunk/e2e/browser"
	"webtrunk/load"
)

// A page begins in Opus, changes to G.711 when nothing has been lost for a
// while, and back when its network begins to lose: over one connection, while
// the speech goes on both ways.
func theCodecChangesInTheCall(t *testing.T, b *browser.Browser) {
	r := rehearse(t, carrier.Config{}, func(d *demo) {
		d.pageLimits.Pause = 2 * time.Second
		d.measure = load.Config{Meter: &needle{}} // this machine may be busy, and late
		d.cfg.Limits.Lateness = 0
	})
	way := fly(t, r.browsers.MediaAddr())
	p := r.phone(b)
	p.Reroute(way.port(), false)
	p.Call(echoNumber)
	p.Says("status", "In call")
	heard, far := p.Hear(), r.at(echoNumber)
	speaks := func(want string) {
		t.Helper()
		p.Eventually("the page speaks "+want, func() bool { codec, _ := p.Speaks(); return codec == want })
	}
	speaks("audio/pcmu")
	saysHarbour(t, "in G.711, at the telephone", atTelephone(t, far))
	saysHarbour(t, "in G.711, in the page", inPage(heard))

	way.thin.Store(true)
	speaks("audio/opus")
	way.thin.Store(false)
	saysHarbour(t, "in Opus again, at the telephone", atTelephone(t, far))
	saysHarbour(t, "in Opus again, in the page", inPage(heard))
	if _, made := p.Speaks(); made != 1 {
		t.Errorf("the page has made %d connections, want the one", made)
	}
	p.Click("button", "Hang up")
	p.WantEnd("hangup")
	p.WantStates("preparing", "connecting", "ringing", "in_call", "ended")
}
