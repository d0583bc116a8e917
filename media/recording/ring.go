package recording

import (
	"sync/atomic"

	"webtrunk/transcode"
)

// slots is how many frames of 20 ms a ring holds: 5 s, longer than disks
// stall.
const slots = 256

// maxJump is how far ahead a frame may lie. What is further comes from a clock
// that is wrong, and would be hours of silence.
const maxJump = 3600 * transcode.SampleRate

// A ring hands frames from the goroutine that moves sound to the one that writes.
// Each end belongs to one of them; they meet in two counters.
type ring struct {
	frames [slots]frame
	put    atomic.Uint64 // frames written so far
	taken  atomic.Uint64 // and read
	end    atomic.Uint64 // where the latest sound ends
	lost   atomic.Uint64 // samples that found no room
}

// A frame is up to 20 ms of sound and where it begins.
type frame struct {
	at  uint64
	n   int
	pcm [transcode.FrameSamples]int16
}

// add copies sound into the ring, as far as there is room.
func (r *ring) add(at uint64, pcm []int16) {
	if at > r.end.Load()+maxJump {
		r.lost.Add(uint64(len(pcm)))
		return
	}
	for len(pcm) > 0 {
		put := r.put.Load()
		if put-r.taken.Load() == slots {
			r.lost.Add(uint64(len(pcm)))
			break
		}
		f := &r.frames[put%slots]
		f.at, f.n = at, copy(f.pcm[:], pcm)
		r.put.Store(put + 1)
		at, pcm = at+uint64(f.n), pcm[f.n:]
	}
	r.end.Store(max(r.end.Load(), at+uint64(len(pcm))))
}

// first returns the oldest frame, nil if there is none.
func (r *ring) first() *frame {
	taken := r.taken.Load()
	if taken == r.put.Load() {
		return nil
	}
	return &r.frames[taken%slots]
}

// drop gives the oldest frame's place back.
func (r *ring) drop() { r.taken.Add(1) }

// collect copies what lies from a place on into pcm, which is silent before, and
// returns how many samples came too late for theirs.
func (r *ring) collect(from uint64, pcm *[transcode.FrameSamples]int16) (late int) {
	to := from + transcode.FrameSamples
	for f := r.first(); f != nil && f.at < to; f = r.first() {
		begin, end := max(f.at, from), min(f.at+uint64(f.n), to)
		late += int(max(f.at, min(from, f.at+uint64(f.n))) - f.at)
		if begin < end {
			copy(pcm[begin-from:end-from], f.pcm[begin-f.at:end-f.at])
		}
		if f.at+uint64(f.n) > to {
			f.n -= int(to - f.at) // the rest is of the next frame
			copy(f.pcm[:f.n], f.pcm[to-f.at:])
			f.at = to
			return late
		}
		r.drop()
	}
	return late
}
