package silk

import "math/bits"

// predictor returns the coefficients, in 1/4096, that a decoder makes of line
// spectral frequencies, with the RFC's own arithmetic: a resonant filter does
// not forgive a coefficient that is one off (RFC 6716 §4.2.7.5.6 to §4.2.7.5.8).
func predictor(lsf *[order]int32) (a [order]int32) {
	var twiceCos [order]int32 // 1/65536
	for k, n := range lsf {
		i := n >> 8
		c := cosine[i]
		twiceCos[lsfOrdering[k]] = (c<<8 + (cosine[i+1]-c)*(n&255) + 8) >> 4
	}
	p, q := polynomial(&twiceCos, 0), polynomial(&twiceCos, 1)
	var wide [order]int32 // 1/131072
	for k := range order / 2 {
		sum, difference := p[k+1]+p[k], q[k+1]-q[k]
		wide[k] = -difference - sum
		wide[order-1-k] = difference - sum
	}
	a = limited(&wide)
	for i := int32(0); i < 16 && !stable(&a); i++ {
		expand(&wide, 65536-2<<i)
		for k := range a {
			a[k] = (wide[k] + 16) >> 5
		}
	}
	return a
}

// lsfOrdering is the order in which the roots are multiplied, for accuracy (table 27).
var lsfOrdering = [order]int{0, 9, 6, 3, 4, 5, 8, 1, 2, 7}

// polynomial multiplies every second root into one half of a polynomial that
// is symmetric, or would be but for one factor (§4.2.7.5.6).
func polynomial(twiceCos *[order]int32, from int) (p [order/2 + 1]int32) {
	p[0] = 1 << 16
	p[1] = -twiceCos[from]
	for k := 1; k < order/2; k++ {
		c := int64(twiceCos[2*k+from])
		p[k+1] = p[k-1]<<1 - int32((c*int64(p[k])+1<<15)>>16)
		for n := k; n > 1; n-- {
			p[n] += p[n-2] - int32((c*int64(p[n-1])+1<<15)>>16)
		}
		p[1] -= int32(c)
	}
	return p
}

// limited rounds the coefficients to 16 bits, expanding their bandwidth until
// the largest fits (§4.2.7.5.7).
func limited(wide *[order]int32) (a [order]int32) {
	for range 10 {
		at, largest := 0, int32(0)
		for k, w := range wide {
			if w = max(w, -w); w > largest {
				at, largest = k, w
			}
		}
		if largest = (largest + 16) >> 5; largest <= 32767 {
			for k, w := range wide {
				a[k] = (w + 16) >> 5
			}
			return a
		}
		largest = min(largest, 163838)
		expand(wide, 65470-(largest-32767)<<14/(largest*int32(at+1)>>2))
	}
	for k, w := range wide {
		a[k] = min(max((w+16)>>5, -32768), 32767)
		wide[k] = a[k] << 5
	}
	return a
}

// expand multiplies coefficient k by chirp to the power of k+1, in 1/65536 (§4.2.7.5.7).
func expand(wide *[order]int32, chirp int32) {
	less := chirp - 65536
	for k := range wide {
		wide[k] = int32(int64(chirp) * int64(wide[k]) >> 16)
		if k < order-1 {
			chirp += (chirp*less + 1<<15) >> 16
		}
	}
}

// stable reports whether the synthesis filter's power gain is within 10,000.
func stable(a *[order]int32) bool { return inverseGain(a) != 0 }

// inverseGain returns the inverse of the synthesis filter's power gain, in
// 1/2^30, and 0 when that gain is over 10,000 or the filter is unstable. It
// steps down from the coefficients to the reflections (§4.2.7.5.8).
func inverseGain(a *[order]int32) int32 {
	var at [order]int32 // 1/2^24
	dc := int32(0)
	for k, c := range a {
		dc += c
		at[k] = c << 12
	}
	if dc >= 4096 {
		return 0
	}
	inverse := int32(1 << 30)
	for k := order - 1; k >= 0; k-- {
		if at[k] > 16773022 || at[k] < -16773022 {
			return 0
		}
		reflection := -at[k] << 7
		loss := int32(1<<30) - int32(int64(reflection)*int64(reflection)>>32)
		if inverse = int32(int64(inverse)*int64(loss)>>32) << 2; inverse < 107374 {
			return 0
		}
		if k > 0 && !stepDown(&at, k, reflection, loss) {
			return 0
		}
	}
	return inverse
}

// stepDown turns the filter of order k+1 into that of order k.
func stepDown(at *[order]int32, k int, reflection, loss int32) bool {
	shift := bits.Len32(uint32(loss))
	scale := int64(inverseOf(loss, shift+30))
	for n := range (k + 1) / 2 {
		x, y := at[n], at[k-1-n]
		u := roundShift(int64(saturated(int64(x)-roundShift(int64(y)*int64(reflection), 31)))*scale, shift)
		v := roundShift(int64(saturated(int64(y)-roundShift(int64(x)*int64(reflection), 31)))*scale, shift)
		if u != int64(int32(u)) || v != int64(int32(v)) {
			return false
		}
		at[n], at[k-1-n] = int32(u), int32(v)
	}
	return true
}

// inverseOf is 1<<q / b as the RFC's decoder divides: from 14 bits, refined once.
func inverseOf(b int32, q int) int32 {
	room := bits.LeadingZeros32(uint32(max(b, -b))) - 1
	norm := b << room
	guess := (1<<31 - 1) >> 2 / (norm >> 16)
	result := guess << 16
	fault := (1<<29 - int32(int64(norm)*int64(int16(guess))>>16)) << 3
	result += int32(int64(fault) * int64(guess) >> 16)
	if shift := 61 - room - q; shift > 0 {
		return result >> min(shift, 31)
	} else {
		return saturated(int64(result) << -shift)
	}
}

func roundShift(x int64, by int) int64 { return (x>>(by-1) + 1) >> 1 }

func saturated(x int64) int32 { return int32(min(max(x, -1<<31), 1<<31-1)) }
