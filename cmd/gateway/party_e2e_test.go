//go:build e2e

package main

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"webtrunk/e2e/browser"
	"webtrunk/media/prompt"
	"webtrunk/soundcheck"
)

// A party is somebody at a browser of their own, whose microphone never pauses: it
// says a sentence, and hums below the band in which sentences are told apart.
type party struct {
	name  string
	b     *browser.Browser
	says  []int16
	page  *browser.Tab
	heard browser.Recording

	spared []stretch // of what was heard, where silence is in order
}

// A stretch of a recording, and how long a silence in it may be.
type stretch struct{ from, to, silence time.Duration }

// arrive starts a party's browser.
func arrive(t *testing.T, name string, sentence []int16) *party {
	t.Helper()
	return &party{name: name, b: browser.Start(t, browser.Speaking(t, humming(sentence))), says: sentence}
}

// humming is a sentence over a hum that goes on through its pauses. It is lower
// than 300 Hz, and begins anew where it ended.
func humming(sentence []int16) []int16 {
	const hz, amplitude = 200, 1500
	cycles := float64(hz * len(sentence) / soundcheck.Rate)
	hum := soundcheck.Sine(cycles*soundcheck.Rate/float64(len(sentence)), amplitude, len(sentence))
	for i, s := range sentence {
		hum[i] += s / 2
	}
	return hum
}

// open opens a page; what it shows is told when the test has failed.
func (p *party) open(t *testing.T, page *browser.Tab) {
	p.page = page
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("%s sees in the end: %q", p.name, visible(page))
		}
	})
}

// listen begins to record what the party hears.
func (p *party) listen() { p.heard = p.page.Hear() }

// spare allows silences for as long as something is done.
func (p *party) spare(silence time.Duration, do func()) {
	from := p.heard.Length()
	do()
	p.spared = append(p.spared, stretch{from, p.heard.Length(), silence})
}

// An ear is what a party is to hear, and what not.
type ear struct {
	who  *party
	what []int16
	not  [][]int16
}

// hears is an ear for one sentence, or of the music, and none of the others.
func (p *party) hears(what []int16, not ...[]int16) ear { return ear{p, what, not} }

// wantHeard listens to all for the same three seconds, until each has heard what it is
// to.
func wantHeard(t *testing.T, when string, all ...ear) {
	t.Helper()
	until(t, when, func() (wrong error) {
		begin := make([]time.Duration, len(all))
		for i, h := range all {
			begin[i] = h.who.heard.Length()
		}
		missing := []ear{}
		for i, h := range all {
			if err := h.in(h.who.heard.After(begin[i], 3*time.Second).PCM); err != nil {
				missing, wrong = append(missing, h), errors.Join(wrong, fmt.Errorf("%s: %w", h.who.name, err))
			}
		}
		all = missing
		return wrong
	})
}

func (h ear) in(pcm []int16) error {
	not := [][]int16{}
	for _, other := range h.not {
		not = append(not, looped(other, pcm))
	}
	what := h.what
	if len(what) < len(pcm)+aMinute {
		what = looped(what, pcm)
	}
	err := soundcheck.Tell(pcm, what, not...)
	for i, other := range not {
		if r := soundcheck.Compare(pcm, other); err != nil && r.Matches() {
			return fmt.Errorf("it is the one that it is not to be (the %dth, %v): %w", i+1, r, err)
		}
	}
	return err
}

// aMinute of music holds all of its loop, and the loop's end with its beginning.
const aMinute = 60 * soundcheck.Rate

// wantNoSilence looks through all that a party has heard for silences of more than a
// second where none was in order.
func (p *party) wantNoSilence(t *testing.T) {
	t.Helper()
	pcm := p.heard.AtLeast(0).PCM
	worst := time.Duration(0)
	for _, s := range soundcheck.Silences(pcm, soundcheck.Rate/4) {
		from, to := lasting(s[0]), lasting(s[1])
		allowed := p.allowed(from, to)
		if to-from > allowed {
			t.Errorf("%s heard nothing from %v to %v of %v, want no more than %v", p.name, from, to, lasting(len(pcm)), allowed)
		}
		if allowed == aSecond {
			worst = max(worst, to-from)
		}
	}
	t.Logf("%s heard %v, and nothing for %v at most", p.name, lasting(len(pcm)).Round(time.Second/10), worst)
}

// aSecond is how long nobody is to hear nothing.
const aSecond = time.Second

// allowed is how long a silence may be, by where it begins and ends.
func (p *party) allowed(from, to time.Duration) time.Duration {
	for _, s := range p.spared {
		if from < s.to && to > s.from {
			within := min(to, s.to) - max(from, s.from)
			return around(s.from-from) + min(within, s.silence) + around(to-s.to)
		}
	}
	return aSecond
}

// around is how much of a silence may lie before a stretch that is spared, or behind it:
// a second, as anywhere else, and one for the mark, which is set when the page is asked.
func around(outside time.Duration) time.Duration { return min(max(0, outside), 2*aSecond) }

// holdMusic is the gateway's own, for longer than its loop, so that any part of it
// is found.
func holdMusic(t *testing.T, l *prompt.Library) []int16 {
	t.Helper()
	s, err := l.Open("music")
	if err != nil {
		t.Fatal(err)
	}
	pcm := make([]int16, aMinute+10*soundcheck.Rate)
	return pcm[:s.Read(pcm)]
}
