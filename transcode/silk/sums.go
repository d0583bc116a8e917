package silk

import "math"

// Sums of products were half of the encoder. Each kind of sum is here in Go,
// and in sums_amd64.s eight at a time for processors that can; sums_amd64.go
// and sums_other.go choose. The two differ by rounding, so the same sound may
// become other bytes on another processor, which serve as well.

// numbered returns the bits of x, which is not under zero, with the last six
// taken by a number: the least of such is the least x and says whose it is.
func numbered(x float32, whose int) uint32 {
	return math.Float32bits(x)&^numberMask | uint32(whose)
}

const numberMask = 63

// slideInGo sets sums[j] to the sum of all now[i]·then[i+j], for as many j as
// there are sums: the products of a sound with others of its past, of which
// the farthest is first. A sample is loaded once for four of them. (slide
// wants then to be len(now)+len(sums)-1 long, and at least one sum.)
func slideInGo(sums, now, then []float32) {
	j := 0
	for ; j+4 <= len(sums); j += 4 {
		t := then[j : j+len(now)+3]
		var a, b, c, d float32
		for i, v := range now {
			w := t[i : i+4 : i+4]
			a += v * w[0]
			b += v * w[1]
			c += v * w[2]
			d += v * w[3]
		}
		*(*[4]float32)(sums[j:]) = [4]float32{a, b, c, d}
	}
	for ; j < len(sums); j++ {
		sums[j] = 0
		for i, v := range now {
			sums[j] += v * then[i+j]
		}
	}
}

// energyInGo returns the sum of x's squares.
func energyInGo(x []float32) float32 {
	var a, b float32
	for len(x) >= 4 {
		a += x[0]*x[0] + x[1]*x[1]
		b += x[2]*x[2] + x[3]*x[3]
		x = x[4:]
	}
	for _, v := range x {
		a += v * v
	}
	return a + b
}

// whitenInGo writes to out what a does not predict of x; the first sample of
// out belongs to x[order].
func whitenInGo(out, x []float32, a *[order]float32) {
	a0, a1, a2, a3, a4, a5, a6, a7, a8, a9 := a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9]
	for i := range out {
		w := x[i : i+order+1 : i+order+1]
		out[i] = w[10] - (a0*w[9] + a1*w[8] + a2*w[7] + a3*w[6] + a4*w[5]) - (a5*w[4] + a6*w[3] + a7*w[2] + a8*w[1] + a9*w[0])
	}
}

// leastLeftInGo finds in each book of pitch filters the one that leaves the
// least of a subframe's energy e, with its bits counted in: what it leaves, as
// the bits of a float32, of which the last six are the filter's number.
func leastLeftInGo(least *[books]uint32, e float32, c, m *[taps]float32) {
	t := &pitchTable
	floor := 0.01 * e
	for b := range least {
		best := ^uint32(0)
		for i := bookStart[b]; i < bookStart[b+1]; i++ {
			left := e + (t[0][i]*c[0] + t[1][i]*c[1] + t[2][i]*c[2] + t[3][i]*c[3] + t[4][i]*c[4]) +
				(t[5][i]*m[0] + t[6][i]*m[1] + t[7][i]*m[2] + t[8][i]*m[3] + t[9][i]*m[4])
			best = min(best, numbered(max(left, floor)*t[10][i], i))
		}
		least[b] = best
	}
}

// distancesInGo sets each vector's distance to x, weighed, on top of its price.
func distancesInGo(distance, price *[lsfVectorCount]float32, x, weight *[order]float32) {
	for v := range distance {
		sum := price[v]
		for k := range order {
			d := x[k] - lsfScaled[k][v]
			sum += weight[k] * d * d
		}
		distance[v] = sum
	}
}

// signsOfInGo returns the signs of p at each x, the first lowest.
func signsOfInGo(p *[6]float32, x *[gridSteps]float32) (signs uint64) {
	for i, v := range x {
		signs |= uint64(math.Float32bits(evaluate(p, v))>>31) << i
	}
	return signs
}
