package silk

import (
	"testing"

	"pgregory.net/rapid"
)

// A rangeReader reads what a rangeCoder wrote, as RFC 6716 §4.1 has it.
type rangeReader struct {
	size, value uint32
	rest        []byte
	last        byte
}

func readRange(packet []byte) *rangeReader {
	r := &rangeReader{size: 128, rest: packet}
	r.last = r.next()
	r.value = 127 - uint32(r.last>>1)
	r.refill()
	return r
}

func (r *rangeReader) next() byte {
	if len(r.rest) == 0 {
		return 0
	}
	b := r.rest[0]
	r.rest = r.rest[1:]
	return b
}

func (r *rangeReader) refill() {
	for r.size <= rangeBottom {
		b := r.next()
		symbol := r.last<<7 | b>>1
		r.last = b
		r.size <<= 8
		r.value = (r.value<<8 + uint32(255-symbol)) & (rangeTop - 1)
	}
}

func (r *rangeReader) get(icdf []uint8) int {
	unit := r.size >> 8
	above := r.size
	for s, f := range icdf {
		low := unit * uint32(f)
		if r.value >= low {
			r.value -= low
			r.size = above - low
			r.refill()
			return s
		}
		above = low
	}
	return -1
}

func TestSymbolsAreReadAsWritten(t *testing.T) {
	tables := [][]uint8{quarterICDF[:], lagHighICDF[:], lowBitICDF[:], gainDeltaICDF[:], lsfExtensionICDF[:], splitICDF[0][15], pulseCountICDF[0][:]}
	rapid.Check(t, func(r *rapid.T) {
		var c rangeCoder
		c.start(make([]byte, 2000))
		var of, wrote []int
		for range rapid.IntRange(0, 400).Draw(r, "symbols") {
			table := rapid.IntRange(0, len(tables)-1).Draw(r, "table")
			s := rapid.IntRange(0, len(tables[table])-1).Draw(r, "symbol")
			c.put(s, tables[table])
			of, wrote = append(of, table), append(wrote, s)
		}
		n, ok := c.finish()
		if !ok {
			r.Fatal("it did not fit")
		}
		in := readRange(c.buf[:n])
		var fast rangeDecoder
		fast.start(c.buf[:n])
		for i, table := range of {
			if got := in.get(tables[table]); got != wrote[i] {
				r.Fatalf("symbol %d was written as %d and read as %d", i, wrote[i], got)
			}
			if got := fast.get(tables[table]); got != wrote[i] || fast.size != in.size {
				r.Fatalf("symbol %d was written as %d and decoded as %d", i, wrote[i], got)
			}
		}
	})
}

// A carry may run through bytes that are long written.
func TestACarryRunsBack(t *testing.T) {
	c := rangeCoder{buf: []byte{0x12, 0xff, 0xff, 0}, n: 3}
	c.emit(0x1ab)
	if got := [4]byte(c.buf); got != [4]byte{0x13, 0, 0, 0xab} {
		t.Errorf("% x", got)
	}
}

func TestAShortBufferIsNoticed(t *testing.T) {
	var c rangeCoder
	c.start(make([]byte, 3))
	for range 100 {
		c.put(3, quarterICDF[:])
	}
	if n, ok := c.finish(); ok {
		t.Errorf("200 bits fit into %d bytes", n)
	}
}
