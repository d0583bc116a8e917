package signaling

import (
	"context"
	"time"

	"webtrunk"
	"webtrunk/call"
)

// placeCall starts a call for the page. Whatever is wrong with it is found
// before anything is started.
func (s *session) placeCall(r request) *refusal {
	ex := s.server.exchange.Load()
	switch {
	case s.call != nil:
		return refuse(codeCallExists, "This page already has a call.")
	case ex == nil || s.server.draining.Load():
		return refuse(codeBusyGateway, "The gateway takes no new calls at the moment.")
	}
	to, err := webtrunk.ParseAddress(r.To)
	if err != nil {
		return refuse(codeBadNumber, webtrunk.MessageOf(err, "This number cannot be called."))
	}
	if bad := checkMetadata(r.Metadata, s.grant.Metadata, maxMetadata-len(s.grant.Context)); bad != nil {
		return bad
	}
	if !validLanguage(r.Language) {
		return refuse(codeBadMessage, "The language of a page is written by two or three small letters, such as en.")
	}
	if full := s.server.cfg.Full; full != nil && !r.Written { // after what costs nothing, for it may be a turn that others wait for
		if err := full(); err != nil {
			return refuseBusy(err)
		}
	}
	ctx, cancel := context.WithTimeout(s.server.stopping, 5*time.Second)
	defer cancel()
	if bad := s.grant.mayCall(ctx, to); bad != nil {
		return bad
	}
	o, bad := s.offerOf(r)
	if bad != nil {
		return bad
	}
	in := call.Arrived{
		ID: webtrunk.NewCallID(), From: s.grant.from(), To: to,
		Account: s.grant.Account, Test: s.grant.Test, Kind: call.WebRTC, Via: s.grant.Via, Context: s.grant.context(r.spoken()),
		Source: s.source(), Staff: s.grant.Hands, Written: r.Written,
	}
	return s.offerCall(*ex, in, r.ID, o)
}

// offerOf is the offer that a call comes with; one in writing has none.
func (s *session) offerOf(r request) (*offer, *refusal) {
	if r.Written {
		return nil, noOffer(r)
	}
	return s.understand(r.SDP)
}

// offerCall gives the call to the exchange and the answer to the page; a call in writing
// has neither an offer nor an answer.
func (s *session) offerCall(ex Exchange, in call.Arrived, id string, o *offer) *refusal {
	l, ok := s.server.newLeg(in.ID, 1)
	if !ok {
		return refuse(codeBusyGateway, "The gateway carries as many calls as it can. Try again in a minute.")
	}
	l.winner = s
	c := &pageCall{session: s, leg: l, id: id, with: in.To.Value, state: stateCalling, written: in.Written}
	c.expects(in.To.Scheme)
	defer func() { // also after a panic
		if s.call != c {
			stop(c.connecting)
			l.release(c.peer)
		}
	}()
	answer, bad := c.open(o)
	if bad != nil {
		return bad
	}
	report, err := ex.Offer(in, l)
	if err != nil {
		return refuseBusy(err)
	}
	l.report = report
	s.call = c
	c.showBill()
	if o == nil {
		s.log.Info("call placed", "call", in.ID, "to", in.To.String(), "written", true)
		s.confirmWritten(c)
		c.enter()
		return nil
	}
	s.log.Info("call placed", "call", in.ID, "to", in.To.String(), "codec", o.format.Codec.String())
	s.answer(c, answer, o)
	return nil
}

// open makes the media of a call that the page begins, if it offers any.
func (c *pageCall) open(o *offer) (answer string, bad *refusal) {
	if o == nil {
		return "", nil
	}
	c.tune(o)
	if answer, bad = c.connect(o); bad == nil && o.video != nil {
		c.session.server.filmed.Store(c.leg.call, true)
	}
	return answer, bad
}

