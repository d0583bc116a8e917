package silk

import "math"

// Gains are numbers 0 to 63, 1.37 dB apart from 2 to 88 dB (RFC 6716 §4.2.7.4).
const (
	gainLevels = 64
	gainFall   = 16 // how far a frame's first gain may lie below the last frame's
)

// gainsOf are the gains that a decoder makes of the numbers, in 1/65536: 2 to the
// power of 0x1D1C71/65536 of a number, with the RFC's approximation of that power.
var gainsOf = func() (gain [gainLevels]int32) {
	for i := range gain {
		log := int32(0x1D1C71*int64(i)>>16) + 2090
		whole, part := int32(1)<<(log>>7), log&127
		whole += (whole >> 7) * (-174*part*(128-part)>>16 + part)
		gain[i] = whole
	}
	return gain
}()

// gainOf are the same, for the encoder.
var gainOf = func() (gain [gainLevels]float32) {
	for i, g := range gainsOf {
		gain[i] = float32(g) / 65536
	}
	return gain
}()

// gainNumber returns the number whose gain is nearest to g.
func gainNumber(g float32) int {
	const step, first = 0x1D1C71 / 65536.0 / 128, 2090.0/128 - 16
	return min(max(int((log2(max(g, 0.5))-first)/step+1.5)-1, 0), gainLevels-1)
}

// log2 is the logarithm of a number over zero, 0.001 off at most: its exponent
// is the whole part, and a parabola through both ends the rest.
func log2(x float32) float32 {
	b := math.Float32bits(x)
	m := math.Float32frombits(b&(1<<23-1)|127<<23) - 1 // from 0 to 1
	return float32(int(b>>23)-127) + m + m*(1-m)*(0.4225-0.159*m)
}

// codeGains turns the numbers of the four gains into what is coded, the first
// absolute and the others as steps from -4 to 36, and makes of the numbers what
// a decoder will: last is the last frame's last gain.
func codeGains(numbers *[subframes]int, last int) (coded [subframes]uint8) {
	numbers[0] = max(numbers[0], last-gainFall)
	coded[0] = uint8(numbers[0])
	for k := 1; k < subframes; k++ {
		before := numbers[k-1]
		step := min(max(numbers[k]-before+4, 0), 40)
		if 2*step-16 > before+step-4 { // a leap, whose steps count twice
			step = (numbers[k] + 17) / 2
		}
		coded[k] = uint8(step)
		numbers[k] = min(max(2*step-16, before+step-4, 0), gainLevels-1)
	}
	return coded
}
