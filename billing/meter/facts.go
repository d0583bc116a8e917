package meter

// Facts are what is so in a call.
type Facts struct {
	Connected    bool // both sides are in it, with sound
	Held         bool // by the seller's side
	Reconnecting bool // the line of one side is lost, for now
	Silent       bool // nothing came from one side for a while that should have
	Unconsented  bool // it is to be recorded, and not everybody has agreed yet
	Video        bool // pictures flow
}

// A Reason is what a second was, to those who read the bill.
type Reason string

// The reasons. Those of Charged cost something.
const (
	Talk  Reason = "talk"
	Video Reason = "video"

	Waiting      Reason = "waiting" // for the other side
	Held         Reason = "held"    // by the seller's side
	Reconnecting Reason = "reconnecting"
	Silent       Reason = "silent" // no sound arrives from one side
	Unconsented  Reason = "consent"
	Free         Reason = "free"
	Asked        Reason = "awaiting_acceptance"
	InGrace      Reason = "grace"    // the price was accepted a moment ago
	Declined     Reason = "declined" // and the call goes on for nothing
	Unfunded     Reason = "unfunded" // no money is set aside for it
)

// Charged reports a reason that costs something.
func (r Reason) Charged() bool { return r == Talk || r == Video }

// against is why a second is not charged that could be, empty where nothing speaks against it.
func (f Facts) against() Reason {
	switch {
	case f.Reconnecting:
		return Reconnecting
	case !f.Connected:
		return Waiting
	case f.Held:
		return Held
	case f.Unconsented:
		return Unconsented
	case f.Silent:
		return Silent
	}
	return ""
}
