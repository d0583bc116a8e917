package prompt

import (
	"math"

	"webtrunk/transcode"
)

// crossings is how many zero crossings of its sinc a filter reaches to either
// side. With 32, a transition from passing to stopping takes about 350 Hz.
const crossings = 32

// cutOff lies so that what is passed in part ends at half of our rate.
const cutOff = 3700.0

// resample brings sound to our rate. Below about 3.5 kHz it stays as it was; what
// an 8 kHz sample cannot hold is taken away first, so that it does not fold back.
// The places of our samples between theirs repeat, so each filter is made once.
func resample(in []float64, rate int) []int16 {
	if rate == transcode.SampleRate {
		out := make([]int16, len(in))
		for i, x := range in {
			out[i] = clipped(x)
		}
		return out
	}
	common := divisor(rate, transcode.SampleRate)
	step, phases := rate/common, transcode.SampleRate/common
	filters := make([][]float64, phases)
	reach := crossings * rate / (2 * int(cutOff))
	out := make([]int16, len(in)*phases/step)
	for i := range out {
		at, phase := i*step/phases, i*step%phases
		if filters[phase] == nil {
			filters[phase] = lowPass(float64(phase)/float64(phases), reach, cutOff/float64(rate))
		}
		out[i] = clipped(convolve(in, at-reach, filters[phase]))
	}
	return out
}

// lowPass returns a windowed sinc for an output that lies late after the input
// in its middle; cut is a share of the input's rate.
func lowPass(late float64, reach int, cut float64) []float64 {
	h := make([]float64, 2*reach+2)
	for j := range h {
		x := float64(j-reach) - late
		window := 0.54 + 0.46*math.Cos(math.Pi*min(1, math.Abs(x)/float64(reach+1)))
		h[j] = 2 * cut * window
		if x != 0 {
			h[j] = window * math.Sin(2*math.Pi*cut*x) / (math.Pi * x)
		}
	}
	return h
}

// convolve applies a filter from an input on; outside it there is silence.
func convolve(in []float64, from int, h []float64) float64 {
	sum := 0.0
	for j := max(0, -from); j < len(h) && from+j < len(in); j++ {
		sum += h[j] * in[from+j]
	}
	return sum
}

func divisor(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
