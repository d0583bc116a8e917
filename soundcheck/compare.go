package soundcheck

import (
	"fmt"
	"math"
)

const (
	windowLength = Rate / 2         // half a second
	searchLags   = 80 * Rate / 1000 // ± 80 ms
	fewestToTell = 3                // windows that a verdict needs: 1.5 s of speech

	likeness = 0.8 // median from which it is the sentence
	distance = 0.3 // how much lower any other sentence must lie
)

// A Result says how alike what was heard and its source are.
type Result struct {
	Median       float64 // of the windows' correlations, 0 to 1
	Windows      int     // half-second windows of the heard that hold speech
	DelaySamples int     // how much later than in the source the speech is heard
	LevelDB      float64 // level of the heard speech against the source's
	Gaps         int     // holes of more than 60 ms where the source speaks
	Clicks       int     // sample jumps that the source does not have
}

// Matches reports whether the source is what was heard.
func (r Result) Matches() bool { return r.Windows >= fewestToTell && r.Median >= likeness }

func (r Result) String() string {
	return fmt.Sprintf("median %.2f in %d windows, delay %d ms, level %+.1f dB, %d gaps, %d clicks",
		r.Median, r.Windows, r.DelaySamples*1000/Rate, r.LevelDB, r.Gaps, r.Clicks)
}

// Compare compares what was heard with its source, both at Rate. A source that
// was played in a loop must be given Looped.
func Compare(heard, source []int16) Result {
	h, s := inBand(heard), inBand(source)
	r := Result{}
	if len(h) < windowLength || len(s) < windowLength {
		return r
	}
	r.DelaySamples = align(h, s)
	scores := compareWindows(h, s, r.DelaySamples)
	if len(scores) == 0 {
		return r
	}
	r.Windows = len(scores)
	r.Median = median(scores)
	r.LevelDB = level(h) - level(s)
	r.Gaps = gaps(h, s, r.DelaySamples)
	r.Clicks = max(0, Clicks(heard)-Clicks(source))
	return r
}

// Tell returns nil when what was heard is the right sentence and none of the
// wrong ones, else an error that says what was found instead.
func Tell(heard, right []int16, wrong ...[]int16) error {
	r := Compare(heard, right)
	if !r.Matches() {
		return fmt.Errorf("soundcheck: this is not the sentence: %v", r)
	}
	for _, w := range wrong {
		if other := Compare(heard, w); other.Median > r.Median-distance {
			return fmt.Errorf("soundcheck: the sentence (%v) cannot be told from another (%v)", r, other)
		}
	}
	return nil
}

// compareWindows returns the best correlation of each window of h that holds
// speech. A window that matches moves the place where the next is looked for.
func compareWindows(h, s []float64, delay int) []float64 {
	var scores []float64
	floor := speechFloor(h)
	for at := 0; at+windowLength <= len(h); at += windowLength {
		w := h[at : at+windowLength]
		if rms(w) < floor {
			continue
		}
		score, moved := bestMatch(w, s, at-delay)
		if score >= likeness {
			delay -= moved
		}
		scores = append(scores, score)
	}
	return scores
}

// bestMatch correlates w with the source around place.
func bestMatch(w, s []float64, place int) (best float64, moved int) {
	from, to := max(0, place-searchLags), min(len(s), place+searchLags+windowLength)
	if to-from < windowLength {
		return 0, 0
	}
	s = s[from:to]
	cross := correlate(s, w)
	norm := rms(w) * math.Sqrt(windowLength)
	energy := 0.0 // of the source's window, sliding
	for _, x := range s[:windowLength] {
		energy += x * x
	}
	for lag := 0; ; lag++ {
		if energy > 1 {
			if score := cross[lag] / (norm * math.Sqrt(energy)); score > best {
				best, moved = score, from+lag-place
			}
		}
		if lag+windowLength >= len(s) {
			return best, moved
		}
		energy += s[lag+windowLength]*s[lag+windowLength] - s[lag]*s[lag]
	}
}

// speechFloor is the level from which a window holds speech: 20 dB below the
// loudest window, and never as low as the noise of G.711.
func speechFloor(h []float64) float64 {
	loudest := 0.0
	for at := 0; at+windowLength <= len(h); at += windowLength {
		loudest = max(loudest, rms(h[at:at+windowLength]))
	}
	const quiet = 60 // of 32768: -55 dBFS
	return max(loudest/10, quiet)
}
