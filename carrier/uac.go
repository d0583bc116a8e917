package carrier

import (
	"context"
	"fmt"
	"strings"

	"github.com/emiago/sipgo/sip"
)

// uacState is what a call that we place needs before it is up. It belongs to
// the signalling loop.
type uacState struct {
	tx        *clientTx
	invite    *sip.Request
	early     bool // a provisional response has come: CANCEL may go
	cancelled bool // we want no answer any more
	sent      bool // CANCEL
	others    map[string]*dialog
	offered   bool // an answer has been applied
}

// Call places a call to the gateway, as the telephone network does when
// somebody dials one of its numbers, and returns when the INVITE is sent. The
// behaviour runs once the call is answered; nil leaves the call to the caller
// of this method and its [Call.Hangup], [Call.Play] and so on.
func (c *Carrier) Call(ctx context.Context, from, to string, behaviour Behaviour) (*Call, error) {
	return c.CallAs(ctx, "", from, to, behaviour)
}

// CallAs is Call for somebody who says a name beside the number, as the display name
// of From (RFC 3261 §20.10). The network passes on whatever it is.
func (c *Carrier) CallAs(ctx context.Context, name, from, to string, behaviour Behaviour) (*Call, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("carrier: call %s: %w", to, err)
	}
	var call *Call
	err := ErrClosed
	c.do(func() { call, err = c.dial(name, from, to, behaviour) })
	if err != nil {
		return nil, fmt.Errorf("carrier: call %s: %w", to, err)
	}
	return call, nil
}

// quoted writes what stands in a quoted string (RFC 3261 §25.1).
var quoted = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

func (c *Carrier) dial(name, from, to string, behaviour Behaviour) (*Call, error) {
	if !c.gateway.IsValid() {
		return nil, fmt.Errorf("no gateway is configured: %w", ErrState)
	}
	call := c.newCall(token()+"@"+c.addr.Addr().String(), from, to)
	call.placed, call.behaviour, call.session.wanted = true, behaviour, sendRecv
	gateway := sip.Uri{Scheme: "sip", User: to, Host: c.gateway.Addr().String(), Port: int(c.gateway.Port())}
	call.dialog = &dialog{
		c: c, callID: call.id, localTag: token(),
		local: c.uri(from), remote: gateway, target: gateway, peer: c.gateway,
	}
	offer, err := call.offer()
	if err != nil {
		call.finish(End{By: Us, Reason: err.Error()})
		return nil, err
	}
	req := call.dialog.request(sip.INVITE)
	req.From().DisplayName = quoted.Replace(name)
	req.AppendHeader(c.contact(from))
	req.AppendHeader(sip.NewHeader("P-Asserted-Identity", "<"+call.dialog.local.String()+">"))
	req.AppendHeader(sip.NewHeader("Allow", allowed))
	call.wantTime(req)
	setSDP(req, offer.marshal())
	call.mu.Lock()
	call.invite, call.raw = req, []byte(req.String())
	call.mu.Unlock()
	call.uac.invite = req
	call.open()
	call.uac.tx = c.request(req, c.gateway, call.progressed)
	return call, nil
}

// progressed takes each response to our INVITE.
func (call *Call) progressed(res *sip.Response) {
	switch {
	case res == nil:
		call.finish(End{By: Them, Code: sip.StatusRequestTimeout, Reason: "no response"})
	case res.StatusCode < 200:
		call.provisionally(res)
	case res.StatusCode < 300:
		call.accepted(res)
	case call.uac.cancelled:
		call.finish(End{By: Us, Code: res.StatusCode, Reason: "cancelled"})
	default:
		call.finish(End{By: Them, Code: res.StatusCode, Reason: res.Reason})
	}
}

func (call *Call) provisionally(res *sip.Response) {
	call.uac.early = true
	if call.uac.cancelled {
		call.sendCancel()
	}
	if sdpOf(res) != nil && call.takeAnswerOf(res) == nil {
		call.uac.offered = true
		call.advance(EarlyMedia)
	}
	if res.StatusCode == sip.StatusRinging {
		call.advance(Ringing)
	}
}

// accepted takes a 2xx: the first makes the call, its repetitions get their ACK
// again, and one from another telephone is acknowledged and hung up at once.
func (call *Call) accepted(res *sip.Response) {
	seq := res.CSeq().SeqNo
	tag := tagOf(res.To().Params)
	switch {
	case call.State() >= Answered && tag == call.dialog.remoteTag:
		call.ack(call.dialog, seq)
		return
	case call.State() >= Answered:
		call.decline(res, tag, seq)
		return
	}
	call.dialog = call.dialog.established(res)
	call.ack(call.dialog, seq)
	if call.uac.cancelled {
		call.advance(Confirmed)
		call.bye("cancelled too late", func(*sip.Response) {})
		return
	}
	err := call.takeAnswerOf(res)
	if err != nil || !call.uac.offered && sdpOf(res) == nil {
		call.bye("no usable SDP in the answer", func(*sip.Response) {})
		return
	}
	call.heardTime(res)
	call.advance(Confirmed)
	if call.behaviour != nil {
		call.perform(call.behaviour)
	}
}

// decline says ACK and BYE to a further telephone that answered.
func (call *Call) decline(res *sip.Response, tag string, seq uint32) {
	d, known := call.uac.others[tag]
	if !known {
		d = call.dialog.established(res)
		if call.uac.others == nil {
			call.uac.others = make(map[string]*dialog)
		}
		call.uac.others[tag] = d
	}
	call.ack(d, seq)
	if !known {
		req := d.request(sip.BYE)
		req.SetBody(nil)
		call.c.request(req, d.hop(), func(*sip.Response) {})
	}
}

// cancelPlaced gives up a call that has not been answered. CANCEL waits for
// the first provisional response (RFC 3261 §9.1); the call is over when the
// INVITE's final response comes.
func (call *Call) cancelPlaced() {
	call.uac.cancelled = true
	if call.uac.early {
		call.sendCancel()
	}
}

func (call *Call) sendCancel() {
	if call.uac.sent {
		return
	}
	call.uac.sent = true
	req := sameBranch(call.uac.invite, sip.CANCEL)
	req.AppendHeader(sip.HeaderClone(call.uac.invite.To()))
	req.SetBody(nil)
	call.c.request(req, call.uac.tx.to, func(*sip.Response) {})
	// A far side that never ends its INVITE does not keep us (§9.1).
	call.c.clock.after(64*call.c.cfg.T1, func() {
		call.finish(End{By: Us, Code: sip.StatusRequestTerminated, Reason: "cancelled, unanswered"})
	})
}
