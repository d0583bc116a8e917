package sip

import (
	"math/rand/v2"
	"strconv"

	"github.com/emiago/sipgo/sip"
)

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
	body := sdpBody(req)
	if body == nil {
		l.acceptUpdate(req, tx, nil)
		return
	}
	if r := l.notNow(); r != nil {
		l.e.refuse(req, tx, r.status, r.header)
		return
	}
	answer, err := l.answerOffer(body)
	if err != nil {
		l.e.refuse(req, tx, sip.StatusNotAcceptableHere, l.line.warning(err))
		return
	}
	l.acceptUpdate(req, tx, answer)
	l.held()
}

// notNow returns why an offer is refused for its time alone (RFC 3311 §5.2):
// 491 while one of ours has no answer, 500 while one of theirs has none. There
// is one offer on the way at most, whatever carries it (RFC 3264 §4).
func (l *leg) notNow() *refusal {
	switch {
	case l.hold.sending, l.hold.offered, l.phase == answered && l.in.offers:
		return &refusal{status: sip.StatusRequestPending}
	case l.phase == trying:
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
func (l *leg) acceptUpdate(req *sip.Request, tx *sip.ServerTx, body []byte) {
	l.retarget(req)
	l.far.hear(req)
	headers := []sip.Header{l.line.contact(), supported(l.line.options())}
	if l.phase == confirmed || l.phase == answered || l.phase == unconfirmed {
		headers = append(headers, l.grantWatched(req)...)
	}
	res := l.e.response(req, sip.StatusOK, "", headers...)
	if body != nil {
		withSDP(res, body)
	}
	l.e.send(tx, res)
}
