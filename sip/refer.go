package sip

import (
	"net/netip"
	"strings"

	"github.com/emiago/sipgo/sip"

	"webtrunk"
	"webtrunk/call"
)

// A referring is a REFER of ours: the far side is asked to call somebody itself
// and tells how that goes (RFC 3515, RFC 5589 §6). It is a blind transfer that
// the carrier makes: the sound no longer comes through here.
type referring struct {
	asked   bool // our REFER is out, and has not ended
	ringing bool
}

const referringTimer = "referring"

// statusBadEvent is 489: an event package that we do not have (RFC 6665 §8.3.2).
const statusBadEvent = 489

// allows are the methods that the line's peer may use (§20.5).
func (n *line) allows() string {
	if n.Refer {
		return allowed + ", REFER, NOTIFY"
	}
	return allowed
}

// allowedTo are the methods that whoever sent a request may use.
func (e *Edge) allowedTo(req *sip.Request) string {
	if from, err := netip.ParseAddrPort(req.Source()); err == nil {
		if n := e.lineOf(transportOf(req.Transport()), from.Addr()); n != nil {
			return n.allows()
		}
	}
	return allowed
}

func (n *line) canRefer(to webtrunk.Address) error {
	switch {
	case !n.Refer:
		return &webtrunk.Error{Op: "sip: refer", Kind: webtrunk.Unsupported, Message: "this trunk's carrier transfers no calls: set refer for the trunk if it does, or let the gateway transfer"}
	case to.Scheme != webtrunk.Tel:
		return &webtrunk.Error{Op: "sip: refer", Kind: webtrunk.Unsupported, Message: "a carrier can be asked to call telephone numbers alone"}
	}
	return nil
}

// askToCall sends the REFER. The subscription to what comes of it exists from
// then on: a NOTIFY may overtake the 202 (RFC 3515 §2.4.4).
func (l *leg) askToCall(to webtrunk.Address) {
	if l.phase != confirmed || l.bid.asked {
		l.tell(call.LegReferred{Leg: l.id, SIPCode: sip.StatusRequestPending})
		return
	}
	l.bid = referring{asked: true}
	target := l.line.dialled(to)
	l.log.Info("sip: the far side is asked to call somebody itself", "to", to.String())
	l.after(referringTimer, l.e.timers.Ring, func() { l.referredTo(sip.StatusRequestTimeout) })
	l.ask(&l.dialog, sip.REFER, func(req *sip.Request) {
		req.AppendHeader(l.line.contact())
		req.AppendHeader(sip.NewHeader("Refer-To", "<"+target.String()+">"))
		req.AppendHeader(sip.NewHeader("Referred-By", "<"+l.dialog.local.String()+">")) // RFC 3892 §2.1
	}, l.referAnswered)
}

// referAnswered takes the response to our REFER: 202 says that it will be tried.
func (l *leg) referAnswered(res *sip.Response) {
	switch {
	case res == nil:
		l.referredTo(sip.StatusRequestTimeout)
	case res.IsSuccess():
		l.retarget(res)
	default:
		l.log.Warn("sip: REFER refused", "code", res.StatusCode)
		l.referredTo(res.StatusCode)
	}
}

// notified takes a NOTIFY: how the call of the far side's goes.
func (l *leg) notified(req *sip.Request, tx *sip.ServerTx) {
	switch {
	case !isEvent(req):
		l.e.refuse(req, tx, statusBadEvent, sip.NewHeader("Allow-Events", "refer")) // RFC 6665 §8.3.2
		return
	case !l.bid.asked:
		l.e.refuse(req, tx, sip.StatusCallTransactionDoesNotExists) // RFC 6665 §4.1.3
		return
	}
	status, ok := readFragment(req)
	if !ok {
		l.e.refuse(req, tx, sip.StatusBadRequest)
		return
	}
	l.e.send(tx, l.e.response(req, sip.StatusOK, ""))
	l.retarget(req)
	ended := strings.HasPrefix(strings.ToLower(strings.Join(values(req, "Subscription-State"), ",")), "terminated")
	switch {
	case status >= 200:
		l.referredTo(status)
	case ended: // and nobody will ever say how
		l.referredTo(sip.StatusRequestTimeout)
	case status == sip.StatusRinging && !l.bid.ringing:
		l.bid.ringing = true
		l.tell(call.LegReferred{Leg: l.id, SIPCode: status})
	}
}

// referredTo reports how the far side's call ended: in a call, or not.
func (l *leg) referredTo(status int) {
	if !l.bid.asked {
		return
	}
	l.bid.asked = false
	l.stop(referringTimer)
	in := call.LegReferred{Leg: l.id, SIPCode: status}
	if status == sip.StatusRequestTimeout {
		in.Message = "The other telephone network did not say how the transfer went."
	}
	l.tell(in)
}
