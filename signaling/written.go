package signaling

import "webtrunk/call"

// A call in writing has no sound: a page makes it, or takes it, without an offer, and what
// is said stands in the call's room. The page's first offer gives it sound.

type (
	// A writtenNotice tells a page that its call without sound is known, or taken.
	writtenNotice struct {
		head
		Call string `json:"call"`
	}
	// A talkNotice tells a page that only writes that somebody in the call would talk, or that
	// its own path for sound was not found: it writes on.
	talkNotice struct {
		head
		State   string `json:"state"`
		Message string `json:"message,omitempty"`
	}
)

const (
	talkAsked  = "asked"
	talkFailed = "failed"
	talkOver   = "over" // the call is in writing from now on
	talkKept   = "kept" // it is not: a telephone is in it
)

// AskedToTalk tells the page that somebody in the call has sound.
func (l *leg) AskedToTalk() {
	_ = l.tell(func(s *session, c *pageCall) { // a page that is gone reads it when it is back
		if c.written { // it may have got its sound meanwhile
			c.asked = true
			s.send(&talkNotice{head: head{Type: "talk", ID: c.id}, State: talkAsked})
		}
	})
}

// confirmWritten tells the page that its call in writing is known, or taken.
func (s *session) confirmWritten(c *pageCall) {
	s.send(&writtenNotice{head{Type: "written", ID: c.id}, string(c.leg.call)})
}

// noOffer refuses a call in writing that comes with sound.
func noOffer(r request) *refusal {
	if r.SDP != "" {
		return refuse(codeBadMessage, "A call in writing has no sdp: send an offer later, to talk.")
	}
	return nil
}

// acceptWritten takes a call that rings in writing.
func (s *session) acceptWritten(c *pageCall, r request) *refusal {
	if bad := noOffer(r); bad != nil {
		return bad
	}
	if !c.leg.claim(s) {
		return nil // its ended is on the way
	}
	c.state = stateAnswered
	s.log.Info("call accepted", "call", c.leg.call, "leg", c.leg.id.String(), "written", true)
	s.confirmWritten(c)
	c.leg.report(call.LegAnswered{Leg: c.leg.id})
	return nil
}

// mayTalk holds a page that begins to talk against what the gateway can carry.
func (s *session) mayTalk(c *pageCall) *refusal {
	if full := s.server.cfg.Full; full != nil && c.peer == nil {
		if err := full(); err != nil {
			return refuseBusy(err)
		}
	}
	return nil
}

// found tells the call that the page's sound path is up, for the first time: that it has
// answered, or has sound where it only wrote.
func (c *pageCall) found() {
	switch {
	case c.written:
		c.written, c.asked = false, false
		c.leg.report(call.LegSpeaks{Leg: c.leg.id})
	case c.incoming:
		c.leg.report(call.LegAnswered{Leg: c.leg.id})
	}
}

// unfound lets a page that wrote, and found no path for sound, write on.
func (c *pageCall) unfound() {
	s, p := c.session, c.peer
	c.peer, c.connecting = nil, nil
	s.server.background(p.close)
	s.send(&talkNotice{head: head{Type: "talk", ID: c.id}, State: talkFailed, Message: noSoundPath})
}

// write ends the sound of the page's call, which goes on in writing.
func (s *session) write(c *pageCall, _ request) *refusal {
	if c.written || c.state != stateAnswered {
		return refuse(codeBadMessage, "Only a call with sound can go on in writing.")
	}
	return s.wish(c, call.WriteOn{By: c.leg.id})
}

// Writing tells the page that its call goes on without sound, or why it does not.
func (l *leg) Writing(w call.TellWriting) {
	_ = l.tell(func(s *session, c *pageCall) { // a page that is gone reads it when it is back
		n := &talkNotice{head: head{Type: "talk", ID: c.id}, State: talkOver}
		if w.Refused {
			n.State, n.Message = talkKept, "A telephone is in this call, and cannot read."
		} else {
			c.hush()
		}
		s.send(n)
	})
}

// hush takes the page's sound away: it writes, until it offers some again.
func (c *pageCall) hush() {
	stop(c.connecting)
	stop(c.missing)
	p := c.peer
	c.peer, c.connecting, c.missing = nil, nil, nil
	c.written, c.joined, c.asked = true, false, false
	if p != nil {
		c.session.server.background(p.close)
	}
	c.returned(absentMedia)
}
