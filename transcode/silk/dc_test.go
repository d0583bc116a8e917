package silk

import (
	"math"
	"math/rand/v2"
	"testing"
)

// Four samples at a time are filtered as one after the other, across frames too.
func TestTheBlockerIsARecursion(t *testing.T) {
	var d dcBlocker
	var in, last float64
	for range 5 {
		var pcm [frameSamples]int16
		for i := range pcm {
			pcm[i] = int16(rand.Uint32())
		}
		var out [frameSamples]float32
		d.filter(&out, &pcm)
		for i, s := range pcm {
			last = float64(s) - in + dcPole*last
			in = float64(s)
			if math.Abs(float64(out[i])-last) > 0.1 {
				t.Fatalf("sample %d is %g, want %g", i, out[i], last)
			}
		}
	}
}
