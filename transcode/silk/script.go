package silk

// A symbol is one of a code as the range coder wants it: the code's ICDF just
// above it less one, in the high byte, and below it, in the low one.
type symbol uint16

// topmost is the symbol that nothing of its code lies above, or more.
const topmost symbol = 0xff << 8

func symbolOf(icdf []uint8, s int) symbol {
	above := 256
	if s > 0 {
		above = int(icdf[s-1])
	}
	return symbol(above-1)<<8 | symbol(icdf[s])
}

// A script is symbols to be coded one after the other. What they are depends on
// the sound, and how far each moves the coder on the one before: to find them
// first, and then to code them, keeps the two from waiting for each other.
type script struct {
	symbols [256]symbol
	n       uint
}

func (s *script) add(x symbol) {
	s.symbols[s.n&0xff] = x
	s.n++
}

// addIf adds x unless n, which is under 256, is 0.
func (s *script) addIf(n int, x symbol) {
	s.symbols[s.n&0xff] = x
	s.n += uint(n+0xff) >> 8
}

// play codes a script, and empties it.
func (c *rangeCoder) play(s *script) {
	low, size := c.low, c.size
	for _, x := range s.symbols[:s.n] {
		unit := size >> 8
		high := unit * (uint32(x>>8) + 1)
		if x >= topmost {
			high = size
		}
		low += size - high
		size = high - unit*uint32(x&0xff)
		for size <= rangeBottom {
			c.emit(low >> rangeShift)
			low = low << 8 & (rangeTop - 1)
			size <<= 8
		}
	}
	c.low, c.size = low, size
	s.n = 0
}
