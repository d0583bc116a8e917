package hours

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"webtrunk"
)

// A Clock is a time on the wall, in minutes since midnight. 24:00 is the end of
// a day, and so the beginning of no span.
type Clock int

// midnight is where a day ends.
const midnight Clock = 24 * 60

// ParseClock reads "09:30", or "24:00" for the end of the day.
func ParseClock(s string) (Clock, error) {
	h, m, found := strings.Cut(s, ":")
	hour, minute := twoDigits(h), twoDigits(m)
	c := Clock(hour*60 + minute)
	if !found || hour < 0 || minute < 0 || minute > 59 || c > midnight {
		return 0, invalid(fmt.Sprintf("%q is no time of day: write it as 09:30, and the end of the day as 24:00.", shortened(s)))
	}
	return c, nil
}

// twoDigits reads exactly two digits; -1 is what anything else is.
func twoDigits(s string) int {
	n, err := strconv.ParseUint(s, 10, 8)
	if err != nil || len(s) != 2 {
		return -1
	}
	return int(n)
}

// String returns what ParseClock reads.
func (c Clock) String() string { return fmt.Sprintf("%02d:%02d", c/60, c%60) }

// MarshalText writes what UnmarshalText reads.
func (c Clock) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText reads a time with ParseClock.
func (c *Clock) UnmarshalText(b []byte) (err error) {
	*c, err = ParseClock(string(b))
	return err
}

// on is the time of a day, in a calendar that knows no zones. Beyond 24:00 it
// is of the day after.
func (c Clock) on(day time.Time) time.Time { return day.Add(time.Duration(c) * time.Minute) }

func invalid(message string) error {
	return &webtrunk.Error{Op: "hours", Kind: webtrunk.Invalid, Message: message}
}

// shortened keeps an error's sentence readable, whatever was sent.
func shortened(s string) string {
	if len(s) > 40 {
		return s[:40] + "…"
	}
	return s
}
