package carrier

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"
)

// handleInside takes a request that claims to belong to a call.
func (c *Carrier) handleInside(tx *serverTx) {
	req := tx.req
	call := c.calls[req.CallID().Value()]
	d := call.dialogOf(req)
	switch {
	case d == nil:
		tx.reply(sip.StatusCallTransactionDoesNotExists)
	case d != call.dialog:
		call.insideFork(tx, d)
	case req.CSeq().SeqNo <= d.remoteSeq && d.remoteSeq != 0:
		tx.reply(sip.StatusInternalServerError) // out of order, RFC 3261 §12.2.2
	case c.cfg.ChallengeAll && c.challenge(tx, call):
		d.remoteSeq = req.CSeq().SeqNo
	default:
		d.remoteSeq = req.CSeq().SeqNo
		call.inside(tx)
	}
}

func (call *Call) inside(tx *serverTx) {
	switch tx.req.Method {
	case sip.INVITE, sip.UPDATE:
		call.reinvited(tx)
	case sip.BYE:
		tx.reply(sip.StatusOK)
		call.hungUp()
	case sip.INFO:
		call.informed(tx)
	case sip.OPTIONS:
		tx.replyOptions()
	case sip.NOTIFY:
		call.notified(tx)
	default:
		tx.refuseMethod()
	}
}

// hungUp is a BYE from the other side. A call that was never answered owes its
// INVITE a final response as well (§15.1.2).
func (call *Call) hungUp() {
	if !call.placed && call.State() < Answered {
		call.refuseCancelled()
		return
	}
	call.finish(End{By: Them, Reason: "hung up"})
}

// dialogOf finds the dialog of a request by both tags (§12.2.2); a call that is
// over has none.
func (call *Call) dialogOf(req *sip.Request) *dialog {
	if call == nil || call.dialog == nil {
		return nil
	}
	local, remote := tagOf(req.To().Params), tagOf(req.From().Params)
	if local == call.dialog.localTag && remote == call.dialog.remoteTag && !call.over() {
		return call.dialog
	}
	if d := call.uas.forks[local]; d != nil && d.remoteTag == remote {
		return d
	}
	return nil
}

// insideFork serves the second dialog of AnswerForked: a telephone that also
// picked up, with which the caller should have nothing more to do than BYE.
func (call *Call) insideFork(tx *serverTx, d *dialog) {
	if tx.req.Method != sip.BYE {
		tx.refuseMethod()
		return
	}
	tx.reply(sip.StatusOK)
	call.unrepeat(d.localTag, 0)
	call.markFork(d.localTag, func(f *Fork) { f.Ended = true })
}

// A Fork is a further telephone that answered the same call.
type Fork struct {
	Tag          string // our To-tag in its 200
	Acked, Ended bool   // the caller sent ACK, and BYE
}

// Forks returns the further telephones of AnswerForked, without the first.
func (call *Call) Forks() []Fork {
	call.mu.Lock()
	defer call.mu.Unlock()
	return slices.Clone(call.forks)
}

func (call *Call) markFork(tag string, mark func(*Fork)) {
	call.mu.Lock()
	for i := range call.forks {
		if call.forks[i].Tag == tag {
			mark(&call.forks[i])
		}
	}
	call.mu.Unlock()
	call.changed()
}

// bye hangs up: the call is over when BYE is sent, whatever comes back.
func (call *Call) bye(reason string, heard func(*sip.Response)) {
	req := call.dialog.request(sip.BYE)
	req.SetBody(nil)
	call.c.request(req, call.dialog.hop(), func(res *sip.Response) {
		if res == nil || res.StatusCode >= 200 {
			heard(res)
		}
	})
	call.finish(End{By: Us, Reason: reason})
}

// informed takes a digit in SIP INFO: application/dtmf-relay, or the bare
// application/dtmf.
func (call *Call) informed(tx *serverTx) {
	d, ok := Digit{}, false
	switch {
	case isType(tx.req, "application/dtmf-relay"):
		d, ok = parseRelay(string(tx.req.Body()))
	case isType(tx.req, "application/dtmf"):
		d, ok = parseRelay("Signal=" + string(tx.req.Body()))
	case len(tx.req.Body()) == 0:
		tx.reply(sip.StatusOK) // a keep-alive
		return
	}
	if !ok {
		tx.reply(sip.StatusUnsupportedMediaType)
		return
	}
	tx.reply(sip.StatusOK)
	call.keys.press(d)
}

// parseRelay reads lines like "Signal=5" and "Duration=160", in milliseconds.
func parseRelay(body string) (Digit, bool) {
	d := Digit{By: "info"}
	for line := range strings.Lines(body) {
		key, value, _ := strings.Cut(line, "=")
		value = strings.TrimSpace(value)
		switch strings.ToLower(strings.TrimSpace(key)) {
		case "signal":
			if len(value) == 1 && strings.Contains(keypad, strings.ToUpper(value)) {
				d.Key = strings.ToUpper(value)[0]
			}
		case "duration":
			if ms, err := strconv.ParseUint(value, 10, 16); err == nil {
				d.Duration = time.Duration(ms) * time.Millisecond
			}
		}
	}
	return d, d.Key != 0
}
