package silk

import "math"

// Each frame is analysed over 30 ms that end with it: nothing is awaited, so
// encoding adds no delay. The window rises over what came before and falls
// over the newest 6 ms.
const (
	windowLength = 240
	windowRise   = 110
	windowFall   = 50
)

var window = func() (w [windowLength]float32) {
	for i := range w {
		w[i] = 1
		if i < windowRise {
			w[i] = float32(math.Sin(math.Pi / 2 * (float64(i) + 0.5) / windowRise))
		}
		if left := windowLength - i; left <= windowFall {
			w[i] *= float32(math.Sin(math.Pi / 2 * (float64(left) - 0.5) / windowFall))
		}
	}
	return w
}()

// lagWindow widens every resonance by 30 Hz, so that a pure tone does not ask
// for a filter that no decoder accepts; its first value is noise at -40 dB.
var lagWindow = func() (w [order + 1]float32) {
	w[0] = 1.0001
	for k := 1; k <= order; k++ {
		at := 2 * math.Pi * 30 * float64(k) / sampleRate
		w[k] = float32(math.Exp(-at * at / 2))
	}
	return w
}()

// correlate returns the autocorrelation of the windowed end of x.
func correlate(x *[windowLength]float32) (r [order + 1]float32) {
	var sums [12]float32
	var s [windowLength + len(sums) - 1]float32
	for i, v := range x {
		s[i] = v * window[i]
	}
	slide(sums[:], s[:windowLength], s[:])
	for k := range r {
		r[k] = sums[k] * lagWindow[k]
	}
	return r
}

// levinson solves for the predictor of x[n] from x[n-1] to x[n-order]. It stops
// where rounding has left nothing to predict.
func levinson(r *[order + 1]float32) (a [order]float32) {
	energy := r[0] + 1
	for m := range order {
		acc := r[m+1]
		for i := range m {
			acc -= a[i] * r[m-i]
		}
		k := acc / energy
		if k*k >= 0.9999 {
			return a
		}
		for i, j := 0, m-1; i <= j; i, j = i+1, j-1 {
			x, y := a[i], a[j]
			a[i], a[j] = x-k*y, y-k*x
		}
		a[m] = k
		energy *= 1 - k*k
	}
	return a
}

// widened returns a with each root's radius multiplied by chirp.
func widened(a *[order]float32, chirp float32) (wide [order]float32) {
	by := chirp
	for k, v := range a {
		wide[k] = v * by
		by *= chirp
	}
	return wide
}
