package silk

import "math/bits"

// The arithmetic in which SILK's decoder is defined: 32 bits, which wrap
// around where nothing is said.

// scaled is x·by/65536, rounded down.
func scaled(x, by int32) int32 { return int32(int64(x) * int64(by) >> 16) }

// rounded is x/2^by, rounded to the nearest.
func rounded(x int32, by int) int32 { return (x>>(by-1) + 1) >> 1 }

func sat16(x int32) int32 { return min(max(x, -32768), 32767) }

// addSaturated is x + 16·y, where both the product and the sum stop at 32 bits.
func addSaturated(x, y int32) int32 {
	return saturated(int64(x) + int64(saturated(int64(y)<<4)))
}

// quotient is a/b in 1/65536 as the RFC's decoder divides: from 14 bits, refined once.
func quotient(a, b int32) int32 {
	roomA := bits.LeadingZeros32(uint32(max(a, -a))) - 1
	roomB := bits.LeadingZeros32(uint32(max(b, -b))) - 1
	a <<= roomA
	b <<= roomB
	guess := (1<<31 - 1) >> 2 / (b >> 16)
	result := scaled(a, int32(int16(guess)))
	a -= int32(int64(b)*int64(result)>>32) << 3
	result += scaled(a, int32(int16(guess)))
	shift := 13 + roomA - roomB
	switch {
	case shift < 0:
		return saturated(int64(result) << min(-shift, 31))
	case shift < 32:
		return result >> shift
	}
	return 0
}

// A power is a sum of squares that was divided by 2^shift to fit.
type power struct {
	sum   int32
	shift int
}

// powerOf adds up squares with two bits to spare.
func powerOf(x []int16) power {
	shift := 31 - bits.LeadingZeros32(uint32(len(x)))
	sum := squares(x, shift, int32(len(x)))
	shift = max(0, shift+3-bits.LeadingZeros32(uint32(sum)))
	return power{squares(x, shift, 0), shift}
}

func squares(x []int16, shift int, sum int32) int32 {
	for i := 0; i+1 < len(x); i += 2 {
		a, b := int32(x[i]), int32(x[i+1])
		sum += int32(uint32(a*a+b*b) >> shift)
	}
	if n := len(x); n&1 == 1 {
		last := int32(x[n-1])
		sum += int32(uint32(last*last) >> shift)
	}
	return sum
}

// root32 is the square root of x, near enough, in 1/2^(q/2) when x is in 1/2^q.
func root32(x int32) int32 {
	if x <= 0 {
		return 0
	}
	zeros := bits.LeadingZeros32(uint32(x))
	fraction := int32(bits.RotateLeft32(uint32(x), zeros-24) & 127)
	y := int32(46214)
	if zeros&1 == 1 {
		y = 32768
	}
	y >>= zeros >> 1
	return y + scaled(y, 213*fraction)
}
