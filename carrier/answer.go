package carrier

import (
	"time"

	"github.com/emiago/sipgo/sip"
)

// A repetition sends a 2xx again until its ACK comes: at T1, doubling up to T2,
// for 64·T1 (RFC 3261 §13.3.1.4). The transaction does not, because the ACK
// travels outside it.
type repetition struct {
	call   *Call
	tx     *serverTx
	res    *sip.Response
	tag    string
	again  *alarm
	giveUp *alarm
}

// pickUp answers the call: 200 with sdp, or with our answer if sdp is nil.
func (call *Call) pickUp(sdp []byte) {
	if call.uas.answered || call.over() {
		return
	}
	if sdp == nil {
		var err error
		if sdp, err = call.earlySDP(); err != nil {
			call.refuse(sip.StatusNotAcceptableHere)
			return
		}
	}
	call.uas.answered = true
	call.answerAs(call.dialog.localTag, sdp)
	call.advance(Answered)
}

// answerAs sends a 200 under a To-tag and repeats it until the ACK.
func (call *Call) answerAs(tag string, sdp []byte) {
	tx := call.uas.tx
	res := call.c.response(tx.req, sip.StatusOK, tag)
	res.AppendHeader(call.c.contact(call.to))
	res.AppendHeader(sip.NewHeader("Allow", allowed))
	if tag == call.dialog.localTag {
		call.grantTime(tx.req, res)
	}
	if len(sdp) > 0 {
		setSDP(res, sdp)
	} else {
		res.SetBody(nil)
	}
	tx.respond(res)
	call.repeatUntilAck(tx, res, tag)
}

// fork answers once more, as another telephone that rang too.
func (call *Call) fork() {
	d := *call.dialog
	d.localTag = token()
	if call.uas.forks == nil {
		call.uas.forks = make(map[string]*dialog)
	}
	call.uas.forks[d.localTag] = &d
	call.mu.Lock()
	call.forks = append(call.forks, Fork{Tag: d.localTag})
	call.mu.Unlock()
	call.answerAs(d.localTag, call.uas.sdp)
}

func (call *Call) repeatUntilAck(tx *serverTx, res *sip.Response, tag string) {
	r := &repetition{call: call, tx: tx, res: res, tag: tag}
	call.uas.unacked = append(call.uas.unacked, r)
	r.schedule(call.c.cfg.T1)
	r.giveUp = call.c.clock.after(64*call.c.cfg.T1, r.unacknowledged)
}

func (r *repetition) schedule(d time.Duration) {
	r.again = r.call.c.clock.after(d, func() {
		r.call.c.transmit(r.res, r.tx.to)
		r.schedule(min(2*d, r.call.c.cfg.T2))
	})
}

func (r *repetition) stop() {
	r.again.stop()
	r.giveUp.stop()
}

// unacknowledged ends a call whose answer nobody acknowledged: it must not stay
// up, and be billed, for ever.
func (r *repetition) unacknowledged() {
	r.call.c.book.count(func(s *Stats) { s.Unacked++ })
	r.stop()
	if r.tag == r.call.dialog.localTag {
		r.call.bye("no ACK", func(*sip.Response) {})
	}
}

// unrepeat stops the repetition of the 2xx with that tag and number (any, if
// zero) and reports whether there was one.
func (call *Call) unrepeat(tag string, seq uint32) bool {
	for i, r := range call.uas.unacked {
		if r.tag == tag && (seq == 0 || r.res.CSeq().SeqNo == seq) {
			r.stop()
			call.uas.unacked = append(call.uas.unacked[:i:i], call.uas.unacked[i+1:]...)
			return true
		}
	}
	return false
}

// receiveAck takes the ACK of a 2xx. One that answers an offer of ours, made in
// the 2xx, brings the answer.
func (c *Carrier) receiveAck(req *sip.Request) {
	call := c.calls[req.CallID().Value()]
	d := call.dialogOf(req)
	if d == nil || !call.unrepeat(d.localTag, req.CSeq().SeqNo) {
		return
	}
	if d != call.dialog {
		call.markFork(d.localTag, func(f *Fork) { f.Acked = true })
		return
	}
	if err := call.takeAnswerOf(req); err != nil {
		call.bye("the ACK's SDP does not fit", func(*sip.Response) {})
		return
	}
	call.advance(Confirmed)
}
