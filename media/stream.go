package media

import (
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"webtrunk/transcode"
)

// A source is one origin of what a port sends: a joined leg's sound, or the
// ringback tone. It numbers its frames for itself, in its clock.
type source struct {
	clock uint32 // of its timestamps, in Hz
	fresh bool   // its numbering begins anew with its next frame
	tone  bool   // gives way to any other source
	over  bool   // a tone that has given way; guarded by stream.mu

	chorus *chorus // that its next frame is part of; nil where nobody else is sent the same
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

	tongue   tongue // that sound was sent in last
	spokenAs uint8  // its payload type
	mouth    *mouth // encodes for all who take turns; nil before anybody needs it
	seam     *seam  // of the sound before and after; nil unless it is G.711
	rough    bool   // what is sent next does not follow what was sent last

	tone     *source // playing until another source is heard
	alone    *source // playing instead of all others
	speaking bool    // an event of our own is on; sources keep silent
	floor    uint32  // timestamps before it belong to that event
	spoke    bool    // floor holds

	sent, suppressed, late, failed uint64

	heard  hearing                 // what is sent, for taps
	format *atomic.Pointer[Format] // that it is sent in
	loss   *atomic.Int32           // percent that the far end loses of it
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
	now, as := time.Now(), s.passedOn(src, f)
	if goes, alive := s.admit(src, &f, as, now); !goes {
		return alive
	}
	s.speak(f, as, now)
	return true
}

// say encodes a frame of sound, which is changed where it is joined to the sound
// before it, and sends it as write does. What is not sent is not encoded, so that
// the encoder knows what the far end has heard. One that cannot be encoded leaves
// its time empty and takes no number.
func (s *stream) say(src *source, f Frame, as tongue, pcm []int16) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	now, as := time.Now(), s.mouth.takes(as)
	if goes, alive := s.admit(src, &f, as, now); !goes {
		return alive
	}
	if !s.utter(&f, as, pcm, src.chorus) {
		s.failed++
		s.leaveOut()
		return true
	}
	s.speak(f, as, now)
	return true
}

// speak sends a frame in its place, joined to what was sent before.
func (s *stream) speak(f Frame, as tongue, now time.Time) {
	if as.codec != transcode.None {
		s.tongue, s.spokenAs = as, f.PayloadType
	}
	if as.from != nil && s.mouth != nil && !isLaw(as.codec) {
		s.mouth.close()
	}
	if s.seam == nil && (isLaw(as.codec) || as.codec == transcode.G722 && as.from != nil) {
		s.seam = &seam{law: as.codec}
	}
	if s.rough && isLaw(as.codec) {
		f.Payload, s.rough = s.seam.join(f, as.codec), false
	}
	s.send(f, now)
}

// admit gives a frame its place in the stream. It goes unless another has the
// word; a source that is not alive has given way for good.
func (s *stream) admit(src *source, f *Frame, as tongue, now time.Time) (goes, alive bool) {
	if s.closed || src.over {
		return false, false
	}
	if s.alone != nil && s.alone != src {
		s.suppressed++
		return false, true
	}
	if !src.tone && s.tone != nil {
		s.tone.over, s.tone = true, nil
	}
	if !s.prepare(src, *f, as, now) {
		return false, true
	}
	if s.from != src || src.fresh {
		s.turn(src, *f, now)
		f.Marker = true
	}
	return s.settle(f), true
}

// settle shifts a frame's numbers to the stream's. It reports false for one that
// comes too late, or while an event of our own has the floor.
func (s *stream) settle(f *Frame) (goes bool) {
	if int16(f.Sequence-s.barrier) <= 0 {
		s.late++
		return false
	}
	ahead := int16(f.Sequence-s.highest) > 0
	if ahead {
		s.advance(f.Sequence)
	}
	f.Sequence += s.seqShift
	f.Timestamp += s.tsShift
	if s.speaking || s.spoke && int32(f.Timestamp-s.floor) < 0 {
		s.suppressed++
		s.rough = true
		if ahead {
			s.leaveOut()
		}
		return false
	}
	s.spoke = false
	return true
}

// advance notes the source's highest number. The barrier comes along: numbers
// roll over, and one that stayed would be ahead of them after half a turn, which
// is eleven minutes.
func (s *stream) advance(highest uint16) {
	const reach = 1 << 14
	s.highest = highest
	if highest-s.barrier > reach {
		s.barrier = highest - reach
	}
}

// turn makes src the source: its frame f follows what was sent last.
func (s *stream) turn(src *source, f Frame, now time.Time) {
	s.from, src.fresh, s.rough = src, false, true
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

func (s *stream) send(f Frame, now time.Time) {
	if int16(f.Sequence-s.seq) > 0 {
		s.seq = f.Sequence
	}
	if ahead := int32(f.Timestamp - s.ts); ahead > 0 || s.at.IsZero() {
		s.ts, s.at = f.Timestamp, now
		if s.seam != nil {
			s.remember(f)
		}
	}
	s.sent++
	if len(s.heard.taps) > 0 {
		s.heard.sent(f, s.format.Load())
	}
	s.out.Send(f)
}

// remember keeps what the next source's sound is joined to.
func (s *stream) remember(f Frame) {
	if f.PayloadType == s.spokenAs && (isLaw(s.tongue.codec) || s.tongue.codec == transcode.G722 && s.tongue.from != nil) {
		s.seam.keep(f, s.tongue.codec)
	}
}

// close ends the stream, and gives its encoder back. It lets go of its sources:
// they live inside paths, whose buffers and codecs, of which one may be a third of
// a megabyte, an ended leg must not keep while it stays known.
func (s *stream) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	s.from, s.tone, s.alone, s.tongue = nil, nil, nil, tongue{}
	if s.mouth != nil {
		s.mouth.close()
	}
	s.heard.close()
}
