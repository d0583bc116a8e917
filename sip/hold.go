package sip

import (
	"math/rand/v2"
	"time"

	"github.com/emiago/sipgo/sip"

	"webtrunk/call"
)

// renegotiation is what a leg knows of re-INVITEs, ours and theirs (§14).
type renegotiation struct {
	want    bool // on hold
	told    bool // the call knows that the far side has put us on hold
	untold  bool // that changed before the answer: the call hears of it then
	sending bool // a re-INVITE of ours is under way
	offered bool // our 200 to an offerless re-INVITE waits for its answer in the ACK

	asked  string        // the transaction of their last re-INVITE
	tx     *sip.ServerTx // of their re-INVITE that we answered
	res    *sip.Response // our 200, repeated until its ACK
	seq    uint32        // its CSeq
	repeat time.Duration
}

// Timers of an answered re-INVITE.
const (
	reRepeatTimer = "re-repeat"
	reAckTimer    = "re-ack"
)

// wantHold puts the far side on hold or takes it off, as soon as that is
// possible.
func (l *leg) wantHold(hold bool) {
	l.hold.want = hold
	l.hold.pursue(l)
}

// pursue makes an offer if what we want is not what was agreed, or refreshes the
// session if that is due, and nothing else is under way: an offer of ours,
// theirs without its ACK, or a pause after a glare.
func (r *renegotiation) pursue(l *leg) {
	by, open := l.course()
	switch {
	case r.sending, r.res != nil, !open, l.timers[glareTimer] != nil:
	case r.want != l.session.holding:
		r.renegotiate(l, by)
	case l.watch.due && !l.watch.under:
		l.refreshSession()
	}
}

func (r *renegotiation) renegotiate(l *leg, by course) {
	r.sending = true
	before := l.session.holding
	l.session.holding = r.want
	offer := l.session.offer()
	l.ask(by.dialog, by.method, func(req *sip.Request) { withSDP(req, offer) }, func(res *sip.Response) {
		r.sending = false
		r.answered(l, res, by, before)
	})
}

// answered takes the final response to our offer.
func (r *renegotiation) answered(l *leg, res *sip.Response, by course, before bool) {
	if res != nil && res.IsSuccess() {
		if by.method == sip.INVITE {
			r.agreed(l, res)
		} else {
			r.agreedEarly(l, res, by.early)
		}
		r.pursue(l)
		return
	}
	l.session.holding = before
	switch {
	case l.phase == over:
	case res != nil && res.StatusCode == sip.StatusRequestPending:
		l.after(glareTimer, l.glare(), func() { r.pursue(l) })
	case res != nil && busyFor(res) > 0:
		l.after(glareTimer, l.seconds(busyFor(res)), func() { r.pursue(l) })
	case by.method == sip.UPDATE: // once the call is up, a re-INVITE will do
	case res == nil, res.StatusCode == sip.StatusRequestTimeout, res.StatusCode == sip.StatusCallTransactionDoesNotExists:
		l.end(call.LegEnded{Cause: call.Unreachable}, call.Failed) // §12.2.1.2: the dialog is gone
	default: // §14.1: the session stays as it was
		l.log.Warn("sip: re-INVITE refused", "code", res.StatusCode)
		r.want = before
		r.pursue(l) // a refresh may have waited for it
	}
}

// busyFor is how many seconds a far side wants that has not answered an offer
// before ours yet (RFC 3311 §5.2); 0 where its refusal means something else.
func busyFor(res *sip.Response) uint32 {
	if n := retryAfter(res); n <= 10 && res.StatusCode == sip.StatusInternalServerError {
		return n
	}
	return 0
}

// agreed takes the 2xx to our re-INVITE.
func (r *renegotiation) agreed(l *leg, res *sip.Response) {
	l.retarget(res)
	l.acknowledge(&l.dialog, res, nil)
	if l.phase != confirmed {
		return
	}
	if err := l.acceptBody(res); err != nil {
		l.log.Warn("sip: the answer to our re-INVITE cannot be used", "error", err)
		return
	}
	l.held()
}

