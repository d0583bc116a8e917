package lean

import (
	"encoding/binary"
	"math/rand/v2"
	"time"

	"github.com/pion/rtcp"
)

// hearReport takes an RTCP packet of the page's: what it has lost of our sound,
// and when it sent its own.
func (s *Session) hearReport(b []byte, now time.Time) {
	ssrc := binary.BigEndian.Uint32(b[4:])
	clear, err := s.hearsay.DecryptRTCP(b[:0], b, &s.report)
	if err != nil || !s.sources.take(ssrc) {
		s.overrun(err)
		return
	}
	s.touch(now)
	packets, err := rtcp.Unmarshal(clear)
	if err != nil {
		return
	}
	if percent, told := s.page.Meter.Hear(packets, s.ssrc, s.clock.Load(), now); told {
		s.page.Ear.Loss(percent)
	}
}

// tell sends the report that is due. They go out about once a second, at random
// moments (RFC 3550 §6.3.1): a browser adds redundancy to its sound only once
// they have told it of loss.
func (s *Session) tell(now time.Time, more ...rtcp.Packet) {
	s.due = now.Add(time.Duration(float64(time.Second) * (0.5 + rand.Float64())))
	to := s.current.Load()
	if s.reporter == nil || to == nil {
		return
	}
	clear, err := rtcp.Marshal(append(s.page.Meter.Report(s.ssrc, s.clock.Load(), s.door.cname, now), more...))
	if err != nil {
		return
	}
	if b, err := s.reporter.EncryptRTCP(nil, clear, nil); err == nil {
		(*to).send(b)
	}
}
