package meter

import (
	"time"

	"webtrunk/billing/money"
	"webtrunk/billing/price"
)

// The times of asking for a price.
const (
	// AskBefore is how long before the free time ends the price is asked for.
	AskBefore = 30 * time.Second
	// AnswerTime is how long whoever is asked has to answer, at least. Who says nothing
	// pays nothing.
	AnswerTime = 30 * time.Second
	// Grace is how long after a clear signal charging begins (16 CFR 308.5).
	Grace = 3 * time.Second
)

// An answer is what was said to the price.
type answer int8

const (
	none answer = iota
	accepted
	declined
	unanswered
)

// A Meter counts one call. Without terms nothing costs anything, until some are agreed. It belongs to one goroutine. Times are on the scale of a clock that
// only goes forward, from any zero.
type Meter struct {
	Terms price.Terms // of now

	before before // what was counted by other terms

	at     time.Duration // up to which all is counted
	facts  Facts
	begun  bool // the call was answered
	ended  bool
	asked  bool
	answer answer

	deadline time.Duration // of the answer
	from     time.Duration // charged not before

	settled bool

	free  time.Duration   // used of the free time
	talk  price.Talk      // charged
	funds int64           // what may be charged in all, in minor units
	final bool            // and nobody knows of more
	left  []time.Duration // warnings that were given
	spans []Interval
	base  time.Duration // when the call was answered
	told  told
}

// An Interval is a part of a call in which all seconds had one reason.
type Interval struct {
	From, To time.Duration // since the call was answered
	Reason   Reason
	Rate     money.Rate // a minute; 0 where nothing is charged
}

// Begin begins to count: the call was answered.
func (m *Meter) Begin(now time.Duration, f Facts) []Event {
	if m.begun || m.ended {
		return nil
	}
	return m.change(now, func() {
		m.at, m.begun, m.facts = now, true, f
		m.base = now
	})
}

// Learn tells what is so from now on.
func (m *Meter) Learn(now time.Duration, f Facts) []Event {
	return m.change(now, func() { m.facts = f })
}

// Advance counts up to now.
func (m *Meter) Advance(now time.Duration) []Event { return m.change(now, func() {}) }

// Accept is a clear yes to the price, by who pays. It counts also before the price was asked
// for, and once the call goes on for nothing.
func (m *Meter) Accept(now time.Duration) []Event {
	return m.change(now, func() {
		if m.answer == accepted || m.ended {
			return
		}
		m.answer, m.from = accepted, now+Grace
	})
}

// Decline is a no. What was accepted before stays so until now.
func (m *Meter) Decline(now time.Duration) []Event {
	return m.change(now, func() {
		if !m.ended {
			m.answer = declined
		}
	})
}

// Fund tells how much may be charged for the call in all, and whether no more can be had.
func (m *Meter) Fund(now time.Duration, minor int64, final bool) []Event {
	return m.change(now, func() {
		if minor > m.funds {
			m.left = nil // there is more again: warned is anew
		}
		m.funds, m.final = minor, final
	})
}

// End counts up to now, and no further.
func (m *Meter) End(now time.Duration) []Event {
	return m.change(now, func() { m.ended = true })
}

// Settle notes that what was due is paid.
func (m *Meter) Settle() { m.ended, m.settled = true, true }

// Due is what is due for what was counted.
func (m *Meter) Due() money.Amount { return m.dueFor(m.talk) }

// DueAhead is what would be due after some more talk.
func (m *Meter) DueAhead(more time.Duration) money.Amount {
	return m.dueFor(price.Talk{Voice: m.talk.Voice + more, Video: m.talk.Video})
}

// Talked is what was charged of the call.
func (m *Meter) Talked() price.Talk {
	return price.Talk{Voice: m.before.talk.Voice + m.talk.Voice, Video: m.before.talk.Video + m.talk.Video}
}

// FreeUsed is how much of the free time was used.
func (m *Meter) FreeUsed() time.Duration { return m.before.free + m.free }

// FreeLeft is what is left of the free time.
func (m *Meter) FreeLeft() time.Duration { return max(0, m.freeLeft()) }

// Left is how long one can still talk for what may be charged.
func (m *Meter) Left() time.Duration { return m.lasts() }

// Intervals are what was counted, in order and without a gap.
func (m *Meter) Intervals() []Interval { return m.spans }

// Reason is what this second is.
func (m *Meter) Reason() Reason { return m.reason() }

// freeLeft is what is left of the free time.
func (m *Meter) freeLeft() time.Duration { return m.Terms.Free.Duration() - m.free }

// lasts is how long one can still talk for what is set aside.
func (m *Meter) lasts() time.Duration { return m.lastsFor(m.funds, m.facts.Video) }

// reason derives what the second is that begins now.
func (m *Meter) reason() Reason {
	against := m.facts.against()
	switch {
	case against != "":
		return against
	case m.freeLeft() > 0 || !m.priced():
		return Free
	case m.answer == none:
		return Asked
	case m.answer != accepted:
		return Declined
	case m.at < m.from:
		return InGrace
	case m.lasts() == 0:
		return Unfunded
	case m.facts.Video:
		return Video
	}
	return Talk
}
