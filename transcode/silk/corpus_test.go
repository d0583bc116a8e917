package silk

import (
	"strings"
	"testing"

	"webtrunk/corpus"
)

// The corpus of this package's fuzz targets: packets of every configuration and
// packing, as streams, and sound that is hard to encode.
func TestCorpus(t *testing.T) {
	packets := corpus.Inputs{}
	for name, p := range corpus.Opus() {
		if strings.HasPrefix(name, "config") && name > "config-03" && name != "config-09" && name != "config-15" && name != "config-31" {
			continue // for the library, which others look at
		}
		p = p[:min(len(p), 255)]
		once := append([]byte{0, byte(len(p))}, p...)
		packets[name] = []any{append(append([]byte(nil), once...), once...)}
	}
	corpus.Hold(t, "FuzzDecode", packets)
	sounds := corpus.Inputs{}
	for name, level := range map[string]func(i int) int16{
		"silence":  func(int) int16 { return 0 },
		"square":   func(i int) int16 { return int16(1-2*(i/20%2)) * 32767 },
		"impulse":  func(i int) int16 { return int16(i/400%2*(1-(i%400+399)/400)) * 32767 },
		"constant": func(int) int16 { return -32768 },
		"noise":    func(i int) int16 { return int16(uint32(i) * 2654435761 >> 13) },
		"loudens":  func(i int) int16 { return int16(i * (1 - 2*(i/7%2))) },
	} {
		var raw []byte
		for i := range 4 * Samples {
			s := level(i)
			raw = append(raw, byte(s), byte(s>>8))
		}
		sounds[name] = []any{raw}
		sounds[name+"-redundant"] = []any{append(append([]byte(nil), raw...), 0)}
	}
	corpus.Hold(t, "FuzzEncode", sounds)
}
