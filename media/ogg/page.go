package ogg

import "encoding/binary"

// A page (RFC 3533 §6), all numbers little-endian:
//
//	 0                   1                   2                   3
//	 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//	+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//	| capture_pattern: Magic number for page start "OggS"           |
//	+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//	| version       | header_type   | granule_position              |
//	+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+                               +
//	|                               +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//	|                               | bitstream_serial_number       |
//	+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//	|                               | page_sequence_number          |
//	+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//	|                               | CRC_checksum                  |
//	+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//	|                               |page_segments  | segment_table |
//	+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
const (
	capture      = "OggS"
	headerLength = 27

	typeOffset     = 5
	granuleOffset  = 6
	serialOffset   = 14
	sequenceOffset = 18
	checksumOffset = 22
	segmentsOffset = 26

	continued = 1 << 0 // the first packet began on an earlier page
	first     = 1 << 1 // of the stream
	last      = 1 << 2

	maxSegments = 255
	maxPage     = headerLength + maxSegments + maxSegments*255
)

// noGranule is the granule position of a page on which no packet ends.
const noGranule = ^uint64(0)

// crcTable is of the polynomial 0x04c11db7, not reflected (§6, CRC_checksum).
var crcTable = func() (table [256]uint32) {
	for i := range table {
		r := uint32(i) << 24
		for range 8 {
			r = r<<1 ^ r>>31*0x04c11db7
		}
		table[i] = r
	}
	return table
}()

// checksum is that of a whole page, its own field taken as 0.
func checksum(page []byte) uint32 {
	crc := sum(0, page[:checksumOffset])
	crc = sum(crc, []byte{0, 0, 0, 0})
	return sum(crc, page[checksumOffset+4:])
}

func sum(crc uint32, b []byte) uint32 {
	for _, x := range b {
		crc = crc<<8 ^ crcTable[byte(crc>>24)^x]
	}
	return crc
}

// seal writes the checksum into a page that is complete.
func seal(page []byte) { binary.LittleEndian.PutUint32(page[checksumOffset:], checksum(page)) }

// intact reports whether a whole page has its checksum.
func intact(page []byte) bool {
	return checksum(page) == binary.LittleEndian.Uint32(page[checksumOffset:])
}
