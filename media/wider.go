package media

import (
	"math"

	"webtrunk/transcode"
)

// A wider doubles the rate of sound, from 8 to 16 kHz, for an encoder that is wide
// already. New samples lie between the old, which stay what they are.
type wider struct {
	past [widerTaps]int16
	pcm  [transcode.MaxWideSamples]int16
}

// widerTaps are how many samples one between them is made of: what speech has
// up to 3.4 kHz is mirrored above 4.6 kHz 30 dB weaker, or more.
const widerTaps = 24

// widening is a sinc, at the middle between two samples, under a Hann window, in
// units of 1/32768.
var widening = func() (taps [widerTaps]int32) {
	sum := 0.0
	var at [widerTaps]float64
	for i := range at {
		x := float64(i) - (widerTaps-1)/2.0
		at[i] = math.Sin(math.Pi*x) / (math.Pi * x) * (1 + math.Cos(2*math.Pi*x/(widerTaps+1))) / 2
		sum += at[i]
	}
	for i := range at {
		taps[i] = int32(math.Round(32768 * at[i] / sum))
	}
	return taps
}()

// begin forgets the sound before, as if it had rested where the next begins.
func (w *wider) begin(at int16) {
	for i := range w.past {
		w.past[i] = at
	}
}

// widen returns twice as many samples as it takes, which come 12 samples later. They
// are the wider's until the next.
func (w *wider) widen(pcm []int16) []int16 {
	out := w.pcm[:2*len(pcm)]
	for i, s := range pcm {
		copy(w.past[:], w.past[1:])
		w.past[widerTaps-1] = s
		sum := int32(1 << 14)
		for k, v := range w.past {
			sum += int32(v) * widening[k]
		}
		out[2*i] = w.past[widerTaps/2-1]
		out[2*i+1] = int16(max(-32768, min(32767, sum>>15)))
	}
	return out
}
