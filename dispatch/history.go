package dispatch

import (
	"fmt"
	"slices"
	"time"

	"webtrunk"
)

// Figures are what became of the callers who left a queue within a span of time.
type Figures struct {
	From, To time.Time

	Offered    int           // callers who left: answered, abandoned and the others
	Answered   int           // by an agent, also of those who were called back
	InTime     int           // of these, within the queue's service level
	CalledBack int           // of these, by a call to them
	Abandoned  int           // hung up while they waited
	Voicemails int           // were led to leave a message
	Waited     time.Duration // all together
	Longest    time.Duration // that one of them has waited
}

// Level is the part of callers who were answered in time, as Live.Level.
func (f Figures) Level() (level float64, ok bool) {
	return Live{Answered: f.Answered, InTime: f.InTime, Abandoned: f.Abandoned}.Level()
}

// Mean is how long one of them waited.
func (f Figures) Mean() time.Duration { return f.Waited / time.Duration(max(1, f.Offered)) }

// Add counts what happened in another span, which may be of another queue.
func (f *Figures) Add(g Figures) {
	f.Offered += g.Offered
	f.Answered += g.Answered
	f.InTime += g.InTime
	f.CalledBack += g.CalledBack
	f.Abandoned += g.Abandoned
	f.Voicemails += g.Voicemails
	f.Waited += g.Waited
	f.Longest = max(f.Longest, g.Longest)
}

// A Past asks for figures: of one queue or all of them, hour by hour or day by day.
type Past struct {
	Queue    string // empty: all
	From, To time.Time
	Daily    bool
	Zone     *time.Location // whose hours and days they are
}

// mostSpans bounds an answer: a month of hours, a year and a month of days.
const (
	mostHours = 31 * 24
	mostDays  = 400
)

// Spans are the hours or days from the one in which From is to the one before To,
// with nobody in them yet. A day on which clocks change has 23 or 25 hours.
func (p Past) Spans() (all []Figures, err error) {
	most, what := mostHours, "31 days, hour by hour"
	if p.Daily {
		most, what = mostDays, "400 days"
	}
	if !p.From.Before(p.To) {
		return nil, &webtrunk.Error{Op: "history", Kind: webtrunk.Invalid, Message: "The history has to begin before it ends: send from and to accordingly."}
	}
	for at := p.begin(); at.Before(p.To); {
		if len(all) == most {
			return nil, &webtrunk.Error{Op: "history", Kind: webtrunk.Invalid, Message: fmt.Sprintf("At most %s are told at once: ask for less, or by day.", what)}
		}
		next := p.after(at)
		all = append(all, Figures{From: at, To: next})
		at = next
	}
	return all, nil
}

// begin is the beginning of the hour or day in which From is. Half an hour off
// UTC, as in India, hours begin at half past.
func (p Past) begin() time.Time {
	t := p.From.In(p.Zone)
	if p.Daily {
		return p.midnight(t, 0)
	}
	return t.Add(-time.Duration(t.Minute())*time.Minute - time.Duration(t.Second())*time.Second - time.Duration(t.Nanosecond()))
}

func (p Past) after(t time.Time) time.Time {
	if p.Daily {
		return p.midnight(t, 1)
	}
	return t.Add(time.Hour)
}

// midnight is when the day so many days after t begins; where clocks jump over that,
// when they have.
func (p Past) midnight(t time.Time, later int) time.Time {
	y, m, d := t.Date()
	y, m, d = time.Date(y, m, d+later, 12, 0, 0, 0, time.UTC).Date() // a day of the calendar, whatever clocks do
	at := time.Date(y, m, d, 0, 0, 0, 0, p.Zone)
	for at.Day() != d {
		at = at.Add(time.Hour)
	}
	return at
}

// Fold adds what happened from a moment on to the span in which that is.
func Fold(spans []Figures, at time.Time, what Figures) {
	i, found := slices.BinarySearchFunc(spans, at, func(f Figures, t time.Time) int { return f.From.Compare(t) })
	if !found {
		i--
	}
	if i >= 0 && at.Before(spans[i].To) {
		spans[i].Add(what)
	}
}
