package carrier

import (
	"context"
	"net/netip"
	"strings"

	"github.com/emiago/sipgo/sip"
)

// handle takes a request that begins a transaction.
func (c *Carrier) handle(tx *serverTx, raw []byte, peer netip.AddrPort) {
	req := tx.req
	switch {
	case req.Method == sip.CANCEL:
		c.handleCancel(tx)
	case len(req.GetHeaders("Require")) > 0:
		c.refuseExtensions(tx)
	case tagOf(req.To().Params) != "":
		c.handleInside(tx)
	case req.Method == sip.INVITE:
		c.handleInvite(tx, raw, peer)
	case req.Method == sip.OPTIONS:
		tx.replyOptions()
	case strings.Contains(allowed, string(req.Method)):
		tx.reply(sip.StatusCallTransactionDoesNotExists)
	default:
		tx.refuseMethod()
	}
}

func (tx *serverTx) replyOptions() {
	res := tx.c.response(tx.req, sip.StatusOK, token())
	res.AppendHeader(sip.NewHeader("Allow", allowed))
	res.AppendHeader(sip.NewHeader("Accept", sdpType))
	res.SetBody(nil)
	tx.respond(res)
}

func (tx *serverTx) refuseMethod() {
	res := tx.c.response(tx.req, sip.StatusMethodNotAllowed, token())
	res.AppendHeader(sip.NewHeader("Allow", allowed))
	res.SetBody(nil)
	tx.respond(res)
}

// refuseExtensions answers Require: we have no extension that one must have.
func (c *Carrier) refuseExtensions(tx *serverTx) {
	res := c.response(tx.req, sip.StatusBadExtension, token())
	for _, h := range tx.req.GetHeaders("Require") {
		res.AppendHeader(sip.NewHeader("Unsupported", h.Value()))
	}
	res.SetBody(nil)
	tx.respond(res)
}

// uasState is what a call that came to us needs before it is up. It belongs to
// the signalling loop.
type uasState struct {
	tx         *serverTx
	offer      *description // nil when the INVITE brought none
	challenged bool         // 407 was sent; the same call comes again
	answered   bool
	sdp        []byte // our answer, made once
	onCancel   bool   // AnswerOnCancel
	unacked    []*repetition
	forks      map[string]*dialog // by our tag; AnswerForked
}

func (s *uasState) stop() {
	for _, r := range s.unacked {
		r.stop()
	}
	s.unacked = nil
}

// handleInvite is a new call: who are you, whom do you want, can we talk?
func (c *Carrier) handleInvite(tx *serverTx, raw []byte, peer netip.AddrPort) {
	req := tx.req
	call := c.calls[req.CallID().Value()]
	switch {
	case call == nil || call.over():
		call = c.newCall(req.CallID().Value(), telephoneOf(req.From().Address), telephoneOf(req.Recipient))
		call.log(In, req, raw)
		call.session.wanted = sendRecv
	case !call.uas.challenged:
		tx.reply(sip.StatusLoopDetected) // the same call by another way, §8.2.2.2
		return
	}
	call.mu.Lock()
	call.invite, call.raw = req, raw
	call.mu.Unlock()
	call.uas.tx, tx.call = tx, call
	call.dialog = c.newServerDialog(req, peer)
	if c.challenge(tx, call) {
		return
	}
	number, known := c.numbers[call.to]
	switch {
	case !known:
		call.refuse(sip.StatusNotFound)
	case c.cfg.MaxCalls > 0 && c.open >= c.cfg.MaxCalls:
		call.refuse(sip.StatusServiceUnavailable, sip.NewHeader("Retry-After", "5"))
	case call.takeOffer(req):
		call.uas.tx.reply(sip.StatusTrying)
		call.open()
		call.perform(number.Behaviour)
	}
}

// takeOffer reads the offer of an INVITE and refuses the call when we cannot
// talk about it.
func (call *Call) takeOffer(req *sip.Request) bool {
	if len(req.Body()) == 0 {
		return true
	}
	body := sdpOf(req)
	if body == nil {
		call.refuse(sip.StatusUnsupportedMediaType, sip.NewHeader("Accept", sdpType))
		return false
	}
	offer, err := parseSDP(body)
	if _, _, ok := offer.choose(call.c.cfg.Codecs); err != nil || !ok {
		call.refuse(sip.StatusNotAcceptableHere)
		return false
	}
	call.uas.offer = &offer
	return true
}

