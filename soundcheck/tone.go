package soundcheck

import (
	"math"
	"slices"
)

// Tone looks for a tone of hz in what was heard. Purity is the share of the
// energy that the tone has, 1 for nothing but the tone; levelDB is its level
// in dBFS, 0 for a full-scale sine. Both are medians of 100 ms blocks, so that
// pauses and the edges of a recording do not count.
func Tone(heard []int16, hz float64) (purity, levelDB float64) {
	const block = Rate / 10
	var purities, powers []float64
	for at := 0; at+block <= len(heard); at += block {
		x := toFloat(heard[at : at+block])
		total := rms(x) * rms(x)
		if total < 1 {
			continue
		}
		power := goertzel(x, hz)
		purities = append(purities, min(1, power/total))
		powers = append(powers, power)
	}
	if len(powers) == 0 {
		return 0, math.Inf(-1)
	}
	return median(purities), 10 * math.Log10(median(powers)/(32768*32768/2))
}

// goertzel returns the mean power of x at hz.
func goertzel(x []float64, hz float64) float64 {
	w := 2 * math.Pi * hz / Rate
	coefficient := 2 * math.Cos(w)
	var s1, s2 float64
	for _, v := range x {
		s1, s2 = v+coefficient*s1-s2, s1
	}
	n := float64(len(x))
	return 2 * (s1*s1 + s2*s2 - coefficient*s1*s2) / (n * n)
}

// Sine returns n samples of a tone at a peak amplitude, to be sent by a test.
func Sine(hz float64, amplitude int16, n int) []int16 {
	pcm := make([]int16, n)
	for i := range pcm {
		pcm[i] = clip(float64(amplitude) * math.Sin(2*math.Pi*hz*float64(i)/Rate))
	}
	return pcm
}

func median(x []float64) float64 {
	slices.Sort(x)
	return x[len(x)/2]
}
