package signaling

import (
	"time"

	"webtrunk"
	"webtrunk/transcode"
)

const (
	// look is how often running calls are looked at.
	look = time.Second
	// mostAtOnce bounds how many pages are asked to offer anew in one look: when
	// the load is too much, a storm of offers would be the last straw.
	mostAtOnce = 20
	// deafAfter is how long a page may take for an offer that it was asked for.
	// One that has sent none by then is old, and is not asked again.
	deafAfter = 10 * time.Second
	// turnAfter is how long a page may take, after the answer, to speak as agreed.
	turnAfter = 2 * time.Second
)

// keep looks after what pages speak until the server stops.
func (s *Server) keep() {
	every := time.NewTicker(look)
	defer every.Stop()
	for {
		select {
		case <-every.C:
			s.lookAround()
		case <-s.stopping.Done():
			return
		}
	}
}

// lookAround looks at every session's call.
func (s *Server) lookAround() {
	loaded := s.cfg.Loaded()
	tickets := make(chan struct{}, mostAtOnce)
	for range mostAtOnce {
		tickets <- struct{}{}
	}
	for _, sess := range s.all() {
		sess.post(func() {
			if c := sess.call; c != nil && c.peer != nil {
				c.consider(loaded, tickets)
			}
		})
	}
}

// A manner is how a page's call speaks, and how it came to.
type manner struct {
	speaks   tongue // as answered last
	wants    tongue // as the next offer will be answered
	asked    time.Time
	deaf     bool
	linguist linguist

	received, lost uint64 // at the last look
}

// consider looks at a call, and asks its page for another offer where it should
// speak otherwise. A ticket is what an asking takes.
func (c *pageCall) consider(loaded bool, tickets <-chan struct{}) {
	m := &c.manner
	c.leg.port.Overdue(turnAfter)
	now := time.Now()
	want := m.linguist.choose(c.situation(now, loaded))
	switch {
	case !m.asked.IsZero() && now.Sub(m.asked) < deafAfter:
		return // its offer is on the way
	case !m.asked.IsZero():
		m.asked, m.deaf, m.wants = time.Time{}, true, m.speaks
	case m.deaf, !c.joined, c.absent != 0, want == m.speaks, !c.knows(want.codec):
		return
	default:
		select {
		case <-tickets:
			c.ask(want, now)
		default: // in the next look
		}
	}
}

// ask has the page offer anew.
func (c *pageCall) ask(want tongue, now time.Time) {
	c.manner.wants, c.manner.asked = want, now
	c.session.log.Info("codec to be changed", "call", c.leg.call, "leg", c.leg.id.String(),
		"from", c.manner.speaks.codec.String(), "to", want.codec.String(), "rate", int(want.rate))
	c.session.send(&renegotiateNotice{head{Type: "renegotiate", ID: c.id}, want.codec.String()})
}

// knows reports whether the page offered a codec.
func (c *pageCall) knows(want transcode.Codec) bool {
	for _, f := range c.choices {
		if f.Codec == want {
			return true
		}
	}
	return false
}

// situation is what is known of the call now.
func (c *pageCall) situation(now time.Time, loaded bool) situation {
	m := &c.manner
	q := c.leg.mouth.meter.Quality(c.leg.port)
	came, lost := q.Received-m.received, int64(q.Lost)-int64(m.lost)
	m.received, m.lost = q.Received, q.Lost
	s := situation{
		now: now, pause: c.session.server.cfg.Limits.Pause, policy: c.session.server.cfg.Codec, speaks: m.speaks, hears: c.leg.port.Hearing(),
		loaded: loaded, moved: came > 0, loss: percentOf(q.FarLoss),
	}
	if lost > 0 {
		s.loss = max(s.loss, percentOf(float64(lost)/float64(came+uint64(lost))))
	}
	return s
}

// percentOf is a share in percent; a share that is not nothing is at least one.
func percentOf(share float64) int {
	if share <= 0 {
		return 0
	}
	return max(1, int(100*share))
}

// speaking notes what an answer of ours has agreed on.
func (c *pageCall) speaking(o *offer, now time.Time) {
	m := &c.manner
	spoken := tongue{codec: o.format.Codec}
	if spoken.codec == transcode.Opus {
		spoken.rate = o.rate
	}
	if m.speaks != (tongue{}) && m.speaks != spoken {
		m.linguist.changed = now
	}
	m.deaf = m.deaf || !m.asked.IsZero() && m.wants != spoken // asked for what cannot be
	m.speaks, m.wants, m.asked = spoken, spoken, time.Time{}
	c.choices = o.choices
}

// tune makes an offer's answer what the call wants to speak.
func (c *pageCall) tune(o *offer) {
	if w := c.manner.wants; w != (tongue{}) {
		o.prefer(w.codec)
		o.rate = max(w.rate, narrow)
	}
}

// expects begins a call whose other side is of a scheme: a browser plays all that
// Opus carries. Who answers elsewhere is known later only, and a telephone until
// then.
func (c *pageCall) expects(other webtrunk.Scheme) {
	if other == webtrunk.Browser {
		c.manner.wants = tongue{c.session.server.cfg.Codecs[0], whole}
	}
}
