package sip

import (
	"fmt"

	"github.com/emiago/sipgo/sip"

	"webtrunk/call"
)

// giveUp withdraws an INVITE that is not answered yet. CANCEL may follow it
// only after a provisional response (§9.1): until one comes, or the answer, or
// nothing at all, the leg waits.
func (l *leg) giveUp(cause call.Cause) {
	l.out.cancel = cause
	if l.out.heard {
		l.sendCancel()
	}
}

// sendCancel builds CANCEL from the INVITE: the same Request-URI, top Via,
// Route, From, To and Call-ID, and the same CSeq number (§9.1), to the same
// address, whatever route a provisional response has recorded since.
func (l *leg) sendCancel() {
	if l.out.sent || l.out.invite == nil {
		return
	}
	l.out.sent = true
	invite := l.out.invite
	req := sip.NewRequest(sip.CANCEL, invite.Recipient)
	req.AppendHeader(invite.Via().Clone())
	sip.CopyHeaders("Route", invite, req)
	forwards := sip.MaxForwardsHeader(mostForwards)
	req.AppendHeader(&forwards)
	for _, name := range []string{"From", "To", "Call-ID"} {
		sip.CopyHeaders(name, invite, req)
	}
	req.AppendHeader(&sip.CSeqHeader{SeqNo: invite.CSeq().SeqNo, MethodName: sip.CANCEL})
	req.AppendHeader(endingOf(l.out.cancel).reason())
	req.AppendHeader(sip.NewHeader("User-Agent", l.e.cfg.UserAgent))
	req.SetBody(nil)
	sameWay(req, invite)
	l.transact(req, l.e.timers.F, func(*sip.Response) {}) // the INVITE's own response is what counts

	// §9.1: an INVITE that is still unanswered 64*T1 after its CANCEL is over.
	key := exchangeKey(invite.Via(), sip.INVITE)
	l.after(repeatTimer, l.e.timers.F, func() {
		if x := l.conclude(key); x != nil {
			x.terminate()
		}
	})
}

// An ack is an acknowledged 2xx. Each repetition of the 2xx gets the same ACK
// again (§13.2.2.4).
type ack struct {
	of  string
	req *sip.Request
}

// maxAcks bounds the 2xx of one leg that are remembered: its own, those of
// re-INVITEs and forks.
const maxAcks = 8

func answerKey(res *sip.Response) string {
	return fmt.Sprintf("%d %s", res.CSeq().SeqNo, tagOf(res.To().Params))
}

// acknowledge sends the ACK for a 2xx. It is no transaction: the far side
// repeats its 2xx until the ACK arrives.
func (l *leg) acknowledge(d *dialog, res *sip.Response, body []byte) {
	numbered := *d
	numbered.seq = res.CSeq().SeqNo
	req := l.line.request(&numbered, sip.ACK)
	if l.invited != nil { // §22.1: with the credentials of its INVITE
		sip.CopyHeaders("Authorization", l.invited, req)
		sip.CopyHeaders("Proxy-Authorization", l.invited, req)
	}
	if body != nil {
		withSDP(req, body)
	}
	l.toward(req, d)
	if len(l.acks) == maxAcks {
		l.acks = l.acks[1:]
	}
	l.acks = append(l.acks, ack{answerKey(res), req})
	l.sendACK(req)
}

func (l *leg) sendACK(req *sip.Request) {
	sent := func(err error) {
		if err == nil {
			err = l.e.layer.WriteMsg(req)
		}
		if err != nil {
			l.log.Warn("sip: ACK not sent", "error", err)
		}
	}
	if err := seal(req); err != nil {
		sent(err)
		return
	}
	l.e.ladders.note(req, true)
	l.reach(req, sent)
}

// straySuccess takes a 2xx that is not the answer we wait for: a repetition,
// one of a second fork, or one that crossed our CANCEL. The last two are calls
// that the carrier bills: each is acknowledged in a dialog of its own and hung
// up (§13.2.2.4).
func (l *leg) straySuccess(res *sip.Response) {
	key := answerKey(res)
	for _, a := range l.acks {
		if a.of == key {
			l.sendACK(a.req)
			return
		}
	}
	switch tag := tagOf(res.To().Params); {
	case tag == "":
		return
	case l.phase == unconfirmed && tag == l.dialog.remoteTag: // it gets its ACK when the call is on record
		return
	case tag == l.dialog.remoteTag: // of a re-INVITE that we, or a process before us, had given up
		l.acknowledge(&l.dialog, res, nil)
		return
	case l.out.invite == nil:
		return
	}
	ghost := l.dialogBy(res)
	l.acknowledge(&ghost, res, nil)
	l.log.Info("sip: hanging up an answer that nobody waits for")
	cause := call.Answered
	if l.out.cancel != "" {
		cause = l.out.cancel
	}
	l.bye(&ghost, cause)
}
