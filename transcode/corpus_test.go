package transcode

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"webtrunk/corpus"
)

// The corpus of this package's fuzz targets: every configuration of Opus, every
// way to pack frames, one after the other, and what our own encoder makes.
func TestCorpus(t *testing.T) {
	corpus.Hold(t, "FuzzOpusPayload", corpus.Of(corpus.Opus()))
	opus := corpus.Opus()
	names := slices.Sorted(maps.Keys(opus))
	streams := corpus.Inputs{}
	for do := range 3 { // decoded, after one that is made up, after one that is recovered
		for i := range 4 { // a stranger's choice of what follows what
			var b []byte
			for n := range 15 {
				p := opus[names[(i*13+n*7)%len(names)]]
				p = p[:min(len(p), 80)]
				b = append(append(b, byte(do), byte(len(p))), p...)
			}
			streams[fmt.Sprintf("mixed-%d-%d", do, i)] = []any{b}
		}
	}
	corpus.Hold(t, "FuzzOpusStream", streams)
	spoken := corpus.Inputs{}
	for _, loss := range []int{0, 20} {
		var b []byte
		for i, p := range encoded(t, Opus, speech, loss)[40:60] {
			p = p[:min(255, len(p))]
			b = append(append(b, byte(i), byte(len(p))), p...)
		}
		spoken[fmt.Sprintf("spoken-%d", loss)] = []any{b}
	}
	corpus.Note(t, "FuzzOpusStream", spoken)
}
