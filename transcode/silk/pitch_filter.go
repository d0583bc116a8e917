package silk

import "math"

// taps is the length of a pitch filter.
const taps = 5

// The codebooks of pitch filters are numbered through: the filters of book b
// are those from bookStart[b] up to bookStart[b+1].
const (
	books   = 3
	filters = 8 + 16 + 32
)

var bookStart = [books + 1]int{0, 8, 8 + 16, filters}

// pitchTaps are the filters' taps.
var pitchTaps = func() (all [filters][taps]float32) {
	for b, start := range bookStart[:books] {
		for i, entry := range pitchFilters[b] {
			for t := range taps {
				all[start+i][t] = float32(entry[t]) / 128
			}
		}
	}
	return all
}()

// A filterTable is the filters as their search wants them, one a column. Of a
// subframe's energy e a filter leaves e - 2·taps·c + alike·m, with c the
// products of the subframe with its past, and m those of two pasts so far from
// each other. The first rows are -2·taps, the next are alike, which are the
// products of taps so far from each other, twice where they differ; the last
// is what the filter's bits cost, as a factor on the energy.
type filterTable [2*taps + 1][filters]float32

var pitchTable = func() (t filterTable) {
	for b, start := range bookStart[:books] {
		for i := start; i < bookStart[b+1]; i++ {
			for k, x := range pitchTaps[i] {
				t[k][i] = -2 * x
				for l, y := range pitchTaps[i] {
					t[taps+max(k-l, l-k)][i] += x * y
				}
			}
			t[2*taps][i] = dearness(cost(filterICDF[b], i-start))
		}
	}
	return t
}()

var periodicityDear = [3]float64{
	float64(dearness(cost(periodicityICDF[:], 0))), float64(dearness(cost(periodicityICDF[:], 1))), float64(dearness(cost(periodicityICDF[:], 2))),
}

// dearness is the factor on a subframe's energy that costs as much as bits:
// each halving of the amplitude saves a bit a sample, at most.
func dearness(bits float32) float32 { return float32(math.Exp2(float64(bits) * 2 / subframe)) }

var pitchScale = [3]float32{15565.0 / 16384, 12288.0 / 16384, 8192.0 / 16384} // RFC 6716 §4.2.7.6.3

// fit chooses the filters for the plan's lags, and returns how many bits they
// save beside those that they cost.
func (p *plan) fit(f *frame, r *residue) float32 {
	leaves := periodicityDear
	var chosen [books][subframes]uint8
	whole := 1.0
	for k, lag := range p.lags {
		from := memory + k*subframe
		c, m := correlatePast(r, from, lag)
		e := energy(r[from:from+subframe]) + 1
		whole *= float64(e)
		var least [books]uint32
		leastLeft(&least, e, &c, &m)
		for b, l := range least {
			chosen[b][k] = uint8(l & numberMask)
			leaves[b] *= float64(math.Float32frombits(l &^ numberMask))
		}
	}
	best := 0
	for b := range leaves {
		if leaves[b] <= leaves[best] {
			best = b
		}
	}
	f.periodicity = uint8(best)
	for k, i := range chosen[best] {
		f.filter[k] = i - uint8(bookStart[best])
		p.filters[k] = &pitchTaps[i]
	}
	return subframe / 2 * float32(math.Log2(whole/leaves[best]))
}

// correlatePast returns the products c of the subframe that begins at from
// with its past at lag-2 to lag+2, and those m of pasts 0 to 4 samples from
// each other. The latter depend a little on which pasts are taken; those with
// the middle one stand for all.
func correlatePast(r *residue, from, lag int) (c, m [taps]float32) {
	var now, then [8]float32
	past := r[from-lag-taps/2:][:subframe+len(then)-1]
	slide(now[:], r[from:from+subframe], past)
	slide(then[:], past[taps/2:][:subframe], past)
	c = [taps]float32{now[4], now[3], now[2], now[1], now[0]}
	m = [taps]float32{then[2], (then[1] + then[3]) / 2, (then[0] + then[4]) / 2, then[5], then[6]}
	return c, m
}
