package media

import (
	"math/rand/v2"
	"sync"
	"time"
)

// A source is one origin of what a port sends: a joined leg's sound, or the
// ringback tone. It numbers its frames for itself, in its clock.
type source struct {
	clock uint32 // of its timestamps, in Hz
	fresh bool   // its numbering begins anew with its next frame
	tone  bool   // gives way to any other source
	over  bool   // a tone that has given way; guarded by stream.mu
}

// A stream is what a port sends: one continuous RTP stream, whatever sources
// take turns in it, so that a jitter buffer never sees a jump back. A source's
// numbers are shifted to follow what was sent before; between two sources the
// timestamp advances by the time that really passed, and the first packet of
// each carries the marker bit (RFC 3550 §5.1).
//
// Its lock is the innermost: a Sender runs under it and calls no port.
type stream struct {
	mu     sync.Mutex
	out    Sender
	closed bool

	seq uint16    // the highest sent
	ts  uint32    // the furthest sent
	at  time.Time // when that was; zero before the first packet

	from     *source
	seqShift uint16 // added to the source's numbers
	tsShift  uint32
	highest  uint16 // the source's highest number so far
	barrier  uint16 // the source's numbers up to here are too late to be sent

	tone     *source // playing until another source is heard
	speaking bool    // an event of our own is on; sources keep silent
	floor    uint32  // timestamps before it belong to that event
	spoke    bool    // floor holds

	sent, suppressed, late uint64
}

func (s *stream) begin(out Sender) {
	s.out = out
	// Unpredictable (RFC 3550 §5.1), but far from where numbers roll over: who
	// decrypts counts the rolls and must not miss one before it hears (RFC 3711
	// §3.3.1).
	s.seq, s.ts = uint16(rand.Uint32())>>1, rand.Uint32()
}

// write sends a source's frame, unless it comes too late or an event of our
// own has the floor. It reports false to a tone that has given way.
func (s *stream) write(src *source, f Frame) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || src.over {
		return false
	}
	if !src.tone && s.tone != nil {
		s.tone.over, s.tone = true, nil
	}
	now := time.Now()
	if s.from != src || src.fresh {
		s.turn(src, f, now)
		f.Marker = true
	}
	if int16(f.Sequence-s.barrier) <= 0 {
		s.late++
		return true
	}
	ahead := int16(f.Sequence-s.highest) > 0
	if ahead {
		s.highest = f.Sequence
	}
	f.Sequence += s.seqShift
	f.Timestamp += s.tsShift
	if s.speaking || s.spoke && int32(f.Timestamp-s.floor) < 0 {
		s.suppressed++
		if ahead {
			s.leaveOut()
		}
		return true
	}
	s.spoke = false
	s.send(f, now)
	return true
}

// turn makes src the source: its frame f follows what was sent last.
func (s *stream) turn(src *source, f Frame, now time.Time) {
	s.from, src.fresh = src, false
	s.seqShift = s.seq + 1 - f.Sequence
	s.tsShift = s.position(src.clock, now) - f.Timestamp
	s.highest, s.barrier = f.Sequence-1, f.Sequence-1
}

// position returns the timestamp of a frame that is sent now.
func (s *stream) position(clock uint32, now time.Time) uint32 {
	if s.at.IsZero() {
		return s.ts
	}
	passed := now.Sub(s.at).Seconds() * float64(clock)
	return s.ts + max(clock/50, uint32(uint64(passed)))
}

// leaveOut closes the gap in the numbers after a frame that was not sent: to
// the far end nothing was lost.
func (s *stream) leaveOut() {
	s.seqShift--
	s.barrier = s.highest
}

// insert sends a frame of ours between those of the source, at ts.
func (s *stream) insert(f Frame) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return
	}
	f.Sequence = s.seq + 1
	s.seqShift++
	s.barrier = s.highest
	s.send(f, time.Now())
}

// beginEvent gives an event of our own the floor and returns its timestamp
// (RFC 4733 §2.5.1.1: it continues the audio's timeline; §2.5.1: no audio
// meanwhile).
func (s *stream) beginEvent(clock uint32) uint32 {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.speaking = true
	return s.position(clock, time.Now())
}

// endEvent gives the floor back: sound goes on where the event ends.
func (s *stream) endEvent(end uint32) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.speaking, s.spoke, s.floor = false, true, end
}

// play makes src the tone that is over as soon as another source is heard.
func (s *stream) play(src *source) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.tone != nil {
		s.tone.over = true
	}
	s.tone = src
}

// plays reports whether a tone has not given way yet.
func (s *stream) plays(src *source) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !src.over
}

// silence ends a tone, if it still plays.
func (s *stream) silence(src *source) {
	s.mu.Lock()
	defer s.mu.Unlock()
	src.over = true
	if s.tone == src {
		s.tone = nil
	}
}

func (s *stream) send(f Frame, now time.Time) {
	if int16(f.Sequence-s.seq) > 0 {
		s.seq = f.Sequence
	}
	if ahead := int32(f.Timestamp - s.ts); ahead > 0 || s.at.IsZero() {
		s.ts, s.at = f.Timestamp, now
	}
	s.sent++
	s.out.Send(f)
}

// close ends the stream. It lets go of its sources: they live inside paths,
// whose codecs are half a megabyte that an ended leg, which may stay known for
// a while, must not keep.
func (s *stream) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	s.from, s.tone = nil, nil
}
