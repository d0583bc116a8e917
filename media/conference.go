package media

import (
	"fmt"
	"slices"
	"sync"

	"webtrunk"
	"webtrunk/transcode"
)

// MaxParties is how many a conference holds.
const MaxParties = 8

// A Party says whom one port of a conference hears. It is heard by those only
// who list it.
type Party struct {
	Port  *Port
	Hears []*Port
}

// All returns the parties of which each hears all others.
func All(ports ...*Port) []Party {
	var parties []Party
	for i, p := range ports {
		parties = append(parties, Party{p, slices.Concat(ports[:i:i], ports[i+1:])})
	}
	return parties
}

// A Conference lets up to eight ports hear each other as its parties say. What
// each says is decoded when it arrives and waits in a cushion; the clock takes
// 20 ms of every cushion, mixes for each party what it hears, and sends it. All of
// that is at 8 kHz: an encoder for twice that takes eight times as long.
//
// The zero Conference is empty. It costs nothing while it is.
type Conference struct {
	// Failed, which may be nil and is set before the first Set, is told when the
	// mixing has panicked: nobody hears anything any more, until Set lets the
	// parties in anew. It is called by the goroutine that keeps time for many
	// legs, so it must return at once and use nothing of this package.
	Failed func(why error)

	mu   sync.Mutex // for changes; the clock's own lock keeps them from the mixing
	seat *seat      // nil while nobody is here
	mix  mix
}

func (c *Conference) tick(leftOut int) { c.mix.tick(leftOut) }

func (c *Conference) fail(why error) {
	c.mix.broken = true
	if c.Failed != nil {
		c.Failed(why)
	}
}

// A member is a port in a conference.
type member struct {
	in      *Conference
	port    *Port
	cushion *cushion
	out     outlet
}

// Set makes these the conference's parties, instead of those before: who stays
// hears on without a break. A port that is joined otherwise is parted from that.
// On an error nothing is changed.
func (c *Conference) Set(parties []Party) error {
	if err := check(parties); err != nil {
		return err
	}
	for {
		err, again := c.trySet(parties)
		if !again {
			return err
		}
		for _, y := range parties {
			if b := y.Port.bound(); b != nil && !c.has(b) {
				b.dissolve()
			}
		}
	}
}

func check(parties []Party) error {
	const op = "media: conference"
	if len(parties) > MaxParties {
		return &webtrunk.Error{Op: op, Kind: webtrunk.Unsupported, Message: fmt.Sprintf("a conversation of %d is too large, it may have %d: let somebody go first", len(parties), MaxParties)}
	}
	for i, y := range parties {
		if slices.ContainsFunc(parties[:i], func(o Party) bool { return o.Port == y.Port }) {
			return &webtrunk.Error{Op: op, Kind: webtrunk.Invalid, Message: "a port is in a conference once"}
		}
	}
	return nil
}

// trySet lets the newcomers in, or none of them; again means that one is joined
// otherwise.
func (c *Conference) trySet(parties []Party) (err error, again bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.clear()
	var come []*member
	for _, y := range parties {
		if c.mix.place(y.Port) >= 0 {
			continue
		}
		m := &member{in: c, port: y.Port, cushion: newCushion(), out: outlet{to: y.Port}}
		ok, gone := y.Port.attend(m)
		if ok {
			come = append(come, m)
			continue
		}
		for _, m := range come {
			m.port.depart(m)
		}
		if gone {
			err = &webtrunk.Error{Op: "media: conference", Kind: webtrunk.Conflict, Message: "the leg has ended"}
		}
		return err, !gone
	}
	c.rearrange(parties, come)
	return nil, false
}

// rearrange lets those go who are no party any more, and the newcomers in.
func (c *Conference) rearrange(parties []Party, come []*member) {
	for _, m := range c.mix.members {
		if m != nil && !slices.ContainsFunc(parties, func(y Party) bool { return y.Port == m.port }) {
			c.remove(m)
		}
	}
	settle := func() {
		for _, m := range come {
			c.mix.enter(m)
		}
		c.mix.arrange(parties)
	}
	switch {
	case c.seat != nil:
		c.seat.between(settle)
	case len(parties) > 0:
		settle() // before the first tick, which finds everybody there
		c.seat = paces.seat(c, MaxParties)
	}
}

// clear lets everybody go out of a conference that has failed, whose state can
// be anything.
func (c *Conference) clear() {
	broken := false
	if c.seat != nil {
		c.seat.between(func() { broken = c.mix.broken })
	}
	if !broken {
		return
	}
	for _, m := range c.mix.members {
		if m != nil {
			m.port.depart(m)
		}
	}
	c.seat.leave()
	c.seat, c.mix = nil, mix{}
}

// remove lets a member go: when it returns the port is neither heard nor sent to.
func (c *Conference) remove(m *member) {
	m.port.depart(m)
	empty := false
	c.seat.between(func() { empty = c.mix.leave(m) })
	if empty {
		c.seat.leave()
		c.seat = nil
	}
}

// End lets everybody go.
func (c *Conference) End() { _ = c.Set(nil) } // which only too many could make fail

func (c *Conference) has(b bond) bool {
	m, ok := b.(*member)
	return ok && m.in == c
}

// dissolve takes the member out of its conference, if it is still there.
func (m *member) dissolve() {
	m.in.mu.Lock()
	defer m.in.mu.Unlock()
	if m.in.mix.holds(m) {
		m.in.remove(m)
	}
}

// lay makes the path of what the port says, in the format it speaks.
func (m *member) lay(from *Format, counts *Stats) path {
	in, err := newInlet(from.Codec, m.cushion, counts)
	if err != nil {
		return nil
	}
	in.loud = &m.port.loud
	return &attendance{inlet: in}
}

// attendance is a member's path: its sound goes into the cushion.
type attendance struct{ *inlet }

func (a *attendance) String() string { return a.inlet.String() + " → conference" }

// carry tells the others of a key that the member pressed: as a telephone-event
// of its own where they take events, or to whoever relieves them of it.
func (m *member) carry(digit byte) {
	for _, p := range m.in.hearing(m) {
		format := p.format.Load()
		switch relieve := p.relieve.Load(); {
		case format == nil || format.Codec == transcode.None:
		case format.EventsClock != 0:
			_ = p.SendDigits(string(digit)) // who is sent too many misses some
		case relieve != nil && *relieve != nil:
			(*relieve)(digit)
		}
	}
}

// hearing returns the ports that hear a member.
func (c *Conference) hearing(m *member) (ports []*Port) {
	c.mu.Lock()
	defer c.mu.Unlock()
	at := c.mix.place(m.port)
	for i, other := range c.mix.members {
		if at >= 0 && other != nil && c.mix.hears[i].has(at) {
			ports = append(ports, other.port)
		}
	}
	return ports
}