// glare is how long to wait after 491 (§14.1).
func (l *leg) glare() time.Duration {
	if l.inbound() {
		return rand.N(2*l.e.timers.GlareTheirs + 1)
	}
	return l.e.timers.GlareOurs + rand.N(l.e.timers.GlareOurs*9/10+1)
}

// reinvited takes the far side's re-INVITE: it puts us on hold, resumes, moves
// its sound or merely refreshes.
func (l *leg) reinvited(req *sip.Request, tx *sip.ServerTx) {
	l.hold.asked = viaKey(req)
	switch {
	case l.hold.sending, l.phase == unconfirmed, l.phase == trying && !l.inbound(): // §14.2: an INVITE of ours is under way
		l.e.refuse(req, tx, sip.StatusRequestPending)
		return
	case l.phase == trying, l.hold.res != nil: // §14.2: one at a time
		l.e.refuse(req, tx, sip.StatusInternalServerError, sip.NewHeader("Retry-After", "2"))
		return
	case len(req.Body()) > 0 && !isSDP(req):
		l.e.refuse(req, tx, sip.StatusUnsupportedMediaType, accept())
		return
	}
	if r := l.line.tooShort(req); r != nil {
		l.e.refuse(req, tx, r.status, r.header)
		return
	}
	l.retarget(req)
	l.far.hear(req)
	if l.phase == answered { // the ACK was lost, but nobody re-invites without having our 200
		l.acknowledged()
	}
	body := sdpBody(req)
	if body == nil {
		l.hold.offered = true
		l.accept(req, tx, l.session.offerAnew())
		return
	}
	answer, err := l.answerOffer(body)
	if err != nil { // §14.2: and the session stays as it was
		l.e.refuse(req, tx, sip.StatusNotAcceptableHere, l.line.warning(err))
		return
	}
	l.accept(req, tx, answer)
	l.held()
}

// held applies what was agreed and reports whether we are on hold, if that
// changed: to a call that is up.
func (l *leg) held() {
	l.tune()
	l.hold.untold = l.phase == trying
	if l.hold.untold || l.session.held == l.hold.told {
		return
	}
	l.hold.told = l.session.held
	if l.session.held {
		l.tell(call.LegHeld{Leg: l.id})
	} else {
		l.tell(call.LegResumed{Leg: l.id})
	}
}

// accept answers a re-INVITE and repeats the answer until its ACK.
func (l *leg) accept(req *sip.Request, tx *sip.ServerTx, body []byte) {
	res := l.e.response(req, sip.StatusOK, "", append(l.grantWatched(req), accept(), l.line.contact(), supported(l.line.options()))...)
	withSDP(res, body)
	r := &l.hold
	r.tx, r.res, r.seq, r.repeat = tx, res, req.CSeq().SeqNo, l.e.timers.T1
	l.e.send(tx, res)
	l.after(reRepeatTimer, r.repeat, func() { r.again(l) })
	l.after(reAckTimer, l.e.timers.H, func() { // §14.2: the dialog cannot be trusted any more
		r.abandon(l)
		l.end(call.LegEnded{Cause: call.Unreachable}, call.Failed)
	})
}

func (r *renegotiation) again(l *leg) {
	l.e.send(r.tx, r.res)
	r.repeat = min(2*r.repeat, l.e.timers.T2)
	l.after(reRepeatTimer, r.repeat, func() { r.again(l) })
}

// confirmed takes an ACK that may be that of a re-INVITE.
func (r *renegotiation) confirmed(l *leg, ack *sip.Request) {
	if r.res == nil || ack.CSeq().SeqNo != r.seq {
		return
	}
	offered := r.offered
	r.abandon(l)
	if l.phase != confirmed {
		return
	}
	if offered {
		if err := l.acceptBody(ack); err != nil {
			l.log.Warn("sip: the ACK's description cannot be used", "error", err)
			l.end(call.LegEnded{Cause: call.NotAcceptable}, call.NotAcceptable)
			return
		}
		l.held()
	}
	r.pursue(l)
}

// abandon stops waiting for the ACK of a re-INVITE.
func (r *renegotiation) abandon(l *leg) {
	l.stop(reRepeatTimer)
	l.stop(reAckTimer)
	r.tx, r.res, r.offered = nil, nil, false
}
