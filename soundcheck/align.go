package soundcheck

import (
	"math"
	"math/bits"
	"math/cmplx"
)

// align returns the delay of h against s at which they correlate most, over
// all delays.
func align(h, s []float64) int {
	best, delay := 0.0, 0
	cross := correlate(h, s)
	for i, x := range cross {
		if x > best {
			best, delay = x, i
		}
	}
	if delay >= len(h) { // no later can any of s begin in h: it is negative
		delay -= len(cross)
	}
	return delay
}

// correlate returns, for each lag, the inner product of b with what lies that
// far into a; negative lags count from the end. A product of spectra is much
// faster than trying each lag. Both being real, one transform takes them as
// the two parts of one signal.
func correlate(a, b []float64) []float64 {
	n := 1 << bits.Len(uint(len(a)+len(b)))
	z := make([]complex128, n)
	for i, x := range a {
		z[i] = complex(x, 0)
	}
	for i, x := range b {
		z[i] += complex(0, x)
	}
	fft(z)
	// A = (z(k)+z*(-k))/2 and B = (z(k)-z*(-k))/2i; the product wanted is A·B*,
	// and an inverse transform is a forward one, conjugated before and after.
	spectrum := make([]complex128, n)
	for k := range z {
		there, back := z[k], cmplx.Conj(z[(n-k)%n])
		fa, fb := (there+back)/2, (there-back)/2i
		spectrum[k] = cmplx.Conj(fa * cmplx.Conj(fb))
	}
	fft(spectrum)
	out := make([]float64, n)
	for i := range out {
		out[i] = real(spectrum[i]) / float64(n)
	}
	return out
}

// spectrum is the transform of x, with silence behind it up to n samples.
func spectrum(x []float64, n int) []complex128 {
	z := make([]complex128, n)
	for i, v := range x {
		z[i] = complex(v, 0)
	}
	fft(z)
	return z
}

// innerProducts returns, for each lag, the inner products of b and of c with what lies
// that far into a, as the two parts of a number, of their spectra. Where b, so late, would
// reach beyond the end, it tells nothing.
func innerProducts(a, b, c []complex128) []complex128 {
	z := make([]complex128, len(a))
	for k := range z {
		// Conjugated before and after, a forward transform is an inverse one.
		z[k] = cmplx.Conj(a[k]) * (b[k] - 1i*c[k])
	}
	fft(z)
	for i := range z {
		z[i] = cmplx.Conj(z[i]) / complex(float64(len(z)), 0)
	}
	return z
}

// fft transforms a in place; its length is a power of two.
func fft(a []complex128) {
	n := len(a)
	for i, j := 1, 0; i < n; i++ {
		bit := n >> 1
		for ; j&bit != 0; bit >>= 1 {
			j ^= bit
		}
		j ^= bit
		if i < j {
			a[i], a[j] = a[j], a[i]
		}
	}
	for size := 2; size <= n; size *= 2 {
		turn := cmplx.Rect(1, -2*math.Pi/float64(size))
		for at := 0; at < n; at += size {
			w := complex(1, 0)
			for k := range size / 2 {
				even, odd := a[at+k], a[at+k+size/2]*w
				a[at+k], a[at+k+size/2] = even+odd, even-odd
				w *= turn
			}
		}
	}
}
