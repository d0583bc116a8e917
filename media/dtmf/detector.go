package dtmf

import (
	"math"
	"math/cmplx"
)

// A Detector hears keys in one sound. It is used by one goroutine at a time.
type Detector struct {
	tell func(digit byte)

	next   uint64 // where the next sample is expected
	filled int    // of pcm
	pcm    [blockLength]int16

	blocks [2]block // the latest and the one before
	latest int

	heard  byte // the key that the last windows held, 0 for none
	times  int  // so many of them
	blanks int  // windows since that hold none
	down   byte // the key that is held and told, 0 for none
	misses int  // windows since it was heard
}

// New returns a detector that tells each key once, as soon as it is sure. tell is
// called by the goroutine that calls Hear, and must return at once.
func New(tell func(digit byte)) *Detector { return &Detector{tell: tell} }

// Windows are two blocks long and begin with every block. A tone of 40 ms fills
// three of them wherever it begins, and one of 20 ms never does; a pause of 40 ms
// spoils five, and a gap of 10 ms three at most.
const (
	enough = 3
	spoilt = 3
	gone   = 5
)

// longestGap is how much may be missing while a key is held: as much as the
// network loses at once, in samples.
const longestGap = 800

// Hear is media.Tap.
func (d *Detector) Hear(at uint64, pcm []int16) {
	if at != d.next {
		d.miss(at)
	}
	d.next = at + uint64(len(pcm))
	for len(pcm) > 0 {
		n := copy(d.pcm[d.filled:], pcm)
		pcm = pcm[n:]
		if d.filled += n; d.filled == blockLength {
			d.filled = 0
			d.block()
		}
	}
}

// miss begins anew after samples that did not come. A key that was held may
// still be.
func (d *Detector) miss(at uint64) {
	d.filled, d.heard, d.times = 0, 0, 0
	d.blocks[d.latest] = block{}
	if at-d.next > longestGap {
		d.down = 0
	}
}

// block takes a block, and judges the window that it ends.
func (d *Detector) block() {
	before := &d.blocks[d.latest]
	d.latest ^= 1
	now := &d.blocks[d.latest]
	now.take(&d.pcm)
	key := judge(before, now)
	d.follow(key)
	d.release(key)
}

// follow counts windows that hold the same key. A few spoilt ones between them,
// as a lost packet leaves, do not count against it.
func (d *Detector) follow(key byte) {
	switch {
	case key == 0:
		if d.blanks++; d.blanks > spoilt {
			d.heard = 0
		}
		return
	case key != d.heard:
		d.heard, d.times = key, 0
	}
	d.times, d.blanks = d.times+1, 0
	if d.times == enough && key != d.down {
		d.down, d.misses = key, 0
		d.tell(key)
	}
}

// release forgets the key that was held when it has been away for long enough.
func (d *Detector) release(key byte) {
	switch {
	case d.down == 0:
	case key == d.down:
		d.misses = 0
	default:
		if d.misses++; d.misses >= gone {
			d.down = 0
		}
	}
}

// What a window must be to hold a key (ITU-T Q.24).
const (
	leastLevel = 400.0 // amplitude of each tone: -35 dBm0
	leastShare = 0.7   // of the energy, that both have
	twist      = 3.5   // one's amplitude against the other's: 11 dB, 4 to 8 of which must be taken, and Opus adds some after a loss
	apart      = 2.5   // against the next of the same group: 8 dB
	steady     = 2.2   // against the other block's
	detuned    = 0.027 // how far a frequency may be off: 1.5 % must be taken, 3.5 % not
)

const windowLength = 2 * blockLength

// judge returns the key that two blocks hold, 0 for none.
func judge(before, now *block) byte {
	energy := before.energy + now.energy
	if energy < windowLength*leastLevel*leastLevel/2 {
		return 0
	}
	var amplitude [8]float64
	for i := range amplitude {
		amplitude[i] = cmplx.Abs(before.at[i]*filters[i].turn+now.at[i]) * 2 / windowLength
	}
	row, ok := loudest(amplitude[:4])
	column, ok2 := loudest(amplitude[4:])
	if !ok || !ok2 {
		return 0
	}
	r, c := amplitude[row], amplitude[4+column]
	switch share := (r*r + c*c) / 2 * windowLength / energy; {
	case r < leastLevel || c < leastLevel || share < leastShare:
		return 0
	case c > r*twist || r > c*twist:
		return 0
	case !tuned(before, now, row) || !tuned(before, now, 4+column):
		return 0
	}
	return keys[row*4+column]
}

// loudest returns the loudest frequency of a group, if it stands out.
func loudest(group []float64) (which int, ok bool) {
	for i, a := range group {
		if a > group[which] {
			which = i
		}
	}
	for i, a := range group {
		if i != which && a*apart > group[which] {
			return 0, false
		}
	}
	return which, true
}

// tuned reports whether both blocks have the frequency, as loud in one as in the
// other, and of a phase that has turned between them as it should have.
func tuned(before, now *block, i int) bool {
	a, b := cmplx.Abs(before.at[i]), cmplx.Abs(now.at[i])
	if a > b*steady || b > a*steady {
		return false
	}
	off := cmplx.Phase(now.at[i]*cmplx.Conj(before.at[i]*filters[i].turn)) / filters[i].angle
	return math.Abs(off) <= detuned
}
