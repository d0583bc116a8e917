package voicemail

import (
	"sync/atomic"
	"time"

	"webtrunk/media"
)

// loud is the mean of a frame's samples, without their sign, above which
// somebody speaks: 48 dB below full scale, between a quiet voice on a telephone
// and the noise of its line.
const loud = 130

// spoken is how many samples must have been loud for a message to be one: a
// quarter of a second, at the rate of a tap.
const spoken = 8000 / 4

// An ear passes on what a caller says, to both sides of the file, and notes
// whether he says anything.
type ear struct {
	sides [2]media.Tap
	last  atomic.Int64  // when he was heard last, in nanoseconds since 1970
	said  atomic.Uint64 // samples that were loud
}

// Hear implements media.Tap.
func (e *ear) Hear(at uint64, pcm []int16) {
	sum := 0
	for _, s := range pcm {
		sum += max(int(s), -int(s))
	}
	if sum > loud*len(pcm) {
		e.last.Store(time.Now().UnixNano())
		e.said.Add(uint64(len(pcm)))
	}
	for _, side := range e.sides {
		side.Hear(at, pcm)
	}
}

// silent reports whether nothing was heard for so long.
func (e *ear) silent(long time.Duration) bool {
	return time.Now().UnixNano()-e.last.Load() > int64(long)
}
