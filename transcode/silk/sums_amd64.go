package silk

import "golang.org/x/sys/cpu"

// vectorised says whether this processor, and the system that saves its
// registers, have what the assembly needs. It is decided once, at the start;
// only tests change it, to have both ways.
var vectorised = cpu.X86.HasAVX2 && cpu.X86.HasFMA

func slide(sums, now, then []float32) {
	then = then[:len(now)+len(sums)-1]
	if !vectorised || len(now) == 0 || len(sums) < 4 {
		slideInGo(sums, now, then)
		return
	}
	lags := len(sums) &^ 3
	slideAVX2(&sums[0], &now[0], &then[0], lags, len(now))
	if lags < len(sums) {
		slideInGo(sums[lags:], now, then[lags:])
	}
}

func energy(x []float32) float32 {
	if !vectorised || len(x) < 8 {
		return energyInGo(x)
	}
	whole := len(x) &^ 7
	sum := energyAVX2(&x[0], whole/8)
	if whole == len(x) {
		return sum
	}
	return sum + energyInGo(x[whole:])
}

func whiten(out, x []float32, a *[order]float32) {
	x = x[:len(out)+order]
	if !vectorised || len(out) < 8 {
		whitenInGo(out, x, a)
		return
	}
	whole := len(out) &^ 7
	whitenAVX2(&out[0], &x[0], whole/8, a)
	if whole < len(out) {
		whitenInGo(out[whole:], x[whole:], a)
	}
}

func leastLeft(least *[books]uint32, e float32, c, m *[taps]float32) {
	if !vectorised {
		leastLeftInGo(least, e, c, m)
		return
	}
	leastLeftAVX2(least, &pitchTable, e, c, m)
}

func distances(distance, price *[lsfVectorCount]float32, x, weight *[order]float32) {
	if !vectorised {
		distancesInGo(distance, price, x, weight)
		return
	}
	distancesAVX2(distance, price, &lsfScaled, x, weight)
}

func signsOf(p *[6]float32, x *[gridSteps]float32) uint64 {
	if !vectorised {
		return signsOfInGo(p, x)
	}
	return signsAVX2(p, x)
}

// slideAVX2 makes whole fours of lags. It reads n of now, and n+lags-1 of then.
//
//go:noescape
func slideAVX2(sums, now, then *float32, lags, n int)

// energyAVX2 reads eights times eight of x.
//
//go:noescape
func energyAVX2(x *float32, eights int) float32

// whitenAVX2 writes eights times eight of out, and reads ten more of x.
//
//go:noescape
func whitenAVX2(out, x *float32, eights int, a *[order]float32)

//go:noescape
func leastLeftAVX2(least *[books]uint32, t *filterTable, e float32, c, m *[taps]float32)

//go:noescape
func distancesAVX2(distance, price *[lsfVectorCount]float32, t *lsfTable, x, weight *[order]float32)

//go:noescape
func signsAVX2(p *[6]float32, x *[gridSteps]float32) uint64
