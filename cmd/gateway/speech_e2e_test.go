//go:build e2e

package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
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

// until tries again until it goes well, for twice as long as a page may take. A
// machine that has too much to do stretches and tears sound on its way through
// a browser, the first word after a silence above all; what is wrong with a
// codec or a route of ours is wrong every time.
func until(t *testing.T, what string, try func() error) {
	t.Helper()
	for end := time.Now().Add(2 * browser.Patience); ; {
		err := try()
		if err == nil {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("%s: %v", what, err)
		}
		t.Logf("once more: %s: %v", what, err)
	}
}

// says checks that a sentence, said over and over, is what is heard, and not
// the other one. next returns more of what is heard.
func says(t *testing.T, where string, sentence, other []int16, next func() []int16) {
	t.Helper()
	until(t, where, func() error {
		heard := next()
		t.Logf("%s: %v", where, soundcheck.Compare(heard, looped(sentence, heard)))
		return soundcheck.Tell(heard, looped(sentence, heard), looped(other, heard))
	})
}

// saysHarbour checks that what is heard is what the microphone says.
func saysHarbour(t *testing.T, where string, next func() []int16) {
	t.Helper()
	says(t, where, harbour, garden, next)
}

// inPage returns what a page hears, a sentence at a time.
func inPage(r browser.Recording) func() []int16 {
	return func() []int16 { return r.Next(5 * time.Second).PCM }
}

// atTelephone returns what a telephone hears, a sentence at a time.
func atTelephone(t *testing.T, far *carrier.Call) func() []int16 {
	return func() []int16 { t.Helper(); return hearing(t, far, 5*time.Second) }
}

// hearing waits until a telephone has heard this much more than before, and
// returns that.
func hearing(t *testing.T, far *carrier.Call, long time.Duration) []int16 {
	t.Helper()
	from := len(far.Heard())
	enough := from + int(long.Seconds()*soundcheck.Rate)
	if err := far.Wait(inTime(t), func(c *carrier.Call) bool { return len(c.Heard()) >= enough }); err != nil {
		t.Fatalf("the telephone hears no more: %v", err)
	}
	return far.Heard()[from:enough]
}

func lasting(samples int) time.Duration {
	return time.Duration(samples) * time.Second / soundcheck.Rate
}

func theSpeechComesBack(t *testing.T, b *browser.Browser) {
	r := rehearse(t, carrier.Config{})
	p := r.phone(b)
	p.Call(echoNumber)
	p.Says("status", "In call")
	spoken, heard := p.Overhear(), p.Hear()
	saysHarbour(t, "the page, from the echo", inPage(heard))
	saysHarbour(t, "the telephone", atTelephone(t, r.at(echoNumber)))
	back, said := heard.AtLeast(0), spoken.AtLeast(0)
	lag := lasting(soundcheck.Compare(back.PCM, said.PCM).DelaySamples)
	round := lasting(len(harbour)) // what is said over and over is found in any round of it
	delay := ((back.Since-said.Since+lag)%round + round) % round
	t.Logf("from the microphone to the telephone and back in %v", delay.Round(time.Millisecond))
	p.Click("button", "Hang up")
	p.WantEnd("hangup")
	p.WantStates("preparing", "connecting", "ringing", "in_call", "ended")
}

// A visitor's browser cancels echo and noise and turns the volume up, so that
// less is promised of the sound: the sentences are still told from each other.
func aVisitorTalksWithTheShop(t *testing.T, b *browser.Browser) {
	r := rehearse(t, carrier.Config{})
	p := b.Open(t, r.urls()[0]+"/", browser.Granted)
	p.Click("button", "Call")
	until(t, "the shop and its visitor", func() error {
		p.Forget()
		p.Click("button", "Call")
		heard := p.Hear()
		p.Says("status", "In call")
		far := r.at(shopNumber, carrier.Up)
		said := hearing(t, far, 4*time.Second)
		greeting := allSaid(t, far, heard)
		t.Logf("visitor: %v", soundcheck.Compare(said, looped(harbour, said)))
		p.Click("button", "Hang up")
		p.WantEnd("hangup")
		if err := far.Wait(inTime(t), carrier.Ended); err != nil {
			t.Fatal(err)
		}
		return errors.Join(greeted(greeting), tellRoughly(said, harbour, garden))
	})
}

// allSaid is what a page hears up to a second after the shop has said its greeting.
func allSaid(t *testing.T, far *carrier.Call, heard browser.Recording) []int16 {
	t.Helper()
	packets := len(carrier.Welcome()) / (soundcheck.Rate / 50)
	if err := far.Wait(inTime(t), func(c *carrier.Call) bool { return c.RTP().Out > packets }); err != nil {
		t.Fatalf("the shop has not said its greeting: %+v", far.RTP())
	}
	return heard.Until(time.Second).PCM
}

