package hours

import (
	"fmt"
	"strings"
	"time"
)

// A Table is what somebody writes down of their opening hours.
type Table struct {
	Zone       string      `json:"time_zone"` // IANA: "Europe/Berlin"
	Week       []Weekly    `json:"week"`
	Holidays   []Holiday   `json:"holidays"`
	Exceptions []Exception `json:"exceptions"`
}

// A Span is open from one time until another: of the next day, where that is no
// later on the clock.
type Span struct {
	From Clock `json:"from"`
	To   Clock `json:"to"`
}

// Weekly is a span on one day of each week.
type Weekly struct {
	Day Weekday `json:"day"`
	Span
}

// A Holiday is a day that is closed.
type Holiday struct {
	Date Date   `json:"date"`
	Name string `json:"name"`
}

// An Exception is a day with hours of its own. It goes before a holiday on the
// same day, and one of a year before one of each year.
type Exception struct {
	Date Date   `json:"date"`
	Name string `json:"name"`
	Open []Span `json:"open"` // empty: closed
}

// A Weekday is written in English and in small letters, "monday".
type Weekday time.Weekday

// MarshalText writes the day's name.
func (d Weekday) MarshalText() ([]byte, error) {
	return []byte(strings.ToLower(time.Weekday(d).String())), nil
}

// UnmarshalText reads a day's name.
func (d *Weekday) UnmarshalText(b []byte) error {
	for day := time.Sunday; day <= time.Saturday; day++ {
		if strings.EqualFold(day.String(), string(b)) {
			*d = Weekday(day)
			return nil
		}
	}
	return invalid(fmt.Sprintf("%q is no day of the week: write monday, tuesday and so on.", shortened(string(b))))
}

// What a table holds at most: fifty years of holidays, and more spans a week
// than a day has breaks.
const (
	mostSpans    = 200
	mostDays     = 1000
	mostName     = 100
	mostOnOneDay = 20
)

// check says what about a table cannot be meant.
func (t Table) check() error {
	if len(t.Week) > mostSpans || len(t.Holidays) > mostDays || len(t.Exceptions) > mostDays {
		return invalid(fmt.Sprintf("Opening hours have at most %d spans a week, %d holidays and %d exceptions.", mostSpans, mostDays, mostDays))
	}
	for _, w := range t.Week {
		if err := w.check(); err != nil {
			return err
		}
	}
	for _, h := range t.Holidays {
		if err := checkDay(h.Date, h.Name); err != nil {
			return err
		}
	}
	for _, e := range t.Exceptions {
		if err := e.check(); err != nil {
			return err
		}
	}
	return t.checkTwice()
}

func (e Exception) check() error {
	if len(e.Open) > mostOnOneDay {
		return invalid(fmt.Sprintf("The exception on %s has more than %d spans.", e.Date, mostOnOneDay))
	}
	for _, s := range e.Open {
		if err := s.check(); err != nil {
			return err
		}
	}
	return checkDay(e.Date, e.Name)
}

func checkDay(d Date, name string) error {
	if d == (Date{}) {
		return invalid("A holiday or an exception is on a day: write its date, such as 2026-12-25.")
	}
	if len(name) > mostName || strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return invalid(fmt.Sprintf("The name of %s has at most %d characters on one line.", d, mostName))
	}
	return nil
}

// checkTwice refuses two exceptions for one day: nobody could say which counts.
func (t Table) checkTwice() error {
	seen := map[Date]bool{}
	for _, e := range t.Exceptions {
		if seen[e.Date] {
			return invalid(fmt.Sprintf("There are two exceptions on %s: write one with all of its spans.", e.Date))
		}
		seen[e.Date] = true
	}
	return nil
}

// check refuses a span that begins when the day is over, and one of which
// nobody could say whether it is empty or a whole day.
func (s Span) check() error {
	switch {
	case s.From >= midnight:
		return invalid("A span cannot begin at 24:00: write 00:00 of the next day.")
	case s.From == s.To:
		return invalid(fmt.Sprintf("A span from %s to %s is empty: a whole day is 00:00 to 24:00.", s.From, s.To))
	}
	return nil
}

// end is when the span ends, in minutes since the midnight of its day.
func (s Span) end() Clock {
	if s.To < s.From {
		return s.To + midnight
	}
	return s.To
}

// on returns the spans of a day.
func (t Table) on(day time.Time) (spans []Span) {
	if e, ok := t.exception(day); ok {
		return e.Open
	}
	for _, h := range t.Holidays {
		if h.Date.is(day) {
			return nil
		}
	}
	for _, w := range t.Week {
		if time.Weekday(w.Day) == day.Weekday() {
			spans = append(spans, w.Span)
		}
	}
	return spans
}

// exception returns the exception of a day: the year's own before each year's.
func (t Table) exception(day time.Time) (found Exception, ok bool) {
	for _, e := range t.Exceptions {
		if e.Date.is(day) && (!ok || e.Date.Year != 0) {
			found, ok = e, true
		}
	}
	return found, ok
}
