package soundcheck_test

import (
	"slices"
	"testing"

	"webtrunk/soundcheck"
)

// Speech that was away is found where it comes back, whatever was heard until
// then, and however much later all of it is.
func TestSpeechComesBack(t *testing.T) {
	const away = 8000 // until the middle of a word
	for name, before := range map[string][]int16{
		"silence":               make([]int16, away),
		"noise":                 noise(away, 300),
		"other speech":          garden[8000 : 8000+away],
		"a word over and again": soundcheck.Looped(harbour[2000:2800], away),
	} {
		for _, late := range []int{0, 37, 800} {
			heard := slices.Concat(before, harbour[away-late:])
			at, back := soundcheck.Returns(heard, harbour)
			if !back || at < away-160 || at > away+320 {
				t.Errorf("%s, %d samples late: back is %v at %d, want it at %d", name, late, back, at, away)
			}
		}
	}
	if at, back := soundcheck.Returns(harbour, harbour); !back || at > 2000 {
		t.Errorf("speech that was never away is back: %v, at %d", back, at)
	}
}

// What is not the source at the end has not come back.
func TestSpeechThatStaysAway(t *testing.T) {
	for name, heard := range map[string][]int16{
		"silence":      make([]int16, 40000),
		"noise":        noise(40000, 2000),
		"other speech": garden,
		"it went away": append(slices.Clone(harbour[:16000]), make([]int16, 24000)...),
		"too short":    harbour[:8000],
		"nothing":      nil,
	} {
		if at, back := soundcheck.Returns(heard, harbour); back {
			t.Errorf("%s: the sentence came back at %d", name, at)
		}
	}
}
