package sip

import (
	"sync"
	"time"

	"github.com/emiago/sipgo/sip"

	"webtrunk/call"
	"webtrunk/media"
	"webtrunk/transcode"
)

// A joint makes one conversation of two calls. A telephone that talks to two of
// our parties, in a call each, hands one over to the other by a REFER that names
// the second call (RFC 5589 §7). Elsewhere the target would be sent an INVITE
// that replaces that call; here both ends of it would be us. So the telephone's
// two seats are set back to back: what one call asks of its seat, the other
// hears from its own, and sound goes between their two sockets on this machine
// (media.Socket.Local). Neither call notices; each ends once, as the other does.
//
// Who may be joined is for Config.Join to say: two calls of two accounts are
// not. A joint may be used from any goroutine.
type joint struct {
	e    *Edge
	mu   sync.Mutex
	ends [2]*end // the first is nil until its leg has let go
	over bool
}

// An end is one of the seats.
type end struct {
	seat   *seat
	report func(call.Input)
	holds  bool // its call wants the far side on hold
	held   bool // its call knows that the far side has put it on hold
}

// A half is the joint as one of its seats sees it.
type half struct {
	*joint
	n int
}

// passing is what the two sockets speak with each other.
var passing = media.Format{Codec: transcode.PCMU, Events: ourEvents, EventsClock: 8000}

// join takes a REFER that names another call of ours: that call's leg is asked
// whether it lets go, and answers by joined or not.
func (l *leg) join(to *leg, r replaced) {
	mine := l.seat
	l.after(joinTimer, l.e.timers.Pass, func() { l.refer.end(l, sip.StatusCallTransactionDoesNotExists) })
	if to == l || !to.box.postBehind(func() { to.joins(l, mine, r) }) {
		l.notJoined(sip.StatusCallTransactionDoesNotExists)
	}
}

// joinTimer is the name of the timer that waits for the other call's leg.
const joinTimer = "join"

func (l *leg) notJoined(status int) {
	l.stop(joinTimer)
	l.log.Info("sip: the calls are not joined", "status", status)
	l.refer.end(l, status)
}

// joins lets another call have the leg's seat. What rings cannot be joined, nor
// can the two parties of one call.
func (l *leg) joins(asker *leg, theirs *seat, r replaced) {
	status := 0
	switch no := l.keeps(r); {
	case no != nil:
		status = no.status
	case l.phase != confirmed:
		status = sip.StatusCallTransactionDoesNotExists
	case l.seat.call == theirs.call:
		status = sip.StatusGlobalDecline
	default:
		if err := l.e.cfg.Join(theirs.call, l.seat.call); err != nil {
			l.log.Warn("sip: calls that must not be joined", "other", string(theirs.call), "error", err)
			status = sip.StatusForbidden
		}
	}
	if status != 0 {
		asker.box.post(func() { asker.notJoined(status) })
		return
	}
	l.refer.abandoned(l)
	x := l.cede()
	j := &joint{e: l.e}
	j.seats(1, x)
	l.e.jointed(j)
	l.depart()
	if !asker.box.post(func() { asker.joined(j) }) {
		j.end(nil, call.LegEnded{Cause: call.Failed})
	}
}

// joined gives the leg's seat to the call that has let go of its own. Where the
// leg has ended meanwhile, so has the other call.
func (l *leg) joined(j *joint) {
	l.stop(joinTimer)
	if l.phase != confirmed || !l.refer.wished || j.hasEnded() {
		j.end(nil, call.LegEnded{Cause: call.Hangup})
		l.refer.end(l, sip.StatusTemporarilyUnavailable)
		return
	}
	x := l.cede()
	l.ceded = false // the far side hangs up, or handOver
	if j.seats(0, x) {
		j.connect()
		l.log.Info("sip: two calls are joined", "other", string(j.ends[1].seat.call))
	} else { // the other call has ended just now
		x.report(call.LegEnded{Leg: x.seat.leg, Cause: call.Hangup})
		x.seat.free()
	}
	l.refer.handOver(l, call.Transferred, 0)
}

