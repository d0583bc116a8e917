package signaling

import (
	"encoding/binary"

	"webtrunk/media"
)

// frameOf reads an RTP packet (RFC 3550 §5.1). The frame's payload lies in b.
//
//	 0                   1                   2                   3
//	 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//	+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//	|V=2|P|X|  CC   |M|     PT      |       sequence number         |
//	+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//	|                           timestamp                           |
//	+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//	|           synchronization source (SSRC) identifier            |
//	+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+
//	|            contributing source (CSRC) identifiers             |
//	|                             ....                              |
//	+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
func frameOf(b []byte) (f media.Frame, ok bool) {
	const fixed = 12
	if len(b) < fixed || b[0]>>6 != 2 {
		return f, false
	}
	at := fixed + 4*int(b[0]&0x0f)
	if b[0]&0x10 != 0 { // an extension: 16 bits of profile, 16 of length in words
		if len(b) < at+4 {
			return f, false
		}
		at += 4 + 4*int(binary.BigEndian.Uint16(b[at+2:]))
	}
	end := len(b)
	if b[0]&0x20 != 0 { // padding: the last byte counts it, itself included
		end -= int(b[len(b)-1])
		if end == len(b) {
			return f, false
		}
	}
	if at > end {
		return f, false
	}
	return media.Frame{
		PayloadType: b[1] & 0x7f,
		Marker:      b[1]&0x80 != 0,
		Sequence:    binary.BigEndian.Uint16(b[2:]),
		Timestamp:   binary.BigEndian.Uint32(b[4:]),
		Payload:     b[at:end],
	}, true
}
