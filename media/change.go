package media

import "time"

// A change is a format that a leg has agreed to and does not speak yet.
type change struct {
	to    Format
	since time.Time
}

// Change sets what the leg is about to speak, in mid-call. Both sides may speak
// as before for a while: what tells that the leg's answer has arrived, and that
// it decodes the new codec, is its first packet of it. So what is sent to the
// leg changes with that packet, and nothing is sent that it could not play. Where
// the payload type alone tells nothing the change is at once.
func (p *Port) Change(to Format) {
	now := p.Format()
	if now.Codec == to.Codec || now.PayloadType == to.PayloadType {
		p.next.Store(nil)
		p.SetFormat(to)
		return
	}
	p.next.Store(&change{to: to, since: time.Now()})
}

// Overdue makes a change that was agreed longer ago than within, for a leg that
// sends nothing: a muted one need not.
func (p *Port) Overdue(within time.Duration) {
	if c := p.next.Load(); c != nil && time.Since(c.since) >= within {
		p.turn(c)
	}
}

// spoken returns the format for a packet from the leg. The first packet of a new
// one makes the change; of the old one, a telephone-event under a type that both
// share does not.
func (p *Port) spoken(payloadType uint8) *Format {
	format := p.format.Load()
	c := p.next.Load()
	if c == nil || format == nil {
		return format
	}
	if format.carries(payloadType) || !c.to.carries(payloadType) {
		return format
	}
	p.turn(c)
	return p.format.Load()
}

// carries reports whether packets of this type are sound or keys of the format.
func (f *Format) carries(payloadType uint8) bool {
	return payloadType == f.PayloadType || f.EventsClock != 0 && payloadType == f.Events
}

// turn makes a change, once.
func (p *Port) turn(c *change) {
	if p.next.CompareAndSwap(c, nil) {
		p.SetFormat(c.to)
	}
}

// Hearing returns what the leg speaks that hears this one; its codec is None
// while nobody does.
func (p *Port) Hearing() Format {
	p.in.Lock()
	peer := p.peer
	p.in.Unlock()
	if peer == nil {
		return Format{}
	}
	return peer.Format()
}
