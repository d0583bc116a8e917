package media

import (
	"sync"
	"time"

	"github.com/pion/rtcp"

	"webtrunk/transcode"
)

// Quality is how a leg sounds and how its network does, either way.
type Quality struct {
	Codec string // as SDP names it; empty while unknown

	Received, Sent uint64 // packets from and to the leg
	Lost           uint64 // of those that the leg sent; late ones are none
	Concealed      uint64 // packets whose sound was made up, for they were missing when their turn came
	Late           uint64 // came behind their successors
	Foreign        uint64 // came to the leg's port from strangers, and were dropped
	Unagreed       uint64 // of a payload type that was not agreed, and dropped

	ConcealedShare    float64       // of the sound from the leg, 0 to 1
	Loss, FarLoss     float64       // share of packets, 0 to 1: since the stream began, and as last reported
	Jitter, FarJitter time.Duration // of what we receive, and of what the far end does
	RoundTrip         time.Duration // 0 while unknown

	MOS float64 // of the worse direction; 0 while nothing is known, or nothing has come from the leg

	Measured, Audible  uint64  // packets from the leg whose loudness was looked at, and those that were not silent
	Level, Peak        float64 // of what was audible, in dBov; 0 while unknown
	Resting            bool    // the leg has said that it sends nothing while it is silent
	Muted, SystemMuted bool    // by its person, by its system: where the edge knows
}

// Quality returns the figures as they are now. After Close they are the last.
func (c *Socket) Quality() Quality {
	q := c.port.quality() // its locks come before ours
	c.mu.Lock()
	defer c.mu.Unlock()
	return q.over(&c.arriving, &c.far)
}

// A Meter measures the network of a leg whose RTP comes and goes otherwise than
// through a Socket. Its zero value is ready, and it may be used from any
// goroutine.
type Meter struct {
	mu        sync.Mutex
	arriving  reception
	departing transmission // of the source that sends to the leg
	source    uint32
	far       farReport
}

// Arrived notes a packet from the leg, whose timestamps count in clock a second.
func (m *Meter) Arrived(ssrc uint32, f Frame, clock uint32, now time.Time) {
	if clock == 0 {
		return
	}
	m.mu.Lock()
	m.arriving.take(ssrc, f.Sequence, f.Timestamp, clock, now)
	m.mu.Unlock()
}

// Reported notes what the leg reports of the stream that we send.
func (m *Meter) Reported(b rtcp.ReceptionReport, clock uint32, now time.Time) {
	m.mu.Lock()
	m.far.take(b, clock, now)
	m.mu.Unlock()
}

// Quality returns the figures of the leg with that port, as they are now.
func (m *Meter) Quality(p *Port) Quality {
	q := p.quality()
	m.mu.Lock()
	defer m.mu.Unlock()
	return q.over(&m.arriving, &m.far)
}

// quality is what the port knows.
func (p *Port) quality() Quality {
	s, loud := p.Stats(), p.Loudness()
	p.in.Lock()
	resting := p.resting
	p.in.Unlock()
	q := Quality{
		Received: s.Received, Sent: s.Sent, Lost: s.Lost - min(s.Lost, s.Late),
		Concealed: s.Concealed, Late: s.Late, Foreign: s.Foreign, Unagreed: s.Unagreed,
		ConcealedShare: float64(s.Concealed) / float64(max(1, s.Received+s.Concealed)),
		Measured:       loud.Measured, Audible: loud.Audible, Level: loud.Level, Peak: loud.Peak, Resting: resting,
	}
	if f := p.Format(); f.Codec != transcode.None {
		q.Codec = f.Codec.String()
	}
	return q
}

// over adds what the network does. A leg from which nothing has come is rated by
// nobody: its network may be perfect one way, and nobody hears it.
func (q Quality) over(arriving *reception, far *farReport) Quality {
	q.FarLoss, q.FarJitter, q.RoundTrip = far.loss, far.jitter, far.rtt
	if !arriving.known || arriving.clock == 0 {
		return q
	}
	q.Loss = float64(arriving.lost()) / float64(max(1, arriving.expected()))
	q.Jitter = units(arriving.jitter, arriving.clock)
	q.MOS = MOS(q.Loss, q.delay(q.Jitter))
	if far.reports > 0 {
		q.MOS = min(q.MOS, MOS(q.FarLoss, q.delay(q.FarJitter)))
	}
	return q
}

// delay estimates this leg's part of the way from mouth to ear: half the round
// trip, a packet's own 20 ms, and the listener's jitter buffer, which settles at
// about twice the jitter and never below a packet.
func (q *Quality) delay(jitter time.Duration) time.Duration {
	const packet = 20 * time.Millisecond
	return q.RoundTrip/2 + packet + max(packet, 2*jitter)
}