// greeted looks for the shop's greeting in what was heard, a syllable of each half
// second, in their order. There is ringing before it and an echo behind; a browser without
// a sound card, on a machine that has too much to do, stretches its first word.
func greeted(heard []int16) error {
	const syllable = soundcheck.Rate / 4
	found, last, heardAt := 0, 0, []string{}
	for from := 4 * syllable; from+syllable <= len(carrier.Welcome()); from += 2 * syllable {
		likeness, at := find(heard, carrier.Welcome()[from:from+syllable])
		heardAt = append(heardAt, fmt.Sprintf("%.2f at %v", likeness, lasting(at)))
		if likeness >= 0.8 && at > last {
			found, last = found+1, at
		}
	}
	other, _ := find(heard, garden[4*syllable:5*syllable])
	if found < 5 || other >= 0.8 {
		return fmt.Errorf("of the greeting %d syllables are heard in their order, of seven: %s; one of another sentence by %.2f", found, heardAt, other)
	}
	return nil
}

// tellRoughly is soundcheck.Tell for what a browser's processing has changed.
func tellRoughly(heard, right, wrong []int16) error {
	r, w := soundcheck.Compare(heard, looped(right, heard)), soundcheck.Compare(heard, looped(wrong, heard))
	if r.Median < 0.6 || w.Median > r.Median-0.2 {
		return fmt.Errorf("not the sentence: %v; as another: %v", r, w)
	}
	return nil
}

func digitsAreSpokenBack(t *testing.T, b *browser.Browser) {
	r := rehearse(t, carrier.Config{})
	p := r.phone(b)
	p.Call(digitsNumber)
	p.Says("status", "In call")
	p.Click("button", "Dial pad")
	pressed := ""
	until(t, "the digits spoken back", func() error {
		heard := p.Hear()
		for _, key := range []string{"7", "2", "Hash"} {
			p.Click("button", key)
		}
		pressed += "72#"
		wantDigits(t, r.at(digitsNumber), pressed)
		if got := p.Text("group"); !strings.HasPrefix(got, pressed) {
			t.Errorf("the dial pad shows %q, want %q", got, pressed)
		}
		return spokenInOrder(t, heard.Until(3*time.Second).PCM)
	})
	p.Click("button", "Hang up")
	p.WantEnd("hangup")
}

// wantDigits waits until a telephone has got all digits, as events that are
// long enough for any exchange.
func wantDigits(t *testing.T, far *carrier.Call, want string) {
	t.Helper()
	short := func(d carrier.Digit) bool { return d.By != "rtp" || d.Duration < 100*time.Millisecond }
	all := func(c *carrier.Call) bool { return c.Digits() == want && !slices.ContainsFunc(c.DigitEvents(), short) }
	if err := far.Wait(inTime(t), all); err != nil {
		t.Fatalf("the telephone got %+v, want %s by events of 100 ms or more: %v", far.DigitEvents(), want, err)
	}
}

// spokenInOrder looks for the recordings of 7, 2 and #, and of other keys.
func spokenInOrder(t *testing.T, heard []int16) error {
	before := 0
	for _, key := range []byte("72#") {
		likeness, at := find(heard, carrier.SpokenDigit(key))
		t.Logf("%c is heard with a likeness of %.2f", key, likeness)
		if likeness < spokenLikeness || at < before {
			return fmt.Errorf("%c is heard at %v, after %v, with a likeness of %.2f", key, lasting(at), lasting(before), likeness)
		}
		before = at
	}
	for _, key := range []byte("94*") {
		if likeness, _ := find(heard, carrier.SpokenDigit(key)); likeness >= spokenLikeness {
			return fmt.Errorf("%c, which nobody pressed, is heard with a likeness of %.2f", key, likeness)
		}
	}
	return nil
}

func muteSilences(t *testing.T, b *browser.Browser) {
	r := rehearse(t, carrier.Config{})
	p := r.phone(b)
	p.Call(echoNumber)
	p.Says("status", "In call")
	far := r.at(echoNumber, carrier.Reached(carrier.Confirmed))
	saysHarbour(t, "before", atTelephone(t, far))
	p.Click("button", "Mute")
	p.Says("status", "You are muted.")
	until(t, "silence at the telephone", func() error { // what was said before may still be on its way
		if silence := hearing(t, far, 2*time.Second); !soundcheck.Silent(silence) {
			return fmt.Errorf("the telephone hears a muted page: %v", soundcheck.Compare(silence, looped(harbour, silence)))
		}
		return nil
	})
	p.Click("button", "Mute")
	p.Eventually("no word of muting", func() bool { return p.Text("status") == "In call" })
	saysHarbour(t, "after", atTelephone(t, far))
	if s := far.RTP(); s.Lost > 0 || s.Strange > 0 {
		t.Errorf("the stream at the telephone has holes: %+v", s)
	}
	p.Click("button", "Hang up")
	p.WantEnd("hangup")
}
