package sip

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"

	"webtrunk/call"
)

// A referral is a REFER of the far side's: it wants the other party of the call
// to talk to somebody else (RFC 3515, RFC 5589 §6). The call decides whether,
// and the far side is told how it goes by NOTIFY until its subscription ends.
type referral struct {
	running bool   // the subscription stands
	silent  bool   // Refer-Sub: false: nobody wants to be told (RFC 4488)
	wished  bool   // the call has not said yet how it ended
	event   string // of its NOTIFYs
	expires time.Time
	status  int        // as the far side is to know it
	final   bool       // and no other follows
	reason  string     // of its end
	told    int        // as it was told last
	telling bool       // a NOTIFY is under way
	leaving bool       // the call goes on without this leg: the far side is to hang up
	cause   call.Cause // why it is to
}

// Timers of a referral.
const (
	referTimer = "refer"
	leaveTimer = "leave"
)

// referred takes a REFER.
func (l *leg) referred(req *sip.Request, tx *sip.ServerTx) {
	to, no := l.mayRefer(req)
	if no != nil {
		l.log.Warn("sip: REFER refused", "status", no.status)
		l.e.refuse(req, tx, no.status, no.header)
		return
	}
	l.retarget(req)
	r := &l.refer
	*r = referral{wished: true, silent: strings.EqualFold(strings.Join(values(req, "Refer-Sub"), ""), "false"), event: "refer", status: sip.StatusTrying, reason: "noresource"}
	res := l.e.response(req, sip.StatusAccepted, "", l.line.contact())
	if r.silent {
		res.AppendHeader(sip.NewHeader("Refer-Sub", "false")) // RFC 4488 §4.1
	} else {
		r.event += ";id=" + strconv.FormatUint(uint64(req.CSeq().SeqNo), 10) // RFC 3515 §2.4.6
	}
	l.e.send(tx, res)
	l.log.Info("sip: the far side hands the call on", "to", to.number.String(), "replaces", to.replaces.callID != "")
	if !r.silent {
		r.running, r.expires = true, time.Now().Add(l.e.timers.Ring)
		l.after(referTimer, l.e.timers.Ring, func() { r.close(l, "timeout") })
		r.notify(l) // RFC 3515 §2.4.4: at once
	}
	if to.ours != nil {
		l.join(to.ours, to.replaces)
		return
	}
	l.tell(call.Transfer{By: l.id, To: to.number, Tell: true, Replaces: to.replaces.String()})
}

// mayRefer says whom a REFER names, or why it is refused.
func (l *leg) mayRefer(req *sip.Request) (reference, *refusal) {
	switch {
	case !l.line.Refer:
		return reference{}, &refusal{sip.StatusMethodNotAllowed, nil}
	case l.phase == answered, l.refer.wished:
		return reference{}, &refusal{sip.StatusRequestPending, nil}
	case l.phase != confirmed:
		return reference{}, &refusal{sip.StatusForbidden, nil}
	}
	to, no := l.line.referTo(req)
	if no == nil && to.replaces.callID != "" {
		to.ours, no = l.joinable(to.replaces)
	}
	return to, no
}

// joinable finds the other call that the far side wants to be joined with this
// one, nil where it is none of ours. Over another trunk, it is not to be named.
func (l *leg) joinable(r replaced) (*leg, *refusal) {
	other, ours := l.e.owner(r)
	switch {
	case !ours:
		return nil, nil
	case other.line.Name != l.line.Name:
		return nil, &refusal{sip.StatusGlobalDecline, nil}
	case l.e.cfg.Join == nil:
		return nil, &refusal{sip.StatusNotImplemented, nil}
	}
	return other, nil
}

// tell tells the far side how the transfer goes that it asked for.
func (r *referral) tell(l *leg, t call.TellTransfer) {
	switch t.Result {
	case call.TargetRings:
		r.progress(l, sip.StatusRinging)
	case call.TargetNotReached:
		r.end(l, statusFor(t.Cause, t.SIPCode))
	}
}

// statusFor is the final response that tells of a failure: the target's own,
// else the one that stands for the cause.
func statusFor(cause call.Cause, code int) int {
	if code >= 300 {
		return code
	}
	return endingOf(cause).status
}

func (r *referral) progress(l *leg, status int) {
	if r.wished && !r.final {
		r.status = status
		r.notify(l)
	}
}

