package sip

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"time"

	"github.com/emiago/sipgo/sip"

	"webtrunk"
)

// response builds a response to a request (§8.2.6). tag is ours in its To;
// empty where the request has one already.
func (e *Edge) response(req *sip.Request, status int, tag string, more ...sip.Header) *sip.Response {
	res := sip.NewResponseFromRequest(req, status, phrases[status], nil)
	if to := res.To(); to != nil && tag != "" && status != sip.StatusTrying {
		to.Params.Add("tag", tag)
	}
	res.AppendHeader(sip.NewHeader("Server", e.cfg.UserAgent))
	if status == sip.StatusMethodNotAllowed || status == sip.StatusOK {
		res.AppendHeader(sip.NewHeader("Allow", e.allowedTo(req)))
	}
	if status == sip.StatusServiceUnavailable && !slices.ContainsFunc(more, isRetryAfter) {
		res.AppendHeader(sip.NewHeader("Retry-After", "10"))
	}
	for _, h := range more {
		appendHeader(res, h)
	}
	return res
}

// retryHeader is when whoever was refused by err may come again (RFC 3261
// §20.33); nil where it does not say. By lot it is up to twice as long, so that
// all who were refused in one moment do not return in one.
func retryHeader(err error) sip.Header {
	after := webtrunk.RetryOf(err)
	if after <= 0 {
		return nil
	}
	after += rand.N(after)
	return sip.NewHeader("Retry-After", strconv.Itoa(int(max(1, after/time.Second))))
}

func isRetryAfter(h sip.Header) bool { return h != nil && h.Name() == "Retry-After" }

// appendHeader adds a header to a message, unless it is none.
func appendHeader(msg interface{ AppendHeader(sip.Header) }, h sip.Header) {
	if h != nil {
		msg.AppendHeader(h)
	}
}

// withSDP gives a response or request its body.
func withSDP(msg interface {
	AppendHeader(sip.Header)
	SetBody([]byte)
}, body []byte) {
	msg.AppendHeader(sip.NewHeader("Content-Type", "application/sdp"))
	msg.SetBody(body)
}

// send hands a response to its transaction. Errors are logged, for nobody can
// do anything about them: the peer repeats its request or gives up.
func (e *Edge) send(tx *sip.ServerTx, res *sip.Response) {
	if err := seal(res); err != nil {
		e.log.Error("sip: response not sent", "error", err)
		return
	}
	e.ladders.note(res, true)
	if err := tx.Respond(res); err != nil {
		e.log.Debug("sip: response not sent", "status", res.StatusCode, "error", err)
		if e.connections.named(res.Destination()) == nil {
			e.reply(res)
		}
	}
	if res.IsCancel() {
		tx.Terminate() // the library keeps no state for responses to CANCEL
	}
}

func (e *Edge) refuse(req *sip.Request, tx *sip.ServerTx, status int, more ...sip.Header) {
	e.send(tx, e.response(req, status, "", more...))
}
