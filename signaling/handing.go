package signaling

import (
	"fmt"
	"unicode/utf8"

	"webtrunk"
	"webtrunk/call"
)

// How far a transfer has come that the page asked for.
const (
	movingAsked   = "asked"
	movingQueued  = "queued" // somebody of a queue is to come
	movingRings   = "ringing"
	movingTalks   = "consulting"
	movingFailed  = "failed"
	inviteFailing = "failed"
)

// A transferNotice tells a page how the transfer goes that it asked for. That
// it is done the page knows by the call's end, with the reason transferred.
type transferNotice struct {
	head
	State   string     `json:"state"` // queued, ringing, consulting, failed
	Reason  call.Cause `json:"reason,omitempty"`
	Message string     `json:"message,omitempty"`
}

// An inviteNotice tells a page that nobody takes its invitation. Whoever does is
// heard, and seen among the call's legs.
type inviteNotice struct {
	head
	State   string     `json:"state"` // failed
	Reason  call.Cause `json:"reason"`
	Message string     `json:"message"`
}

// transfer hands the call over: at once, or after the page has talked to who is
// to have it. Who hands it over, and their note, travel with the call from then on, in
// place of those of an earlier transfer.
func (s *session) transfer(c *pageCall, r request) *refusal {
	to, bad := s.whom(c, r)
	if bad != nil {
		return bad
	}
	if c.moving != "" {
		return refuse(codeBadMessage, "A transfer of this call is running: complete or cancel it first.")
	}
	if len(r.Note) > maxMetadataValue || !utf8.ValidString(r.Note) || hasControl(r.Note) {
		return refuse(codeBadMetadata, fmt.Sprintf("A note is one line of at most %d bytes.", maxMetadataValue))
	}
	c.moving = movingAsked
	c.leg.report(call.Transfer{By: c.leg.id, To: to, Consult: r.Consult, Tell: true, Name: s.grant.Context[checked+"name"], Note: r.Note})
	return nil
}

// complete leaves the call to the one with whom the page has talked.
func (s *session) complete(c *pageCall, _ request) *refusal {
	return s.endTransfer(c, call.CompleteTransfer{By: c.leg.id})
}

// cancel takes the page back to the call.
func (s *session) cancel(c *pageCall, _ request) *refusal {
	return s.endTransfer(c, call.CancelTransfer{By: c.leg.id})
}

func (s *session) endTransfer(c *pageCall, in call.Input) *refusal {
	if c.moving != "" { // else it has failed while the message was on its way
		c.leg.report(in)
	}
	return nil
}

// invite has somebody join the call.
func (s *session) invite(c *pageCall, r request) *refusal {
	to, bad := s.whom(c, r)
	if bad == nil {
		c.leg.report(call.Invite{By: c.leg.id, To: to, Tell: true})
	}
	return bad
}

// whom reads who is to have a call, or to join it.
func (s *session) whom(c *pageCall, r request) (webtrunk.Address, *refusal) {
	switch {
	case !s.grant.Hands:
		return webtrunk.Address{}, refuse(codeNotAllowed, "Only who works here may hand calls over or have others join.")
	case c.state != stateAnswered:
		return webtrunk.Address{}, refuse(codeBadMessage, "The call has to be answered first.")
	}
	to, err := webtrunk.ParseAddress(r.To)
	if err != nil {
		return to, refuse(codeBadNumber, webtrunk.MessageOf(err, "This number cannot be called."))
	}
	return to, nil
}

// Transferring tells the page how its transfer goes.
func (l *leg) Transferring(t call.TellTransfer) error {
	return l.tell(func(s *session, c *pageCall) { c.moved(t) })
}

func (c *pageCall) moved(t call.TellTransfer) {
	n := &transferNotice{head: head{Type: "transfer", ID: c.id}, State: string(t.Result)}
	c.moving = n.State
	if t.Result == call.TargetNotReached {
		c.moving = ""
		n.Reason, n.Message = t.Cause, sentence(t.Cause, t.Message)
	}
	c.session.send(n)
}

// Inviting tells the page that nobody takes its invitation.
func (l *leg) Inviting(i call.TellInvite) {
	_ = l.tell(func(s *session, c *pageCall) { // a page that is gone invites nobody
		s.send(&inviteNotice{head{Type: "invite", ID: c.id}, inviteFailing, i.Cause, sentence(i.Cause, i.Message)})
	})
}
