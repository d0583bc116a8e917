package soundcheck_test

import (
	"fmt"
	"slices"
	"testing"

	"webtrunk/soundcheck"
)

// torn is a sound from a player that was kept waiting again and again: what was due
// meanwhile comes later, or never where it is dropped.
func torn(sound []int16, first, apart, stall int, dropped bool) (heard []int16) {
	heard = slices.Clone(sound[:first])
	for at := first; at < len(sound); {
		if dropped {
			at = min(len(sound), at+stall)
		} else {
			heard = append(heard, make([]int16, stall)...)
		}
		next := min(len(sound), at+apart)
		heard, at = append(heard, sound[at:next]...), next
	}
	return heard
}

// A stall now and then, however long, does not make another sound of it, nor one of
// another: nor is it found elsewhere than where it begins.
func TestASoundIsFoundThatWasTorn(t *testing.T) {
	const ms = soundcheck.Rate / 1000
	for _, stall := range []int{20, 60, 200, 400, 800} {
		for _, first := range []int{300, 650, 900} {
			for _, dropped := range []bool{false, true} {
				apart := 1000
				if dropped {
					apart = max(apart, 2*stall) // of what is dropped, more is left
				}
				what := fmt.Sprintf("%d ms, first after %d ms, dropped %v", stall, first, dropped)
				heard := after(3000, torn(harbour, first*ms, apart*ms, stall*ms, dropped))
				if err := soundcheck.Hears(heard, harbour, garden, kitchen); err != nil {
					t.Errorf("%s: %v", what, err)
				}
				if at := soundcheck.Find(heard, harbour).At(0); !dropped && (at < 3000 || at > 3000+stall*ms) {
					t.Errorf("%s: it begins at %d, want 3000", what, at)
				}
			}
		}
	}
}

// A part of a sound is one as well: what a test plays need not be a whole sentence.
func TestAShortSoundIsFound(t *testing.T) {
	const long = 5 * soundcheck.Rate / 2
	for at := 0; at+long <= len(harbour); at += 1000 {
		part := harbour[at : at+long]
		heard := slices.Concat(garden, torn(part, 7000, long, 1600, false), kitchen)
		f := soundcheck.Find(heard, part)
		if where := f.At(0); !f.Heard() || where != len(garden) {
			t.Errorf("the part at %d: %v, found at %d, want %d", at, f, where, len(garden))
		}
		if end := f.At(long); end != len(garden)+long+1600 {
			t.Errorf("the part at %d ends at %d, want %d", at, end, len(garden)+long+1600)
		}
	}
}

// What is not the sound is not found, torn or whole.
func TestWhatIsNotTheSoundIsNotFound(t *testing.T) {
	const ms = soundcheck.Rate / 1000
	for name, heard := range map[string][]int16{
		"another sentence":      garden,
		"a third voice":         kitchen,
		"another, torn":         torn(garden, 500*ms, 700*ms, 200*ms, false),
		"another, dropped":      torn(kitchen, 500*ms, 700*ms, 200*ms, true),
		"silence":               make([]int16, 80000),
		"noise":                 noise(80000, 3000),
		"a tone":                soundcheck.Sine(440, 8000, 80000),
		"its reverse":           reversed(harbour),
		"its halves, exchanged": slices.Concat(harbour[len(harbour)/2:], harbour[:len(harbour)/2])[6000 : len(harbour)-6000],
		"wrong clock":           harbour48(),
		"a quarter of it":       harbour[:len(harbour)/4],
		"a word over and again": soundcheck.Looped(harbour[8000:12000], 80000),
		"too short":             harbour[:1000],
		"nothing":               nil,
	} {
		if f := soundcheck.Find(heard, harbour); f.Heard() {
			t.Errorf("%s passes for the sentence: %v", name, f)
		}
		if err := soundcheck.Hears(heard, harbour); err == nil {
			t.Errorf("%s: nothing is wrong with it", name)
		}
	}
	for name, heard := range map[string][]int16{"after": slices.Concat(harbour, garden), "under": mixed(harbour, garden)} {
		if err := soundcheck.Hears(heard, harbour, garden); err == nil {
			t.Errorf("another sentence %s it is not noticed", name)
		}
	}
	if f := soundcheck.Find(harbour, harbour[2000:6000]); f.Heard() {
		t.Errorf("half a second of sound makes a verdict: %v", f)
	}
}

// A line's noise and level, and slow stretching, are no matter.
func TestASoundIsFoundThroughAPoorLine(t *testing.T) {
	heard := mixed(after(800, torn(harbour, 6000, 9000, 2400, false)), noise(800+len(harbour), 60))
	for i := range heard {
		heard[i] = heard[i] / 2 &^ 0x3f
	}
	if err := soundcheck.Hears(heard, harbour, garden, kitchen); err != nil {
		t.Error(err)
	}
}

// A search goes on where it was: what it finds does not depend on how often one looks.
func TestASearchFindsAsMoreIsHeard(t *testing.T) {
	heard := slices.Concat(garden, torn(harbour, 9000, 9000, 1600, false), kitchen)
	want := soundcheck.Find(heard, harbour)
	for _, step := range []int{1600, 4001, 30000} {
		s := soundcheck.NewSearch(harbour)
		first := 0
		for n := 0; n < len(heard); n += step {
			if f := s.In(heard[:n]); f.Heard() && first == 0 {
				first = n
			}
		}
		if first < len(garden)+len(harbour)/2-4000 || first > len(garden)+len(harbour)+step {
			t.Errorf("by steps of %d it is heard at %d", step, first)
		}
		if f := s.In(heard); f.String() != want.String() {
			t.Errorf("by steps of %d: %v, want %v", step, f, want)
		}
	}
}