// perform runs the call's script on a goroutine of its own.
func (call *Call) perform(b Behaviour) {
	ctx, cancel := context.WithCancelCause(context.Background())
	call.cancel = func() { cancel(ErrEnded) }
	call.c.wg.Go(func() {
		defer cancel(nil)
		err := guarded(ctx, call, b)
		call.c.do(func() { call.performed(err) })
	})
}

// performed hangs up after a script that has not done so.
func (call *Call) performed(err error) {
	if call.over() {
		return
	}
	code := sip.StatusTemporarilyUnavailable
	if err != nil {
		code = sip.StatusInternalServerError
		call.c.log.Warn("a script failed", "call", call.id, "number", call.to, "err", err)
	}
	call.leave(code)
}

// leave ends the call from our side in whatever way its state asks for.
func (call *Call) leave(code int) {
	switch {
	case call.over():
	case call.placed && call.State() < Answered:
		call.cancelPlaced()
	case call.State() >= Answered:
		call.bye("hung up", func(*sip.Response) {})
	default:
		call.refuse(code)
	}
}

// refuse ends a call to us with a final response.
func (call *Call) refuse(code int, headers ...sip.Header) {
	res := call.c.response(call.uas.tx.req, code, call.dialog.localTag)
	for _, h := range headers {
		res.AppendHeader(h)
	}
	res.SetBody(nil)
	call.uas.tx.respond(res)
	call.finish(End{By: Us, Code: code, Reason: reasonPhrase(code)})
}

// provisional tells the caller how it goes.
func (call *Call) provisional(code int, sdp []byte, s State) {
	res := call.c.response(call.uas.tx.req, code, call.dialog.localTag)
	res.AppendHeader(call.c.contact(call.to))
	res.AppendHeader(sip.NewHeader("Allow", allowed))
	setSDP(res, sdp)
	call.uas.tx.respond(res)
	call.advance(s)
}

// earlySDP is our answer to the INVITE's offer, or our offer when it had none;
// it is made once, whichever response carries it.
func (call *Call) earlySDP() ([]byte, error) {
	if call.uas.sdp != nil {
		return call.uas.sdp, nil
	}
	var d description
	var err error
	if call.uas.offer != nil {
		d, err = call.answer(*call.uas.offer)
	} else {
		d, err = call.offer()
	}
	if err != nil {
		return nil, err
	}
	call.uas.sdp = d.marshal()
	return call.uas.sdp, nil
}

// handleCancel ends a call that we have not answered; a call that we have goes
// on, because the answer was first (RFC 3261 §9.2).
func (c *Carrier) handleCancel(tx *serverTx) {
	invite := c.servers[serverKey(tx.req, sip.INVITE)]
	if invite == nil || invite.call == nil {
		tx.reply(sip.StatusCallTransactionDoesNotExists)
		return
	}
	call := invite.call
	if call.uas.onCancel && invite.state == txProceeding {
		call.pickUp(nil)
	}
	res := c.response(tx.req, sip.StatusOK, call.dialog.localTag)
	res.SetBody(nil)
	tx.respond(res)
	if invite.state == txProceeding {
		call.refuseCancelled()
	}
}

func (call *Call) refuseCancelled() {
	code := sip.StatusRequestTerminated
	res := call.c.response(call.uas.tx.req, code, call.dialog.localTag)
	res.SetBody(nil)
	call.uas.tx.respond(res)
	call.finish(End{By: Them, Code: code, Reason: "cancelled"})
}

// telephoneOf is the number in a URI, in E.164 form when it is one.
func telephoneOf(uri sip.Uri) string {
	user := uri.User
	if uri.Scheme == "tel" {
		user, _, _ = strings.Cut(uri.Raw(), ";")
	}
	digits := strings.TrimLeft(user, "0123456789")
	if user != "" && digits == "" {
		return "+" + user
	}
	return user
}
