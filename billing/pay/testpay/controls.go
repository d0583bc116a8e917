package testpay

import (
	"encoding/json"
	"net/http"

	"webtrunk/billing/pay"
)

// Controls make the provider as bad as real ones are. PUT /v1/controls sets all of them; what
// is left out is as a good provider has it.
type Controls struct {
	LateMS       int  `json:"late_ms"`       // how long every answer to a POST takes
	DropAnswers  int  `json:"drop_answers"`  // how many of the next POSTs are done and not answered
	HookCopies   int  `json:"hook_copies"`   // how often each webhook is sent, though it was answered; 0 is once
	HoldHooks    bool `json:"hold_hooks"`    // webhooks wait
	ReverseHooks bool `json:"reverse_hooks"` // of those that wait, the last is sent first
}

// spend returns what holds for one request, and counts that request.
func (c *Controls) spend() Controls {
	now := *c
	c.DropAnswers = max(0, c.DropAnswers-1)
	return now
}

func (srv *Server) control(w http.ResponseWriter, q *http.Request) {
	var c Controls
	d := json.NewDecoder(http.MaxBytesReader(w, q.Body, 4096))
	d.DisallowUnknownFields()
	if err := d.Decode(&c); err != nil || c.LateMS < 0 || c.DropAnswers < 0 || c.HookCopies < 0 {
		fail(w, pay.Fail("", pay.Invalid, "The controls are late_ms, drop_answers, hook_copies, hold_hooks and reverse_hooks.", nil))
		return
	}
	if err := srv.change(func(s *state) error { s.Controls = c; return nil }); err != nil {
		fail(w, err)
		return
	}
	show(w, c)
}
