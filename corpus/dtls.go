package corpus

import "slices"

// record is a DTLS record (RFC 6347 §4.1), whatever its length says.
func record(kind byte, epoch byte, length int, body ...byte) []byte {
	return append([]byte{kind, 254, 253, 0, epoch, 0, 0, 0, 0, 0, 9, byte(length >> 8), byte(length)}, body...)
}

// DTLS are records that strangers send to a page's session. Whole handshakes are
// among the captured.
func DTLS() map[string][]byte {
	hello := slices.Concat([]byte{1, 0, 0, 44, 0, 0, 0, 0, 0, 0, 0, 44, 254, 253}, make([]byte, 32),
		[]byte{0, 0, 0, 2, 0xc0, 0x2b, 1, 0, 0, 0})
	return map[string][]byte{
		"hello":              record(22, 0, len(hello), hello...),
		"hello-fragment":     record(22, 0, 20, append([]byte{1, 0, 0xff, 0xff, 0, 0, 0, 8, 0, 0, 0, 8}, make([]byte, 8)...)...),
		"hello-beyond":       record(22, 0, 12, 1, 0, 0, 4, 0, 0, 0xff, 0xff, 0xff, 0, 0, 4),
		"alert-close":        record(21, 0, 2, 1, 0),
		"alert-fatal":        record(21, 0, 2, 2, 40),
		"alert-sealed":       record(21, 1, 26, slices.Repeat([]byte{5}, 26)...),
		"alert-epoch-beyond": record(21, 255, 2, 1, 0),
		"alert-short":        record(21, 0, 1, 1),
		"cipher-change":      record(20, 0, 1, 1),
		"data-in-clear":      record(23, 0, 4, 't', 'e', 'x', 't'),
		"data-sealed":        record(23, 1, 32, slices.Repeat([]byte{6}, 32)...),
		"cid":                record(25, 1, 32, slices.Repeat([]byte{6}, 32)...),
		"heartbeat":          record(24, 0, 3, 1, 0x40, 0),
		"length-lies":        record(22, 0, 9000, 1),
		"two":                slices.Concat(record(20, 0, 1, 1), record(22, 1, 40, slices.Repeat([]byte{8}, 40)...)),
		"version-13":         {22, 3, 4, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0},
		"header-alone":       record(22, 0, 0)[:13],
		"short":              record(22, 0, 0)[:12],
	}
}
