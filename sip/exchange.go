package sip

import (
	"context"
	"errors"
	"time"

	"github.com/emiago/sipgo/sip"

	"webtrunk/call"
	"webtrunk/trunk"
)

// An exchange is one request of ours that has no final response yet.
type exchange struct {
	req   *sip.Request
	tx    *sip.ClientTx
	timer *time.Timer
	heard bool                // a provisional response came
	on    func(*sip.Response) // each response; nil when the time is up or the network failed
}

// transact sends a request to its destination. on is called on the leg's goroutine with each of
// its responses, and with nil if none of them is final within the time (Timer
// B or F, §17.1) or it could not be sent.
func (l *leg) transact(req *sip.Request, limit time.Duration, on func(*sip.Response)) {
	key := exchangeKey(req.Via(), method(req))
	opens := req.IsInvite() && tagOf(req.To().Params) == ""
	x := &exchange{req: req, on: on}
	l.keep(key, x)
	if err := seal(req); err != nil {
		l.log.Error("sip: request not sent", "method", string(req.Method), "error", err)
		l.box.post(func() { l.lost(key) })
		return
	}
	l.e.ladders.note(req, true)
	l.box.await(key)
	x.timer = time.AfterFunc(limit, func() {
		l.box.post(func() {
			if l.pending[key] == x && !(opens && x.heard) { // a call may ring longer
				l.lost(key)
				x.terminate()
			}
		})
	})
	l.reach(req, func(err error) {
		if l.pending[key] == x { // else it was given up meanwhile
			l.begin(key, x, err)
		}
	})
}

// begin sends the request of an exchange, unless err says why it cannot go out.
func (l *leg) begin(key string, x *exchange, err error) {
	if err == nil {
		x.tx, err = l.e.txs.Request(context.Background(), x.req)
	}
	if err != nil {
		l.log.Warn("sip: request not sent", "method", string(x.req.Method), "to", peerOf(x.req.Destination()).String(), "error", err)
		l.box.openKey(key)
		l.box.post(func() { l.lost(key) })
		return
	}
	if x.req == l.out.invite {
		l.peer = peerOf(x.req.Destination())
	}
	tx := x.tx
	if !l.e.run(func() { l.follow(key, tx) }) {
		tx.Terminate()
	}
}

// terminate ends an exchange's transaction, where it has come to one.
func (x *exchange) terminate() {
	if x.tx != nil {
		x.tx.Terminate()
	}
}

func (l *leg) keep(key string, x *exchange) {
	if l.pending == nil {
		l.pending = make(map[string]*exchange)
	}
	l.pending[key] = x
}

// follow takes what the library passes up. The gate has queued all of it
// already; what counts here is that a refusal is acknowledged now, and that
// the transaction is over.
func (l *leg) follow(key string, tx *sip.ClientTx) {
	for {
		select {
		case res := <-tx.Responses():
			if !res.IsProvisional() {
				l.box.openKey(key)
				return
			}
		case <-tx.Done():
			l.box.openKey(key)
			l.box.post(func() {
				l.broken = errors.Is(tx.Err(), sip.ErrTransactionTransport)
				l.lost(key)
				l.broken = false
			})
			return
		}
	}
}

// lost ends an exchange that will get no final response.
func (l *leg) lost(key string) {
	if x := l.conclude(key); x != nil {
		x.on(nil)
	}
}

// conclude takes an exchange off the books.
func (l *leg) conclude(key string) *exchange {
	x := l.pending[key]
	if x == nil {
		return nil
	}
	delete(l.pending, key)
	if x.timer != nil {
		x.timer.Stop()
	}
	return x
}

func (l *leg) handleResponse(res *sip.Response) {
	key := exchangeKey(res.Via(), res.CSeq().MethodName)
	x := l.pending[key]
	switch {
	case x != nil && res.IsProvisional():
		x.heard = true
		x.on(res)
	case x != nil:
		l.conclude(key)
		if !challenged(res) {
			l.auth.passed(x.req, res)
		}
		x.on(res)
	case res.CSeq().MethodName == sip.INVITE && res.IsSuccess():
		l.straySuccess(res)
	case res.CSeq().MethodName == sip.INVITE && !res.IsProvisional():
		l.refusedLate(res)
	case res.CSeq().MethodName == sip.INVITE && res.IsProvisional() && l.phase == over && l.out.late && l.dialog.remoteTag == "":
		l.sendCancel() // we had given it up as unheard, and now a telephone rings for nobody
	}
}

// ask sends a request of a dialog and calls done with its final response, nil
// if there was none. A challenge is answered on the way, with a fresh CSeq
// (§22.2), and so is a session interval that somebody finds too short.
func (l *leg) ask(d *dialog, m sip.RequestMethod, fill func(*sip.Request), done func(*sip.Response)) {
	l.askAgain(d, m, fill, done, 0)
}

// maxChallenges bounds how often one request is sent again: challenged by a
// proxy and by the far end, and by both again with fresh nonces.
const maxChallenges = 4

func (l *leg) askAgain(d *dialog, m sip.RequestMethod, fill func(*sip.Request), done func(*sip.Response), tries int) {
	d = l.current(d)
	req := l.line.request(d, m)
	if fill != nil {
		fill(req)
	}
	session := l.phase == confirmed && (m == sip.INVITE || m == sip.UPDATE)
	if session {
		l.askWatched(req)
	}
	l.auth.sign(req)
	l.toward(req, d)
	if m == sip.INVITE {
		l.invited = req
	}
	l.transact(req, l.e.timers.F, func(res *sip.Response) {
		if res != nil && !isFault(trunk.ByOther, res.StatusCode) { // what fails in a dialog may be the telephone's fault
			l.line.learned(trunk.ByOther, res)
		}
		switch {
		case res == nil && tries == 0 && l.broken && m != sip.INFO: // a peer may close as we write; a key must not be pressed twice
			l.askAgain(d, m, fill, done, tries+1)
		case res == nil:
			done(nil)
		case res.IsProvisional():
		case tries < maxChallenges && l.mayAskAgain(req, res):
			l.askAgain(d, m, fill, done, tries+1)
		default:
			if session && res.IsSuccess() && l.phase == confirmed {
				l.far.hear(res)
				l.watchAnswered(req, res)
			}
			done(res)
		}
	})
}

// mayAskAgain reports whether a refusal says what was missing, and we have it
// now: credentials, or a longer session interval (RFC 4028 §7.3).
func (l *leg) mayAskAgain(req *sip.Request, res *sip.Response) bool {
	return challenged(res) && l.auth.learn(req, res) || l.watch.tooShortFor(req, res)
}

func challenged(res *sip.Response) bool {
	return res.StatusCode == sip.StatusUnauthorized || res.StatusCode == sip.StatusProxyAuthRequired
}

// bye ends a dialog.
func (l *leg) bye(d *dialog, cause call.Cause) {
	l.ask(d, sip.BYE, func(req *sip.Request) { req.AppendHeader(endingOf(cause).reason()) }, func(res *sip.Response) {
		if res == nil {
			l.log.Warn("sip: nobody confirmed the BYE")
		}
	})
}
