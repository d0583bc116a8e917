package silk

// Excitation is coded in blocks of 16 samples (RFC 6716 §4.2.7.8).
const (
	block      = 16
	blocks     = frameSamples / block
	mostPulses = 16 // of a block; above it, low bits are coded apart
)

// putExcitation codes the pulses of a frame.
func (c *rangeCoder) putExcitation(pulses *[frameSamples]int8, kind int) {
	var size [blocks]sixteen
	var count, low [blocks]int
	for b := range blocks {
		s := sixteenOf(blockOf(pulses, b)).sizes()
		n := s.sum()
		for ; n > mostPulses; n = s.sum() {
			low[b]++
			s = s.halved()
		}
		count[b], size[b] = n, s
	}
	var s script
	s.addCounts(&count, &low, kind>>1)
	for b, n := range count {
		if n > 0 {
			s.addPlaces(size[b], n)
		}
	}
	c.play(&s)
	for b, n := range low {
		if n > 0 {
			s.addLowBits(blockOf(pulses, b), n)
			c.play(&s)
		}
	}
	for b, n := range count {
		if n > 0 || low[b] > 0 {
			s.addSigns(blockOf(pulses, b), &signSymbol[kind][min(n, 6)])
		}
	}
	c.play(&s)
}

func blockOf(pulses *[frameSamples]int8, b int) *[block]int8 { return (*[block]int8)(pulses[b*block:]) }

// The symbols of the excitation, ready to be coded.
var (
	rateLevelSymbol = func() (of [2][9]symbol) {
		for v := range of {
			for level := range of[v] {
				of[v][level] = symbolOf(rateLevelICDF[v][:], level)
			}
		}
		return of
	}()
	pulseCountSymbol = func() (of [10][18]symbol) {
		for level := range of {
			for n := range of[level] {
				of[level][n] = symbolOf(pulseCountICDF[level][:], n)
			}
		}
		return of
	}()
	splitSymbol = func() (of [4][mostPulses + 1][mostPulses + 1]symbol) { // by how many there are, and how many of them in the first half
		for part := range of {
			for n := 1; n <= mostPulses; n++ {
				for left := range n + 1 {
					of[part][n][left] = symbolOf(splitICDF[part][n-1], left)
				}
			}
		}
		return of
	}()
	lowBitSymbol = [2]symbol{symbolOf(lowBitICDF[:], 0), symbolOf(lowBitICDF[:], 1)}
	signSymbol   = func() (of [3][7][2]symbol) { // negative, positive
		for kind := range of {
			for n, negative := range signICDF[kind] {
				icdf := []uint8{negative, 0}
				of[kind][n] = [2]symbol{symbolOf(icdf, 0), symbolOf(icdf, 1)}
			}
		}
		return of
	}()
)

// addCounts adds the rate level that suits the counts best, and the counts
// (§4.2.7.8.1, §4.2.7.8.2).
func (s *script) addCounts(count, low *[blocks]int, voiced int) {
	best := bestLevel(count, low, voiced)
	s.add(rateLevelSymbol[voiced][best])
	for b, n := range count {
		level := best
		for range low[b] {
			s.add(pulseCountSymbol[level][17])
			level = 9
		}
		s.add(pulseCountSymbol[level][n])
	}
}

// addPlaces adds where in a block its n pulses are: how many lie in each half,
// in each half of that, and so on (§4.2.7.8.3). Where there are none, nothing
// is to be said, which is no branch but a symbol that does not count.
func (s *script) addPlaces(size sixteen, n int) {
	left := sumOf(size[0])
	s.add(splitSymbol[0][n][left])
	s.addHalf(size[0], left)
	s.addHalf(size[1], n-left)
}

// addHalf adds where among eight samples n pulses are.
func (s *script) addHalf(size uint64, n int) {
	twos := inPairs(size)
	left := int(twos+twos>>16) & 0xff
	s.addIf(n, splitSymbol[1][n][left])
	s.addQuarter(size, twos, left)
	s.addQuarter(size>>32, twos>>32, n-left)
}

// addQuarter adds where among the four lowest samples n pulses are, of which
// so many are in each pair.
func (s *script) addQuarter(size, twos uint64, n int) {
	first, second := int(twos&0xff), int(twos>>16&0xff)
	s.addIf(n, splitSymbol[2][n][first])
	s.addIf(first, splitSymbol[3][first][size&0xff])
	s.addIf(second, splitSymbol[3][second][size>>16&0xff])
}

// addLowBits adds the n bits that the places leave out, the highest first (§4.2.7.8.4).
func (s *script) addLowBits(pulses *[block]int8, n int) {
	for _, v := range pulses {
		size := int(max(v, -v))
		for b := n - 1; b >= 0; b-- {
			s.add(lowBitSymbol[size>>b&1])
		}
	}
}

// addSigns adds the signs of a block's pulses (§4.2.7.8.5).
func (s *script) addSigns(pulses *[block]int8, of *[2]symbol) {
	for _, v := range pulses {
		s.addIf(int(uint8(v)), of[^v>>7&1])
	}
}
