package transcode

import (
	"math"
	"testing"
)

// A tone that breaks off goes on, fades, and returns in another phase: its wave
// never breaks.
func TestAContinuationBlends(t *testing.T) {
	k := NewContinuation(SampleRate)
	at := 0
	tone := func(n int) []int16 {
		pcm := make([]int16, n)
		for i := range pcm {
			pcm[i] = int16(8000 * math.Sin(2*math.Pi*400*float64(at)/SampleRate))
			at++
		}
		return pcm
	}
	var heard []int16
	say := func(pcm []int16) { heard = append(heard, pcm...) }
	for range 5 {
		pcm := tone(FrameSamples)
		k.Heard(pcm)
		say(pcm)
	}
	if p := k.Pitch(); p%20 != 0 {
		t.Errorf("the pitch of 400 Hz is %d samples, want a multiple of 20", p)
	}
	gap := make([]int16, 3*FrameSamples)
	k.Conceal(gap)
	say(gap)
	k.Heard(nil) // says nothing, and ends nothing
	at += 7
	pcm := tone(FrameSamples)
	k.Heard(pcm)
	say(pcm)
	at += 10 // half a period is left out
	k.Conceal(nil)
	pcm = tone(FrameSamples)
	k.Heard(pcm)
	say(pcm)
	for i := 1; i < len(heard); i++ {
		if step := math.Abs(float64(heard[i]) - float64(heard[i-1])); step > 2*2513 {
			t.Errorf("the wave breaks at %d, by %.0f", i, step)
		}
	}
	if end := gap[len(gap)-1]; end < -500 || end > 500 {
		t.Errorf("after 60 ms it is still at %d", end)
	}
}