// seats gives one side its seat, unless the joint is over already. The dialog of
// its call is gone: should this process die, there is nothing to hang up.
func (j *joint) seats(n int, x estate) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.over {
		return false
	}
	j.ends[n] = &end{seat: x.seat, report: x.report, holds: x.hold, held: x.held}
	x.report(call.LegDialog{Leg: x.seat.leg})
	x.seat.joined.Store(&half{j, n})
	return true
}

// connect lets the two sides hear each other, unless one has hung up already.
func (j *joint) connect() {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.over {
		return
	}
	for n, e := range j.ends {
		e.listen(j.ends[1-n].seat.socket)
		j.tellHold(n)
	}
}

// listen aims the seat's socket at another's, and reports the keys that come.
func (e *end) listen(other *media.Socket) {
	socket, report, leg := e.seat.socket, e.report, e.seat.leg
	_ = socket.SetCrypto(media.Keys{}, media.Keys{}) // nothing leaves this machine
	socket.SetRemote(other.Local())
	port := socket.Port()
	port.SetFormat(passing)
	port.OnUncarried(func(byte) {})
	port.OnDigit(func(digit byte, _ time.Duration) {
		report(call.LegDigit{Leg: leg, Digit: string(digit)})
	})
}

// tellHold lets a side know whether the other has it on hold. j.mu is held.
func (j *joint) tellHold(n int) {
	here, there := j.ends[n], j.ends[1-n]
	if there == nil || here == nil || here.held == there.holds {
		return
	}
	here.held = there.holds
	if here.held {
		here.report(call.LegHeld{Leg: here.seat.leg})
	} else {
		here.report(call.LegResumed{Leg: here.seat.leg})
	}
}

// hold puts the other side on hold, or takes it off.
func (h *half) hold(on bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.ends[h.n].holds = on
	if !h.over {
		h.tellHold(1 - h.n)
	}
}

// sendDigits presses keys towards the other side.
func (h *half) sendDigits(digits string) {
	if err := h.ends[h.n].seat.socket.Port().SendDigits(digits); err != nil {
		h.e.log.Warn("sip: keys not passed on to the other call", "error", err)
	}
}

// cannotRefer answers the wish to have the far side call somebody itself.
func (h *half) cannotRefer() {
	e := h.ends[h.n]
	e.report(call.LegReferred{Leg: e.seat.leg, SIPCode: sip.StatusNotImplemented})
}

// hangup ends the other call's leg, because this one's call wants to end its own.
func (h *half) hangup(o call.HangUpLeg) {
	cause := o.Cause
	if cause == "" {
		cause = call.Hangup
	}
	h.end(h.ends[h.n], call.LegEnded{Cause: cause, SIPCode: o.SIPCode})
}

// end ends the joint: both seats, but the one of the call that wants it, are
// reported, and all ports are given back.
func (j *joint) end(by *end, why call.LegEnded) {
	j.mu.Lock()
	if j.over {
		j.mu.Unlock()
		return
	}
	j.over = true
	ends := j.ends
	j.mu.Unlock()
	for _, e := range ends {
		if e == nil {
			continue
		}
		if e != by {
			why.Leg = e.seat.leg
			e.report(why)
		}
		e.seat.free()
	}
	j.e.disjointed(j)
}

func (j *joint) hasEnded() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.over
}

// jointed keeps a joint on the books, so that the gateway waits for its calls.
func (e *Edge) jointed(j *joint) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.joints[j] = true
}

func (e *Edge) disjointed(j *joint) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.joints, j)
	close(e.changed)
	e.changed = make(chan struct{})
}

// endJoints ends all joints, because the gateway closes.
func (e *Edge) endJoints() {
	e.mu.Lock()
	var all []*joint
	for j := range e.joints {
		all = append(all, j)
	}
	e.mu.Unlock()
	for _, j := range all {
		j.end(nil, call.LegEnded{Cause: call.Shutdown})
	}
}
