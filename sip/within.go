package sip

import (
	"strings"

	"github.com/emiago/sipgo/sip"

	"webtrunk/call"
)

// handleRequest answers a request inside the leg's dialog.
func (l *leg) handleRequest(req *sip.Request, tx *sip.ServerTx) {
	m := method(req)
	switch {
	case m == sip.ACK:
		if l.inbound() {
			l.confirm(req)
		}
		l.hold.confirmed(l, req)
		return
	case m == sip.CANCEL:
		l.cancelOf(req, tx)
		return
	}
	d := l.dialogOf(req)
	if d == nil || l.gone(m) {
		l.e.refuse(req, tx, sip.StatusCallTransactionDoesNotExists)
		return
	}
	if r := objection(req, l.line.options()); r != nil {
		l.e.refuse(req, tx, r.status, r.header)
		return
	}
	if seq := req.CSeq().SeqNo; d.remoteSeq != 0 && seq <= d.remoteSeq {
		l.e.refuse(req, tx, sip.StatusInternalServerError) // §12.2.2: out of order
		return
	}
	d.remoteSeq = req.CSeq().SeqNo
	l.within(m, req, tx)
}

// dialogOf finds the dialog that a request is in: the leg's, or before an
// answer that of a telephone that rings. That one may change its session and
// ask; it hangs up by its final response, not by BYE (§15).
func (l *leg) dialogOf(req *sip.Request) *dialog {
	tag := tagOf(req.From().Params)
	if tag == l.dialog.remoteTag {
		return &l.dialog
	}
	if e := l.earlyWith(tag); e != nil && l.phase == trying && method(req) != sip.BYE {
		return &e.dialog
	}
	return nil
}

// gone reports whether the leg is past answering requests of a method. A BYE
// is answered as long as the leg is known: both sides may hang up at once.
func (l *leg) gone(m sip.RequestMethod) bool { return l.phase == over && m != sip.BYE }

func (l *leg) within(m sip.RequestMethod, req *sip.Request, tx *sip.ServerTx) {
	switch m {
	case sip.BYE:
		l.hungUp(req, tx)
	case sip.INVITE:
		l.reinvited(req, tx)
	case sip.PRACK:
		l.pracked(req, tx)
	case sip.UPDATE:
		l.updated(req, tx)
	case sip.OPTIONS:
		l.e.refuse(req, tx, sip.StatusOK, accept(), supported(l.line.options()))
	case sip.INFO:
		l.informed(req, tx)
	case sip.REFER:
		l.referred(req, tx)
	case sip.NOTIFY:
		l.notified(req, tx)
	case sip.SUBSCRIBE:
		l.subscribed(req, tx)
	default:
		status := sip.StatusMethodNotAllowed
		if !known[m] {
			status = sip.StatusNotImplemented
		}
		l.e.refuse(req, tx, status)
	}
}

// cancelOf takes a CANCEL. One that matches no INVITE is none of ours; a
// re-INVITE has its final response already, which it does not change (§9.2).
func (l *leg) cancelOf(req *sip.Request, tx *sip.ServerTx) {
	if l.inbound() && l.in.invite != nil && viaKey(req) == l.inviteKey {
		l.canceled(req, tx)
		return
	}
	if tag := tagOf(req.To().Params); tag != "" && l.hold.asked == viaKey(req) {
		l.e.refuse(req, tx, sip.StatusOK)
		return
	}
	l.e.refuse(req, tx, sip.StatusCallTransactionDoesNotExists)
}

// hungUp takes the far side's BYE (§15.1.2). One that comes before the answer
// ends the INVITE too.
func (l *leg) hungUp(req *sip.Request, tx *sip.ServerTx) {
	l.e.send(tx, l.e.response(req, sip.StatusOK, ""))
	if l.phase == trying && l.inbound() {
		l.reject(call.Canceled)
		l.ended(call.LegEnded{Cause: call.Canceled, SIPCode: sip.StatusRequestTerminated})
	}
	l.acknowledgedBy()
	l.refer.abandoned(l)
	l.ceded = false
	l.ended(call.LegEnded{Cause: byeCause(req)})
	l.hold.abandon(l)
	l.closeSocket()
}

// acknowledgedBy takes a BYE as proof that our answer arrived; no BYE of ours
// follows it.
func (l *leg) acknowledgedBy() {
	l.in.bye = nil
	if l.phase == answered {
		l.acknowledged()
	}
}

// informed takes a key press that came by SIP INFO: application/dtmf-relay
// (Signal=5, Duration=160) or application/dtmf (5).
func (l *leg) informed(req *sip.Request, tx *sip.ServerTx) {
	if len(req.Body()) == 0 {
		l.e.send(tx, l.e.response(req, sip.StatusOK, ""))
		return
	}
	kind := ""
	if h := req.ContentType(); h != nil {
		kind, _, _ = strings.Cut(strings.ToLower(h.Value()), ";")
	}
	switch strings.TrimSpace(kind) {
	case "application/dtmf-relay", "application/dtmf":
		l.e.send(tx, l.e.response(req, sip.StatusOK, ""))
		if digit := infoDigit(string(req.Body())); digit != "" {
			l.pressed(digit[0], byInfo, 0)
		}
	default:
		l.e.refuse(req, tx, sip.StatusUnsupportedMediaType, sip.NewHeader("Accept", "application/dtmf-relay, application/dtmf"))
	}
}

// infoDigit reads the key in an INFO body, "" if there is none. Some phones
// write 10 and 11 for * and #, the numbers of RFC 4733's events.
func infoDigit(body string) string {
	signal := body
	for line := range strings.Lines(body) {
		if name, value, found := strings.Cut(line, "="); found && strings.EqualFold(strings.TrimSpace(name), "Signal") {
			signal = value
			break
		}
	}
	signal = strings.ToUpper(strings.TrimSpace(signal))
	switch signal {
	case "10":
		return "*"
	case "11":
		return "#"
	}
	if len(signal) == 1 && strings.Contains("0123456789*#ABCD", signal) {
		return signal
	}
	return ""
}
