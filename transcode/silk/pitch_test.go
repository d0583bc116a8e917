package silk

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// pulses is a residue with a pulse every lag samples.
func pulsesEvery(lag float64) (r residue) {
	for i := range r {
		phase := math.Mod(float64(i), lag)
		r[i] = float32(1000*math.Exp(-phase*phase/4) + 20*math.Sin(float64(i)*2.7))
	}
	return r
}

// The pitch of every voice is found, or a multiple of it that serves as well.
func TestEveryPitchIsFound(t *testing.T) {
	eachWay(t, func(t *testing.T) {
		for lag := 20; lag < longestLag; lag += 3 {
			r := pulsesEvery(float64(lag))
			got, contour, likeness := r.pitch(0)
			off := math.Mod(float64(got)+float64(lag)/2, float64(lag)) - float64(lag)/2
			if math.Abs(off) > 1 || likeness < 0.5 {
				t.Errorf("a pulse every %d samples: found %d, contour %d, likeness %.2f", lag, got, contour, likeness)
			}
		}
	})
}

func TestNoiseHasNoPitch(t *testing.T) {
	seed := uint32(3)
	var r residue
	for i := range r {
		seed = nextSeed(seed)
		r[i] = float32(int32(seed) >> 16)
	}
	if lag, _, likeness := r.pitch(0); likeness > likeEnough {
		t.Errorf("noise is as like itself as %.2f at %d", likeness, lag)
	}
}

// A filter whose taps make the subframe of its past is found, and leaves
// nothing but rounding.
func TestThePitchFilterIsFound(t *testing.T) {
	eachWay(t, func(t *testing.T) {
		for book := range books {
			for i := bookStart[book]; i < bookStart[book+1]; i++ {
				seed := uint32(i)
				var r residue
				for k := range memory {
					seed = nextSeed(seed)
					r[k] = float32(int32(seed) >> 20)
				}
				const lag = 60
				for k := memory; k < memory+subframe; k++ {
					for tap, b := range pitchTaps[i] {
						r[k] += b * r[k-lag+2-tap]
					}
				}
				c, m := correlatePast(&r, memory, lag)
				e := energy(r[memory:memory+subframe]) + 1
				var least [books]uint32
				leastLeft(&least, e, &c, &m)
				best, left := int(least[book]&numberMask), math.Float32frombits(least[book]&^numberMask)
				loud := pitchTable[taps][i] > 0.05 // the others cost more than they save
				if loud && (best != i || left > 0.4*e*pitchTable[2*taps][i]) {
					t.Errorf("book %d: filter %d is found as %d and leaves %.2f", book, i, best, left/e)
				}
			}
		}
	})
}

// What codeGains says is what a decoder makes of it (RFC 6716 §4.2.7.4).
func TestGainsAreDecodedAsBelieved(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		last := rapid.IntRange(0, 63).Draw(r, "last")
		var numbers [subframes]int
		for k := range numbers {
			numbers[k] = rapid.IntRange(0, 63).Draw(r, "gain")
		}
		wanted := numbers
		coded := codeGains(&numbers, last)
		now := max(int(coded[0]), last-16)
		for k, n := range numbers {
			if k > 0 {
				now = min(max(2*int(coded[k])-16, now+int(coded[k])-4, 0), 63)
			}
			if now != n || coded[k] > 63 || (k > 0 && coded[k] > 40) {
				r.Fatalf("gain %d is %d for a decoder, %d was believed", k, now, n)
			}
			if k > 0 && n < wanted[k]-1 {
				r.Fatalf("gain %d is %d, %d was wanted: a rise is always possible", k, n, wanted[k])
			}
		}
	})
	for i := 1; i < gainLevels; i++ {
		if db := 20 * math.Log10(float64(gainOf[i]/gainOf[i-1])); math.Abs(db-1.37) > 0.15 {
			t.Errorf("gain %d lies %.2f dB above the one before", i, db)
		}
		if gainNumber(gainOf[i]) != i {
			t.Errorf("the number of gain %d is %d", i, gainNumber(gainOf[i]))
		}
	}
}

func TestTopsAreWhatNothingBesideIsAbove(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		var value [66]float32
		for i := range value {
			value[i] = float32(rapid.IntRange(-3, 3).Draw(r, "value"))
		}
		tops := topsOf(&value)
		for i := range 64 {
			v := value[i+1]
			if want := v >= value[i] && v >= value[i+2]; want != (tops>>i&1 == 1) {
				r.Fatalf("%g between %g and %g: a top is %v", v, value[i], value[i+2], !want)
			}
		}
	})
}

func TestLog2IsNearTheLogarithm(t *testing.T) {
	for x := 0.5; x < 70000; x *= 1.003 {
		if off := math.Abs(float64(log2(float32(x))) - math.Log2(x)); off > 0.001 {
			t.Fatalf("the logarithm of %g is %g off", x, off)
		}
	}
}
