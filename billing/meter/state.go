package meter

// A State is how a billing session stands.
type State string

const (
	Quoted             State = "quoted" // nobody has answered yet
	InFree             State = "free"   // nothing is charged: the free time, or nobody accepted
	AwaitingAcceptance State = "awaiting_acceptance"
	Metering           State = "metering"
	Paused             State = "paused"
	Settling           State = "settling"
	Settled            State = "settled"
	Voided             State = "voided" // nothing was due
)

// Open are the states of a session that is not over.
var Open = []State{Quoted, InFree, AwaitingAcceptance, Metering, Paused, Settling}

// State derives how the session stands.
func (m *Meter) State() State {
	reason := m.reason()
	switch {
	case m.settled && m.Due().Minor > 0:
		return Settled
	case m.settled:
		return Voided
	case m.ended:
		return Settling
	case !m.begun:
		return Quoted
	case m.answer == accepted && m.freeLeft() == 0 && reason.Charged():
		return Metering
	case m.answer == accepted && m.freeLeft() == 0:
		return Paused
	case m.asked && m.answer == none && m.freeLeft() == 0:
		return AwaitingAcceptance
	}
	return InFree
}
