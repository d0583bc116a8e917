package hours

import (
	"fmt"
	"strings"
	"time"
)

// A Date is a day of the calendar, or with the year 0 the same day of each
// year.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// ParseDate reads "2026-12-25", or "12-25" for each year's. The 29th of
// February of each year comes in leap years alone.
func ParseDate(s string) (Date, error) {
	layout, yearly := "2006-01-02", strings.Count(s, "-") == 1
	text := s
	if yearly {
		text = "2000-" + s // a leap year
	}
	t, err := time.Parse(layout, text)
	if err != nil || t.Year() == 0 {
		return Date{}, invalid(fmt.Sprintf("%q is no day: write it as 2026-12-25, or as 12-25 for each year's.", shortened(s)))
	}
	d := Date{t.Year(), t.Month(), t.Day()}
	if yearly {
		d.Year = 0
	}
	return d, nil
}

// String returns what ParseDate reads.
func (d Date) String() string {
	if d.Year == 0 {
		return fmt.Sprintf("%02d-%02d", d.Month, d.Day)
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day)
}

// MarshalText writes what UnmarshalText reads.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads a day with ParseDate.
func (d *Date) UnmarshalText(b []byte) (err error) {
	*d, err = ParseDate(string(b))
	return err
}

// is reports whether the date is a day, or comes on it each year.
func (d Date) is(day time.Time) bool {
	return (d.Year == 0 || d.Year == day.Year()) && d.Month == day.Month() && d.Day == day.Day()
}
