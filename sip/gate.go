package sip

import (
	"log/slog"
	"net/netip"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"

	"webtrunk/trunk"
)

// cancelMethod is what the gate renames CANCEL to before the library's
// transactions see it. They would answer it and its INVITE by themselves, in
// the order in which goroutines happen to run (CANCEL overtook its INVITE 219
// times in 2,000) and with a To tag that the call never had. Renamed, it is a
// request like any other and the leg decides: 487 or, where the 200 is
// already out, nothing (RFC 3261 §9.2). Its CSeq still says CANCEL, and so do
// the responses.
const cancelMethod sip.RequestMethod = "CANCEL-AT-GATE"

// gate is called with every message on the goroutine that reads, before the
// library's transactions see it. It gives the message its place in the queue
// of the leg that it belongs to; what belongs to none is left for outside.go.
func (e *Edge) gate(msg sip.Message) {
	defer e.survive("gate")
	o := e.originOf(msg)
	if o.transport == trunk.UDP {
		e.lend(sourceAddr(o.from.Addr()).String())
	}
	if t := e.lineOf(o.transport, o.from.Addr()); t != nil {
		t.counters.heard.Store(time.Now().UnixNano())
	}
	switch m := msg.(type) {
	case *sip.Request:
		e.received(m, o.from)
		if wholesome(m) == nil {
			e.admitRequest(m, o)
		}
	case *sip.Response:
		e.admitResponse(m, o)
	}
}

// received writes where a request really came from into its top Via, so that
// every response finds its way back (§18.2.1, RFC 3581 §4).
func (e *Edge) received(req *sip.Request, source netip.AddrPort) {
	if req.Method == sip.CANCEL {
		req.Method = cancelMethod
	}
	via := req.Via()
	if via == nil {
		return
	}
	if via.Params.Has("rport") {
		via.Params.Add("rport", strconv.Itoa(int(source.Port())))
		via.Params.Add("received", source.Addr().String())
	} else if via.Host != source.Addr().String() {
		via.Params.Add("received", source.Addr().String())
	}
}

