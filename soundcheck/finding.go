package soundcheck

import "fmt"

const (
	stall        = 1 * Rate // how much later or earlier than after the one before it a piece may be
	fewestPieces = 3        // that a verdict needs
	enough       = 1.0 / 3  // of a sound's pieces, from which it was heard: no other has a fifth of them
	fewPieces    = 0.25     // of another, up to which it was not
)

// A Finding is how much of a sound was heard, in its order.
type Finding struct {
	Pieces int // quarters of a second of it that were heard, one after the other
	Of     int // quarters of a second that it has, but for its pauses

	placed []placed
}

// placed is where a piece is heard.
type placed struct{ sound, heard int }

// Heard reports whether the sound is what was heard.
func (f Finding) Heard() bool {
	return f.Pieces >= fewestPieces && float64(f.Pieces) >= enough*float64(f.Of)
}

// At returns where in what was heard a sample of the sound lies, as far as the last
// piece before it tells, or the first of all.
func (f Finding) At(sample int) int {
	place := placed{}
	for i, p := range f.placed {
		if i == 0 || p.sound <= sample {
			place = p
		}
	}
	return max(0, place.heard+sample-place.sound)
}

func (f Finding) String() string {
	if f.Pieces == 0 {
		return fmt.Sprintf("none of %d pieces", f.Of)
	}
	first, last := f.placed[0], f.placed[f.Pieces-1]
	return fmt.Sprintf("%d of %d pieces, from %d ms on, with %d ms more than the sound has", f.Pieces, f.Of,
		f.At(0)*1000/Rate, (last.heard-first.heard-last.sound+first.sound)*1000/Rate)
}

// Hears returns nil when the right sound is in what was heard and none of the wrong
// ones, else an error that says what was found instead. It asks which sound it is, and
// survives what tears it; Tell asks how it sounds.
func Hears(heard, right []int16, wrong ...[]int16) error {
	f := Find(heard, right)
	if !f.Heard() {
		return fmt.Errorf("soundcheck: this is not the sound: %v", f)
	}
	for _, w := range wrong {
		if other := Find(heard, w); float64(other.Pieces) > fewPieces*float64(other.Of) {
			return fmt.Errorf("soundcheck: beside the sound (%v) there is another (%v)", f, other)
		}
	}
	return nil
}

// A link is a piece where it was found, the last of a chain of them.
type link struct {
	placed
	length int
	before *link
}

// order returns the longest chain of pieces that are heard one after the other.
func (s *Search) order() Finding {
	var longest *link
	var links []*link // by piece
	for _, p := range s.pieces {
		earlier := links
		for _, m := range p.found {
			l := &link{placed: placed{p.at, m.at}, length: 1}
			for _, e := range earlier {
				if e.length >= l.length && l.follows(e.placed) {
					l.length, l.before = e.length+1, e
				}
			}
			links = append(links, l)
			if longest == nil || l.length > longest.length {
				longest = l
			}
		}
	}
	return finding(longest, len(s.pieces))
}

// follows reports whether a piece is where it may be, behind an earlier one.
func (p placed) follows(e placed) bool {
	later := (p.heard - e.heard) - (p.sound - e.sound)
	return p.heard-e.heard >= pieceLength-pieceApart && later <= stall && later >= -stall
}

func finding(last *link, of int) Finding {
	f := Finding{Of: of}
	if last != nil {
		f.Pieces, f.placed = last.length, make([]placed, last.length)
	}
	for l := last; l != nil; l = l.before {
		f.placed[l.length-1] = l.placed
	}
	return f
}
