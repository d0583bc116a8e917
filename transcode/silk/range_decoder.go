package silk

import (
	"encoding/binary"
	"math/bits"
)

// A rangeDecoder reads what a rangeCoder writes (RFC 6716 §4.1). Behind the
// frame's end there are zeros.
type rangeDecoder struct {
	cursor
	rest  []byte
	taken int // bits that were taken from the frame
}

// A cursor is where a rangeDecoder is. It has no more fields than the compiler
// keeps in registers, where loops have it. Bits are taken from a word that is filled
// seldom, so that most symbols cost no branch but those of their own table.
type cursor struct {
	size  uint32 // of the range, over rangeBottom
	value uint32 // how far the coded value lies under the range's top
	ahead uint64 // the bits that come next, inverted as value is
	ready int    // how many of them are there
}

// leastReady is under how many bits a cursor is filled: a symbol moves 24 at most.
const leastReady = 24

// start begins a frame: 31 of its bits are the first value.
func (r *rangeDecoder) start(frame []byte) {
	*r = rangeDecoder{cursor: cursor{size: rangeTop}, rest: frame}
	r.cursor = r.filled(r.cursor)
	r.value = uint32(r.ahead >> 33)
	r.ahead <<= 31
	r.ready -= 31
}

// filled returns w with more than 55 bits ready, most often from one word:
// what of it is not counted as ready will be laid over itself.
func (r *rangeDecoder) filled(w cursor) cursor {
	if len(r.rest) >= 8 {
		w.ahead |= ^binary.BigEndian.Uint64(r.rest) >> (w.ready & 63)
		n := (63 - w.ready) >> 3
		r.rest = r.rest[n:]
		w.ready += 8 * n
		r.taken += 8 * n
		return w
	}
	for w.ready <= 56 {
		b := uint64(0xff)
		if len(r.rest) > 0 {
			b = uint64(^r.rest[0])
			r.rest = r.rest[1:]
		}
		w.ahead |= b << (56 - w.ready)
		w.ready += 8
		r.taken += 8
	}
	return w
}

// after returns the cursor behind a symbol that has the range from low up to
// above, made larger than rangeBottom by whole bytes (§4.1.2.1).
func (w cursor) after(low, above uint32) cursor {
	size := above - low
	by := (31 - bits.Len32(size-1)) & 24
	w.size = size << by
	w.value = (w.value-low)<<by | uint32(w.ahead>>1>>(63-by))
	w.ahead <<= by
	w.ready -= by
	return w
}

// get reads a symbol of an ICDF over 256 (§4.1.3.3).
func (r *rangeDecoder) get(icdf []uint8) int {
	w := r.cursor
	unit, above := w.size>>8, w.size
	for s, c := range icdf {
		low := unit * uint32(c)
		if w.value >= low {
			r.cursor = w.after(low, above)
			if r.ready < leastReady {
				r.cursor = r.filled(r.cursor)
			}
			return s
		}
		above = low
	}
	return 0 // not reached: an ICDF ends with 0
}

// flag reads a bit of equal shares (§4.1.3.2).
func (r *rangeDecoder) flag() bool {
	w := r.cursor
	half := w.size >> 1
	one := w.value < half
	if one {
		r.cursor = w.after(0, half)
	} else {
		r.cursor = w.after(half, w.size)
	}
	if r.ready < leastReady {
		r.cursor = r.filled(r.cursor)
	}
	return one
}

// either returns the range of the symbol that is next, of two, the second of
// which has the share zero, and all ones if it is the second. Where the two are
// as likely, a branch between them would be guessed wrong every second time.
func (w cursor) either(zero uint8) (low, above, second uint32) {
	middle := (w.size >> 8) * uint32(zero)
	second = uint32(int32(w.value-middle) >> 31)
	return middle &^ second, middle&second | w.size&^second, second
}

// used is how many bits were used, rounded up (§4.1.6.1).
func (r *rangeDecoder) used() int { return 2 + r.taken - r.ready - bits.Len32(r.size) }
