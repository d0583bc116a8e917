package sip

import (
	"math/rand/v2"
	"strconv"

	"github.com/emiago/sipgo/sip"
)

// A course is how an offer of ours travels.
type course struct {
	method sip.RequestMethod
	dialog *dialog
	early  *early // the telephone that has not answered yet
}

// course chooses it: a re-INVITE in a call that is up, as that may take its time
// (RFC 3311 §5.1), and before the answer UPDATE, once the first offer is
// answered for good, where the far side takes one. Of several telephones that
// ring, none is asked: most of them will not be heard again.
func (l *leg) course() (c course, open bool) {
	switch {
	case l.phase == confirmed:
		return course{method: sip.INVITE, dialog: &l.dialog}, true
	case l.phase != trying:
		return course{}, false
	case l.inbound():
		return course{method: sip.UPDATE, dialog: &l.dialog}, l.far.updates && l.in.rehearsal.settled
	case len(l.out.earlies) != 1:
		return course{}, false
	}
	e := l.out.earlies[0]
	return course{sip.UPDATE, &e.dialog, e}, e.far.updates && e.settled
}

// agreedEarly takes the 2xx to our UPDATE. Should another telephone have
// answered meanwhile, it means nothing any more.
func (r *renegotiation) agreedEarly(l *leg, res *sip.Response, e *early) {
	switch {
	case l.phase == over, e != nil && l.phase != trying && e.dialog.remoteTag != l.dialog.remoteTag:
		return
	case e != nil && l.phase == trying:
		e.dialog.refresh(res)
	default:
		l.retarget(res)
	}
	if err := l.acceptBody(res); err != nil {
		l.log.Warn("sip: the answer to our UPDATE cannot be used", "error", err)
		return
	}
	if e != nil {
		e.session = l.session
	}
	l.held()
}

// holdTold reports a hold that was agreed on before the answer.
func (l *leg) holdTold() {
	if l.hold.untold {
		l.held()
	}
}

// updated takes the far side's UPDATE (RFC 3311 §5.2): it refreshes the session
// and the target, and where it has a description, it is an offer as in a
// re-INVITE, but answered at once and by no ACK.
func (l *leg) updated(req *sip.Request, tx *sip.ServerTx) {
	if len(req.Body()) > 0 && !isSDP(req) {
		l.e.refuse(req, tx, sip.StatusUnsupportedMediaType, accept())
		return
	}
	if r := l.line.tooShort(req); r != nil {
		l.e.refuse(req, tx, r.status, r.header)
		return
	}
	var e *early
	if l.phase == trying && !l.inbound() {
		e = l.earlyWith(tagOf(req.From().Params))
	}
	body := sdpBody(req)
	if body == nil {
		l.acceptUpdate(req, tx, e, nil)
		return
	}
	if r := l.notNow(e); r != nil {
		l.e.refuse(req, tx, r.status, r.header)
		return
	}
	answer, err := l.answerOffer(body)
	if err != nil {
		l.e.refuse(req, tx, sip.StatusNotAcceptableHere, l.line.warning(err))
		return
	}
	l.acceptUpdate(req, tx, e, answer)
	if e != nil {
		e.session = l.session
	}
	l.held()
}

// notNow returns why an offer is refused for its time alone (RFC 3311 §5.2):
// 491 while one of ours has no answer, 500 while one of theirs has none. There
// is one offer on the way at most, whatever carries it (RFC 3264 §4).
func (l *leg) notNow(e *early) *refusal {
	r := &l.in.rehearsal
	offers := l.phase == answered && l.in.offers || l.phase == trying && l.in.offers && r.awaitsPRACK()
	switch {
	case l.hold.sending, l.hold.offered, offers, e != nil && !e.settled:
		return &refusal{status: sip.StatusRequestPending}
	case l.phase == trying && e == nil && !r.settled:
		return &refusal{sip.StatusInternalServerError, soon()}
	}
	return nil
}

// soon is a Retry-After between 0 and 10 seconds, by lot, so that two who met do
// not meet again (RFC 3311 §5.2).
func soon() sip.Header { return sip.NewHeader("Retry-After", strconv.Itoa(rand.N(11))) }

// answerOffer answers an offer inside the dialog. Where that cannot be done,
// the session stays as it was.
func (l *leg) answerOffer(body []byte) ([]byte, error) {
	d, err := parseSDP(body)
	if err != nil {
		return nil, err
	}
	return l.session.answer(d)
}

// acceptUpdate answers an UPDATE.
func (l *leg) acceptUpdate(req *sip.Request, tx *sip.ServerTx, e *early, body []byte) {
	if e != nil {
		e.dialog.refresh(req)
		e.far.hear(req)
	} else {
		l.retarget(req)
		l.far.hear(req)
	}
	headers := []sip.Header{l.line.contact(), supported(l.line.options())}
	if l.phase != trying { // the session has not begun (RFC 4028 §9)
		headers = append(headers, l.grantWatched(req)...)
	}
	res := l.e.response(req, sip.StatusOK, "", headers...)
	if body != nil {
		withSDP(res, body)
	}
	l.e.send(tx, res)
}
