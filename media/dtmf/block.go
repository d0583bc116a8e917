package dtmf

import (
	"math"

	"webtrunk/transcode"
)

// frequencies are those of the rows and the columns, in Hz (Q.23 §2).
var frequencies = [8]float64{697, 770, 852, 941, 1209, 1336, 1477, 1633}

// keys are their names, row by row.
const keys = "123A456B789C*0#D"

// blockLength is how many samples are looked at at once: 8 ms, so that a
// frequency 3.5 % off turns less than half a wave against the right one between
// two blocks, and the way it has turned tells how far it is off.
const blockLength = 64

// A filter follows one frequency (Goertzel's algorithm).
type filter struct {
	coefficient float64
	last        complex128 // what turns the recursion's end into the block's spectrum
	turn        complex128 // how far the frequency turns in a block
	angle       float64    // the same in radians, whole turns too
}

var filters = func() (f [8]filter) {
	for i, hz := range frequencies {
		w := 2 * math.Pi * hz / transcode.SampleRate
		f[i].coefficient = 2 * math.Cos(w)
		f[i].last = complex(math.Cos(w), -math.Sin(w))
		f[i].angle = w * blockLength
		f[i].turn = complex(math.Cos(w*blockLength), math.Sin(w*blockLength))
	}
	return f
}()

// A block is what 8 ms hold: each frequency's amplitude and phase at the
// block's end, and the energy of all of it.
type block struct {
	at     [8]complex128
	energy float64
}

func (b *block) take(pcm *[blockLength]int16) {
	b.energy = 0
	for _, s := range pcm {
		b.energy += float64(s) * float64(s)
	}
	b.group(pcm, 0)
	b.group(pcm, 4)
}

// group follows four frequencies at once, for the processor waits for the sums of
// one alone.
func (b *block) group(pcm *[blockLength]int16, i int) {
	f := filters[i : i+4 : i+4]
	c0, c1, c2, c3 := f[0].coefficient, f[1].coefficient, f[2].coefficient, f[3].coefficient
	var p0, p1, p2, p3, q0, q1, q2, q3 float64
	for _, s := range pcm {
		x := float64(s)
		p0, q0 = x+c0*p0-q0, p0
		p1, q1 = x+c1*p1-q1, p1
		p2, q2 = x+c2*p2-q2, p2
		p3, q3 = x+c3*p3-q3, p3
	}
	for j, end := range [4][2]float64{{p0, q0}, {p1, q1}, {p2, q2}, {p3, q3}} {
		b.at[i+j] = complex(end[0], 0) - f[j].last*complex(end[1], 0)
	}
}
