package meter

import (
	"time"

	"webtrunk/billing/money"
	"webtrunk/billing/price"
)

// before is what was counted by terms that others have taken the place of.
type before struct {
	due  int64
	talk price.Talk
	free time.Duration
}

// Agree has other terms count from now on, which whoever pays has just accepted. What was
// counted so far stays as it was agreed, and is rounded by itself.
func (m *Meter) Agree(now time.Duration, t price.Terms) []Event {
	return m.change(now, func() {
		if m.ended {
			return
		}
		m.before = before{due: m.Due().Minor, talk: m.Talked(), free: m.FreeUsed()}
		m.Terms, m.talk, m.free = t, price.Talk{}, 0
		m.asked, m.answer, m.from = true, accepted, now+Grace
		m.told, m.left = told{answer: accepted}, nil
	})
}

// priced reports whether there are terms by which the call can cost something.
func (m *Meter) priced() bool { return m.Terms.Currency != "" }

// dueFor is what is due in all with some talk by the terms of now.
func (m *Meter) dueFor(talk price.Talk) money.Amount {
	a := m.Terms.Due(talk)
	a.Minor = min(a.Minor+m.before.due, money.Most)
	return a
}

// LastsFor is how long one can talk on for what may be charged for the call in all.
func (m *Meter) LastsFor(minor int64) time.Duration { return m.lastsFor(minor, false) }

func (m *Meter) lastsFor(minor int64, pictures bool) time.Duration {
	if !m.priced() {
		return price.Longest
	}
	return m.Terms.Lasts(minor-m.before.due, m.talk, pictures)
}
