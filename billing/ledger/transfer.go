package ledger

import (
	"fmt"
	"time"

	"webtrunk"
	"webtrunk/billing/money"
)

// An Op is what a transfer does.
type Op string

const (
	Move    Op = "move"    // an amount from one account to another
	Hold    Op = "hold"    // set an amount aside that is there; the transfer's ID is the hold's
	Draw    Op = "draw"    // move an amount that is held
	Release Op = "release" // end a hold, unless it has ended: what is left of it can be used again
	Expire  Op = "expire"  // the same, because its time is over
)

// A Reason says what money is moved for, to those who read statements.
type Reason string

const (
	TopUp      Reason = "top_up"
	Withdrawal Reason = "withdrawal"
	Talk       Reason = "talk"    // a call's time, or what it costs to begin it
	Charge     Reason = "charge"  // something sold during a call
	Refund     Reason = "refund"  // of one of the two
	Fee        Reason = "fee"     // of the payment provider
	Payout     Reason = "payout"  // to a seller
	Dispute    Reason = "dispute" // opened, or lost
	Promotion  Reason = "promotion"
	Adjustment Reason = "adjustment" // by somebody of the tenant, who says why elsewhere
)

// A Transfer is one thing that is asked of the ledger. It is as durable as its ID: whoever
// asks again with it is told what became of it, and with another content is refused.
type Transfer struct {
	ID     string
	Op     Op
	Hold   string // Draw, Release, Expire: the hold's ID
	From   Name   // Move, Hold: whose money
	To     Name   // Move, Draw: where it goes
	Amount int64  // in minor units, above 0; Release and Expire take what is left
	// Least makes do with less where there is not enough: with no less than this. 0 is all
	// or nothing. A Draw takes what its hold still has.
	Least   int64
	Reason  Reason
	Call    webtrunk.CallID
	Subject string    // the ID of what it is for: a billing session, a charge, a payout
	Expires time.Time // Hold; zero: never
}

// A Result is what became of a transfer.
type Result struct {
	Transfer
	Moved int64 // or set aside, or given back
	At    time.Time
	Again bool // it was asked for before: this is what became of it then
}

// check refuses what can never be made.
func (t Transfer) check() error {
	takes, gives := t.Op == Move || t.Op == Hold, t.Op == Move || t.Op == Draw
	switch {
	case t.ID == "" || len(t.ID) > 128:
		return invalid("A transfer needs an ID of 1 to 128 characters.")
	case t.Op != Move && t.Op != Hold && t.Op != Draw && t.Op != Release && t.Op != Expire:
		return invalid("There is no operation %q.", t.Op)
	case (t.Hold == "") == (t.Op == Draw || t.Op == Release || t.Op == Expire):
		return invalid("A draw, a release and an expiry name a hold, and nothing else does.")
	case takes != t.From.valid() || gives != t.To.valid():
		return invalid("A transfer needs the accounts that it takes from and gives to.")
	case takes && gives && (t.From == t.To || t.From.Tenant != t.To.Tenant || t.From.Test != t.To.Test || t.From.Currency != t.To.Currency):
		return invalid("Money moves between two accounts of one tenant, mode and currency.")
	case (takes || gives) && (t.Amount <= 0 || t.Amount > money.Most || t.Least < 0 || t.Least > t.Amount):
		return invalid("An amount is 1 to %d minor units, and the least of it not more.", int64(money.Most))
	}
	return nil
}

// same reports whether a transfer asks for what another has asked for.
func (t Transfer) same(was Transfer) bool {
	t.Expires, was.Expires = time.Time{}, time.Time{} // a second asker's clock has gone on
	return t == was
}

func invalid(format string, args ...any) error { return refuse(webtrunk.Invalid, format, args...) }

func refuse(kind webtrunk.Kind, format string, args ...any) error {
	return &webtrunk.Error{Op: "ledger", Kind: kind, Message: fmt.Sprintf(format, args...)}
}
