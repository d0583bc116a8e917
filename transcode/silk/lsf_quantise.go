package silk

// survivors is how many vectors of the first stage get corrections tried.
const survivors = 3

// bitWorth is what a bit may save in weighted squared error.
const bitWorth = 0.006

const lsfVectorCount = 32

// An lsfTable has the vectors of the first stage as numbers from 0 to 1, one a column.
type lsfTable [order][lsfVectorCount]float32

var lsfScaled = func() (scaled lsfTable) {
	for k := range scaled {
		for v := range scaled[k] {
			scaled[k][v] = float32(lsfVectors[v][k]) / 256
		}
	}
	return scaled
}()

// lsfVectorPrice is what the bits of each vector are worth, in weighted squared error.
var lsfVectorPrice = func() (price [2][lsfVectorCount]float32) {
	for c := range price {
		for v := range price[c] {
			price[c][v] = bitWorth * cost(lsfVectorICDF[c][:], v)
		}
	}
	return price
}()

// correctionScale turns a distance from a vector, from 0 to 1, into steps of
// the correction, and lsfCoarse is a correction's worth in that distance.
var correctionScale = func() (scale [32][order]float32) {
	for v := range scale {
		for k := range order {
			// at = vector<<7 + residual<<14/weight, in 1/32768; a step of the residual is 1024*quantum/65536.
			scale[v][k] = float32(lsfWeights[v][k]) * 32768 / 16384 / (1024.0 * quantum / 65536)
		}
	}
	return scale
}()

// correctionWorth is what the square of a step is worth in squares of that distance.
var correctionWorth = func() (worth [32][order]float32) {
	for v := range worth {
		for k, scale := range correctionScale[v] {
			worth[v][k] = 1 / (scale * scale)
		}
	}
	return worth
}()

// quantiseSpectrum chooses the spectrum nearest to the frequencies lsf, where
// near is weighed by how much a frequency's neighbours make it matter and by
// the bits that it costs.
func quantiseSpectrum(lsf *[order]float32, voiced int) spectrum {
	var x, weight [order]float32
	for k, f := range lsf {
		x[k] = f / 32768
	}
	weigh(&x, &weight)
	return correct(&x, &weight, nearest(&x, &weight, voiced), voiced)
}

// nearest returns the vectors that are nearest by themselves. Which ones are
// the nearest so far is not to be guessed, so nothing branches on it.
func nearest(x, weight *[order]float32, voiced int) [survivors]int {
	var distance [lsfVectorCount]float32
	distances(&distance, &lsfVectorPrice[voiced], x, weight)
	a, b, c := ^uint32(0), ^uint32(0), ^uint32(0)
	for v, d := range distance {
		n := numbered(d, v)
		a, n = min(a, n), max(a, n)
		b, n = min(b, n), max(b, n)
		c = min(c, n)
	}
	return [survivors]int{int(a & numberMask), int(b & numberMask), int(c & numberMask)}
}

// weigh gives each frequency the sum of its inverse distances to its neighbours:
// where two are near, there is a resonance, and a shift is heard.
func weigh(x, weight *[order]float32) {
	last := float32(0)
	before := 1 / max(x[0], 0.004)
	for k := range order {
		next := float32(1)
		if k < order-1 {
			next = x[k+1]
		}
		last = 1 / max(next-x[k], 0.004)
		weight[k] = before + last
		before = last
	}
}

// correct chooses corrections to each of the vectors, from the highest
// frequency down since each is predicted from the one above, and returns the
// best of them. The vectors take turns: one's step waits for its last.
func correct(x, weight *[order]float32, vectors [survivors]int, voiced int) spectrum {
	var s [survivors]spectrum
	var price, residual [survivors]float32 // the latter in steps
	for k := order - 1; k >= 0; k-- {
		for i, v := range vectors {
			scale := correctionScale[v][k]
			predicted := residual[i] * float32(lsfPredictorOf[v][k]) * (1.0 / 256)
			want := (x[k]-lsfScaled[k][v])*scale - predicted
			worth := weight[k] * correctionWorth[v][k]
			low := min(max(int(want+32)-32, -10), 9) + 10
			at := (*[2]float32)(levels[low:])
			bits := (*[2]float32)(lsfCorrectionCost[lsfCodebookOf[v][k]][low:])
			both := [2]float32{
				worth*(want-at[0])*(want-at[0]) + bitWorth*bits[0],
				worth*(want-at[1])*(want-at[1]) + bitWorth*bits[1],
			}
			upper := 0
			if both[1] < both[0] {
				upper = 1
			}
			s[i].corrections[k] = int8(low + upper - 10)
			residual[i] = predicted + at[upper&1]
			price[i] += both[upper&1]
		}
	}
	best := 0
	for i, v := range vectors {
		s[i].vector = int8(v)
		if price[i] += lsfVectorPrice[voiced][v]; price[i] < price[best] {
			best = i
		}
	}
	return s[best]
}

// levels are where corrections of -10 to 10 lie, in steps.
var levels = func() (at [21]float32) {
	for i := range at {
		at[i] = float32(i - 10)
		switch {
		case i > 10:
			at[i] -= nearer / 1024.0
		case i < 10:
			at[i] += nearer / 1024.0
		}
	}
	return at
}()
