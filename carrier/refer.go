package carrier

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/emiago/sipgo/sip"
)

// Refer asks the other side to connect whom it talks with to somebody else (RFC
// 3515): to is the Refer-To header's value, as "<sip:+15550100102@127.0.0.1>". It
// returns the final response to the REFER; how the transfer goes comes by NOTIFY
// and is in [Call.Referred].
func (call *Call) Refer(ctx context.Context, to string) (code int, err error) {
	err = call.ask(ctx, call.done, func(done func(error)) {
		req := call.dialog.request(sip.REFER)
		req.AppendHeader(call.c.contact(call.self()))
		req.AppendHeader(sip.NewHeader("Refer-To", to))
		req.SetBody(nil)
		call.c.request(req, call.dialog.hop(), func(res *sip.Response) {
			switch {
			case res == nil:
				done(refusal("REFER", res))
			case res.StatusCode >= 200:
				code = res.StatusCode
				done(nil)
			}
		})
	})
	return code, err
}

// Replaces is what a Refer-To names the call by, to whoever it is with (RFC 3891),
// escaped for a URI.
func (call *Call) Replaces() string {
	var s string
	call.c.do(func() {
		s = call.id + "%3Bto-tag%3D" + call.dialog.remoteTag + "%3Bfrom-tag%3D" + call.dialog.localTag
	})
	return strings.ReplaceAll(s, "@", "%40")
}

// notified takes a NOTIFY: the status line that it carries says how the call goes
// that we have asked for (RFC 3515 §2.4.5).
func (call *Call) notified(tx *serverTx) {
	status := sipfrag(string(tx.req.Body()))
	if !isType(tx.req, "message/sipfrag") || status == 0 {
		tx.reply(sip.StatusBadRequest)
		return
	}
	tx.reply(sip.StatusOK)
	call.mu.Lock()
	call.referred = append(call.referred, status)
	call.mu.Unlock()
	call.changed()
}

// sipfrag reads the status line of a message (RFC 3420), 0 where there is none.
func sipfrag(body string) int {
	words := strings.Fields(body)
	if len(words) < 2 || words[0] != "SIP/2.0" {
		return 0
	}
	status, _ := strconv.Atoi(words[1])
	return status
}

// Referred returns the statuses that NOTIFYs have told since the first REFER.
func (call *Call) Referred() []int {
	call.mu.Lock()
	defer call.mu.Unlock()
	return slices.Clone(call.referred)
}

// Told matches calls whose last NOTIFY told a status.
func Told(status int) Match {
	return func(call *Call) bool {
		all := call.Referred()
		return len(all) > 0 && all[len(all)-1] == status
	}
}
