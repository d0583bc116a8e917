package carrier

import (
	"slices"
	"sync"
)

// A recorder writes down what a call hears, each packet at its place in time.
type recorder struct {
	mu      sync.Mutex
	limit   int // samples kept; none when negative
	samples []int16
	ssrc    uint32
	base    uint32 // the timestamp of samples[0]
	started bool
}

// leap is how far a timestamp may be from the end of the recording, either
// way, before it counts as a new beginning: ten seconds.
const leap = 10 * sampleRate

func (r *recorder) add(ssrc, ts uint32, pcm []int16) {
	if r.limit <= 0 || len(pcm) == 0 {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	at := int(int32(ts - r.base))
	if beyond := at - len(r.samples); !r.started || ssrc != r.ssrc || beyond > leap || beyond < -leap {
		r.started, r.ssrc = true, ssrc
		r.base = ts - uint32(len(r.samples))
		at = len(r.samples)
	}
	if at < 0 || at >= r.limit {
		return // before the beginning, or beyond what is kept
	}
	pcm = pcm[:min(len(pcm), r.limit-at)]
	if missing := at + len(pcm) - len(r.samples); missing > 0 {
		r.samples = append(r.samples, make([]int16, missing)...)
	}
	copy(r.samples[at:], pcm)
}

func (r *recorder) pcm() []int16 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.samples)
}
