package policy

import (
	"context"

	"webtrunk"
	"webtrunk/event"
	"webtrunk/store"
)

// Refused is the data of the event policy.refused. To is as the caller named it,
// so that no hidden contact is told.
type Refused struct {
	Call   webtrunk.CallID `json:"call,omitempty"` // left out where it was refused before there was one
	To     string          `json:"to"`
	Rule   Rule            `json:"rule"`
	Scope  Scope           `json:"scope"`
	Reason string          `json:"reason"` // the sentence that the caller was told
}

// refused counts a refusal and puts it into the account's log. That it cannot be
// put there is no reason to let the call happen.
func (g *Guard) refused(ctx context.Context, q Question, r *Refusal) error {
	g.counted[r.Rule].Add(1)
	g.cfg.Log.Info("policy: refused", "call", q.Call, "account", q.Account, "rule", r.Rule, "scope", r.Scope)
	rec, err := event.New(q.Account, q.Test, "policy.refused", Refused{Call: q.Call, To: q.Asked.String(), Rule: r.Rule, Scope: r.Scope, Reason: r.Message})
	if err == nil {
		err = g.cfg.Store.Tx(ctx, func(tx *store.Tx) error {
			tx.Emit(rec)
			return nil
		})
	}
	if err != nil {
		g.cfg.Log.Error("policy: a refusal could not be recorded", "call", q.Call, "rule", r.Rule, "error", err)
	}
	return r
}
