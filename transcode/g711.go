package transcode

import "github.com/zaf/g711"

// G.711 (https://www.itu.int/rec/T-REC-G.711) is a function of one sample, so
// a table says everything: 64 KiB to encode, 512 bytes to decode, for each of
// the two laws. The tables are filled from zaf/g711, which stays the authority
// on what a sample becomes; looking up is several times faster than asking
// it sample by sample, and allocates nothing.
//
// They are filled when the package starts, not on first use: that takes less
// than a millisecond, and then the media path needs no "filled yet?" check.
var (
	pcmuEncode = encodeTable(g711.EncodeUlawFrame)
	pcmaEncode = encodeTable(g711.EncodeAlawFrame)
	pcmuDecode = decodeTable(g711.DecodeUlawFrame)
	pcmaDecode = decodeTable(g711.DecodeAlawFrame)
)

func encodeTable(encode func(int16) uint8) *[1 << 16]byte {
	var t [1 << 16]byte
	for i := range t {
		t[i] = encode(int16(uint16(i)))
	}
	return &t
}

func decodeTable(decode func(uint8) int16) *[1 << 8]int16 {
	var t [1 << 8]int16
	for i := range t {
		t[i] = decode(uint8(i))
	}
	return &t
}

// EncodePCMU writes the µ-law octets of pcm to dst, as many as fit, and
// returns how many samples it encoded. One sample becomes one octet.
func EncodePCMU(dst []byte, pcm []int16) int { return encodeG711(pcmuEncode, dst, pcm) }

// EncodePCMA writes the A-law octets of pcm to dst, as many as fit, and
// returns how many samples it encoded. One sample becomes one octet.
func EncodePCMA(dst []byte, pcm []int16) int { return encodeG711(pcmaEncode, dst, pcm) }

// DecodePCMU writes the samples that the µ-law payload stands for to dst, as
// many as fit, and returns how many it wrote. Every octet is a valid sample,
// so there is no error to report.
func DecodePCMU(dst []int16, payload []byte) int { return decodeG711(pcmuDecode, dst, payload) }

// DecodePCMA writes the samples that the A-law payload stands for to dst, as
// many as fit, and returns how many it wrote.
func DecodePCMA(dst []int16, payload []byte) int { return decodeG711(pcmaDecode, dst, payload) }

func encodeG711(table *[1 << 16]byte, dst []byte, pcm []int16) int {
	n := min(len(dst), len(pcm))
	dst, pcm = dst[:n], pcm[:n]
	for i, s := range pcm {
		dst[i] = table[uint16(s)]
	}
	return n
}

func decodeG711(table *[1 << 8]int16, dst []int16, payload []byte) int {
	n := min(len(dst), len(payload))
	dst, payload = dst[:n], payload[:n]
	for i, b := range payload {
		dst[i] = table[b]
	}
	return n
}
