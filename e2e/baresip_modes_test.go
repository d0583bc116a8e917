//go:build e2e

package e2e

import (
	"context"
	"net/netip"
	"testing"
	"time"

	"webtrunk/call"
	"webtrunk/soundcheck"
	"webtrunk/trunk"
)

// TestBaresip: a page talks to telephones that want it their way. Each hears
// the other, the telephone holds and resumes, and keys reach both sides.
func TestBaresip(t *testing.T) {
	for name, c := range map[string]struct {
		set  set
		line func(*trunk.Trunk)
	}{
		"plain":                    {set{}, func(*trunk.Trunk) {}},
		"SRTP or nothing":          {srtpOnly, func(t *trunk.Trunk) { t.SRTP = trunk.SRTPRequired }},
		"SRTP where it takes none": {set{}, func(t *trunk.Trunk) { t.SRTP = trunk.SRTPOffered }},
		"TLS and SRTP":             {set{srtpOnly.modules, srtpOnly.account, true}, func(t *trunk.Trunk) { t.SRTP = trunk.SRTPRequired }},
		"TCP":                      {set{}, func(t *trunk.Trunk) { t.Transport = trunk.TCP }},
		"keys by INFO":             {set{}, func(t *trunk.Trunk) { t.DTMF = trunk.DTMFInfo }},
		"reliable ringing offered": {set{}, func(t *trunk.Trunk) { t.Reliable = trunk.ReliableSupported }},
		"A-law before u-law":       {set{}, func(t *trunk.Trunk) { t.Codecs = []string{"pcma", "pcmu"} }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			far := c.set.pickUp(t)
			line := carrierAt("telephone", netip.AddrPortFrom(loopback, far.sip))
			c.line(&line)
			if c.set.tls {
				line.Proxy = netip.AddrPortFrom(loopback, far.sip+1).String()
				line.Transport, line.TLS = trunk.TLSOverIP, trunk.TLS{CA: far.ca, ServerName: certificateHost}
			}
			keys := newKeys()
			converse(t, towards(t, line, keys), far, keys, line.DTMF != trunk.DTMFInfo)
		})
	}
}

// converse is one call from a page to a telephone.
func converse(t *testing.T, r *rig, far *telephone, keys keys, events bool) {
	t.Helper()
	ctx := limited(t)
	made := r.callNumber(ctx, phoneLine)
	wantTalk(t, ctx, made)
	far.notices("CALL_ESTABLISHED")
	check(t, made.Speak(ctx, soundcheck.Sentence(soundcheck.Harbour)))
	hears(t, ctx, made, 2*time.Second)

	far.press("hold", "")
	_, err := made.Wait(ctx, "held")
	check(t, err)
	far.press("resume", "")
	_, err = made.Wait(ctx, "resumed")
	check(t, err)

	if events { // it has no other way to press keys
		far.press("sndcode", "4")
		keys.want(t, "4")
	}
	check(t, made.Digits("7"))
	far.noticesThat("CALL_DTMF_START", "7")

	_, err = made.Hangup(ctx)
	check(t, err)
	far.notices("CALL_CLOSED")
	wantHarbour(t, far.heard())
	r.close()
}

// keys are the keys that telephones press, as calls put them on record.
type keys chan string

func newKeys() keys { return make(keys, 10) }

// Append takes the keys out of what is put on record.
func (k keys) Append(_ context.Context, _ call.View, events []call.Event) error {
	for _, e := range events {
		if pressed, is := e.(call.LegPressed); is {
			k <- pressed.Digit
		}
	}
	return nil
}

func (k keys) want(t *testing.T, digit string) {
	t.Helper()
	select {
	case got := <-k:
		if got != digit {
			t.Errorf("key %s was pressed, want %s", got, digit)
		}
	case <-time.After(patience):
		t.Fatal("no key was pressed")
	}
}
