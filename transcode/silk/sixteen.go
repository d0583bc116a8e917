package silk

// A sixteen is the samples of a block, eight to a word, the earliest lowest:
// so their sizes and sums are a few steps each for all of them.
type sixteen [2]uint64

const (
	allBits = 1<<64 - 1
	ones    = allBits / 0xff // of each sample
	signs   = ones << 7
	evens   = allBits / 0x101
)

func sixteenOf(p *[block]int8) sixteen {
	return sixteen{word((*[8]int8)(p[:8])), word((*[8]int8)(p[8:]))}
}

func word(p *[8]int8) uint64 {
	return uint64(uint8(p[0])) | uint64(uint8(p[1]))<<8 | uint64(uint8(p[2]))<<16 | uint64(uint8(p[3]))<<24 |
		uint64(uint8(p[4]))<<32 | uint64(uint8(p[5]))<<40 | uint64(uint8(p[6]))<<48 | uint64(uint8(p[7]))<<56
}

// sizesOf takes the samples' signs away; none is -128.
func sizesOf(p uint64) uint64 {
	negative := p & signs >> 7
	return p ^ negative*0xff + negative
}

func (s sixteen) sizes() sixteen { return sixteen{sizesOf(s[0]), sizesOf(s[1])} }

// sumOf adds up eight sizes, whose sum is under 256.
func sumOf(s uint64) int { return int(s * ones >> 56) }

func (s sixteen) sum() int { return sumOf(s[0]) + sumOf(s[1]) }

// halved halves each size, and drops what is left over.
func (s sixteen) halved() sixteen { return sixteen{s[0] >> 1 &^ signs, s[1] >> 1 &^ signs} }

// inPairs adds up each pair of sizes, to every second place.
func inPairs(s uint64) uint64 { return s&evens + s>>8&evens }
