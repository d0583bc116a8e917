//go:build e2e

package e2e

import (
	"fmt"
	"testing"
	"time"

	"webtrunk/e2e/baresip"
	"webtrunk/e2e/browser"
	"webtrunk/soundcheck"
)

// long is how long a conversation is checked: two sentences.
const long = 9 * time.Second

// TestTelephone is a real browser and a real telephone, with the shipped
// program between them. The browser says a sentence over and over, the
// telephone plays a tone; each must hear the other.
func TestTelephone(t *testing.T) {
	binary := buildGateway(t)
	b := browser.Start(t, browser.Speaking(t, soundcheck.Sentence(soundcheck.Harbour)))

	t.Run("a visitor calls it", func(t *testing.T) {
		far := plain.PickUp(t)
		g := serve(t, binary, far.SIP)
		p := b.Open(t, g.site, browser.Granted)
		p.Click("button", "Call") // opens the panel
		p.Click("button", "Call")
		p.Says("status", "In call")
		wantTone(t, p.Hear())
		p.Click("button", "Hang up")
		p.WantEnd("hangup")
		p.WantStates("preparing", "connecting", "ringing", "in_call", "ended")
		far.Notices("CALL_CLOSED")
		wantSentence(t, far.Heard())
		g.stopQuietly()
	})

	t.Run("it calls the desk", func(t *testing.T) {
		far := plain.PickUp(t)
		g := serve(t, binary, far.SIP)
		p := b.Open(t, g.site+"/desk", browser.Granted)
		g.Wait("receives=browser:desk")
		far.Press("dial", fmt.Sprintf("sip:%s@127.0.0.1:%d", deskLine, g.sip))
		far.Notices("CALL_RINGING")
		p.Says("status", "Incoming call from +1\u00a0555\u00a0010\u00a00200") // phoneLine, as people write it
		p.Click("button", "Accept")
		p.Says("status", "In call")
		far.Notices("CALL_ESTABLISHED")
		wantTone(t, p.Hear())
		far.Press("hangup", "")
		p.WantEnd("hangup")
		p.WantStates("incoming", "connecting", "in_call", "ended")
		wantSentence(t, far.Heard())
		g.stopQuietly()
	})
}

// wantTone checks that the page hears the telephone's tone and little else.
func wantTone(t *testing.T, r browser.Recording) {
	t.Helper()
	r.AtLeast(time.Second) // what was played before the answer is over
	// A machine that has too much to do tears sound in a browser: then once more.
	for end := time.Now().Add(browser.Patience); ; {
		purity, level := soundcheck.Tone(r.Next(long).PCM, baresip.Hz)
		t.Logf("the page hears %v Hz at %.1f dBFS, %.3f pure", baresip.Hz, level, purity)
		if purity >= 0.9 && level >= -20 {
			return
		}
		if time.Now().After(end) {
			t.Fatal("the page does not hear the telephone's tone")
		}
	}
}

// wantSentence checks that the telephone has heard the browser's sentence.
func wantSentence(t *testing.T, heard []int16) {
	t.Helper()
	harbour, garden := soundcheck.Sentence(soundcheck.Harbour), soundcheck.Sentence(soundcheck.Garden)
	t.Logf("the telephone hears %v", soundcheck.Compare(heard, soundcheck.Looped(harbour, len(heard)+2*len(harbour))))
	if err := soundcheck.Hears(heard, harbour, garden); err != nil {
		t.Error(err)
	}
}
