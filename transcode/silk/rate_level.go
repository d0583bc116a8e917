package silk

// The rate level of a frame says which code its counts of pulses are in (RFC
// 6716 §4.2.7.8.1). The cheapest of the nine is found by adding up the prices
// of all at once: four to a word, in a 64th of a bit.
type levelPrices [3]uint64

const rateLevels = 9

func (p *levelPrices) add(q *levelPrices) {
	p[0] += q[0]
	p[1] += q[1]
	p[2] += q[2]
}

func (p *levelPrices) set(level int, bits float32) {
	p[level/4] |= uint64(64*bits+0.5) << (level % 4 * 16)
}

func (p *levelPrices) of(level int) uint64 { return p[level/4] >> (level % 4 * 16) & 0xffff }

var (
	pulseCountPrices = func() (of [18]levelPrices) {
		for n := range of {
			for level := range rateLevels {
				of[n].set(level, cost(pulseCountICDF[level][:], n))
			}
		}
		return of
	}()
	rateLevelPrices = func() (of [2]levelPrices) {
		for v := range of {
			for level := range rateLevels {
				of[v].set(level, cost(rateLevelICDF[v][:], level))
			}
		}
		return of
	}()
)

// bestLevel returns the level at which the counts take the fewest bits. A
// block with low bits is coded with a count of 17 at that level.
func bestLevel(count, low *[blocks]int, voiced int) int {
	price := rateLevelPrices[voiced]
	for b, n := range count {
		if low[b] > 0 {
			n = 17
		}
		price.add(&pulseCountPrices[n])
	}
	best := price.of(0) << 4
	for level := 1; level < rateLevels; level++ {
		best = min(best, price.of(level)<<4|uint64(level))
	}
	return int(best & 15)
}
