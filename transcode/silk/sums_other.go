//go:build !amd64

package silk

func slide(sums, now, then []float32) { slideInGo(sums, now, then[:len(now)+len(sums)-1]) }

func energy(x []float32) float32 { return energyInGo(x) }

func whiten(out, x []float32, a *[order]float32) { whitenInGo(out, x, a) }

func leastLeft(least *[books]uint32, e float32, c, m *[taps]float32) {
	leastLeftInGo(least, e, c, m)
}

func distances(distance, price *[lsfVectorCount]float32, x, weight *[order]float32) {
	distancesInGo(distance, price, x, weight)
}

func signsOf(p *[6]float32, x *[gridSteps]float32) uint64 { return signsOfInGo(p, x) }
