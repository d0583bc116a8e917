package corpus

import (
	"fmt"
	"slices"
)

// Opus are payloads of each of the 32 configurations (RFC 6716 §3.1), and of each
// way to put frames into a packet (§3.2), right and wrong. What is in their frames
// is noise, which a decoder takes for sound.
func Opus() map[string][]byte {
	noise := []byte{0x8b, 0x20, 0xd3, 0x5a, 0x51, 0x33, 0xcf, 0x80, 0x6e, 0x17, 0xf4, 0x09, 0xa2, 0xbb, 0x41, 0x7c, 0x38, 0xd0, 0x15, 0x66}
	all := map[string][]byte{}
	for config := range byte(32) {
		all[fmt.Sprintf("config-%02d", config)] = append([]byte{config << 3}, noise...)
	}
	const silk = 1 << 3 // narrowband, 20 ms
	p := func(toc byte, rest ...[]byte) []byte { return append([]byte{toc}, slices.Concat(rest...)...) }
	for name, payload := range map[string][]byte{
		"stereo-silk":         p(silk|4, noise),
		"stereo-hybrid":       p(15<<3|4, noise),
		"stereo-celt":         p(31<<3|4, noise),
		"dtx":                 p(silk),
		"dtx-byte":            p(silk, noise[:1]),
		"two-equal":           p(silk|1, noise[:8], noise[:8]),
		"two-equal-odd":       p(silk|1, noise[:7]),
		"two-lengths":         p(silk|2, []byte{8}, noise),
		"two-length-of-two":   p(silk|2, []byte{252, 1}, slices.Repeat(noise, 13)),
		"two-length-beyond":   p(silk|2, []byte{200}, noise[:5]),
		"two-length-cut":      p(silk|2, []byte{253}),
		"many":                p(silk|3, []byte{3}, noise[:18]),
		"many-lengths":        p(silk|3, []byte{0x83, 4, 6}, noise),
		"many-padded":         p(silk|3, []byte{0x42, 3}, noise[:12], []byte{0, 0, 0}),
		"many-padded-more":    p(silk|3, []byte{0x41, 255, 2}, noise, make([]byte, 256)),
		"many-padding-beyond": p(silk|3, []byte{0x41, 255, 255, 255}, noise),
		"many-none":           p(silk|3, []byte{0}, noise),
		"many-too-many":       p(silk|3, []byte{63}, noise),
		"many-120-ms":         p(silk|3, []byte{6}, noise[:18]),
		"many-cut":            p(silk | 3),
		"celt-48-of-2.5-ms":   p(28<<3|3, []byte{48}, slices.Repeat(noise[:1], 48)),
		"redundancy-silk":     p(1<<3, []byte{0xc0}, noise),
		"zeros":               p(silk, make([]byte, 40)),
		"ones":                p(silk, slices.Repeat([]byte{0xff}, 40)),
		"long":                p(15<<3, slices.Repeat(noise, 62)),
		"nothing":             {},
	} {
		all[name] = payload
	}
	return all
}
