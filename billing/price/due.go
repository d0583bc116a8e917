package price

import (
	"sort"
	"time"

	"webtrunk/billing/money"
)

// Talk is the time in a call for which money is due, free time not among it.
type Talk struct {
	Voice time.Duration // without pictures
	Video time.Duration
}

// Total is both together.
func (t Talk) Total() time.Duration { return t.Voice + t.Video }

// Counted is the time that is charged for some talk: in whole steps, and the minimum at least.
func (t Terms) Counted(talk time.Duration) time.Duration {
	if talk <= 0 {
		return 0
	}
	first, step := t.First.Duration(), t.Increment.Duration()
	n := max(talk, t.Minimum.Duration())
	if n <= first {
		return first
	}
	return first + (n-first+step-1)/step*step
}

// Due is what some talk costs. What is counted beyond the talk itself is charged at the
// cheaper rate: nobody has shown a picture in it. Parts of a millisecond are free.
func (t Terms) Due(talk Talk) money.Amount {
	talk = Talk{talk.Voice.Truncate(time.Millisecond), talk.Video.Truncate(time.Millisecond)}
	counted := t.Counted(talk.Total())
	if counted == 0 {
		return money.Amount{Currency: t.Currency}
	}
	video := t.Video
	if video == 0 {
		video = t.PerMinute
	}
	voice, rest := talk.Voice, counted-talk.Total()
	due := money.Cost(t.Currency, money.Span{Time: voice, Rate: t.PerMinute}, money.Span{Time: talk.Video, Rate: video},
		money.Span{Time: rest, Rate: min(video, t.PerMinute)})
	return money.Amount{Minor: min(due.Minor+t.Connect, money.Most), Currency: t.Currency}
}

// Least is what must be there before a call may cost anything: its first step, the minimum,
// and what is due at once.
func (t Terms) Least() money.Amount { return t.Due(Talk{Voice: time.Millisecond}) }

// Longest is what a balance may last for at most: longer than any call.
const Longest = 7 * 24 * time.Hour

// Lasts is how long one can talk on, without pictures or with, until minor units are used up
// that may be charged for the call as a whole: talk is what was charged so far. It is 0 where
// not even what was talked is covered.
func (t Terms) Lasts(minor int64, talk Talk, pictures bool) time.Duration {
	covered := func(more time.Duration) bool {
		then := talk
		if pictures {
			then.Video += more
		} else {
			then.Voice += more
		}
		return t.Due(then).Minor <= minor
	}
	if !covered(0) {
		return 0
	}
	ms := sort.Search(int(Longest/time.Millisecond), func(ms int) bool { return !covered(time.Duration(ms+1) * time.Millisecond) })
	return time.Duration(ms) * time.Millisecond
}
