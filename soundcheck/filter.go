package soundcheck

import "math"

// taps is the length of our filters: at 8 kHz a transition of about 200 Hz.
const taps = 129

// bandPass passes 300 to 3400 Hz, the band of a telephone.
var bandPass = subtract(lowPass(3400.0/Rate), lowPass(300.0/Rate))

// lowPass returns a windowed-sinc low-pass filter; cut is a share of the rate.
func lowPass(cut float64) []float64 {
	h := make([]float64, taps)
	for i := range h {
		x := float64(i - taps/2)
		h[i] = 2 * cut * sinc(2*cut*x) * hamming(i, taps)
	}
	return h
}

func sinc(x float64) float64 {
	if x == 0 {
		return 1
	}
	return math.Sin(math.Pi*x) / (math.Pi * x)
}

func hamming(i, n int) float64 {
	return 0.54 - 0.46*math.Cos(2*math.Pi*float64(i)/float64(n-1))
}

func subtract(a, b []float64) []float64 {
	d := make([]float64, len(a))
	for i := range d {
		d[i] = a[i] - b[i]
	}
	return d
}

// inBand returns pcm between 300 and 3400 Hz, without delay.
func inBand(pcm []int16) []float64 {
	padded := make([]float64, len(pcm)+taps)
	for i, s := range pcm {
		padded[i+taps/2] = float64(s)
	}
	out := make([]float64, len(pcm))
	for i := range out {
		out[i] = dot(bandPass, padded[i:i+taps])
	}
	return out
}

// resample brings pcm from any rate to Rate: below half of either rate it
// keeps what was there, above it nothing that could fold back. The distances
// between samples of the two rates repeat, so each filter is made once.
func resample(pcm []float64, from int) []int16 {
	common := gcd(from, Rate)
	step, phases := from/common, Rate/common // one output is step/phases inputs
	filters := make([][]float64, phases)
	reach := max(1, from/Rate) * (taps / 4) // input samples each side
	padded := make([]float64, len(pcm)+2*reach+2)
	copy(padded[reach:], pcm)
	out := make([]int16, len(pcm)*phases/step)
	for i := range out {
		at, phase := i*step/phases, i*step%phases
		if filters[phase] == nil {
			filters[phase] = interpolator(float64(phase)/float64(phases), reach, from)
		}
		out[i] = clip(dot(filters[phase], padded[at:at+2*reach+2]))
	}
	return out
}

// interpolator returns the filter for an output that lies late after an input.
func interpolator(late float64, reach, from int) []float64 {
	cut := 0.46 * min(1, float64(Rate)/float64(from)) // 3680 Hz when coming down
	h := make([]float64, 2*reach+2)
	for j := range h {
		x := float64(j-reach) - late
		window := 0.54 + 0.46*math.Cos(math.Pi*min(1, math.Abs(x)/float64(reach+1)))
		h[j] = 2 * cut * sinc(2*cut*x) * window
	}
	return h
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// dot is the inner product of two of the same length. Four sums at a time keep
// the processor from waiting for each addition.
func dot(a, b []float64) float64 {
	b = b[:len(a)]
	var s0, s1, s2, s3 float64
	i := 0
	for ; i+4 <= len(a); i += 4 {
		s0 += a[i] * b[i]
		s1 += a[i+1] * b[i+1]
		s2 += a[i+2] * b[i+2]
		s3 += a[i+3] * b[i+3]
	}
	for ; i < len(a); i++ {
		s0 += a[i] * b[i]
	}
	return s0 + s1 + s2 + s3
}

func clip(x float64) int16 {
	return int16(math.Round(max(math.MinInt16, min(math.MaxInt16, x))))
}
