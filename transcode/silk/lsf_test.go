package silk

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// The RFC's distributions sum up to 256, so every ICDF ends with 0 and falls
// all the way: a symbol of no share could not be coded.
func TestEverySymbolCanBeCoded(t *testing.T) {
	var all [][]uint8
	add := func(icdf ...[]uint8) { all = append(all, icdf...) }
	add(activeICDF[:], inactiveICDF[:], gainLowICDF[:], gainDeltaICDF[:], interpolationICDF[:], lagHighICDF[:],
		quarterICDF[:], contourICDF[:], periodicityICDF[:], scaleICDF[:], lowBitICDF[:], lsfExtensionICDF[:])
	add(filterICDF[:]...)
	for i := range gainHighICDF {
		add(gainHighICDF[i][:])
	}
	for i := range rateLevelICDF {
		add(rateLevelICDF[i][:])
	}
	for i := range lsfCorrectionICDF {
		add(lsfCorrectionICDF[i][:])
	}
	for i := range splitICDF {
		add(splitICDF[i][:]...)
	}
	for i, icdf := range all {
		if icdf[len(icdf)-1] != 0 {
			t.Errorf("table %d ends with %d", i, icdf[len(icdf)-1])
		}
		if !slices.IsSortedFunc(icdf, func(a, b uint8) int { return int(b) - int(a) }) {
			t.Errorf("table %d rises: %v", i, icdf)
		}
	}
	for n, icdf := range splitICDF[3] {
		if len(icdf) != n+2 {
			t.Errorf("%d pulses can be split in %d ways", n+1, len(icdf))
		}
	}
}

// Whatever the corrections, a decoder's frequencies keep their distance, and
// its filter is stable.
func TestAnySpectrumIsAFilter(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s := spectrum{vector: int8(rapid.IntRange(0, 31).Draw(r, "vector"))}
		for k := range s.corrections {
			s.corrections[k] = int8(rapid.IntRange(-10, 10).Draw(r, "correction"))
		}
		lsf := s.frequencies()
		last := int32(0)
		for k, f := range lsf {
			if f-last < lsfSpacing[k] {
				r.Fatalf("%v: frequency %d is too near", lsf, k)
			}
			last = f
		}
		if 32768-last < lsfSpacing[order] {
			r.Fatalf("%v: the last is too high", lsf)
		}
		a := predictor(&lsf)
		if !stable(&a) {
			r.Fatalf("%v gives an unstable filter %v", lsf, a)
		}
	})
}

// The last resort of stabilise must hold by itself.
func TestFrequenciesInDisorderAreSorted(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		var lsf [order]int32
		for k := range lsf {
			lsf[k] = int32(rapid.IntRange(0, 32767).Draw(r, "frequency"))
		}
		sortInto(&lsf)
		for k := 1; k < order; k++ {
			if lsf[k]-lsf[k-1] < lsfSpacing[k] {
				r.Fatalf("%v", lsf)
			}
		}
	})
}

// From a predictor to its frequencies and back.
func TestFrequenciesSayWhatThePredictorWas(t *testing.T) {
	found, worst := 0, 0.0
	for at := windowLength; at+windowLength < len(garden); at += 160 {
		var x [windowLength]float32
		for i := range x {
			x[i] = float32(garden[at+i])
		}
		r := correlate(&x)
		a := levinson(&r)
		lsf, ok := frequenciesOf(&a)
		if !ok {
			continue
		}
		found++
		var whole [order]int32
		for k, f := range lsf {
			whole[k] = int32(f + 0.5)
		}
		for k, c := range predictor(&whole) {
			worst = max(worst, math.Abs(float64(c)/4096-float64(a[k])))
		}
	}
	if found < 200 || worst > 0.02 {
		t.Errorf("%d frames, the worst coefficient is %.4f off", found, worst)
	}
}

// What is chosen lies near to what was wanted. It could lie nearer, for bits
// that make less noise where the excitation has them.
func TestTheSpectrumIsNear(t *testing.T) {
	sum, n := 0.0, 0
	for at := 0; at+windowLength < len(harbour); at += 160 {
		var x [windowLength]float32
		for i := range x {
			x[i] = float32(harbour[at+i])
		}
		r := correlate(&x)
		if r[0] < windowLength*200*200 {
			continue
		}
		a := levinson(&r)
		lsf, ok := frequenciesOf(&a)
		if !ok {
			continue
		}
		s := quantiseSpectrum(&lsf, 1)
		quantised := s.frequencies()
		var b [order]float32
		for k, c := range predictor(&quantised) {
			b[k] = float32(c) / 4096
		}
		square := 0.0
		for w := 0.05; w < 0.9*math.Pi; w += 0.05 {
			d := 20 * math.Log10(response(&a, w)/response(&b, w))
			square += d * d / (0.85 * math.Pi / 0.05)
		}
		sum += math.Sqrt(square)
		n++
	}
	if mean := sum / float64(n); mean > 2.4 || n < 100 {
		t.Errorf("the spectra of %d frames are %.2f dB off", n, mean)
	} else {
		t.Logf("%.2f dB off", mean)
	}
}

// response is how much the filter that a belongs to lets through.
func response(a *[order]float32, w float64) float64 {
	re, im := 1.0, 0.0
	for k, c := range a {
		re -= float64(c) * math.Cos(w*float64(k+1))
		im += float64(c) * math.Sin(w*float64(k+1))
	}
	return 1 / math.Hypot(re, im)
}
