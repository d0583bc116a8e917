package sip

import (
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"

	"webtrunk"
	"webtrunk/call"
)

// incoming is what a leg that arrived needs until it is confirmed.
type incoming struct {
	invite *sip.Request
	tx     *sip.ServerTx
	answer []byte // our description; in the 183 and the 200
	offers bool   // the INVITE had none, so ours is an offer and the ACK brings the answer
	last   *sip.Response
	repeat time.Duration
	bye    *call.Cause // hang up as soon as the ACK comes

	succeeding bool // it asks for the place of another leg
	old        *leg // which that leg's owner has given up, and whose dialog is still to be ended

	rehearsal rehearsal
}

// fresh reports whether a request is the INVITE that opens the leg.
func (in *incoming) fresh(req *sip.Request, l *leg) bool {
	return l.inbound() && method(req) == sip.INVITE && tagOf(req.To().Params) == ""
}

// arrive takes the INVITE of a new call: it is checked, described to the
// exchange and, from then on, does what the call says.
func (l *leg) arrive(req *sip.Request, tx *sip.ServerTx) {
	l.in.invite, l.in.tx = req, tx
	l.id = 1
	l.dialog = answerer(req, l.tag)
	l.far.hear(req)
	l.rehearse(req)
	l.auth = authenticator{username: l.line.Username, password: l.line.Password}
	l.e.send(tx, l.e.response(req, sip.StatusTrying, ""))
	if r := l.e.unwelcome(req, l.line); r != nil {
		l.decline(r.status, r.header)
		return
	}
	if r, found, _ := replacesIn(req); found && l.line.Refer {
		l.succeed(r)
		return
	}
	if l.line.full() {
		l.decline(sip.StatusServiceUnavailable)
		return
	}
	in := call.Arrived{
		ID: webtrunk.NewCallID(), From: callerOf(req, &l.line.Trunk), To: l.line.called(req),
		Kind: call.PSTN, Via: l.line.Name, Test: l.line.Test, Dialog: l.save(), Context: travels(req, &l.line.Trunk),
	}
	if in.To.IsZero() {
		l.decline(l.line.endingOf(call.NotFound).status)
		return
	}
	// Last, for it may be a turn that others wait for (Config.Full).
	if err := l.e.full(); err != nil {
		l.decline(l.line.statusOf(err), retryHeader(err))
		return
	}
	l.log = l.log.With("call", string(in.ID), "leg", l.id.String())
	l.e.ladders.name(l.callID, in.ID, l.id)
	l.brought = in.ID
	l.e.forwards.arrived(in.ID, req)
	if !l.take(in.ID) {
		return
	}
	l.e.mu.Lock()
	exchange := l.e.exchange
	l.e.mu.Unlock()
	l.log.Info("sip: call arrived", "to", in.To.String())
	l.seat = l.arrivedAt(in.ID)
	report, err := exchange.Offer(in, l.seat)
	if err != nil {
		l.log.Warn("sip: call refused", "error", err)
		l.decline(l.line.statusOf(err), retryHeader(err))
		return
	}
	l.report = report
	l.after(ringTimer, l.e.timers.Ring, func() {
		l.end(call.LegEnded{Cause: call.NoAnswer}, call.NoAnswer)
	})
}

// unwelcome returns why an INVITE is refused before anything is made for it.
func (e *Edge) unwelcome(req *sip.Request, n *line) *refusal {
	if r := objection(req, n.options()); r != nil {
		return r
	}
	switch {
	case e.away() && !e.continues(req, n):
		return &refusal{status: sip.StatusServiceUnavailable}
	case req.MaxForwards() != nil && req.MaxForwards().Val() == 0:
		return &refusal{status: sip.StatusTooManyHops} // we would pass the call on: §16.3
	case len(req.Body()) > 0 && !isSDP(req), req.GetHeader("Content-Encoding") != nil, req.GetHeader("e") != nil:
		return &refusal{sip.StatusUnsupportedMediaType, accept()} // §8.2.3
	case !takesSDP(req):
		return &refusal{statusNotAcceptable, accept()} // §20.1: all that we could answer with is not wanted
	}
	return n.tooShort(req)
}

