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
	out := make([]float64, len(pcm))
	for i := range out {
		sum := 0.0
		for k, c := range bandPass {
			if j := i + taps/2 - k; j >= 0 && j < len(pcm) {
				sum += c * float64(pcm[j])
			}
		}
		out[i] = sum
	}
	return out
}

// resample brings pcm from any rate to Rate: below half of either rate it
// keeps what was there, above it nothing that could fold back.
func resample(pcm []float64, from int) []int16 {
	out := make([]int16, int(int64(len(pcm))*Rate/int64(from)))
	ratio := float64(from) / Rate
	wide := max(1, ratio)           // how much longer the filter is at the input's rate
	cut := 0.46 / wide              // 3680 Hz when coming down
	reach := int(wide * (taps / 4)) // input samples each side
	for i := range out {
		centre := float64(i) * ratio
		sum := 0.0
		for j := int(centre) - reach; j <= int(centre)+reach+1; j++ {
			if j < 0 || j >= len(pcm) {
				continue
			}
			x := float64(j) - centre
			window := 0.54 + 0.46*math.Cos(math.Pi*min(1, math.Abs(x)/float64(reach+1)))
			sum += pcm[j] * 2 * cut * sinc(2*cut*x) * window
		}
		out[i] = clip(sum)
	}
	return out
}

func clip(x float64) int16 {
	return int16(math.Round(max(math.MinInt16, min(math.MaxInt16, x))))
}
