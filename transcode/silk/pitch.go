package silk

import (
	"math"
	"math/bits"
)

// A voice's pitch is looked for between 2 and 18 ms (RFC 6716 §4.2.7.6.1).
const (
	shortestLag = 16
	longestLag  = 144
)

const memory = frameSamples // samples before the frame that a pitch predictor may use

// A residue is what the short-term predictor leaves of a frame and of the 20 ms before it.
type residue [memory + frameSamples]float32

// pitch returns the frame's lag and contour, and how alike the frame is to
// itself so much earlier, from 0 to 1.
func (r *residue) pitch(last int) (lag, contour int, likeness float32) {
	var half [len(r) / 2]float32
	for i := range half {
		half[i] = r[2*i] + r[2*i+1]
	}
	first, second := coarseLags(&half, last)
	here := energy(r[memory:]) + 1
	lag, likeness = r.refine(first, here)
	if l, like := r.refine(second, here); like > likeness {
		lag, likeness = l, like
	}
	lag, contour = r.contour(lag)
	return lag, contour, likeness
}

// coarseLags returns the two best lags, in samples at the full rate, of a
// residue at half the rate.
func coarseLags(half *[memory]float32, last int) (first, second int) {
	const from, least = memory / 2, shortestLag / 2
	const lags = 68 // from least up to 75: a whole number of fours
	var products [lags]float32
	slide(products[:], half[from:], half[from-least-lags+1:memory-least])
	past := energy(half[from-least+1 : memory-least+1])
	var value [lags]float32
	for i := range lags {
		then := from - least - i
		past += half[then]*half[then] - half[then+from]*half[then+from]
		value[i] = likenessOf(products[lags-1-i], past)
	}
	// A lag near the last frame's is more likely, and of two that serve as
	// well the shorter is the pitch and the longer its multiple.
	best, next := float32(0), float32(0)
	first, second = least, least
	for tops := topsOf((*[66]float32)(value[:])); tops != 0; tops &= tops - 1 {
		lag := least + 1 + bits.TrailingZeros64(tops) // up to 72; no contour is about the shortest
		v := value[lag-least] * (1 - 0.0015*float32(lag))
		if d := 2*lag - last; d*d <= 64 {
			v *= 1.15
		}
		switch {
		case v > best:
			best, next, second, first = v, best, first, lag
		case v > next:
			next, second = v, lag
		}
	}
	return 2 * first, 2 * second
}

// topsOf says which of the values but the outermost are no less than those
// beside them, the first of them lowest. Nothing branches on it, for none is to
// be guessed.
func topsOf(value *[66]float32) (tops uint64) {
	for i := range 64 {
		top := uint64(0)
		if value[i+1] >= value[i] {
			top = 1
		}
		not := uint64(0)
		if value[i+1] < value[i+2] {
			not = 1
		}
		tops |= (top &^ not) << i
	}
	return tops
}

// likenessOf is how alike a sound is to a past of so much energy: the square of
// their product over it, less than nothing where they are opposite.
func likenessOf(product, past float32) float32 {
	square := product * product
	return math.Float32frombits(math.Float32bits(square)|math.Float32bits(product)&signBit) / max(past, 1)
}

// refine returns the best of the lags next to lag, and the likeness there, of
// a frame whose energy is here.
func (r *residue) refine(lag int, here float32) (best int, likeness float32) {
	var products [4]float32 // at lag+1, lag, lag-1, and one more
	then := r[memory-lag-1:][:frameSamples+len(products)-1]
	slide(products[:], r[memory:], then)
	past := energy(then[:frameSamples])
	best = lag
	for i, c := range products[:3] {
		if i > 0 {
			past += then[frameSamples+i-1]*then[frameSamples+i-1] - then[i-1]*then[i-1]
		}
		l := lag + 1 - i
		if c <= 0 || l < shortestLag || l > longestLag {
			continue
		}
		if v := c * c / (max(past, 1) * here); v > likeness {
			best, likeness = l, v
		}
	}
	return best, min(likeness, 1)
}

// contour returns the contour, and the lag that it moves about, whose four
// lags fit the subframes best.
func (r *residue) contour(lag int) (int, int) {
	var value [subframes][2*reach + 1]float32
	for k := range value {
		from := memory + k*subframe
		value[k] = aroundLag(r[from:from+subframe], r[from-lag-reach:])
	}
	best, bestLag, bestContour := float32(-1e30), lag, 0
	for c := range lagContours[0] {
		sums := around(&value, c)
		if c == 0 {
			for i := range sums {
				sums[i] *= 1.02 // it takes the fewest bits
			}
		}
		for i, sum := range sums {
			if l := lag + i - 1; sum > best && l > shortestLag && l < longestLag-1 { // where no contour is cut short
				best, bestLag, bestContour = sum, l, c
			}
		}
	}
	return min(bestLag, longestLag-1), bestContour
}

// around returns how well a contour matches about a lag one less, the lag, and one more.
func around(value *[subframes][2*reach + 1]float32, contour int) (sums [3]float32) {
	for k := range value {
		v := (*[3]float32)(value[k][reach-1+int(lagContours[k][contour]):])
		sums[0] += v[0]
		sums[1] += v[1]
		sums[2] += v[2]
	}
	return sums
}

// reach is a contour's -1 to 2, with the lag one off.
const reach = 3

// aroundLag returns how well a subframe is matched by its past at a lag less
// reach to that lag and reach, where the past begins at the longest.
func aroundLag(now, then []float32) (value [2*reach + 1]float32) {
	var products [8]float32 // from the longest, and one more
	then = then[:subframe+len(products)-1]
	slide(products[:], now, then)
	past := energy(then[2*reach:][:subframe])
	for i := range value {
		at := 2*reach - i
		if i > 0 {
			past += then[at]*then[at] - then[at+subframe]*then[at+subframe]
		}
		value[i] = likenessOf(products[at], past)
	}
	return value
}

// lagsOf returns the four subframes' lags (§4.2.7.6.1).
func lagsOf(lag, contour int) (lags [subframes]int) {
	for k := range lags {
		lags[k] = min(max(lag+int(lagContours[k][contour]), shortestLag), longestLag)
	}
	return lags
}