// end says the last word, and that no other follows (RFC 3515 §2.4.7).
func (r *referral) end(l *leg, status int) {
	if r.wished && !r.final {
		r.wished, r.status, r.final = false, status, true
		r.notify(l)
	}
}

// close ends a subscription of which no more is known than was told.
func (r *referral) close(l *leg, reason string) {
	r.final, r.reason = true, reason
	r.notify(l)
}

// notify tells what was not told yet, one NOTIFY after the other: what comes
// while one is under way goes with the next.
func (r *referral) notify(l *leg) {
	if !r.running || r.telling || r.told == r.status && !r.final {
		return
	}
	r.telling, r.told = true, r.status
	last := r.final
	if last {
		r.running = false
		l.stop(referTimer)
	}
	state := "terminated;reason=" + r.reason
	if !last {
		state = fmt.Sprintf("active;expires=%d", max(1, int(time.Until(r.expires).Seconds())))
	}
	body := fragment(r.status)
	l.ask(&l.dialog, sip.NOTIFY, func(req *sip.Request) {
		req.AppendHeader(l.line.contact())
		req.AppendHeader(sip.NewHeader("Event", r.event))
		req.AppendHeader(sip.NewHeader("Subscription-State", state))
		req.AppendHeader(sip.NewHeader("Content-Type", sipfrag))
		req.SetBody(body)
	}, func(res *sip.Response) {
		r.telling = false
		if res == nil || res.StatusCode == sip.StatusCallTransactionDoesNotExists { // RFC 6665 §4.2.2: nobody listens
			r.running = false
		}
		r.notify(l)
		if !r.telling && r.cause != call.Transferred {
			r.leave(l)
		}
	})
}

// subscribed takes a SUBSCRIBE in the dialog: the far side wants to hear longer
// of its REFER, or no more (RFC 6665 §4.2.1).
func (l *leg) subscribed(req *sip.Request, tx *sip.ServerTx) {
	r := &l.refer
	if !r.running || !isEvent(req) {
		l.e.refuse(req, tx, sip.StatusCallTransactionDoesNotExists)
		return
	}
	seconds := int(l.e.timers.Ring.Seconds())
	if wanted, err := strconv.Atoi(strings.Join(values(req, "Expires"), "")); err == nil {
		seconds = min(seconds, max(0, wanted))
	}
	l.e.send(tx, l.e.response(req, sip.StatusOK, "", l.line.contact(), sip.NewHeader("Expires", strconv.Itoa(seconds))))
	if seconds == 0 {
		r.close(l, "timeout")
		return
	}
	r.expires = time.Now().Add(time.Duration(seconds) * time.Second)
	l.after(referTimer, time.Until(r.expires), func() { r.close(l, "timeout") })
	r.told = 0 // RFC 6665 §4.2.1.2: told again at once
	r.notify(l)
}

// isEvent reports whether a request is about a REFER.
func isEvent(req *sip.Request) bool {
	event, _, _ := strings.Cut(strings.Join(append(values(req, "Event"), values(req, "o")...), ","), ";")
	return strings.EqualFold(strings.TrimSpace(event), "refer")
}

// handOver ends a leg that waits to hear how its transfer went. Where the target
// was reached, the far side hangs up by itself (RFC 5589 §6.1), or we do after a
// while; else we do when it has heard that. It reports false where the leg asked
// for nothing.
func (r *referral) handOver(l *leg, cause call.Cause, code int) bool {
	if !r.wished {
		return false
	}
	status := sip.StatusOK
	if cause != call.Transferred {
		status = statusFor(cause, code)
	}
	r.leaving, r.cause = true, cause
	l.after(leaveTimer, l.e.timers.Leave, func() { r.leave(l) })
	r.end(l, status)
	if cause != call.Transferred && !r.running && !r.telling {
		r.leave(l)
	}
	return true
}

// leave hangs up for a far side that does not.
func (r *referral) leave(l *leg) {
	if r.leaving {
		r.leaving = false
		l.stop(leaveTimer)
		l.bye(&l.dialog, r.cause)
	}
}

// abandoned is called when the far side hangs up: what it asked for goes on, but
// the dialog ends in which it could be told (RFC 5057 §5.2).
func (r *referral) abandoned(l *leg) {
	r.leaving, r.wished = false, false
	l.stop(leaveTimer)
	if r.running && !r.final {
		r.close(l, "noresource")
	}
}
