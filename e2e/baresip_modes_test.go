//go:build e2e

package e2e

import (
	"context"
	"net/netip"
	"testing"
	"time"

	"webtrunk/call"
	"webtrunk/e2e/baresip"
	"webtrunk/soundcheck"
	"webtrunk/trunk"
)

// The telephones: one that speaks G.711 in the clear over UDP, one that takes no
// call in the clear, and one that speaks G.722 alone.
var (
	plain    = baresip.Set{Line: phoneLine}
	srtpOnly = baresip.Set{Line: phoneLine, Modules: "module srtp.so\n", Account: ";mediaenc=srtp-mand"}
	wideOnly = baresip.Set{Line: phoneLine, Modules: "module g722.so\n", Account: ";audio_codecs=G722/16000/1"}
)

// TestBaresip: a page talks to telephones that want it their way. Each hears
// the other, the telephone holds and resumes, and keys reach both sides.
func TestBaresip(t *testing.T) {
	for name, c := range map[string]struct {
		set  baresip.Set
		line func(*trunk.Trunk)
	}{
		"plain":                    {plain, func(*trunk.Trunk) {}},
		"SRTP or nothing":          {srtpOnly, func(t *trunk.Trunk) { t.SRTP = trunk.SRTPRequired }},
		"SRTP where it takes none": {plain, func(t *trunk.Trunk) { t.SRTP = trunk.SRTPOffered }},
		"TLS and SRTP":             {srtpOnly, func(t *trunk.Trunk) { t.SRTP = trunk.SRTPRequired }},
		"TCP":                      {plain, func(t *trunk.Trunk) { t.Transport = trunk.TCP }},
		"keys by INFO":             {plain, func(t *trunk.Trunk) { t.DTMF = trunk.DTMFInfo }},
		"reliable ringing offered": {plain, func(t *trunk.Trunk) { t.Reliable = trunk.ReliableSupported }},
		"A-law before u-law":       {plain, func(t *trunk.Trunk) { t.Codecs = []string{"pcma", "pcmu"} }},
		"wideband":                 {wideOnly, func(t *trunk.Trunk) { t.Codecs = []string{"g722", "pcmu"} }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ca := ""
			if name == "TLS and SRTP" {
				c.set.Certificate, ca = selfSigned(t, t.TempDir())
			}
			far := c.set.PickUp(t)
			line := carrierAt("telephone", netip.AddrPortFrom(loopback, far.SIP))
			c.line(&line)
			if ca != "" {
				line.Proxy = netip.AddrPortFrom(loopback, far.SIP+1).String()
				line.Transport, line.TLS = trunk.TLSOverIP, trunk.TLS{CA: ca, ServerName: certificateHost}
			}
			keys := newKeys()
			converse(t, towards(t, line, keys), far, keys, line.DTMF != trunk.DTMFInfo)
		})
	}
}

// converse is one call from a page to a telephone.
func converse(t *testing.T, r *rig, far *baresip.Telephone, keys keys, events bool) {
	t.Helper()
	ctx := limited(t)
	made := r.callNumber(ctx, phoneLine)
	wantTalk(t, ctx, made)
	far.Notices("CALL_ESTABLISHED")
	check(t, made.Speak(ctx, soundcheck.Sentence(soundcheck.Harbour)))
	hears(t, ctx, made, 2*time.Second)

	far.Press("hold", "")
	_, err := made.Wait(ctx, "held")
	check(t, err)
	far.Press("resume", "")
	_, err = made.Wait(ctx, "resumed")
	check(t, err)

	if events { // it has no other way to press keys
		far.Press("sndcode", "4")
		keys.want(t, "4")
	}
	check(t, made.Digits("7"))
	far.NoticesThat("CALL_DTMF_START", "7")

	_, err = made.Hangup(ctx)
	check(t, err)
	far.Notices("CALL_CLOSED")
	wantHarbour(t, far.Heard())
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
