//go:build e2e

package main

import (
	"slices"
	"testing"
	"time"

	"webtrunk/carrier"
	"webtrunk/directory"
	"webtrunk/e2e/browser"
)

// rehearseByCable starts a demo whose pages are reached through a cable.
func rehearseByCable(t *testing.T, change ...func(*demo)) (*rehearsal, *cable) {
	var c *cable
	r := rehearse(t, carrier.Config{}, append(change, func(d *demo) {
		c = lay(t, d.site.addr().String())
		origin, err := directory.ParseOrigin(c.url())
		if err != nil {
			t.Fatal(err)
		}
		for i := range d.cfg.Keys {
			d.cfg.Keys[i].Origins = append(d.cfg.Keys[i].Origins, origin)
		}
	})...)
	return r, c
}

func aLostConnectionComesBack(t *testing.T, b *browser.Browser) {
	r, c := rehearseByCable(t)
	p := b.Open(t, c.url()+"/phone", browser.Granted)
	p.Unprocessed()
	p.Call(echoNumber)
	p.Says("status", "In call")
	heard := p.Hear()
	saysHarbour(t, "before", inPage(heard))

	c.cut()
	p.Says("status", "The connection is lost. Reconnecting…")
	far := r.at(echoNumber)
	saysHarbour(t, "meanwhile, at the telephone", atTelephone(t, far))
	c.mend()
	p.ComesBack("the call again", func() bool { return p.Text("status") == "In call" })
	if n := r.browsers.Stats().Resumed; n != 1 {
		t.Errorf("%d sessions were taken up again, want 1", n)
	}
	saysHarbour(t, "after", inPage(heard))

	// The connection that came back carries messages: the page can hang up.
	p.Click("button", "Hang up")
	p.WantEnd("hangup")
	p.WantStates("preparing", "connecting", "ringing", "in_call", "reconnecting", "in_call", "ended")
	want := []string{"→ INVITE", "← 100 INVITE", "← 180 INVITE", "← 200 INVITE", "→ ACK", "→ BYE", "← 200 BYE"}
	if err := far.Wait(inTime(t), carrier.Ended); err != nil || !slices.Equal(far.Transcript(), want) {
		t.Errorf("the carrier saw %q, want %q", far.Transcript(), want)
	}
}

func aConnectionThatStaysLostEndsTheCall(t *testing.T, b *browser.Browser) {
	r, c := rehearseByCable(t, func(d *demo) { d.pageLimits.Grace = 2 * time.Second })
	p := b.Open(t, c.url()+"/phone", browser.Granted)
	p.Call(echoNumber)
	p.Says("status", "In call")
	c.cut()
	p.Reached("reconnecting") // for two seconds
	p.WantEnd("connection_lost")
	p.Says("status", "The connection was lost for too long, and the call has ended.")
	p.WantStates("preparing", "connecting", "ringing", "in_call", "reconnecting", "ended")
	far := r.at(echoNumber, carrier.Ended)
	if far.End().By != carrier.Them || far.Count("→ BYE") != 1 || far.Count("← 200 BYE") != 1 {
		t.Errorf("the carrier saw %q, want the gateway to hang up once", far.Transcript())
	}
	if !eventually(func() bool { s := r.browsers.Stats(); return s.Sessions+s.Sockets == 0 }) {
		t.Errorf("left of a page that has gone: %+v", r.browsers.Stats())
	}
}

func aClosedTabEndsItsCall(t *testing.T, b *browser.Browser) {
	r := rehearse(t, carrier.Config{}, func(d *demo) { d.pageLimits.Grace = 2 * time.Second })
	p := r.phone(b)
	p.Call(echoNumber)
	p.Says("status", "In call")
	p.Close()
	far := r.at(echoNumber, carrier.Ended)
	if far.End().By != carrier.Them || far.Count("→ BYE") != 1 {
		t.Errorf("the carrier saw %q, want the gateway to hang up once", far.Transcript())
	}
}