func (e *Edge) admitRequest(req *sip.Request, o origin) {
	key, err := sip.ServerTxKeyMake(req)
	if err != nil {
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	ack := method(req) == sip.ACK
	if e.waiting[key] != nil && !ack {
		return // a retransmission: the library repeats the response
	}
	l := e.legOf(req, o)
	if l == nil || !l.line.hears(o.transport, o.from.Addr()) {
		return
	}
	e.ladders.note(req, false)
	if ack { // it has no response, so no transaction to wait for
		l.box.drop(&letter{req: req, open: true})
		return
	}
	w := &letter{req: req, key: key}
	if l.box.drop(w) {
		e.waiting[key] = &waiting{l, w}
		w.late = time.AfterFunc(e.timers.Pass, func() { e.notPassed(key, l, w) })
	}
}

// notPassed gives up a request that the library has not passed up: it makes no
// transaction where the connection has broken meanwhile. The leg's later
// messages must not wait for it, nor a leg that it would have opened live on.
func (e *Edge) notPassed(key string, l *leg, w *letter) {
	if !l.box.abandon(w) {
		return
	}
	e.mu.Lock()
	if e.waiting[key] != nil && e.waiting[key].letter == w {
		delete(e.waiting, key)
	}
	e.mu.Unlock()
	l.box.post(func() {
		if l.inbound() && l.in.invite == nil {
			l.phase = over
		}
	})
}

// waiting is a letter whose request the library has not passed up yet.
type waiting struct {
	leg    *leg
	letter *letter
}

// legOf finds the leg that a request is for, and makes it for an INVITE that
// opens a call. e.mu is held.
func (e *Edge) legOf(req *sip.Request, o origin) *leg {
	if tag := tagOf(req.To().Params); tag != "" {
		if l := e.legs[tag]; l != nil && l.callID == req.CallID().Value() {
			return l
		}
		return nil
	}
	switch method(req) {
	case sip.CANCEL, sip.ACK:
		return e.invites[viaKey(req)]
	case sip.INVITE:
		return e.arriving(req, o)
	}
	return nil
}

// arriving makes the leg of a new call, unless the same INVITE came already by
// another path (§8.2.2.2), which outside.go answers.
func (e *Edge) arriving(req *sip.Request, o origin) *leg {
	t := e.lineFor(req, o)
	merge := mergeKey(req)
	if t == nil || e.merges[merge] || e.closing {
		return nil
	}
	l := e.newLeg(t, req.CallID().Value())
	t.counters.arrived.Add(1)
	l.inviteKey, l.mergeKey, l.came = viaKey(req), merge, o
	e.invites[l.inviteKey] = l
	e.merges[merge] = true
	return l
}

func (e *Edge) admitResponse(res *sip.Response, o origin) {
	cseq, via, from := res.CSeq(), res.Via(), res.From()
	if cseq == nil || via == nil || from == nil || res.To() == nil || res.CallID() == nil {
		e.counters.stray.Add(1)
		return
	}
	e.mu.Lock()
	l, errand := e.legs[tagOf(from.Params)], e.errands[exchangeKey(via, cseq.MethodName)]
	e.mu.Unlock()
	if errand != nil && errand.wrote(via) && errand.hears(o.transport, o.from.Addr()) {
		return // its transaction has it
	}
	if l == nil || l.callID != res.CallID().Value() || !l.line.wrote(via) || !l.line.hears(o.transport, o.from.Addr()) {
		e.counters.stray.Add(1)
		return
	}
	e.ladders.note(res, false)
	if cseq.MethodName == sip.INVITE && l.ghost {
		return // no transaction knows it either: see haunted
	}
	if cseq.MethodName == sip.INVITE && res.StatusCode >= 300 {
		// The library acknowledges a refusal; what we do next comes after.
		l.box.dropRefusal(&letter{res: res, key: exchangeKey(via, sip.INVITE)})
		return
	}
	l.box.drop(&letter{res: res, open: true})
}

// passedUp is the library's handler: it is called on a goroutine of its own
// for each request that is no retransmission.
func (e *Edge) passedUp(req *sip.Request, tx *sip.ServerTx) {
	defer e.survive("request")
	if method(req) == sip.ACK {
		tx.Terminate() // it answers nothing and would stay for ever
		return
	}
	e.mu.Lock()
	w := e.waiting[tx.Key()]
	e.mu.Unlock()
	if w == nil {
		e.outside(req, tx)
		return
	}
	forget := func(key string, _ error) {
		e.mu.Lock()
		delete(e.waiting, key)
		e.mu.Unlock()
	}
	if !tx.OnTerminate(forget) {
		forget(tx.Key(), nil)
	}
	if !w.leg.box.openFor(w.letter, req, tx) {
		e.refuse(req, tx, sip.StatusCallTransactionDoesNotExists)
	}
}

// survive keeps a panic that a stranger's bytes caused from ending the process.
func (e *Edge) survive(where string) {
	if p := recover(); p != nil {
		e.caught(where, p)
	}
}

// surviving runs f; a panic in it ends f alone.
func (e *Edge) surviving(f func()) {
	defer e.survive("news")
	f()
}

func (e *Edge) caught(where string, p any) {
	e.counters.panics.Add(1)
	e.log.Error("sip: panic", slog.String("in", where), slog.Any("panic", p), slog.String("stack", string(debug.Stack())))
}

// method returns what a request is, whatever the gate renamed it to.
func method(req *sip.Request) sip.RequestMethod { return req.CSeq().MethodName }

// viaKey names the transaction of an INVITE and of the CANCEL or ACK that
// belongs to it (§17.2.3).
func viaKey(req *sip.Request) string {
	via := req.Via()
	return via.Params.GetOr("branch", "") + " " + via.SentBy()
}

// exchangeKey names a request of ours and the responses to it (§17.1.3).
func exchangeKey(via *sip.ViaHeader, m sip.RequestMethod) string {
	return via.Params.GetOr("branch", "") + " " + string(m)
}

// mergeKey names an INVITE that opens a call, by whatever path it comes (§8.2.2.2).
func mergeKey(req *sip.Request) string {
	return strings.Join([]string{req.CallID().Value(), tagOf(req.From().Params), req.CSeq().Value()}, " ")
}

func tagOf(params sip.HeaderParams) string { return params.GetOr("tag", "") }
