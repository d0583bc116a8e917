package silk

import "math/bits"

// Shape of the range coder (RFC 6716 §5.1): a register of 31 bits that gives
// off eight at a time, and is refilled while the range is not over 1<<23.
const (
	rangeTop    = 1 << 31
	rangeBottom = rangeTop >> 8
	rangeShift  = 23
)

// A rangeCoder writes symbols to a buffer. A carry is added to what is already
// written, so no byte is held back.
type rangeCoder struct {
	low  uint32 // 31 bits, and the carry above them
	size uint32 // of the range, at most rangeTop
	buf  []byte
	n    int // bytes written; they go on being counted beyond the end of buf
}

func (c *rangeCoder) start(buf []byte) { *c = rangeCoder{size: rangeTop, buf: buf} }

// put codes symbol s of an ICDF over 256 (§5.1.2).
func (c *rangeCoder) put(s int, icdf []uint8) {
	unit := c.size >> 8
	low := unit * uint32(icdf[s])
	if s > 0 {
		high := unit * uint32(icdf[s-1])
		c.low += c.size - high
		c.size = high - low
	} else {
		c.size -= low
	}
	if c.size <= rangeBottom {
		c.refill()
	}
}

// bit codes one of two symbols, the first of which has the share 256-zero.
func (c *rangeCoder) bit(one bool, zero uint8) {
	low := (c.size >> 8) * uint32(zero)
	size, above := c.size-low, uint32(0)
	if one {
		size, above = low, size
	}
	c.size = size
	c.low += above
	if c.size <= rangeBottom {
		c.refill()
	}
}

func (c *rangeCoder) refill() {
	for c.size <= rangeBottom {
		c.emit(c.low >> rangeShift)
		c.low = c.low << 8 & (rangeTop - 1)
		c.size <<= 8
	}
}

// emit writes a byte; a ninth bit is the carry into those before it.
func (c *rangeCoder) emit(b uint32) {
	if b > 0xff {
		for i := min(c.n, len(c.buf)) - 1; i >= 0; i-- {
			c.buf[i]++
			if c.buf[i] != 0 {
				break
			}
		}
	}
	if c.n < len(c.buf) {
		c.buf[c.n] = byte(b)
	}
	c.n++
}

// fewest bytes are kept, for a packet of one or two says that nothing is sent
// (RFC 6716 §2.1.9).
const fewest = 2

// finish writes as few bits as tell the range from its neighbours (§5.1.5) and
// returns the length. Zeros at the end are left out, for a decoder reads
// zeros there. It reports false when buf was too short.
func (c *rangeCoder) finish() (int, bool) {
	left := 32 - bits.Len32(c.size)
	mask := uint32(rangeTop-1) >> left
	end := (c.low + mask) &^ mask
	if end|mask >= c.low+c.size {
		left++
		mask >>= 1
		end = (c.low + mask) &^ mask
	}
	for ; left > 0; left -= 8 {
		c.emit(end >> rangeShift)
		end = end << 8 & (rangeTop - 1)
	}
	if c.n > len(c.buf) {
		return 0, false
	}
	n := c.n
	for n > fewest && c.buf[n-1] == 0 {
		n--
	}
	return n, true
}
