package sip

import (
	"slices"

	"github.com/emiago/sipgo/sip"
)

// maxEarly bounds the telephones that one call of ours may ring.
const maxEarly = 8

// An early is a dialog that a provisional response to our INVITE opened (RFC
// 3261 §12.1): one for each telephone that a proxy forked the call to. It has
// its own numbers, route set and target, and what it has said of its sound
// counts for nobody else.
type early struct {
	dialog  dialog
	far     far
	body    []byte  // its description: its 2xx may have none
	settled bool    // that came reliably, so it is the answer, and no other is (RFC 3262 §5)
	session session // as agreed, once settled
	seq     uint32  // RSeq of the reliable response that was heard last
}

// earlyWith finds the early dialog with a telephone, by its tag.
func (l *leg) earlyWith(tag string) *early {
	for _, e := range l.out.earlies {
		if e.dialog.remoteTag == tag {
			return e
		}
	}
	return nil
}

// earlyOf finds the early dialog that a provisional response belongs to, or
// opens it; nil where there are too many.
func (l *leg) earlyOf(res *sip.Response) *early {
	e := l.earlyWith(tagOf(res.To().Params))
	if e == nil {
		if len(l.out.earlies) == maxEarly {
			return nil
		}
		e = &early{dialog: l.dialog.answeredBy(res)}
		l.out.earlies = append(l.out.earlies, e)
	}
	e.dialog.refresh(res)
	e.far.hear(res)
	return e
}

// dialogBy is the dialog that a 2xx to our INVITE confirms. Where it was early
// before, its numbers go on; its route set is the 2xx's (§13.2.2.4).
func (l *leg) dialogBy(res *sip.Response) dialog {
	d := l.dialog.answeredBy(res)
	if e := l.earlyWith(d.remoteTag); e != nil {
		d.seq, d.remoteSeq = max(d.seq, e.dialog.seq), e.dialog.remoteSeq
	}
	return d
}

// current is where a dialog's numbers are kept now: when a telephone answers,
// its early dialog becomes the leg's own, and a request that is challenged
// after that must not take a number twice.
func (l *leg) current(d *dialog) *dialog {
	if d.remoteTag != "" && d.remoteTag == l.dialog.remoteTag {
		return &l.dialog
	}
	return d
}

// hearEarly takes a description that came before the answer, and keeps it. One
// that came reliably is the answer, and what its sender describes later is not
// (RFC 3262 §5): only UPDATE changes it.
func (l *leg) hearEarly(e *early, body []byte, reliably bool) bool {
	if e.settled {
		return false
	}
	d, err := parseSDP(body)
	if err == nil {
		err = l.session.accept(d)
	}
	if err != nil {
		l.log.Warn("sip: early media cannot be heard", "error", err)
		return false
	}
	e.body, e.settled = body, reliably
	l.listenTo(e)
	return true
}

// listenTo keeps what is agreed with a telephone that has not answered, and
// hears it.
func (l *leg) listenTo(e *early) {
	e.session = l.session
	l.tune()
}

// describedBy agrees on what the telephone that answers has described: before,
// where that is settled, else in its 2xx, or before all the same (§13.2.1).
func (l *leg) describedBy(e *early, res *sip.Response) error {
	body := sdpBody(res)
	switch {
	case e != nil && e.settled:
		l.session.resume(e.session)
		return nil
	case e != nil && body == nil:
		body = e.body
	}
	d, err := parseSDP(body)
	if err == nil {
		err = l.session.accept(d)
	}
	return err
}

// answeredEarly ends the early dialogs with the answer of one. The others are
// kept: a second telephone may answer and is hung up, by the number that follows
// what it has had already.
func (l *leg) answeredEarly(by *early) {
	if by != nil {
		l.far = by.far
	}
	l.out.earlies = slices.DeleteFunc(l.out.earlies, func(e *early) bool { return e == by })
	for _, e := range l.out.earlies {
		e.body, e.session = nil, session{}
	}
}
