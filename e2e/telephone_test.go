//go:build e2e

package e2e

import (
	"fmt"
	"testing"
	"time"

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
		far := pickUp(t)
		g := serve(t, binary, far.sip)
		p := b.Open(t, g.site, browser.Granted)
		p.Click("button", "Call") // opens the panel
		p.Click("button", "Call")
		p.Says("status", "In call")
		wantTone(t, p.Hear())
		p.Click("button", "Hang up")
		p.WantEnd("hangup")
		p.WantStates("preparing", "connecting", "ringing", "in_call", "ended")
		far.notices("CALL_CLOSED")
		wantSentence(t, far.heard())
		g.stopQuietly()
	})

	t.Run("it calls the desk", func(t *testing.T) {
		far := pickUp(t)
		g := serve(t, binary, far.sip)
		p := b.Open(t, g.site+"/desk", browser.Granted)
		g.wait("receives=browser:desk")
		far.press("dial", fmt.Sprintf("sip:%s@127.0.0.1:%d", deskLine, g.sip))
		far.notices("CALL_RINGING")
		p.Says("status", "Incoming call from +1\u00a0555\u00a0010\u00a00200") // phoneLine, as people write it
		p.Click("button", "Accept")
		p.Says("status", "In call")
		far.notices("CALL_ESTABLISHED")
		wantTone(t, p.Hear())
		far.press("hangup", "")
		p.WantEnd("hangup")
		p.WantStates("incoming", "connecting", "in_call", "ended")
		wantSentence(t, far.heard())
		g.stopQuietly()
	})
}

// wantTone checks that the page hears the telephone's tone and little else.
func wantTone(t *testing.T, r browser.Recording) {
	t.Helper()
	r.AtLeast(time.Second) // what was played before the answer is over
	purity, level := soundcheck.Tone(r.Next(long).PCM, hz)
	t.Logf("the page hears %d Hz at %.1f dBFS, %.3f pure", hz, level, purity)
	if purity < 0.9 || level < -20 {
		t.Errorf("the page does not hear the telephone's tone")
	}
}

// wantSentence checks that the telephone has heard the browser's sentence.
func wantSentence(t *testing.T, heard []int16) {
	t.Helper()
	said := func(name string) []int16 {
		sentence := soundcheck.Sentence(name)
		return soundcheck.Looped(sentence, len(heard)+2*len(sentence))
	}
	t.Logf("the telephone hears %v", soundcheck.Compare(heard, said(soundcheck.Harbour)))
	if err := soundcheck.Tell(heard, said(soundcheck.Harbour), said(soundcheck.Garden)); err != nil {
		t.Error(err)
	}
}
