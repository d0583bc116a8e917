package sip

import (
	"github.com/emiago/sipgo/sip"

	"webtrunk"
	"webtrunk/call"
)

// Replacing (RFC 3891): an INVITE that names a dialog of ours opens one that
// takes its place in the same call. The party is another telephone or another
// leg of its exchange's, as after an attended transfer on their side; seat,
// port and socket are the same, and the call notices nothing. Who knows both
// tags of a dialog and speaks over the same trunk may do that: nobody else does.
//
// The two legs have a goroutine each. The new one asks (succeed), the old one
// decides and lets go (yield, cede), the new one takes what it left (inherit),
// answers, and says when the old dialog is to be ended (relieve, depart). Once
// the old leg has let go, whatever happens on either side ends that side alone.

// replacesOption says that we know the header (RFC 3891 §6.2).
const replacesOption = "replaces"

// replacesIn reads the Replaces header, found false where there is none. There
// is one, in an INVITE that opens a dialog, or the request is wrong (§3).
func replacesIn(req *sip.Request) (r replaced, found bool, no *refusal) {
	all := req.GetHeaders("Replaces")
	if len(all) == 0 {
		return r, false, nil
	}
	r, ok := parseReplaces(all[0].Value())
	if !ok || len(all) > 1 || method(req) != sip.INVITE || tagOf(req.To().Params) != "" {
		return r, true, &refusal{status: sip.StatusBadRequest}
	}
	return r, true, nil
}

// An estate is what a leg leaves to whoever takes its place in the call.
type estate struct {
	seat   *seat
	report func(call.Input)
	hold   bool   // the call wants the far side on hold
	held   bool   // the call knows that the far side has put us on hold
	keys   []byte // that wait to be sent
	rang   bool   // it was not answered

	brought webtrunk.CallID // of a call that arrived
}

// named finds the leg of a dialog that the far side of a trunk may name: one
// over the same trunk.
func (e *Edge) named(r replaced, n *line) *leg {
	if l, ours := e.owner(r); ours && l.line.Name == n.Name {
		return l
	}
	return nil
}

// owner finds the leg of a dialog of ours.
func (e *Edge) owner(r replaced) (l *leg, ours bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	l = e.legs[r.toTag]
	return l, l != nil && l.callID == r.callID
}

// succeed asks for another leg's place. Its owner answers by inherit or notReplaced;
// one that is being forgotten does not.
func (l *leg) succeed(r replaced) {
	l.in.succeeding = true
	body := sdpBody(l.in.invite)
	l.after(ringTimer, l.e.timers.Pass, func() { l.notReplaced(sip.StatusCallTransactionDoesNotExists) })
	old := l.e.named(r, l.line)
	if old == nil || !old.box.postBehind(func() { old.yield(l, r, body) }) {
		l.notReplaced(sip.StatusCallTransactionDoesNotExists)
	}
}

// notReplaced refuses the INVITE. Nobody has asked for anything else.
func (l *leg) notReplaced(status int, more ...sip.Header) {
	if l.in.succeeding && l.phase == trying {
		l.in.succeeding = false
		l.decline(status, more...)
	}
}

// yield gives the leg's place to one that asks for it, or says why not. The
// offer is answered before: where it cannot be, the old dialog stays.
func (l *leg) yield(to *leg, r replaced, offer []byte) {
	no := l.keeps(r)
	var s session
	var described []byte
	if no == nil {
		s, described, no = l.seat.describe(to.line, offer, l.hold.want)
	}
	if no != nil {
		l.log.Info("sip: the dialog is not replaced", "status", no.status)
		to.box.post(func() { to.notReplaced(no.status, no.header) })
		return
	}
	x := l.cede()
	l.refer.abandoned(l)
	taken := to.box.postFirst(func() { to.inherit(l, x, s, described, offer == nil) }, func() { x.seat.at.Store(to) })
	if !taken {
		x.seat.abandoned(x.report)
		l.depart()
	}
}

// keeps says why the leg's dialog cannot be replaced now (§3).
func (l *leg) keeps(r replaced) *refusal {
	rings := l.phase == trying && l.earlyWith(r.fromTag) != nil
	switch {
	case !rings && l.dialog.remoteTag != r.fromTag, l.phase == trying && l.inbound():
		return &refusal{status: sip.StatusCallTransactionDoesNotExists}
	case l.ceded, !rings && l.phase != over && r.earlyOnly:
		return &refusal{status: sip.StatusBusyHere}
	case l.phase == over:
		return &refusal{status: sip.StatusGlobalDecline}
	case l.phase == unconfirmed: // the call is about to be on record
		return &refusal{sip.StatusInternalServerError, soon()}
	}
	return nil
}

