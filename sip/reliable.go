package sip

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"

	"webtrunk/call"
	"webtrunk/trunk"
)

// A rehearsal is what happens between an arriving INVITE and its answer where
// the caller takes provisional responses reliably (RFC 3262 §3): each is
// repeated until its PRACK, the next waits for that, and a description in one
// of them settles the sound before anybody answers.
type rehearsal struct {
	reliable  bool          // the caller takes them so, and the trunk lets us
	seq       uint32        // RSeq of the last
	out       *sip.Response // waits for its PRACK
	pause     time.Duration // until it is repeated
	described bool          // ours went out
	settled   bool          // and took part in an agreement
	next      []bool        // progress that waits for its turn: whether it is early media
	answer    bool          // the answer waits too
}

// Names of the rehearsal's timers.
const (
	prackTimer = "prack"         // the response is repeated
	deafTimer  = "never pracked" // and given up
)

// maxProgress bounds what waits for a PRACK.
const maxProgress = 4

// rehearse decides whether the leg's provisional responses are reliable.
func (l *leg) rehearse(invite *sip.Request) {
	r := &l.in.rehearsal
	r.reliable = supports(invite, reliableOption) && l.line.Reliable != trunk.ReliableOff
	r.seq = rand.Uint32N(1 << 30) // begins somewhere below 2^31 and has room above (§3)
}

// progressReliably sends 180, or 183 with our description, or queues it behind
// the one that is not acknowledged yet.
func (l *leg) progressReliably(early bool) {
	r := &l.in.rehearsal
	if r.out != nil {
		if len(r.next) < maxProgress {
			r.next = append(r.next, early)
		}
		return
	}
	status, body := sip.StatusRinging, []byte(nil)
	if early {
		status = sip.StatusSessionInProgress
		if !r.described {
			body = l.in.answer
		}
	}
	r.described = r.described || body != nil
	r.seq++
	l.respond(status, body, sip.NewHeader("Require", reliableOption), sip.NewHeader("RSeq", fmt.Sprint(r.seq)))
	r.out, r.pause = l.in.last, l.e.timers.T1
	l.after(prackTimer, r.pause, l.progressAgain)
	l.after(deafTimer, l.e.timers.H, l.neverAcknowledged)
}

// progressAgain repeats it, at T1 and then at doubled intervals (§3).
func (l *leg) progressAgain() {
	r := &l.in.rehearsal
	l.e.send(l.in.tx, r.out)
	r.pause *= 2
	l.after(prackTimer, r.pause, l.progressAgain)
}

// neverAcknowledged ends a call whose caller does not hear us: 5xx after 64*T1
// (§3). It is no 503, for the next call may fare better.
func (l *leg) neverAcknowledged() {
	l.log.Warn("sip: a provisional response was never acknowledged")
	l.respond(sip.StatusGatewayTimeout, nil)
	l.stop(repeatTimer)
	l.ended(call.LegEnded{Cause: call.Unreachable, Message: "The telephone network did not confirm that it hears us."})
	l.closeSocket()
}

// awaitsPRACK reports whether the answer has to wait: a description that is on
// its way reliably comes first (§3).
func (r *rehearsal) awaitsPRACK() bool { return r.out != nil && len(r.out.Body()) > 0 }

// over ends the rehearsal with the final response. What waits for its PRACK is
// repeated no more, and the PRACK is still answered (§3).
func (r *rehearsal) over(l *leg) {
	l.stop(prackTimer)
	l.stop(deafTimer)
	r.next, r.answer = nil, false
}

// pracked takes the PRACK of a response that waits for it. Of any other it is
// none of ours (§3).
func (l *leg) pracked(req *sip.Request, tx *sip.ServerTx) {
	r := &l.in.rehearsal
	if r.out == nil || !acknowledges(req, r.seq, l.in.invite.CSeq().SeqNo) {
		l.e.refuse(req, tx, sip.StatusCallTransactionDoesNotExists)
		return
	}
	described := len(r.out.Body()) > 0
	r.out = nil
	l.stop(prackTimer)
	l.stop(deafTimer)
	if l.phase != trying {
		l.e.refuse(req, tx, sip.StatusOK)
		return
	}
	r.settled = r.settled || described
	if !l.prackSaid(req, tx, described) {
		return
	}
	l.tune()
	l.afterPRACK()
}

// prackSaid answers the PRACK with regard to its description (§5): the answer
// to our offer, which it must bring, or an offer of the caller's once there is
// an agreement. It reports whether the call goes on.
func (l *leg) prackSaid(req *sip.Request, tx *sip.ServerTx, described bool) bool {
	body := sdpBody(req)
	switch {
	case described && l.in.offers:
		l.e.refuse(req, tx, sip.StatusOK)
		if err := l.acceptBody(req); err != nil {
			l.log.Warn("sip: the PRACK's description cannot be used", "error", err)
			l.end(call.LegEnded{Cause: call.NotAcceptable, SIPCode: sip.StatusNotAcceptableHere}, call.NotAcceptable)
			return false
		}
		l.in.offers = false
	case body == nil:
		l.e.refuse(req, tx, sip.StatusOK)
	default:
		l.offeredEarly(req, tx, body)
	}
	return true
}

// offeredEarly answers an offer in a PRACK.
func (l *leg) offeredEarly(req *sip.Request, tx *sip.ServerTx, body []byte) {
	if !l.in.rehearsal.settled {
		l.e.refuse(req, tx, sip.StatusNotAcceptableHere)
		return
	}
	answer, err := l.answerOffer(body)
	if err != nil {
		l.e.refuse(req, tx, sip.StatusNotAcceptableHere, l.line.warning(err))
		return
	}
	res := l.e.response(req, sip.StatusOK, "")
	withSDP(res, answer)
	l.e.send(tx, res)
}

// afterPRACK does what waited for it: the answer, for which progress is no news
// any more, or the next progress.
func (l *leg) afterPRACK() {
	r := &l.in.rehearsal
	switch {
	case r.answer:
		l.answer()
	case len(r.next) > 0:
		early := r.next[0]
		r.next = r.next[1:]
		l.progressReliably(early)
	default:
		l.hold.pursue(l)
	}
}

// acknowledges reports whether a PRACK's RAck names a response (§7.2): its
// RSeq, and the CSeq of its INVITE.
func acknowledges(req *sip.Request, rseq, invite uint32) bool {
	h := req.GetHeader("RAck")
	if h == nil {
		return false
	}
	f := strings.Fields(h.Value())
	if len(f) != 3 || f[2] != string(sip.INVITE) {
		return false
	}
	a, errA := strconv.ParseUint(f[0], 10, 32)
	b, errB := strconv.ParseUint(f[1], 10, 32)
	return errA == nil && errB == nil && uint32(a) == rseq && uint32(b) == invite
}