// connect makes the call's first peer, or another one for a reloaded page.
func (c *pageCall) connect(o *offer) (answer string, bad *refusal) {
	s := c.session
	p, answer, err := s.server.engine.connect(o, &c.leg.wire, &c.leg.mouth, func(p peer, to path) {
		s.post(func() { c.changed(p, to) })
	})
	if err != nil {
		s.log.Warn("an offer could not be used", "call", c.leg.call, "error", err)
		return "", refuse(codeBadSDP, "The offer cannot be used: the gateway could not set up its side of the media.")
	}
	c.leg.port.OnDigit(func(digit byte, _ time.Duration) {
		s.post(func() {
			if s.call == c {
				c.leg.report(call.LegDigit{Leg: c.leg.id, Digit: string(rune(digit))})
			}
		})
	})
	c.ufrag = o.ufrag
	c.attach(p)
	c.video = o.video != nil
	c.watch()
	return answer, nil
}

// answer sends the answer, then our candidates by themselves: a page that
// trickles gets them in the way it expects.
func (s *session) answer(c *pageCall, sdp string, o *offer) {
	s.send(&answerNotice{head: head{Type: "answer", ID: c.id}, SDP: sdp, Call: string(c.leg.call)})
	c.speaking(o, time.Now())
	mid := o.sections[o.audio].mid
	for _, line := range candidatesOf(sdp) {
		s.send(&candidateNotice{head{Type: "candidate", ID: c.id}, &candidate{Candidate: line, SDPMid: &mid, SDPMLineIndex: &o.audio}})
	}
	s.send(&candidateNotice{head: head{Type: "candidate", ID: c.id}})
}

// accept takes a call that rings: the first page to do so wins.
func (s *session) accept(c *pageCall, r request) *refusal {
	if c.state != stateIncoming {
		return refuse(codeBadMessage, "This call does not ring any more.")
	}
	if c.written {
		return s.acceptWritten(c, r)
	}
	o, bad := c.understand(r.SDP)
	if bad != nil {
		return bad // it rings on: the page may try again
	}
	if !c.leg.claim(s) {
		return nil // its ended is on the way
	}
	c.state = stateAnswered
	answer, bad := c.connect(o)
	if bad != nil {
		s.leave(c, call.LegEnded{Cause: call.Failed, Message: bad.message}, "gateway")
		return nil
	}
	s.log.Info("call accepted", "call", c.leg.call, "leg", c.leg.id.String(), "codec", o.format.Codec.String())
	s.answer(c, answer, o)
	return nil
}

// renew gives a running call new media: an ICE restart of the peer there is,
// or the first offer of a reloaded page's. The leg's port stays, so that
// whoever it is joined to notices nothing.
func (s *session) renew(c *pageCall, r request) *refusal {
	if c.state == stateIncoming || c.peer == nil && !c.written {
		return refuse(codeBadMessage, "Accept the call first.")
	}
	o, bad := c.understand(r.SDP)
	if bad != nil {
		return bad
	}
	if bad := s.mayTalk(c); bad != nil { // after what costs nothing, for it may be a turn that others wait for
		return bad
	}
	if c.peer != nil && c.peer.restarts(o) {
		if answer, err := c.peer.answer(o); err == nil {
			c.goOn(o)
			s.answer(c, answer, o)
			return nil
		}
	}
	answer, bad := c.connect(o)
	if bad != nil {
		return bad
	}
	s.log.Info("media renewed", "call", c.leg.call, "leg", c.leg.id.String())
	s.answer(c, answer, o)
	return nil
}

// leave ends the session's part in a call: the page is told, the leg reported.
func (s *session) leave(c *pageCall, end call.LegEnded, by string) {
	end.Leg = c.leg.id
	s.drop(c, &endedNotice{Reason: end.Cause, Message: sentence(end.Cause, end.Message), By: by})
	c.leg.left(s, end, c.peer)
}

// drop tells the page that a call is over and forgets it.
func (s *session) drop(c *pageCall, ended *endedNotice) {
	stop(c.connecting)
	stop(c.missing)
	c.leaveRoom()
	c.hideBill()
	s.call = nil
	s.remember(c.id)
	ended.head = head{Type: "ended", ID: c.id}
	s.send(ended)
	s.log.Info("call ended", "call", c.leg.call, "leg", c.leg.id.String(), "reason", ended.Reason, "by", ended.By)
}
