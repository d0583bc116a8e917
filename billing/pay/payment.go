package pay

import (
	"time"

	"webtrunk/billing/money"
)

// A State is how far a payment is.
type State string

const (
	Pending              State = "pending"               // the provider does not know yet
	RequiresConfirmation State = "requires_confirmation" // the payer has to say yes, to who issued the card
	Authorised           State = "authorised"            // set aside, not taken
	Captured             State = "captured"              // taken; Refunded says how much went back
	Canceled             State = "canceled"              // given up before anything was taken
	Declined             State = "declined"              // refused by who issued the card, or by the payer
)

// Over reports a payment that takes nothing any more, whatever is asked.
func (s State) Over() bool { return s == Canceled || s == Declined }

// A Payment is what a provider has for one Authorise or Charge.
type Payment struct {
	ID         PaymentID    `json:"id"`
	Key        Key          `json:"key"`
	Customer   CustomerID   `json:"customer"`
	State      State        `json:"state"`
	Amount     money.Amount `json:"amount"`   // what was asked for
	Captured   money.Amount `json:"captured"` // what was taken, refunds not taken off
	Refunded   money.Amount `json:"refunded"`
	Reason     string       `json:"reason,omitempty"`      // why it was declined: a sentence for the payer
	ConfirmURL string       `json:"confirm_url,omitempty"` // where the payer confirms
	Created    time.Time    `json:"created"`
}

// Outcome is nil for a payment that is on its way, and otherwise the error that says what
// whoever asked for it does next.
func (p Payment) Outcome(op string) error {
	switch p.State {
	case Declined:
		return Fail(op, CardDeclined, p.Reason, nil)
	case RequiresConfirmation:
		e := Fail(op, NeedsConfirmation, "The bank wants the payer to confirm this payment.", nil)
		e.URL = p.ConfirmURL
		return e
	case Pending:
		return Fail(op, Unknown, "The payment is not decided yet.", nil)
	}
	return nil
}
