package corpus

import (
	"encoding/binary"
	"hash/crc32"
	"slices"
)

// An attribute of STUN (RFC 8489 §14): its length is as it says, whatever it has.
func attribute(kind uint16, length int, value ...byte) []byte {
	b := binary.BigEndian.AppendUint16(nil, kind)
	b = binary.BigEndian.AppendUint16(b, uint16(length))
	return append(append(b, value...), make([]byte, -len(value)&3)...)
}

func honest(kind uint16, value ...byte) []byte { return attribute(kind, len(value), value...) }

// message is a STUN message that ends with a right fingerprint.
func message(kind uint16, attributes ...[]byte) []byte {
	const mark = 8 // bytes of the fingerprint
	body := slices.Concat(attributes...)
	b := binary.BigEndian.AppendUint16(nil, kind)
	b = binary.BigEndian.AppendUint16(b, uint16(len(body)+mark))
	b = append(b, 0x21, 0x12, 0xa4, 0x42, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)
	b = append(b, body...)
	return append(b, honest(0x8028, binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE(b)^0x5354554e)...)...)
}

// STUN are messages as browsers, servers and attackers send them. Those with a
// password are a page's own, and not here.
func STUN() map[string][]byte {
	name := honest(0x0006, []byte("theirs:ours")...)
	integrity := honest(0x0008, slices.Repeat([]byte{7}, 20)...)
	priority := honest(0x0024, 0x6e, 0xff, 0xff, 0xff)
	controls := honest(0x802a, 1, 2, 3, 4, 5, 6, 7, 8)
	good := message(1, name, controls, priority, integrity)
	lies := slices.Clone(good)
	lies[3] += 4
	return map[string][]byte{
		"check":           good,
		"nominates":       message(1, name, controls, honest(0x0025), priority, integrity),
		"controlled":      message(1, name, honest(0x8029, 1, 2, 3, 4, 5, 6, 7, 8), integrity),
		"role-conflict":   message(0x0111, honest(9, 0, 0, 4, 87), integrity),
		"success":         message(0x0101, honest(0x0020, 0, 1, 0x31, 0x12, 0x5e, 0x12, 0xa4, 0x43), integrity),
		"success-ipv6":    message(0x0101, honest(0x0020, append([]byte{0, 2, 0x31, 0x12}, make([]byte, 16)...)...)),
		"indication":      message(0x0011, name),
		"no-name":         message(1, integrity),
		"no-integrity":    message(1, name, priority),
		"no-attributes":   {0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12},
		"old":             {0, 1, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16},
		"name-long":       message(1, attribute(6, 513, slices.Repeat([]byte{'n'}, 513)...), integrity),
		"name-no-colon":   message(1, honest(6, []byte("theirs")...), integrity),
		"names-two":       message(1, name, name, integrity),
		"after-integrity": message(1, name, integrity, priority),
		"integrity-short": message(1, name, honest(8, 1, 2, 3, 4)),
		"length-lies":     lies,
		"attribute-lies":  message(1, attribute(6, 60000, 'x')),
		"fingerprint-bad": append(slices.Clone(good[:len(good)-1]), good[len(good)-1]^1),
		"unknown-must":    message(1, name, honest(0x7ff0, 1, 2, 3), integrity),
		"turn-allocate":   message(3, honest(0x0019, 17, 0, 0, 0), name),
		"sha256":          message(1, name, honest(0x001c, slices.Repeat([]byte{9}, 32)...)),
		"cut":             good[:len(good)-9],
		"header-alone":    good[:20],
	}
}
