package carrier

import (
	"errors"
	"maps"
	"net"
	"net/netip"
	"time"

	"github.com/pion/rtp"
)

// RTPStats counts the packets of one call.
type RTPStats struct {
	In, Out int
	// Lost is how many sequence numbers never came, Gaps how many holes they
	// made; Reordered and Duplicates came after a later one.
	Lost, Gaps, Reordered, Duplicates int
	// Early packets came before anything was agreed: media may overtake the
	// answer that announces it. They are not heard.
	Early int
	// Strange packets came from elsewhere than SDP said, or were no RTP of
	// an agreed payload type. They are not heard.
	Strange int
	// Late packets came after the call had ended.
	Late int
	// LongestPause is the longest time between two packets in succession.
	LongestPause time.Duration
	// Jitter is RFC 3550's, §6.4.1.
	Jitter time.Duration
	// ByType counts what came by payload type.
	ByType map[uint8]int

	// ReportsIn and ReportsOut count RTCP packets; PeerLost is the fraction
	// of our packets that the other side's last report says it missed.
	ReportsIn, ReportsOut int
	PeerLost              float64
}

// reception is the RTP stream that comes to us (RFC 3550 §A.1, §A.8).
type reception struct {
	started     bool
	ssrc        uint32
	base, top   uint32 // extended sequence numbers: first and highest
	seen        uint32 // since base, duplicates not
	window      uint64 // which of the last 64 sequence numbers have come
	arrival     time.Time
	transit     float64 // of the last packet, in samples
	jitter      float64 // in samples
	lastSR      uint32  // middle bits of the NTP time in their last report
	lastSRAt    time.Time
	priorWanted uint32
	priorSeen   uint32
	event       eventTracker
}

func (m *media) stats() RTPStats {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.counts
	s.ByType = maps.Clone(s.ByType)
	s.Lost += m.source.lost() // to those of streams before this one
	s.Jitter = time.Duration(m.source.jitter * float64(time.Second) / sampleRate)
	return s
}

// receive reads RTP until the port is closed.
func (m *media) receive() {
	buf := make([]byte, 2048)
	for {
		n, peer, err := m.conn.ReadFromUDPAddrPort(buf)
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			continue // an ICMP error about something that we sent
		}
		m.c.tapRTP(In, buf[:n])
		peer = unmapped(peer)
		lost, delay := m.in.fate()
		switch {
		case lost:
		case delay > 0:
			packet := append([]byte(nil), buf[:n]...)
			m.later(delay, func() { m.take(packet, peer) })
		default:
			m.take(buf[:n], peer)
		}
	}
}

// take handles one packet of a stranger: count, hear, reflect, read digits.
func (m *media) take(packet []byte, peer netip.AddrPort) {
	defer func() {
		if p := recover(); p != nil {
			m.c.book.count(func(s *Stats) { s.Panics++ })
			m.c.log.Error("receiving RTP panicked", "panic", p)
		}
	}()
	digit, ok := m.admit(packet, peer)
	if ok {
		m.digit(digit)
	}
	m.changed()
}

// admit does the part of take that needs the lock, and returns the digit that
// the packet completes or begins.
func (m *media) admit(packet []byte, peer netip.AddrPort) (digit Digit, ok bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var p rtp.Packet
	switch err := p.Unmarshal(packet); {
	case m.hushed:
		m.counts.Late++
		return Digit{}, false
	case !m.wire.remote.IsValid():
		m.counts.Early++
		return Digit{}, false
	case err != nil, peer != m.wire.remote, !m.agreed(p.PayloadType):
		m.counts.Strange++
		return Digit{}, false
	}
	m.counts.In++
	m.c.book.rtpIn.Add(1)
	if m.counts.ByType == nil {
		m.counts.ByType = make(map[uint8]int)
	}
	m.counts.ByType[p.PayloadType]++
	if !m.source.follow(&p, time.Now(), &m.counts) {
		return Digit{}, false // a duplicate
	}
	if m.wire.event.name != "" && p.PayloadType == m.wire.event.pt {
		return m.source.event.take(&p)
	}
	m.hear(&p)
	m.reflect(&p)
	return Digit{}, false
}

func (m *media) agreed(pt uint8) bool {
	return pt == m.wire.sound.pt || m.wire.event.name != "" && pt == m.wire.event.pt
}

func (m *media) hear(p *rtp.Packet) {
	var pcm [2048]int16
	n := m.tongue.decode(pcm[:], p.Payload)
	m.heard.add(p.SSRC, p.Timestamp, pcm[:n])
}

// follow counts a packet into the stream and reports whether it is new.
func (r *reception) follow(p *rtp.Packet, now time.Time, counts *RTPStats) bool {
	if !r.started || r.ssrc != p.SSRC {
		event := r.event
		counts.Lost += r.lost()
		*r = reception{started: true, ssrc: p.SSRC, base: uint32(p.SequenceNumber) | 1<<16, event: event}
		r.top, r.window = r.base, 0
	} else {
		counts.LongestPause = max(counts.LongestPause, now.Sub(r.arrival))
	}
	r.time(p, now)
	ahead := int16(p.SequenceNumber - uint16(r.top))
	switch {
	case r.seen == 0, ahead > 0:
		if ahead > 1 {
			counts.Gaps++
		}
		r.top += uint32(ahead)
		r.window = r.window<<uint(ahead) | 1
	case ahead > -64 && r.window>>uint(-ahead)&1 == 1:
		counts.Duplicates++
		return false
	default:
		counts.Reordered++
		if ahead > -64 {
			r.window |= 1 << uint(-ahead)
		}
	}
	r.seen++
	return true
}

// time keeps the interarrival jitter.
func (r *reception) time(p *rtp.Packet, now time.Time) {
	transit := float64(now.UnixNano())/float64(time.Second)*sampleRate - float64(p.Timestamp)
	if r.seen > 0 {
		if d := transit - r.transit; d > -sampleRate && d < sampleRate {
			r.jitter += (max(d, -d) - r.jitter) / 16
		}
	}
	r.transit, r.arrival = transit, now
}

// lost is how many packets should have come and did not.
func (r *reception) lost() int {
	if !r.started {
		return 0
	}
	return max(0, int(r.top-r.base)+1-int(r.seen))
}
