package price

import (
	"fmt"
	"time"

	"webtrunk"
	"webtrunk/billing/money"
)

// After is what becomes of a call whose price was not accepted when it would have begun to
// cost something.
type After string

const (
	AfterEnd  After = "end"  // it ends
	AfterFree After = "free" // it goes on, and costs nothing
)

// Terms are what a call costs.
type Terms struct {
	Currency  money.Currency `json:"currency"`
	Connect   int64          `json:"connect"`          // due once, when the first second is charged; minor units
	PerMinute money.Rate     `json:"per_minute"`       // of talk
	Video     money.Rate     `json:"video_per_minute"` // instead, while pictures flow; 0: as talk
	Free      Seconds        `json:"free_seconds"`     // of talk, at the beginning
	Minimum   Seconds        `json:"minimum_seconds"`  // is due as soon as anything is
	First     Seconds        `json:"first_seconds"`    // the first step in which time is counted
	Increment Seconds        `json:"increment_seconds"`
	After     After          `json:"after"` // what follows where nobody accepts
}

// Seconds are a time in whole seconds.
type Seconds int64

// Duration returns them as a time.Duration.
func (s Seconds) Duration() time.Duration { return time.Duration(s) * time.Second }

// The bounds of what terms say.
const (
	mostFree    Seconds = 24 * 3600
	mostStep    Seconds = 3600
	mostMinimum Seconds = 3600
)

// Check refuses terms that nobody can agree on, and fills in what is usual: counted by the
// second, and ended where nobody accepts.
func (t *Terms) Check() error {
	if t.Increment == 0 {
		t.Increment = 1
	}
	if t.First == 0 {
		t.First = t.Increment
	}
	if t.After == "" {
		t.After = AfterEnd
	}
	switch {
	case !t.Currency.Known():
		return invalid("currency", "%q is no currency. Give its three letters, such as EUR or USD.", t.Currency)
	case t.PerMinute < 0 || t.PerMinute > money.MostRate || t.Video < 0 || t.Video > money.MostRate:
		return invalid("per_minute", "A price of a minute is 0 to %s.", money.MostRate.Decimal())
	case t.Connect < 0 || t.Connect > money.Most:
		return invalid("connect", "What is due at once is 0 or more, in the smallest unit of the currency.")
	case t.Connect == 0 && t.PerMinute == 0 && t.Video == 0:
		return invalid("per_minute", "A price is more than nothing: give per_minute, or connect.")
	case t.Free < 0 || t.Free > mostFree:
		return invalid("free_seconds", "A free time is 0 to %d seconds.", mostFree)
	case t.Minimum < 0 || t.Minimum > mostMinimum:
		return invalid("minimum_seconds", "A minimum is 0 to %d seconds.", mostMinimum)
	case t.First < 1 || t.First > mostStep || t.Increment < 1 || t.Increment > mostStep:
		return invalid("increment_seconds", "Time is counted in steps of 1 to %d seconds.", mostStep)
	case t.After != AfterEnd && t.After != AfterFree:
		return invalid("after", "A call whose price nobody accepts ends (end), or goes on for nothing (free).")
	}
	return nil
}

func invalid(field, format string, args ...any) error {
	return &webtrunk.Error{Op: field, Kind: webtrunk.Invalid, Message: fmt.Sprintf(format, args...)}
}
