package corpus

import (
	"bytes"
	"slices"
)

// header is the RTP header (RFC 3550 §5.1) that the packets below begin with: the
// first byte, marker and type, then number 1, timestamp 160 and source 7.
func header(first, second byte) []byte {
	return []byte{first, second, 0, 1, 0, 0, 0, 160, 0, 0, 0, 7}
}

// RTP are packets of sound and of keys as they come, and as nobody should send
// them. Types 0, 8 and 9 are G.711 and G.722, 13 is comfort noise, 101 keys, 111
// Opus.
func RTP() map[string][]byte {
	sound, voice := bytes.Repeat([]byte{0xff, 0x2a, 0xd5}, 54)[:160], []byte{0x0b, 0x41, 0x9c, 0x10, 0x77, 0x35, 0xe2, 0x80}
	p := func(first, second byte, rest ...[]byte) []byte {
		return slices.Concat(append([][]byte{header(first, second)}, rest...)...)
	}
	return map[string][]byte{
		"pcmu":             p(0x80, 0, sound),
		"pcma-marked":      p(0x80, 0x88, sound),
		"pcmu-10ms":        p(0x80, 0, sound[:80]),
		"pcmu-60ms":        p(0x80, 0, sound, sound, sound),
		"pcmu-odd":         p(0x80, 0, sound[:33]),
		"g722":             p(0x80, 9, sound),
		"comfort":          p(0x80, 13, []byte{64}),
		"comfort-spectrum": p(0x80, 13, []byte{40, 200, 100, 90, 127, 0, 255}),
		"comfort-empty":    p(0x80, 13),
		"opus":             p(0x80, 111, voice),
		"opus-dtx":         p(0x80, 111, voice[:1]),
		"key-begins":       p(0x80, 0xe5, []byte{5, 10, 0, 160}),
		"key-ends":         p(0x80, 101, []byte{5, 0x8a, 3, 32}),
		"key-unknown":      p(0x80, 101, []byte{200, 10, 0, 160}),
		"key-forever":      p(0x80, 101, []byte{11, 0x3f, 255, 255}),
		"key-short":        p(0x80, 101, []byte{5, 10, 0}),
		"keys-two":         p(0x80, 101, []byte{5, 0x8a, 3, 32, 6, 10, 0, 160}),
		"csrcs":            p(0x82, 0, []byte{0, 0, 0, 1, 0, 0, 0, 2}, sound),
		"csrcs-cut":        p(0x8f, 0, []byte{0, 0, 0, 1}),
		"extension":        p(0x90, 111, []byte{0xbe, 0xde, 0, 1, 0x10, 0xff, 0, 0}, voice),
		"extension-two":    p(0x90, 111, []byte{0x10, 0, 0, 2, 1, 1, 0xff, 2, 3, 9, 9, 9}, voice),
		"extension-cut":    p(0x90, 111, []byte{0xbe, 0xde, 0xff, 0xff}),
		"extension-beyond": p(0x90, 111, []byte{0xbe, 0xde, 0, 1, 0x1f, 1, 2, 3}),
		"padding":          p(0xa0, 0, sound, []byte{0, 0, 0, 4}),
		"padding-all":      p(0xa0, 0, []byte{0, 0, 0, 4}),
		"padding-beyond":   p(0xa0, 0, []byte{1, 2, 255}),
		"padding-none":     p(0xa0, 0, []byte{1, 2, 0}),
		"empty":            p(0x80, 0),
		"version-1":        p(0x40, 0, sound),
		"short":            header(0x80, 0)[:11],
		"everything":       p(0xbf, 0xff, bytes.Repeat([]byte{0xff}, 64)),
	}
}
