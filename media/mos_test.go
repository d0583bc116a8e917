package media

import (
	"math"
	"testing"
	"time"
)

// TestRatingIsPublished holds the way from R to MOS against ITU-T G.107, table
// B.1, and its default R of 93.2 against the 4.41 that the model gives for an
// undisturbed telephone.
func TestRatingIsPublished(t *testing.T) {
	for r, want := range map[float64]float64{90: 4.34, 80: 4.03, 70: 3.60, 60: 3.10, 50: 2.58, 93.2: 4.41} {
		if got := rating(r); math.Abs(got-want) > 0.01 { // the table has 4.03 where the formula gives 4.024
			t.Errorf("R %v is %.3f, want %v", r, got, want)
		}
	}
	for r, want := range map[float64]float64{-20: 1, 0: 1, 3: 1, 100: 4.5, 120: 4.5} {
		if got := rating(r); got != want {
			t.Errorf("R %v is %v, want %v", r, got, want)
		}
	}
}

// TestLossImpairmentIsPublished holds it against the measured values of G.113
// for G.711 with concealment under random loss, from which its formula was
// fitted, within the fit's own error.
func TestLossImpairmentIsPublished(t *testing.T) {
	for percent, want := range map[float64]float64{0: 0, 1: 5, 2: 7, 3: 10, 5: 15, 7: 20, 10: 25} {
		if got := lossImpairment(percent / 100); math.Abs(got-want) > 2.1 {
			t.Errorf("%v %% loss impairs by %.1f, published %v", percent, got, want)
		}
	}
}

// TestDelayImpairmentIsTheStandards computes equation 7-27 by hand where that is
// easy: nothing up to 100 ms, X = 1 at 200 ms, X = 2 at 400 ms.
func TestDelayImpairmentIsTheStandards(t *testing.T) {
	for ms, want := range map[int]float64{
		0: 0, 100: 0,
		200: 25 * (math.Pow(2, 1./6) - 3*math.Pow(1+1./729, 1./6) + 2),
		400: 25 * (math.Pow(65, 1./6) - 3*math.Pow(1+64./729, 1./6) + 2),
	} {
		if got := delayImpairment(time.Duration(ms) * time.Millisecond); math.Abs(got-want) > 1e-9 {
			t.Errorf("%d ms impair by %v, want %v", ms, got, want)
		}
	}
}

// TestMOSFallsWithLossAndDelay: a better network never rates worse, and the
// categories of G.109 come out where they should: satisfied without loss, many
// dissatisfied at 10 %, and whatever is measured stays on the scale.
func TestMOSFallsWithLossAndDelay(t *testing.T) {
	if good, bad := MOS(0, 60*time.Millisecond), MOS(0.1, 200*time.Millisecond); good < 4.3 || bad > 3.5 || bad < 2.5 {
		t.Errorf("good %v, bad %v", good, bad)
	}
	for loss := 0.0; loss < 1; loss += 0.01 {
		for delay := time.Duration(0); delay < 2*time.Second; delay += 50 * time.Millisecond {
			here := MOS(loss, delay)
			if MOS(loss+0.01, delay) > here || MOS(loss, delay+50*time.Millisecond) > here {
				t.Fatalf("better with more than %v loss or %v", loss, delay)
			}
		}
	}
	for _, loss := range []float64{-1, 0, 1, 2, math.Inf(1)} {
		for _, delay := range []time.Duration{-time.Hour, 0, math.MaxInt64} {
			if m := MOS(loss, delay); !(m >= 1 && m <= 4.5) {
				t.Errorf("loss %v, delay %v: %v", loss, delay, m)
			}
		}
	}
}
