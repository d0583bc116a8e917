package silk

// What a decoder must know beside what our encoder writes.

var (
	lagDeltaICDF = [21]uint8{ // of a frame that follows another in its packet (RFC 6716 §4.2.7.6.1)
		210, 208, 206, 203, 199, 193, 183, 168, 142, 104,
		74, 52, 37, 27, 20, 14, 10, 6, 4, 2, 0,
	}
	shortContourICDF = [3]uint8{113, 63, 0} // of 10 ms
	shortContours    = [subframes / 2][3]int8{{0, 1, 0}, {0, 0, 1}}

	// redundantICDF codes which frames of a packet of two and of three have a
	// redundant one, as bits less 1 (§4.2.4).
	redundantICDF = [2][]uint8{{203, 150, 0}, {215, 195, 166, 125, 110, 82, 0}}

	// highSignICDF is signICDF for the high offset (§4.2.7.8.5).
	highSignICDF = [3][7]uint8{
		{198, 11, 18, 24, 31, 36, 45},
		{208, 14, 21, 32, 42, 51, 66},
		{248, 53, 69, 80, 88, 95, 102},
	}
)

// offsets are added to the excitation, in 1/16384: low and high, of frames
// without a voice and with one (§4.2.7.8.6, table 53).
var offsets = [2][2]int32{{100 << 4, 240 << 4}, {32 << 4, 100 << 4}}

// pastScales are the shares of the past of §4.2.7.6.3, in 1/16384.
var pastScales = [3]int32{15565, 12288, 8192}
