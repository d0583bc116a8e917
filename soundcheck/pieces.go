package soundcheck

import (
	"math"
	"slices"
)

const (
	pieceLength = Rate / 4  // a syllable or two
	pieceLike   = 0.8       // from which it is this piece
	pieceApart  = Rate / 20 // places of one piece that are nearer to each other are one
	scanLength  = 8192      // samples that are looked through at a time, a power of two
)

// A Search looks for a sound, piece by piece, in what somebody hears more and more
// of. Compare judges how it sounds; a Search tells whether it is this sound, and where,
// however often who plays it was kept waiting: the pieces between the holes are as
// they were, each earlier or later than it would have been.
type Search struct {
	pieces  []piece
	scanned int // places in what was heard at which pieces were looked for
}

// A piece of a sound that is looked for.
type piece struct {
	at       int // in the sound
	spectrum []complex128
	norm     float64
	found    []match
}

// A match is a place in what was heard at which a piece was found, and how alike.
type match struct {
	at    int
	alike float64
}

// NewSearch begins to look for a sound.
func NewSearch(sound []int16) *Search {
	s := &Search{}
	band := inBand(sound)
	floor := speechFloor(band)
	for at := 0; at+pieceLength <= len(band); at += pieceLength {
		if p := band[at : at+pieceLength]; rms(p) >= floor {
			s.pieces = append(s.pieces, piece{at: at, spectrum: spectrum(p, scanLength), norm: math.Sqrt(dot(p, p))})
		}
	}
	return s
}

// Find looks for a sound in what was heard.
func Find(heard, sound []int16) Finding { return NewSearch(sound).In(heard) }

// In looks through what has been heard since the last time, of all that was heard, and
// says how much of the sound was.
func (s *Search) In(heard []int16) Finding {
	from := max(0, s.scanned-taps) // the filter's reach before it
	band := inBand(heard[from:])
	for s.scanned+pieceLength <= len(heard) {
		part := band[s.scanned-from:]
		part = part[:min(scanLength, len(part))]
		s.scan(part)
		s.scanned += len(part) - pieceLength + 1
	}
	return s.order()
}

// scan looks for each piece at each place of a part, which begins at the first that
// was not looked at.
func (s *Search) scan(part []float64) {
	norms := movingNorms(part, pieceLength)
	if slices.Max(norms) < 1 { // silence
		return
	}
	whole := spectrum(part, scanLength)
	for i := 0; i < len(s.pieces); i += 2 {
		one, two := &s.pieces[i], &s.pieces[min(i+1, len(s.pieces)-1)]
		products := innerProducts(whole, one.spectrum, two.spectrum)
		for at, norm := range norms {
			one.take(s.scanned+at, real(products[at]), norm)
			if two != one {
				two.take(s.scanned+at, imag(products[at]), norm)
			}
		}
	}
}

// take is told the inner product with what was heard at a place, and the norm of that.
func (p *piece) take(at int, product, norm float64) {
	if norm > 1 && product >= pieceLike*norm*p.norm {
		p.add(match{at, product / (norm * p.norm)})
	}
}

// add takes the best of neighbouring places.
func (p *piece) add(m match) {
	switch last := len(p.found) - 1; {
	case last < 0 || m.at-p.found[last].at >= pieceApart:
		p.found = append(p.found, m)
	case m.alike > p.found[last].alike:
		p.found[last] = m
	}
}

// movingNorms returns the norm of each window of x.
func movingNorms(x []float64, window int) []float64 {
	norms := make([]float64, len(x)-window+1)
	energy := dot(x[:window], x[:window])
	for i := range norms {
		norms[i] = math.Sqrt(max(0, energy))
		if i+window < len(x) {
			energy += x[i+window]*x[i+window] - x[i]*x[i]
		}
	}
	return norms
}
