package soundcheck

import "math"

const (
	slice    = Rate / 100 // 10 ms, the grain of level measurements
	gapShort = 6          // slices that may be missing before it is a gap
)

// Silent reports whether nothing louder than G.711's own noise was heard.
func Silent(heard []int16) bool {
	const quiet = 60 // -55 dBFS
	for at := 0; at+slice <= len(heard); at += slice {
		if rms(toFloat(heard[at:at+slice])) > quiet {
			return false
		}
	}
	return true
}

// gaps counts the holes of more than 60 ms in h where s speaks: 20 dB below
// the source's own level there, after levelling the two.
func gaps(h, s []float64, delay int) int {
	gain := math.Pow(10, (level(h)-level(s))/20)
	speaking := math.Pow(10, level(s)/20) * 32768 / 3
	found, missing := 0, 0
	for at := 0; at+slice <= len(h); at += slice {
		from := at - delay
		if from < 0 || from+slice > len(s) {
			continue
		}
		said := rms(s[from : from+slice])
		switch {
		case said < speaking:
			// A pause of the source tells nothing: it neither makes a gap nor ends one.
			continue
		case rms(h[at:at+slice]) > said*gain/10:
			missing = 0
			continue
		}
		missing++
		if missing == gapShort+1 {
			found++
		}
	}
	return found
}

// Clicks counts the samples at which the wave breaks: its second difference
// is far above that of the 20 ms around it, and loud enough to be heard.
func Clicks(pcm []int16) int {
	const loud = 3000
	found, around := 0, 2*slice
	for i := around; i+around < len(pcm); i++ {
		bend := math.Abs(second(pcm, i))
		if bend < loud {
			continue
		}
		sum := 0.0
		for j := i - around + 2; j < i+around-1; j++ {
			if j < i-2 || j > i+2 {
				sum += second(pcm, j) * second(pcm, j)
			}
		}
		if bend > 12*math.Sqrt(sum/float64(2*around-8)) {
			found++
			i += slice
		}
	}
	return found
}

func second(pcm []int16, i int) float64 {
	return float64(pcm[i+1]) - 2*float64(pcm[i]) + float64(pcm[i-1])
}

// level returns the level in dBFS of the slices that hold speech.
func level(x []float64) float64 {
	loudest, sum, n := 0.0, 0.0, 0
	for at := 0; at+slice <= len(x); at += slice {
		loudest = max(loudest, rms(x[at:at+slice]))
	}
	for at := 0; at+slice <= len(x); at += slice {
		if r := rms(x[at : at+slice]); r >= loudest/10 {
			sum += r * r
			n++
		}
	}
	if sum == 0 {
		return math.Inf(-1)
	}
	return 20 * math.Log10(math.Sqrt(sum/float64(n))/32768)
}

func rms(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v * v
	}
	return math.Sqrt(sum / float64(len(x)))
}

func toFloat(pcm []int16) []float64 {
	out := make([]float64, len(pcm))
	for i, s := range pcm {
		out[i] = float64(s)
	}
	return out
}
