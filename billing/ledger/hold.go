package ledger

import "time"

// A HoldState is how a hold stands.
type HoldState string

const (
	Pending HoldState = "pending"
	Posted  HoldState = "posted"  // all of it was drawn, or the rest released after a draw
	Voided  HoldState = "voided"  // released, and nothing was drawn
	Expired HoldState = "expired" // its time was over
)

// A Held is a hold: what is set aside of an account.
type Held struct {
	ID      string
	From    Name
	Amount  int64
	Drawn   int64
	State   HoldState
	Expires time.Time // zero: never
}

// Left is what can still be drawn.
func (h Held) Left() int64 {
	if h.State != Pending {
		return 0
	}
	return h.Amount - h.Drawn
}

// ended is the state of a hold that is released.
func (h Held) ended(op Op) HoldState {
	switch {
	case op == Expire:
		return Expired
	case h.Drawn > 0:
		return Posted
	}
	return Voided
}
