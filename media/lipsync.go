package media

import (
	"sync"
	"time"
)

// A lipSync keeps a leg's pictures in step with its sound.
//
// A browser plays two streams of one sender together by their sender reports,
// which say which moment each RTP timestamp means (RFC 3550 §6.4.1). Sound may
// be decoded and coded anew here, so the reports of its stream are our own: a
// timestamp's moment is when it passed. The reports of pictures are the
// sender's, later by what its sound needed from its microphone to us. Both
// then tell the same clock the same story, as far as the sender itself does.
type lipSync struct {
	mu    sync.Mutex
	ntp   uint64  // the sender's latest report of its sound: this moment
	rtp   uint32  // is this timestamp
	heard bool    // there is one
	late  float64 // our clock at an arrival, less the sender's at its capture, in seconds
	known bool
}

// settle is how much one packet of sound counts: a second of them is averaged,
// so that jitter does not shake the pictures.
const settle = 1.0 / 50

// reset forgets a sender that was replaced.
func (l *lipSync) reset() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.heard, l.known = false, false
}

func (l *lipSync) soundReport(ntp uint64, timestamp uint32) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ntp, l.rtp, l.heard = ntp, timestamp, true
}

// sound notes that sound of this timestamp arrived.
func (l *lipSync) sound(timestamp, clock uint32, at time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.heard || clock == 0 {
		return
	}
	since := float64(int32(timestamp-l.rtp)) / float64(clock)
	late := secondsBetween(l.ntp, NTP(at)) - since
	// A clock that was set is not averaged with what it was.
	if moved := late - l.late; !l.known || moved > 1 || moved < -1 {
		l.late, l.known = late, true
		return
	}
	l.late += (late - l.late) * settle
}

// ours makes of a moment on the sender's clock one on ours; not ok before sound
// has told how they differ.
func (l *lipSync) ours(ntp uint64) (uint64, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return ntp + uint64(int64(l.late*(1<<32))), l.known
}

// NTP is a moment as an NTP timestamp (RFC 5905 §6): seconds since 1900 in the
// upper half, their fraction in the lower.
func NTP(t time.Time) uint64 {
	const since1900 = 2208988800
	return uint64(t.Unix()+since1900)<<32 | uint64(t.Nanosecond())<<32/1e9
}

// secondsBetween is how much later b is than a.
func secondsBetween(a, b uint64) float64 { return float64(int64(b-a)) / (1 << 32) }
