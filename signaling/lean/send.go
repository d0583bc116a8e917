package lean

import (
	"time"

	"webtrunk/media"
)

const (
	rtpHeader = 12
	longest   = 16 + 4 // what protection adds at most: GCM's tag, and the index of SRTCP
)

// Send puts one frame on the wire, once there are keys and a way. Without
// them, or should the network refuse it, it is lost as any packet may be. It is
// called by one goroutine at a time.
func (s *Session) Send(f media.Frame) {
	sealer, to := s.sealer.Load(), s.current.Load()
	if sealer == nil || to == nil || rtpHeader+len(f.Payload)+longest > len(s.out) || !s.spent.Take(f.Sequence) {
		return
	}
	n := f.WriteHeader(s.out[:], s.ssrc)
	n += copy(s.out[n:], f.Payload)
	b, err := sealer.seal(s.out[:n])
	if err != nil {
		return
	}
	(*to).send(b)
	s.page.Meter.Sent(s.ssrc, f, time.Now())
}
