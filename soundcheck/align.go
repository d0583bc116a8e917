package soundcheck

import (
	"math"
	"math/bits"
	"math/cmplx"
)

// align returns the delay of h against s at which they correlate most, over
// all delays: a product of their spectra is faster than trying each.
func align(h, s []float64) int {
	n := 1 << bits.Len(uint(len(h)+len(s)))
	a, b := make([]complex128, n), make([]complex128, n)
	for i, x := range h {
		a[i] = complex(x, 0)
	}
	for i, x := range s {
		b[i] = complex(x, 0)
	}
	fft(a)
	fft(b)
	for i := range a {
		// Conjugated twice, a forward transform is an inverse one.
		a[i] = cmplx.Conj(a[i] * cmplx.Conj(b[i]))
	}
	fft(a)
	best, delay := 0.0, 0
	for i, x := range a {
		if real(x) > best {
			best, delay = real(x), i
		}
	}
	if delay > n/2 {
		delay -= n
	}
	return delay
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
