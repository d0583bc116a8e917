package soundcheck

import (
	"slices"
	"testing"
)

// A pause is found where it is, at the beginning and at the end too; a shorter one
// is none, and what a telephone's coding makes of silence is silence.
func TestSilences(t *testing.T) {
	tone, hush := Sine(440, 8000, Rate), make([]int16, Rate)
	noise := make([]int16, Rate)
	for i := range noise {
		noise[i] = int16(i%3-1) * 8
	}
	short := make([]int16, Rate/2)
	for name, c := range map[string]struct {
		heard []int16
		want  [][2]int
	}{
		"nothing":           {nil, nil},
		"a tone":            {tone, nil},
		"in between":        {slices.Concat(tone, hush, tone), [][2]int{{Rate, 2 * Rate}}},
		"at either end":     {slices.Concat(hush, tone, noise), [][2]int{{0, Rate}, {2 * Rate, 3 * Rate}}},
		"one that is short": {slices.Concat(tone, short, tone), nil},
		"nothing else":      {slices.Concat(hush, noise), [][2]int{{0, 2 * Rate}}},
	} {
		if got := Silences(c.heard, Rate); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}
