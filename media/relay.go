package media

import "webtrunk/transcode"

// A relay passes packets on as they are, under the other leg's payload types:
// sequence, timing and losses stay what they were, for the far end's jitter
// buffer to deal with.
type relay struct {
	codec  transcode.Codec
	to     *Port
	format *Format // of to
	clock  uint32  // of the events that arrive
	src    source

	skipped uint16 // how many packets were not passed on
	since   uint16 // the last of them: earlier ones that come late have no place
	ts      uint32 // of the last audio
	heard   bool
	payload [eventLength]byte
	comfort *comfort
}

func newRelay(from, to *Format, peer *Port) *relay {
	return &relay{codec: to.Codec, to: peer, format: to, clock: from.EventsClock, src: source{clock: to.Codec.ClockRate()}}
}

func (r *relay) String() string { return "relay " + r.codec.String() }

func (r *relay) close() { r.comfort.stop(r.to) }

func (r *relay) audio(f Frame, a arrival) { r.sound(f, a, r.format.PayloadType) }

// noise passes a description on to who understands it; for others, it is made.
func (r *relay) noise(f Frame, n noise, a arrival) {
	if r.format.Noise != 0 {
		r.sound(f, a, r.format.Noise)
		return
	}
	r.skip(f, a)
	if a.order != late {
		r.comfort = r.comfort.soothe(r.to, n)
	}
}

func (r *relay) sound(f Frame, a arrival, as uint8) {
	r.follow(f.Sequence, a)
	if a.order != late {
		r.src.fresh = r.src.fresh || r.heard && jumped(int32(f.Timestamp-r.ts), r.src.clock)
		r.ts, r.heard = f.Timestamp, true
	}
	f.PayloadType = as
	r.pass(f, a)
}

func (r *relay) event(f Frame, e event, a arrival) {
	if r.format.EventsClock == 0 {
		r.skip(f, a)
		return
	}
	r.follow(f.Sequence, a)
	e.duration = convert(e.duration, r.clock, r.format.EventsClock)
	f.PayloadType, f.Payload = r.format.Events, e.write(&r.payload)
	r.pass(f, a)
}

func (r *relay) pass(f Frame, a arrival) {
	if a.order == late && r.skipped > 0 && int16(f.Sequence-r.since) < 0 {
		return
	}
	f.Sequence -= r.skipped
	r.to.out.write(&r.src, f)
}

func (r *relay) skip(f Frame, a arrival) {
	r.follow(f.Sequence, a)
	if a.order == next {
		r.skipped++
		r.since = f.Sequence
	}
}

// follow notes what a packet's number says of those before. In a new sequence
// none was left out. In one that goes on, since comes along: numbers roll over,
// and one that stayed would be ahead of them after half a turn, as in
// stream.advance.
func (r *relay) follow(n uint16, a arrival) {
	const reach = 1 << 14
	switch {
	case a.order == restarted:
		r.src.fresh, r.skipped = true, 0
	case a.order == next && n-r.since > reach:
		r.since = n - reach
	}
}

// jumped reports whether a timestamp step is no passing of time but another
// timeline: a new source under the old address (RFC 3550 §8.2).
func jumped(step int32, clock uint32) bool {
	const back, forward = 1, 60 // seconds
	return step < -int32(back*clock) || step > int32(forward*clock)
}
