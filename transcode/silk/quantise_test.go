package silk

import (
	"math"
	"math/rand/v2"
	"testing"
)

// A subframe is quantised the same in assembly and in Go, for any kind of
// frame and every lag, as long as no sum falls on the other side of a half.
func TestASubframeIsQuantisedAsInGo(t *testing.T) {
	for lag := shortestLag - 1; lag <= longestLag; lag++ {
		w, p, s := anyWork(lag)
		const at = 2 * subframe
		was, wasStep := *w, *s
		w.subframe(s, p, at)
		want, wantStep := was, wasStep
		want.subframeInGo(&wantStep, p, at)
		parted := firstDifference(w.pulses[at:], want.pulses[at:])
		if parted < 20 {
			t.Fatalf("lag %d: pulse %d is %d, in Go %d", s.lag, parted, w.pulses[at+parted], want.pulses[at+parted])
		}
		for i := range parted {
			i += memory + at
			near(t, "what is heard", w.heard[i], want.heard[i])
			near(t, "what is left", w.left[i], want.left[i])
		}
		if parted == subframe && s.seed != wantStep.seed {
			t.Fatalf("lag %d: the generator is at %#x, in Go at %#x", s.lag, s.seed, wantStep.seed)
		}
		for i := range w.heard {
			if written := i >= memory+at && i < memory+at+subframe; !written && (w.heard[i] != was.heard[i] || w.left[i] != was.left[i]) {
				t.Fatalf("lag %d: sample %d, outside the subframe, was written", s.lag, i)
			}
		}
	}
}

// anyWork is a subframe of noise with a past of noise; a lag under the shortest is none.
func anyWork(lag int) (*worked, *plan, *step) {
	var w worked
	var p plan
	for i := range memory + 2*subframe {
		w.heard[i] = rand.Float32()*2000 - 1000
		w.left[i] = rand.Float32()*400 - 200
	}
	for i := range p.hidden {
		p.hidden[i] = rand.Float32()*600 - 300
	}
	s := step{gain: 20 + 200*rand.Float32(), offset: offsetOf[lag%3], seed: rand.Uint32()}
	s.inverse = 1 / s.gain
	for k := range s.predict {
		s.predict[k] = (rand.Float32() - 0.5) / 4
		s.move[k] = (rand.Float32() - 0.5) / 4
	}
	if lag >= shortestLag {
		s.lag, s.filter = lag, pitchTaps[rand.IntN(filters)]
	}
	return &w, &p, &s
}

// firstDifference is where two subframes' pulses part, or their length.
func firstDifference(a, b []int8) int {
	for i := range subframe {
		if a[i] != b[i] {
			return i
		}
	}
	return subframe
}

func near(t *testing.T, what string, got, want float32) {
	t.Helper()
	if math.Abs(float64(got-want)) > 0.02 {
		t.Fatalf("%s: %g, in Go %g", what, got, want)
	}
}

// What is far too loud for its gain has the largest pulse, and what is no
// number has any: neither leads beyond the table of levels.
func TestAPulseIsNeverTooLarge(t *testing.T) {
	eachWay(t, func(t *testing.T) {
		for _, x := range []float64{1e4, -1e4, 1e9, -1e9, 1e20, -1e20, 1e38, -1e38, math.Inf(1), math.Inf(-1), math.NaN()} {
			w, p, s := anyWork(60)
			for i := range p.hidden {
				p.hidden[i] = float32(x)
			}
			w.subframe(s, p, 0)
			for i, pulse := range w.pulses[:subframe] {
				if pulse > mostPulse || pulse < -mostPulse {
					t.Errorf("%g: pulse %d is %d", x, i, pulse)
				}
			}
		}
	})
}
