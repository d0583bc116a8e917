package meter

import "time"

// An Event is what a meter has to say.
type Event interface{ event() }

type (
	// FreeStarted: both sides talk, and for a while nothing is charged.
	FreeStarted struct{ For time.Duration }
	// FreeEnding: who has accepted already is free for so long only.
	FreeEnding struct{ Left time.Duration }
	// AcceptanceRequested: the payer must be asked for the price now. Within Answer the call
	// goes on and nothing is charged.
	AcceptanceRequested struct{ Answer, FreeLeft time.Duration }
	// PriceAccepted, PriceDeclined: what the payer said.
	PriceAccepted struct{}
	PriceDeclined struct{}
	// Unanswered: the payer said nothing in time.
	Unanswered struct{}
	// OverUnpaid: nobody pays for what follows, and the terms say that the call ends.
	OverUnpaid      struct{}
	MeteringStarted struct{}
	MeterPaused     struct{ Reason Reason }
	MeterResumed    struct{}
	RateChanged     struct{ Reason Reason } // with pictures, or without again
	// LowBalance: the payer has so much talking time left.
	LowBalance struct{ Left time.Duration }
	// UsedUp: the money is used up, and no more can be had.
	UsedUp struct{}
)

func (FreeStarted) event()         {}
func (FreeEnding) event()          {}
func (AcceptanceRequested) event() {}
func (PriceAccepted) event()       {}
func (PriceDeclined) event()       {}
func (Unanswered) event()          {}
func (OverUnpaid) event()          {}
func (MeteringStarted) event()     {}
func (MeterPaused) event()         {}
func (MeterResumed) event()        {}
func (RateChanged) event()         {}
func (LowBalance) event()          {}
func (UsedUp) event()              {}

// A told is what the events so far have said.
type told struct {
	free, ending, started, unpaid, used bool
	answer                              answer
	reason                              Reason // of the last one that was charged, or paused it
}

// change counts up to now, changes something, and says what came of both. What is counted
// may be something to say itself, in the middle: so it goes from one to the next.
func (m *Meter) change(now time.Duration, f func()) (said []Event) {
	for m.begun && !m.ended && m.at < now {
		step := now
		if next := m.Next(); next > 0 && m.at+next < now {
			step = m.at + next
		}
		m.count(step)
		said = append(said, m.say()...)
	}
	f()
	return append(said, m.say()...)
}

// say derives what has not been said yet.
func (m *Meter) say() (said []Event) {
	if !m.begun {
		return nil
	}
	if !m.priced() {
		return nil
	}
	reason := m.reason()
	if reason == Free && !m.told.free {
		m.told.free = true
		said = append(said, FreeStarted{m.freeLeft()})
	}
	if m.ask() {
		m.told.ending = true // it is said with the question
		said = append(said, AcceptanceRequested{m.deadline - m.at, m.freeLeft()})
	}
	said = append(said, m.sayAnswer()...)
	if m.freeEnds() {
		m.told.ending = true
		said = append(said, FreeEnding{m.freeLeft()})
	}
	if m.freeLeft() > 0 || m.ended {
		return said
	}
	if m.answer == accepted {
		return append(said, m.sayRunning(reason)...)
	}
	if m.answer != none && m.Terms.After == "end" && !m.told.unpaid {
		m.told.unpaid = true
		said = append(said, OverUnpaid{})
	}
	return said
}

func (m *Meter) sayAnswer() []Event {
	if m.answer == m.told.answer {
		return nil
	}
	m.told.answer = m.answer
	m.told.unpaid = false
	switch m.answer {
	case accepted:
		return []Event{PriceAccepted{}}
	case declined:
		m.told.started, m.told.reason = false, ""
		return []Event{PriceDeclined{}}
	}
	return []Event{Unanswered{}}
}

// sayRunning tells of a meter that runs, or pauses.
func (m *Meter) sayRunning(reason Reason) (said []Event) {
	was := m.told.reason
	switch {
	case reason == Unfunded && m.final && !m.told.used:
		m.told.used = true
		said = append(said, UsedUp{})
	case !m.told.started && reason.Charged():
		m.told.started = true
		said = append(said, MeteringStarted{})
	case !m.told.started || reason == was:
	case !reason.Charged():
		said = append(said, MeterPaused{reason})
	case !was.Charged():
		said = append(said, MeterResumed{})
	default:
		said = append(said, RateChanged{reason})
	}
	if m.told.started {
		m.told.reason = reason
	}
	if reason != Unfunded {
		m.told.used = false
		if left, low := m.warn(); low {
			said = append(said, LowBalance{left})
		}
	}
	return said
}
