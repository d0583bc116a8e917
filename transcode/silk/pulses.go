package silk

// mostLowBits is how many low bits a sample can have: after so many, a block's
// count cannot say that one more follows (RFC 6716 §4.2.7.8.2).
const mostLowBits = 10

// readExcitation reads the pulses of a frame (§4.2.7.8).
func (f *coded) readExcitation(r *rangeDecoder) {
	var count, low [blocks]int
	n := f.subframes * subframe / block
	level := r.get(rateLevelICDF[f.kind>>1][:])
	for b := range n {
		count[b], low[b] = r.pulseCount(level)
	}
	r.places(&f.pulses, count[:n])
	for b, bits := range low[:n] {
		if bits > 0 {
			r.lowBits((*[block]int16)(f.pulses[b*block:]), bits)
		}
	}
	signs := &signICDF[f.kind]
	if f.high == 1 {
		signs = &highSignICDF[f.kind]
	}
	var pulses sparse
	for b := range n {
		if count[b] > 0 || low[b] > 0 {
			pulses.add(&f.pulses, b, signs[min(count[b], 6)])
		}
	}
	r.signs(&f.pulses, &pulses)
}

// pulseCount reads how many pulses a block has, and how many low bits its
// samples have beside.
func (r *rangeDecoder) pulseCount(level int) (count, low int) {
	count = r.get(pulseCountICDF[level][:])
	for count > mostPulses {
		low++
		icdf := pulseCountICDF[9][:]
		if low == mostLowBits {
			icdf = icdf[1:]
		}
		count = r.get(icdf)
	}
	return count, low
}

// A part of a block is numbered as in a heap: 1 is the block, 2 and 3 are its
// halves, 16 to 31 are its samples. partsInOrder are those that are divided, as they
// are coded: what a part's first half holds stands before the second.
var partsInOrder = [block - 1]struct{ part, icdf uint8 }{
	{1, 0}, {2, 1}, {4, 2}, {8, 3}, {9, 3}, {5, 2}, {10, 3}, {11, 3},
	{3, 1}, {6, 2}, {12, 3}, {13, 3}, {7, 2}, {14, 3}, {15, 3},
}

// splits is splitICDF with rows of one length, by how many pulses a part has.
var splits = func() (rows [4][2 * block][2 * block]uint8) {
	for i := range splitICDF {
		for n, icdf := range splitICDF[i] {
			copy(rows[i][n+1][:], icdf)
		}
	}
	return rows
}()

// places reads where in the blocks their pulses are: how many lie in each
// half of one, in each half of that, and so on (§4.2.7.8.3).
func (r *rangeDecoder) places(pulses *[frameSamples]int16, count []int) {
	w := r.cursor
	for b, n := range count {
		var held [2 * block]uint8
		held[1] = uint8(n)
		for _, at := range &partsInOrder {
			here := held[at.part&31]
			if here == 0 {
				continue
			}
			icdf := &splits[at.icdf&3][here&31]
			unit, above := w.size>>8, w.size
			left := uint8(0)
			low := unit * uint32(icdf[0])
			for w.value < low {
				above = low
				left++
				low = unit * uint32(icdf[left&31])
			}
			if w = w.after(low, above); w.ready < leastReady {
				w = r.filled(w)
			}
			held[2*at.part&31], held[(2*at.part+1)&31] = left, here-left
		}
		p := (*[block]int16)(pulses[b*block:])
		for i := range p {
			p[i] = int16(held[block+i])
		}
	}
	r.cursor = w
}

// lowBits reads the bits that places left out, the highest first (§4.2.7.8.4).
func (r *rangeDecoder) lowBits(p *[block]int16, n int) {
	w := r.cursor
	for i, v := range p {
		for range n {
			low, above, one := w.either(lowBitICDF[0])
			if w = w.after(low, above); w.ready < leastReady {
				w = r.filled(w)
			}
			v = v<<1 | int16(one&1)
		}
		p[i] = v
	}
	r.cursor = w
}

// A sparse lists the samples of a frame that are not zero, with the share that
// a negative one has.
type sparse struct {
	n  int
	at [frameSamples + 1]uint8
	of [frameSamples + 1]uint8
}

// add lists the samples of block b, without a branch on each.
func (s *sparse) add(pulses *[frameSamples]int16, b int, icdf uint8) {
	n := s.n
	for i, v := range (*[block]int16)(pulses[b*block:]) {
		s.at[n], s.of[n] = uint8(b*block+i), icdf
		n += int(uint16(-v) >> 15) // no pulse is negative yet
	}
	s.n = n
}

// signs reads the sign of each pulse (§4.2.7.8.5).
func (r *rangeDecoder) signs(pulses *[frameSamples]int16, s *sparse) {
	w := r.cursor
	for i, at := range s.at[:s.n] {
		low, above, positive := w.either(s.of[i])
		if w = w.after(low, above); w.ready < leastReady {
			w = r.filled(w)
		}
		negative := ^int16(positive)
		pulses[at] = (pulses[at] ^ negative) - negative
	}
	r.cursor = w
}
