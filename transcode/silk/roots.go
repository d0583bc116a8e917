package silk

import (
	"math"
	"math/bits"
)

// The line spectral frequencies are the angles of the roots of two
// polynomials, which take turns on the unit circle. A root lies where a
// polynomial changes its sign between two of gridSteps steps along it, at the
// zero of the parabola through both and the middle between them.
const gridSteps = 64

// cosines are those of π·i/(2·gridSteps): of the steps, and of their middles.
// gridCosines are those of the steps but the first.
var (
	cosines = func() (c [2*gridSteps + 1]float32) {
		for i := range c {
			c[i] = float32(math.Cos(math.Pi * float64(i) / (2 * gridSteps)))
		}
		return c
	}()
	gridCosines = func() (c [gridSteps]float32) {
		for i := range c {
			c[i] = cosines[2*i+2]
		}
		return c
	}()
)

// frequenciesOf returns the line spectral frequencies of a predictor, in
// 1/32768 of the band, and false where two steps were too few.
func frequenciesOf(a *[order]float32) (lsf [order]float32, ok bool) {
	for half, sign := range [...]float32{1, -1} {
		p := inCosine(a, sign)
		after := signsOf(&p, &gridCosines)
		before := after << 1
		if evaluate(&p, 1) < 0 {
			before |= 1
		}
		changes := after ^ before
		if bits.OnesCount64(changes) != order/2 {
			return lsf, false
		}
		for k := half; k < order; k += 2 {
			lsf[k] = root(&p, bits.TrailingZeros64(changes))
			changes &= changes - 1
		}
	}
	return lsf, ordered(&lsf)
}

// ordered reports whether each frequency is a number above the one before.
func ordered(lsf *[order]float32) bool {
	for k := 1; k < order; k++ {
		if !(lsf[k] > lsf[k-1]) {
			return false
		}
	}
	return true
}

// root returns where p is zero after a step, before the end of which its sign changes.
func root(p *[6]float32, step int) float32 {
	x := (*[3]float32)(cosines[2*step:])
	v, middle, end := evaluate(p, x[0]), evaluate(p, x[1]), evaluate(p, x[2])
	// v + b·t + c·t², and the one of its zeros at which it goes the way from v to end
	c := 2 * (v + end - 2*middle)
	b := end - v - c
	way := math.Float32frombits(math.Float32bits(sqrt(max(b*b-4*c*v, 0))) | math.Float32bits(end-v)&signBit)
	t := -2 * v / (b + way)
	return (float32(step) + t) * (32768.0 / gridSteps)
}

// inCosine returns half of the symmetric (sign 1) or antisymmetric (-1)
// polynomial of a, without its root at ±1, as a polynomial in the cosine of
// the angle: a sum of Chebyshev polynomials, multiplied out.
func inCosine(a *[order]float32, sign float32) [6]float32 {
	var f [6]float32
	f[0] = 1
	for i := 1; i <= 5; i++ {
		f[i] = -a[i-1] - sign*a[order-i] - sign*f[i-1]
	}
	c0, c1, c2, c3, c4, c5 := f[5]/2, f[4], f[3], f[2], f[1], f[0]
	return [6]float32{c0 - c2 + c4, c1 - 3*c3 + 5*c5, 2*c2 - 8*c4, 4*c3 - 20*c5, 8 * c4, 16 * c5}
}

func evaluate(p *[6]float32, x float32) float32 {
	square := x * x
	even := (p[4]*square+p[2])*square + p[0]
	odd := (p[5]*square+p[3])*square + p[1]
	return even + x*odd
}
