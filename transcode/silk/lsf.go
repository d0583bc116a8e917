package silk

import (
	"math"
	"math/bits"
)

// quantum is the step of a correction, 0.18 in 1/65536, and nearer is what a
// correction falls short of its whole number of steps, in 1/1024 (RFC 6716 §4.2.7.5.3).
const (
	quantum = 11796
	nearer  = 102
)

// lsfWeights are, for each vector of the first stage, the weights that scale
// corrections, in 1/512: the inverse harmonic mean of the distances to both
// neighbours, in the arithmetic of §4.2.7.5.3.
var lsfWeights = func() (weights [32][order]int32) {
	for v, vector := range lsfVectors {
		for k := range order {
			below, above := int32(0), int32(256)
			if k > 0 {
				below = int32(vector[k-1])
			}
			if k < order-1 {
				above = int32(vector[k+1])
			}
			at := int32(vector[k])
			square := (1024/(at-below) + 1024/(above-at)) << 16
			i := bits.Len32(uint32(square))
			fraction := square >> (i - 8) & 127
			root := int32(46214)
			if i&1 == 1 {
				root = 32768
			}
			root >>= (32 - i) >> 1
			weights[v][k] = root + (213*fraction*root)>>16
		}
	}
	return weights
}()

// cost is the price of symbol s in bits.
func cost(icdf []uint8, s int) float32 {
	above := 256
	if s > 0 {
		above = int(icdf[s-1])
	}
	share := float64(above-int(icdf[s])) / 256
	if share <= 0 {
		return 30
	}
	return float32(-math.Log2(share))
}

// lsfCorrectionCost is the price in bits of a correction of -10 to 10 with each codebook.
var lsfCorrectionCost = func() (price [8][21]float32) {
	for c := range price {
		for i := range price[c] {
			inside := min(max(i-10, -4), 4)
			price[c][i] = cost(lsfCorrectionICDF[c][:], inside+4)
			if beyond := max(i-10, 10-i) - 4; beyond >= 0 {
				price[c][i] += cost(lsfExtensionICDF[:], beyond)
			}
		}
	}
	return price
}()

// lsfPredictorOf and lsfCodebookOf are what the first stage selects, ready for use.
var (
	lsfPredictorOf = func() (weights [32][order]int32) {
		for v, names := range lsfPredictors {
			for k, name := range names {
				weights[v][k] = lsfPrediction[name-'A'][k]
			}
		}
		return weights
	}()
	lsfCodebookOf = func() (books [32][order]uint8) {
		for v, names := range lsfCodebooks {
			for k, name := range names {
				books[v][k] = uint8(name - 'a')
			}
		}
		return books
	}()
)

// A spectrum is a frame's quantised line spectral frequencies.
type spectrum struct {
	vector      int8
	corrections [order]int8
}

// frequencies returns what a decoder makes of the spectrum, in 1/32768 of the
// band (§4.2.7.5.3, §4.2.7.5.4).
func (s *spectrum) frequencies() (lsf [order]int32) {
	v := int(s.vector)
	residual := int32(0)
	for k := order - 1; k >= 0; k-- {
		predicted := residual * lsfPredictorOf[v][k] >> 8
		step := int32(s.corrections[k]) << 10
		switch {
		case step > 0:
			step -= nearer
		case step < 0:
			step += nearer
		}
		residual = predicted + step*quantum>>16
		at := int32(lsfVectors[v][k])<<7 + residual<<14/lsfWeights[v][k]
		lsf[k] = min(max(at, 0), 32767)
	}
	stabilise(&lsf)
	return lsf
}

// stabilise pushes frequencies apart until they keep their distance (§4.2.7.5.4).
func stabilise(lsf *[order]int32) {
	for range 20 {
		at, least := 0, lsf[0]-lsfSpacing[0]
		for k := 1; k < order; k++ {
			if d := lsf[k] - lsf[k-1] - lsfSpacing[k]; d < least {
				at, least = k, d
			}
		}
		if d := 32768 - lsf[order-1] - lsfSpacing[order]; d < least {
			at, least = order, d
		}
		if least >= 0 {
			return
		}
		part(lsf, at)
	}
	sortInto(lsf)
}

// part moves the two frequencies on either side of gap k away from each other.
func part(lsf *[order]int32, k int) {
	switch k {
	case 0:
		lsf[0] = lsfSpacing[0]
		return
	case order:
		lsf[order-1] = 32768 - lsfSpacing[order]
		return
	}
	half := lsfSpacing[k] >> 1
	lowest, highest := half, 32768-half
	for i := range k {
		lowest += lsfSpacing[i]
	}
	for i := k + 1; i <= order; i++ {
		highest -= lsfSpacing[i]
	}
	centre := min(max((lsf[k-1]+lsf[k]+1)>>1, lowest), highest)
	lsf[k-1] = centre - half
	lsf[k] = lsf[k-1] + lsfSpacing[k]
}

// sortInto is the last resort of §4.2.7.5.4: sort, then push up, then down.
func sortInto(lsf *[order]int32) {
	for i := 1; i < order; i++ {
		for j := i; j > 0 && lsf[j] < lsf[j-1]; j-- {
			lsf[j], lsf[j-1] = lsf[j-1], lsf[j]
		}
	}
	lsf[0] = max(lsf[0], lsfSpacing[0])
	for k := 1; k < order; k++ {
		lsf[k] = max(lsf[k], min(lsf[k-1]+lsfSpacing[k], 32767))
	}
	lsf[order-1] = min(lsf[order-1], 32768-lsfSpacing[order])
	for k := order - 2; k >= 0; k-- {
		lsf[k] = min(lsf[k], lsf[k+1]-lsfSpacing[k+1])
	}
}
