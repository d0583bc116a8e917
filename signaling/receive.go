package signaling

import (
	"time"

	"webtrunk/call"
)

// receive handles one message of the page's.
func (s *session) receive(sock *socket, raw []byte) {
	if s.sock != sock || s.over {
		return // taken up by another socket in between
	}
	if !s.messages.take(time.Now()) {
		s.flooded(refuse(codeRateLimited, "The page sends too many messages."), "")
		return
	}
	r, bad := parseRequest(raw)
	if bad == nil {
		bad = s.try(r)
	}
	if bad == nil {
		return
	}
	if !s.errors.take(time.Now()) {
		s.flooded(bad, r.ID)
		return
	}
	s.complain(bad, r.ID)
}

// complain tells the page what was wrong with its message.
func (s *session) complain(bad *refusal, id string) {
	s.server.stats.refusedMessages.Add(1)
	s.log.Info("message refused", "code", bad.code, "reason", bad.message)
	s.send(bad.notify(id))
}

// flooded ends the socket of a page that sends too much, or too much that is
// wrong. Its session waits as for any lost page.
func (s *session) flooded(bad *refusal, id string) {
	s.complain(bad, id)
	s.server.stats.cut.Add(1)
	if sock := s.sock; sock != nil {
		sock.cut(closeTooMany, string(codeRateLimited))
		s.lost(sock)
	}
}

// try is handle, in which a panic is our fault and said so.
func (s *session) try(r request) (bad *refusal) {
	defer func() {
		if p := recover(); p != nil {
			s.panicked(p)
			bad = refuse(codeInternal, "Something went wrong in the gateway while it handled this message.")
		}
	}()
	return s.handle(r)
}

// handle does what a message asks for.
func (s *session) handle(r request) *refusal {
	switch r.Type {
	case "ping":
		s.send(plain("pong", ""))
		return nil
	case "hello":
		return refuse(codeBadMessage, "hello is only the first message on a socket.")
	case "probe":
		return s.probe(r)
	case "message":
		return s.leaveLetter(r)
	case "cost":
		return s.cost(r)
	case "call":
		bad := s.placeCall(r)
		if bad != nil && (s.call == nil || s.call.id != r.ID) {
			s.remember(r.ID) // candidates for it may be on their way
		}
		return bad
	}
	about, known := aboutCall[r.Type]
	if !known {
		return refuse(codeUnknownType, "The type of a message is not known.")
	}
	if s.call == nil || s.call.id != r.ID {
		if s.isPast(r.ID) {
			return nil // it ended while the message was on its way
		}
		return refuse(codeUnknownCall, "There is no call with this id.")
	}
	return about(s, s.call, r)
}

// aboutCall are the messages about the call that the page has.
var aboutCall = map[string]func(*session, *pageCall, request) *refusal{
	"accept":    (*session).accept,
	"reject":    (*session).reject,
	"offer":     (*session).renew,
	"candidate": (*session).candidate,
	"dtmf":      (*session).press,
	"mute":      (*session).mute,
	"callback":  (*session).callback,
	"voicemail": (*session).voicemail,
	"consent":   (*session).consent,
	"record":    (*session).record,
	"hold":      (*session).hold,
	"resume":    (*session).resumeCall,
	"hangup":    (*session).hangup,
	"transfer":  (*session).transfer,
	"complete":  (*session).complete,
	"cancel":    (*session).cancel,
	"invite":    (*session).invite,
	"write":     (*session).write,
	"price":     (*session).price,
	"charge":    (*session).charge,
	"room":      (*session).room,
	"attach":    (*session).attach,
	"fetch":     (*session).fetch,
}

// reject declines a call that rings.
func (s *session) reject(c *pageCall, _ request) *refusal {
	if c.state != stateIncoming {
		return refuse(codeBadMessage, "Only a call that rings here can be declined.")
	}
	s.leave(c, call.LegEnded{Cause: call.Rejected}, "you")
	return nil
}

// hangup ends a call, or gives up while it rings. On a call that rings here, or
// was accepted and has no sound yet, it declines: the caller still hears it ring.
func (s *session) hangup(c *pageCall, _ request) *refusal {
	cause := call.Hangup
	switch {
	case c.incoming && !c.joined && (!c.written || c.state == stateIncoming):
		cause = call.Rejected
	case !c.incoming && c.state != stateAnswered:
		cause = call.Canceled
	}
	s.leave(c, call.LegEnded{Cause: cause}, "you")
	return nil
}

// candidate counts and checks a trickled candidate.
func (s *session) candidate(c *pageCall, r request) *refusal {
	if c.candidates++; c.candidates > maxCandidates {
		return refuse(codeTooManyCandidates, "More than 30 candidates were sent for this call.")
	}
	return checkCandidate(r.Candidate)
}

// press sends digits that the page cannot send as telephone-events.
func (s *session) press(c *pageCall, r request) *refusal {
	if !validDigits(r.Digits) {
		return refuse(codeBadMessage, "digits are 1 to 32 of 0-9, *, # and A-D.")
	}
	return s.wish(c, call.SendDigits{By: c.leg.id, Digits: r.Digits})
}

// mute notes that the page is muted, which a reloaded page learns again, and
// whether its system has muted the microphone, which the page cannot change.
func (s *session) mute(c *pageCall, r request) *refusal {
	if r.Muted == nil {
		return refuse(codeBadMessage, "mute needs muted, true or false.")
	}
	c.muted = *r.Muted
	c.leg.muted.Store(*r.Muted)
	c.leg.systemMuted.Store(r.System)
	return nil
}

// hold puts the others on hold, which a reloaded page learns again.
func (s *session) hold(c *pageCall, _ request) *refusal {
	bad := s.wish(c, call.Hold{By: c.leg.id})
	c.holds = c.holds || bad == nil && c.state == stateAnswered
	return bad
}

func (s *session) resumeCall(c *pageCall, _ request) *refusal {
	c.holds = false
	return s.wish(c, call.Resume{By: c.leg.id})
}

// wish passes on what the page wants of a call that it takes part in.
func (s *session) wish(c *pageCall, in call.Input) *refusal {
	if c.state == stateIncoming {
		return refuse(codeBadMessage, "Accept the call first.")
	}
	c.leg.report(in)
	return nil
}