// take opens the media of an arriving leg and answers its offer, or prepares
// ours. It reports false when the INVITE was refused.
func (l *leg) take(id webtrunk.CallID) bool {
	offer, err := description{}, error(nil)
	body := sdpBody(l.in.invite)
	if body != nil {
		offer, err = parseSDP(body)
	}
	if err != nil {
		l.log.Info("sip: offer refused", "error", err)
		l.decline(sip.StatusNotAcceptableHere, l.line.warning(err))
		return false
	}
	socket, err := l.e.cfg.Sockets.Open(string(id) + " " + l.id.String())
	if err != nil {
		l.log.Error("sip: no media ports", "error", err)
		l.decline(sip.StatusServiceUnavailable)
		return false
	}
	l.listen(socket)
	if body == nil {
		l.in.offers, l.in.answer = true, l.session.offer()
		return true
	}
	if l.in.answer, err = l.session.answer(offer); err != nil {
		l.log.Info("sip: offer refused", "error", err)
		l.decline(sip.StatusNotAcceptableHere, l.line.warning(err))
		return false
	}
	l.tune()
	return true
}

// warning says in a 488 what was wrong (§20.43).
func (n *line) warning(err error) sip.Header {
	return sip.NewHeader("Warning", `305 `+n.host()+` "`+err.Error()+`"`)
}

// decline ends the leg by a final response that no cause chose.
func (l *leg) decline(status int, more ...sip.Header) {
	l.respond(status, nil, more...)
	l.stop(ringTimer)
	l.phase = over
	l.closeSocket()
}

// statusOf chooses the response for an error of the exchange.
func (n *line) statusOf(err error) int {
	switch webtrunk.KindOf(err) {
	case webtrunk.Forbidden:
		return sip.StatusForbidden
	case webtrunk.NotFound, webtrunk.Invalid:
		return n.endingOf(call.NotFound).status
	case webtrunk.Exhausted, webtrunk.Unavailable:
		return sip.StatusServiceUnavailable
	}
	return sip.StatusInternalServerError
}

// respond answers the INVITE that opened the leg.
func (l *leg) respond(status int, body []byte, more ...sip.Header) {
	res := l.e.response(l.in.invite, status, l.tag, more...)
	if status > 100 && status < 300 { // what opens a dialog says what can be done in it (§12.1.1, RFC 3311 §5.1)
		res.AppendHeader(l.line.contact())
		appendHeader(res, supported(l.line.options()))
		if status < 200 {
			res.AppendHeader(sip.NewHeader("Allow", l.line.allows()))
		}
	}
	if body != nil {
		withSDP(res, body)
	}
	l.in.last = res
	l.e.send(l.in.tx, res)
}

// progress says that the telephone rings. A description goes out unreliably only
// as an answer: an offer needs a reliable response (RFC 3262 §5).
func (l *leg) progress(early bool) {
	switch {
	case l.phase != trying:
		return
	case l.in.rehearsal.reliable:
		l.progressReliably(early)
	case early && !l.in.offers:
		l.respond(sip.StatusSessionInProgress, l.in.answer)
	default:
		l.respond(sip.StatusRinging, nil)
	}
	l.refresh()
}

// refresh repeats the provisional response each minute, for a proxy on the way
// gives a silent INVITE up after three (§13.3.1.1).
func (l *leg) refresh() {
	l.after(repeatTimer, l.e.timers.Refresh, func() {
		switch r := &l.in.rehearsal; {
		case l.phase != trying:
			return
		case !r.reliable:
			l.e.send(l.in.tx, l.in.last)
		case r.out == nil: // else it is repeated all the time
			l.progressReliably(l.in.last.StatusCode == sip.StatusSessionInProgress)
		}
		l.refresh()
	})
}

