package lean

import "encoding/binary"

// What a packet is, its first byte says (RFC 7983 §7); RTCP is told from RTP
// by the second (RFC 5761 §4).

func isSTUN(b []byte) bool {
	const header, cookie = 20, 0x2112a442
	return len(b) >= header && b[0] < 4 && binary.BigEndian.Uint32(b[4:]) == cookie
}

func isDTLS(b []byte) bool {
	const header = 13
	return len(b) >= header && 20 <= b[0] && b[0] <= 63
}

func isRTP(b []byte) bool {
	const header = 12
	return len(b) >= header && b[0]>>6 == 2
}

func isRTCP(b []byte) bool { return isRTP(b) && 192 <= b[1] && b[1] <= 223 }

// isAlert reports whether a DTLS record is an alert, and of which epoch: only
// those after the first are protected (RFC 6347 §4.1).
func isAlert(b []byte) (alert bool, epoch uint16) {
	const kind = 21
	return b[0] == kind, binary.BigEndian.Uint16(b[3:])
}
