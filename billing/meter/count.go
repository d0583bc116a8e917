package meter

import (
	"slices"
	"time"

	"webtrunk/billing/money"
)

// count adds up to now, piece by piece: within each, all seconds have one reason.
func (m *Meter) count(now time.Duration) {
	for m.begun && !m.ended && m.at < now {
		reason := m.reason()
		d := now - m.at
		if until := m.until(reason); until > 0 && until < d {
			d = until
		}
		m.add(reason, d)
		m.expire()
	}
}

// until is how long a reason can last by itself; 0: until something changes.
func (m *Meter) until(reason Reason) time.Duration {
	switch reason {
	case Free:
		left := m.freeLeft()
		if ask := left - AskBefore; ask > 0 {
			return ask
		}
		return left
	case InGrace:
		return m.from - m.at
	case Asked:
		return m.deadline - m.at
	case Talk, Video:
		return m.lasts()
	}
	return 0
}

// expire ends the time for an answer.
func (m *Meter) expire() {
	if m.asked && m.answer == none && m.freeLeft() == 0 && m.at >= m.deadline {
		m.answer = unanswered
	}
}

// add counts a time for a reason.
func (m *Meter) add(reason Reason, d time.Duration) {
	var rate money.Rate
	switch reason {
	case Free:
		if m.priced() {
			m.free += d
		}
	case Talk:
		m.talk.Voice += d
		rate = m.Terms.PerMinute
	case Video:
		m.talk.Video += d
		if rate = m.Terms.Video; rate == 0 {
			rate = m.Terms.PerMinute
		}
	}
	from := m.at - m.base
	m.at += d
	if n := len(m.spans); n > 0 && m.spans[n-1].Reason == reason && m.spans[n-1].Rate == rate {
		m.spans[n-1].To = m.at - m.base
		return
	}
	m.spans = append(m.spans, Interval{from, m.at - m.base, reason, rate})
}

// Warnings are how much talking time is left when the payer is warned.
var Warnings = []time.Duration{3 * time.Minute, time.Minute}

// ask notes that it is time to ask for the price: a while before the free time ends, so that
// the answer is there in time.
func (m *Meter) ask() bool {
	if m.asked || !m.priced() || m.answer != none || !m.begun || m.ended || m.facts.against() != "" || m.freeLeft() > AskBefore {
		return false
	}
	m.asked = true
	m.deadline = m.at + max(AnswerTime, m.freeLeft())
	return true
}

// freeEnds reports that a longer free time ends soon, for who was not just asked for the price.
func (m *Meter) freeEnds() bool {
	left := m.freeLeft()
	return !m.told.ending && m.answer == accepted && !m.ended && 0 < left && left <= AskBefore && m.Terms.Free.Duration() > AskBefore
}

// warn returns how much time is left when that is to be said, once for each warning.
func (m *Meter) warn() (time.Duration, bool) {
	if m.answer != accepted || !m.final || m.ended || m.freeLeft() > 0 {
		return 0, false
	}
	lasts := m.lasts()
	for _, w := range slices.Backward(Warnings) {
		if lasts <= w {
			if slices.Contains(m.left, w) {
				return 0, false
			}
			m.left = append(m.left, w)
			return lasts, true
		}
	}
	return 0, false
}

// Next is how long from what was counted the meter wants to be advanced again, so that what
// it has to say is said in time; 0: when something changes.
func (m *Meter) Next() time.Duration {
	if !m.begun || m.ended {
		return 0
	}
	reason := m.reason()
	next := m.until(reason)
	if reason.Charged() && m.final {
		for _, w := range Warnings {
			if ahead := next - w; ahead > 0 && !slices.Contains(m.left, w) {
				return ahead
			}
		}
	}
	return next
}
