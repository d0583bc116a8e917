package media

import (
	"time"

	"github.com/pion/rtcp"
)

// A reception measures what arrives from one SSRC, for the reports that we
// send about it (RFC 3550 §6.4.1, appendices A.3 and A.8).
type reception struct {
	known    bool
	ssrc     uint32
	order    sequence
	cycles   uint32 // the highest number's high half
	base     uint32 // the first number
	received uint64

	former   uint32 // the source before this one
	replaced bool   // there was one

	jitter  float64 // in timestamp units
	transit int64
	clock   uint32

	priorExpected, priorReceived uint64
}

func (r *reception) take(ssrc uint32, n uint16, ts, clock uint32, now time.Time) {
	if !r.known || r.ssrc != ssrc || r.clock != clock {
		r.begin(ssrc, clock)
	}
	before := r.order.highest
	switch o, _ := r.order.take(n); o {
	case restarted:
		r.cycles, r.base, r.received = 0, uint32(n), 1
		r.priorExpected, r.priorReceived = 0, 0
		r.transit = r.transitOf(ts, now)
	case next:
		if n < before {
			r.cycles += 1 << 16
		}
		r.received++
		r.measure(ts, now)
	case late:
		r.received++
	}
}

// begin begins to measure a source, or the same in another clock.
func (r *reception) begin(ssrc, clock uint32) {
	former, replaced := r.former, r.replaced
	if r.known && r.ssrc != ssrc {
		former, replaced = r.ssrc, true
	}
	*r = reception{known: true, ssrc: ssrc, clock: clock, former: former, replaced: replaced}
}

// from returns how many packets have come from a source since it is heard.
func (r *reception) from(ssrc uint32) uint64 {
	if r.known && r.ssrc == ssrc {
		return r.received
	}
	return 0
}

func (r *reception) transitOf(ts uint32, now time.Time) int64 {
	arrived := now.UnixMicro() * int64(r.clock) / 1e6
	return int64(uint32(arrived) - ts)
}

// measure updates the jitter: how far packets' spacing differs from their timestamps'.
func (r *reception) measure(ts uint32, now time.Time) {
	transit := r.transitOf(ts, now)
	d := float64(int32(uint32(transit - r.transit)))
	r.transit = transit
	if d < 0 {
		d = -d
	}
	r.jitter += (d - r.jitter) / 16
}

func (r *reception) expected() uint64 {
	return uint64(r.cycles+uint32(r.order.highest)) - uint64(r.base) + 1
}

func (r *reception) lost() uint64 {
	if e := r.expected(); e > r.received {
		return e - r.received
	}
	return 0 // more late and repeated ones than were missing
}

// block returns the report on what arrived since the last one.
func (r *reception) block() rtcp.ReceptionReport {
	expected := r.expected() - r.priorExpected
	received := r.received - r.priorReceived
	r.priorExpected, r.priorReceived = r.expected(), r.received
	fraction := uint8(0)
	if expected > received {
		fraction = uint8(min(255, (expected-received)*256/expected))
	}
	return rtcp.ReceptionReport{
		SSRC:               r.ssrc,
		FractionLost:       fraction,
		TotalLost:          uint32(min(r.lost(), 0x7fffff)),
		LastSequenceNumber: r.cycles + uint32(r.order.highest),
		Jitter:             uint32(r.jitter),
	}
}

// A transmission counts what we send, for our sender reports (RFC 3550 §6.4.1).
type transmission struct {
	packets, octets uint32
	reported        uint32 // packets at the last report
	ts              uint32
	at              time.Time
}

func (t *transmission) sent(f Frame, now time.Time) {
	t.packets++
	t.octets += uint32(len(f.Payload))
	t.ts, t.at = f.Timestamp, now
}