// answer sends the 200 and repeats it until its ACK comes (§13.3.1.4). What was
// described and agreed before is not described again (RFC 3262 §5).
func (l *leg) answer() {
	r := &l.in.rehearsal
	switch {
	case l.phase != trying:
		return
	case r.awaitsPRACK():
		r.answer = true
		return
	case r.settled:
		l.in.answer = nil
	}
	r.over(l)
	l.stop(ringTimer)
	l.phase = answered
	l.respond(sip.StatusOK, l.in.answer, append(l.grantWatched(l.in.invite), accept())...)
	l.log.Info("sip: answered", "codec", l.session.format.Codec.String())
	l.in.repeat = l.e.timers.T1
	l.after(repeatTimer, l.in.repeat, l.answerAgain)
	l.after(ackTimer, l.e.timers.H, func() {
		l.log.Warn("sip: the answer was never acknowledged")
		l.acknowledged()
		l.end(call.LegEnded{Cause: call.Unreachable, Message: "The telephone network did not confirm the answer."}, call.Failed)
	})
}

func (l *leg) answerAgain() {
	l.e.send(l.in.tx, l.in.last)
	l.in.repeat = min(2*l.in.repeat, l.e.timers.T2)
	l.after(repeatTimer, l.in.repeat, l.answerAgain)
}

// confirm takes the ACK of our 200.
func (l *leg) confirm(req *sip.Request) {
	if req.CSeq().SeqNo != l.in.invite.CSeq().SeqNo || l.phase != answered && l.in.bye == nil {
		return
	}
	if l.phase == answered && l.in.offers {
		l.in.offers = false
		if err := l.acceptBody(req); err != nil {
			l.log.Warn("sip: the ACK's description cannot be used", "error", err)
			l.acknowledged()
			l.end(call.LegEnded{Cause: call.NotAcceptable}, call.NotAcceptable)
			return
		}
		l.held()
	}
	l.acknowledged()
	l.hold.pursue(l)
}

// acknowledged ends the wait for the ACK. A hang-up that waited for it goes now.
func (l *leg) acknowledged() {
	l.stop(ackTimer)
	l.stop(repeatTimer)
	if l.phase == answered {
		l.phase = confirmed
		l.holdTold()
		l.hark()
		l.sendKey()
		l.relieve()
	}
	l.in.last, l.in.answer = nil, nil
	if cause := l.in.bye; cause != nil {
		l.in.bye = nil
		l.bye(&l.dialog, *cause)
	}
}

func (l *leg) acceptBody(msg sip.Message) error {
	d, err := parseSDP(sdpBody(msg))
	if err == nil {
		err = l.session.accept(d)
	}
	return err
}

// reject answers the INVITE for a cause.
func (l *leg) reject(cause call.Cause) {
	e := l.line.endingOf(cause)
	l.respond(e.status, nil, e.reason())
	l.stop(repeatTimer)
}

// canceled takes the caller's CANCEL: 200 to itself, and 487 to the INVITE
// unless that has its final response already (§9.2). Its Reason says why.
func (l *leg) canceled(req *sip.Request, tx *sip.ServerTx) {
	l.e.send(tx, l.e.response(req, sip.StatusOK, l.tag))
	if l.phase == trying && !l.in.succeeding { // else its answer is as good as sent
		l.end(call.LegEnded{Cause: cancelCause(req), SIPCode: sip.StatusRequestTerminated}, call.Canceled)
	}
}

func isSDP(msg sip.Message) bool {
	h := msg.GetHeaders("Content-Type")
	if len(h) == 0 {
		return false
	}
	kind, _, _ := strings.Cut(h[0].Value(), ";")
	return strings.EqualFold(strings.TrimSpace(kind), "application/sdp")
}

// takesSDP reports whether a request's Accept, if it has one, takes a
// description in the answer (§20.1).
func takesSDP(req *sip.Request) bool {
	h := req.GetHeaders("Accept")
	for _, v := range values(req, "Accept") {
		kind, _, _ := strings.Cut(strings.ToLower(v), ";")
		switch strings.TrimSpace(kind) {
		case "application/sdp", "application/*", "*/*":
			return true
		}
	}
	return len(h) == 0
}
