package media

import (
	"time"

	"github.com/pion/rtcp"
)

// A Meter also keeps what RTCP says, for a transport that speaks it itself
// rather than through a Socket.

// Sent notes a packet to the leg, from our source ssrc. A new source, as a
// reloaded page gets one, begins to count anew (RFC 3550 §6.4.1).
func (m *Meter) Sent(ssrc uint32, f Frame, now time.Time) {
	m.mu.Lock()
	if m.source != ssrc {
		m.source, m.departing = ssrc, transmission{}
		m.far.ntp, m.far.heard = 0, time.Time{}
	}
	m.departing.sent(f, now)
	m.mu.Unlock()
}

// Report makes the compound that is due from our source ssrc, whose timestamps
// count in clock a second and whose name is cname: what was sent, what arrived
// since the report before, and how long the leg's own report has lain here.
func (m *Meter) Report(ssrc, clock uint32, cname string, now time.Time) []rtcp.Packet {
	m.mu.Lock()
	defer m.mu.Unlock()
	d := &m.departing
	if m.source != ssrc {
		d = &transmission{}
	}
	return compound(ssrc, clock, cname, now, &m.arriving, d, &m.far)
}

// Hear takes RTCP of the leg's. It returns how many in a hundred of our
// source's packets the leg has lost lately, where it says so.
func (m *Meter) Hear(packets []rtcp.Packet, ssrc, clock uint32, now time.Time) (percent int, told bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, p := range packets {
		told = m.far.hear(p, ssrc, clock, &m.arriving, now) || told
	}
	return int(m.far.loss*100 + 0.5), told
}
