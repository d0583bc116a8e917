package media

import "encoding/binary"

// headerSize is what a packet has before its sound where it says no more than it must.
const headerSize = 12

// FrameOf reads an RTP packet (RFC 3550 §5.1). The frame's payload lies in b.
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
func FrameOf(b []byte) (f Frame, ok bool) {
	if len(b) < headerSize || b[0]>>6 != 2 {
		return f, false
	}
	at := headerSize + 4*int(b[0]&0x0f)
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
	return Frame{
		PayloadType: b[1] & 0x7f,
		Marker:      b[1]&0x80 != 0,
		Sequence:    binary.BigEndian.Uint16(b[2:]),
		Timestamp:   binary.BigEndian.Uint32(b[4:]),
		Payload:     b[at:end],
	}, true
}

// ssrcOf reads whose packet it is, which FrameOf has found to be one.
func ssrcOf(b []byte) (ssrc uint32) { return binary.BigEndian.Uint32(b[8:]) }

// WriteHeader writes the header of a packet, with nothing in it that may be left out,
// and returns its length.
func (f *Frame) WriteHeader(b []byte, ssrc uint32) (n int) {
	b = b[:headerSize]
	b[0] = 2 << 6
	b[1] = f.PayloadType & 0x7f
	if f.Marker {
		b[1] |= 0x80
	}
	binary.BigEndian.PutUint16(b[2:], f.Sequence)
	binary.BigEndian.PutUint32(b[4:], f.Timestamp)
	binary.BigEndian.PutUint32(b[8:], ssrc)
	return headerSize
}
