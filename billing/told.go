package billing

import (
	"webtrunk"
	"webtrunk/billing/meter"
	"webtrunk/billing/money"
	"webtrunk/billing/price"
	"webtrunk/event"
	"webtrunk/store"
)

// A toldQuote is what events say of a quote.
type toldQuote struct {
	Quote  string          `json:"quote"`
	Call   webtrunk.CallID `json:"call"`
	Price  string          `json:"price"`
	Payer  string          `json:"payer"` // customer_wallet or sponsor_budget, and whose
	Terms  price.Terms     `json:"terms"`
	Answer Answer          `json:"answer,omitempty"`
	By     string          `json:"answered_by,omitempty"`
	Method Method          `json:"method,omitempty"`
	Asked  string          `json:"offered_by,omitempty"` // during the call
}

// tell puts into the log what happened to a quote.
func (q Quote) tell(tx *store.Tx, what string) error {
	return emit(tx, q, what, toldQuote{Quote: q.ID, Call: q.Call, Price: q.Price, Payer: string(q.Payer.Kind) + ":" + q.Payer.Owner, Terms: q.Terms, Answer: q.Answer, By: q.By, Method: q.Method, Asked: q.OfferedBy})
}

// A toldSession is what events say of how a call is billed. What does not apply is left out.
type toldSession struct {
	Session string          `json:"billing_session"`
	Call    webtrunk.CallID `json:"call"`
	Quote   string          `json:"quote"`
	State   meter.State     `json:"state"`
	Charged money.Amount    `json:"charged"`
	Talk    float64         `json:"charged_seconds"`
	Free    float64         `json:"free_seconds"`
	Reason  meter.Reason    `json:"reason,omitempty"`
	Answer  float64         `json:"answer_within_seconds,omitempty"`
	Left    float64         `json:"left_seconds,omitempty"`
}

// told is how the session stands.
func (s Session) told() toldSession {
	return toldSession{Session: s.ID, Call: s.Call, Quote: s.Quote, State: s.State, Charged: s.Amount(),
		Talk: s.Talk.Total().Seconds(), Free: s.Free.Seconds()}
}

func emit(tx *store.Tx, of Quote, what string, data any) error {
	r, err := event.New(of.Tenant.Account, of.Tenant.Test, what, data)
	if err == nil {
		tx.Emit(r)
	}
	return err
}
