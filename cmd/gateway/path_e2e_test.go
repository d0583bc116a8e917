//go:build e2e

package main

import (
	"testing"
	"time"

	"webtrunk/carrier"
	"webtrunk/e2e/browser"
)

// A call of sound alone loses its path, and the page finds another from where it
// is then: over one connection, the speech goes on both ways.
func aCallFindsAnotherPath(t *testing.T, b *browser.Browser) {
	r := rehearse(t, carrier.Config{})
	way := fly(t, r.browsers.MediaAddr())
	p := r.phone(b)
	p.Reroute(way.port(), false)
	p.Call(echoNumber)
	p.Says("status", "In call")
	heard, far := p.Hear(), r.at(echoNumber)
	saysHarbour(t, "before, in the page", inPage(heard))

	before := p.Received().Samples
	way.cut()
	browser.Evaluate[bool](p, `dispatchEvent(new Event("online"))`)
	took := p.ComesBack("sound again", func() bool { return p.Received().Samples > before+8000 }) // a second in G.711, less in Opus
	t.Logf("sound had come again %v after the cut", took.Round(100*time.Millisecond))
	saysHarbour(t, "after, in the page", inPage(heard))
	saysHarbour(t, "after, at the telephone", atTelephone(t, far))
	if n := p.Received().Connections; n != 1 {
		t.Errorf("the page has made %d connections, want its first to go on", n)
	}
	p.Click("button", "Hang up")
	p.WantEnd("hangup")
}

// Where UDP is blocked, a call of sound alone goes over TCP. When its telephone
// falls silent, the page says so, and takes it back when it speaks again.
func aCallWithoutUDP(t *testing.T, b *browser.Browser) {
	r := rehearse(t, carrier.Config{}, watched)
	way := fly(t, r.browsers.MediaAddr())
	way.close()
	p := r.phone(b)
	p.Reroute(way.port(), true)
	p.Call(echoNumber)
	p.Says("status", "In call")
	far := r.at(echoNumber)
	saysHarbour(t, "in the page", inPage(p.Hear()))
	saysHarbour(t, "at the telephone", atTelephone(t, far))
	if got := p.Received().Protocol; got != "tcp" {
		t.Errorf("the path is over %q, want tcp", got)
	}

	const silent = "No sound comes from the telephone network. If it stays silent, hang up and call again."
	far.Impair(carrier.Impairment{DropPercent: 100})
	p.Eventually("the page tells of the silence", func() bool { return p.Text("alert") == silent })
	far.Impair(carrier.Impairment{})
	p.Eventually("the page takes it back", func() bool { return p.Text("alert") != silent })
	p.Click("button", "Hang up")
	p.WantEnd("hangup")
}