// describe answers the offer of a dialog that is to sit here, or makes one, in
// a session of its own with keys of its own.
func (s *seat) describe(n *line, offer []byte, hold bool) (session, []byte, *refusal) {
	agreed := newSession(&n.Trunk, n.address(), s.socket.LocalPort())
	agreed.holding = hold
	if offer == nil {
		return agreed, agreed.offer(), nil
	}
	d, err := parseSDP(offer)
	var answer []byte
	if err == nil {
		answer, err = agreed.answer(d)
	}
	if err != nil {
		return agreed, nil, &refusal{sip.StatusNotAcceptableHere, n.warning(err)}
	}
	return agreed, answer, nil
}

// cede takes the leg out of its call, which hears nothing of it. Its dialog
// stays until depart; one whose 200 of ours has no ACK yet ends with that.
func (l *leg) cede() estate {
	l.referredTo(sip.StatusRequestTimeout) // nobody will hear how that goes
	was := l.phase
	x := estate{seat: l.seat, report: l.report, hold: l.hold.want, held: l.hold.told, rang: was == trying, brought: l.brought}
	if len(l.keys) > 1 {
		l.keys, x.keys = l.keys[:1], append(x.keys, l.keys[1:]...) // the first is under way
	}
	l.report, l.closed, l.brought = nil, true, "" // they go on
	l.hold.abandon(l)
	l.ended(call.LegEnded{Cause: call.Transferred})
	if was == answered {
		cause := call.Transferred
		l.in.bye = &cause
		return x
	}
	l.ceded = true
	if x.rang {
		l.out.cancel = call.Answered
	}
	return x
}

// inherit takes another leg's place, and its INVITE is answered: at once where
// the call is up, else when the call has on record that it is.
func (l *leg) inherit(old *leg, x estate, s session, described []byte, offers bool) {
	l.in.succeeding, l.in.old = false, old
	l.id, l.seat, l.socket, l.session = x.seat.leg, x.seat, x.seat.socket, s
	l.stop(ringTimer)
	if l.phase == over { // the gateway closes
		l.closed = true
		x.seat.abandoned(x.report)
		l.relieve()
		return
	}
	l.report, l.keys, l.brought = x.report, x.keys, x.brought
	l.in.offers, l.in.answer = offers, described
	l.hold.want, l.hold.told = x.hold, x.held
	l.log = l.log.With("call", string(x.seat.call), "leg", l.id.String())
	l.e.ladders.name(l.callID, x.seat.call, l.id)
	l.log.Info("sip: another dialog takes the leg's place", "replaces", old.callID)
	l.attend()
	l.noteDialog()
	if x.rang {
		l.after(recordTimer, l.e.timers.Record, func() {
			l.end(call.LegEnded{Cause: call.Failed, Message: "The gateway could not record the call. Try again in a minute."}, call.Failed)
		})
		l.tell(call.LegAnswered{Leg: l.id})
		return
	}
	l.takeOver()
}

// takeOver answers the INVITE of a leg that has another's place.
func (l *leg) takeOver() {
	l.stop(recordTimer)
	if l.answer(); l.phase == answered && !l.in.offers {
		l.held()
	}
}

// relieve has the leg whose place this one has end its dialog.
func (l *leg) relieve() {
	if old := l.in.old; old != nil {
		l.in.old = nil
		old.box.post(old.depart)
	}
}

// depart ends the dialog of a leg whose place has gone to another: by BYE, or by
// CANCEL where it was never answered.
func (l *leg) depart() {
	if !l.ceded {
		return
	}
	l.ceded = false
	switch {
	case l.dialog.remoteTag != "":
		l.bye(&l.dialog, call.Transferred)
	case l.invites():
		l.giveUp(call.Answered)
	}
}

// invites reports whether our INVITE has no final response yet.
func (l *leg) invites() bool {
	return l.out.invite != nil && l.pending[exchangeKey(l.out.invite.Via(), sip.INVITE)] != nil
}

// abandoned ends the leg of a call whose seat nobody has taken.
func (s *seat) abandoned(report func(call.Input)) {
	if report != nil {
		report(call.LegEnded{Leg: s.leg, Cause: call.Shutdown})
	}
	s.free()
}

// free gives the seat's ports back.
func (s *seat) free() {
	if !s.e.run(s.socket.Close) {
		s.socket.Close()
	}
}
