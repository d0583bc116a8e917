package webhook

import (
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// A Schedule says when a delivery that failed is tried again. The zero Schedule
// is the default one.
type Schedule struct {
	Delays []time.Duration // after the first failure, the second …
	Every  time.Duration   // after the others; also the longest Retry-After that is honoured
	For    time.Duration   // a delivery that would be tried later than this after it began has failed
	Jitter float64         // each delay is made up to this part shorter or longer; negative for none
}

// standard is what Standard Webhooks suggests, to three days.
var standard = Schedule{
	Delays: []time.Duration{5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour, 10 * time.Hour},
	Every:  10 * time.Hour,
	For:    72 * time.Hour,
	Jitter: 0.1,
}

// orDefault fills in what is not set.
func (s Schedule) orDefault() Schedule {
	if s.Delays == nil {
		s.Delays = standard.Delays
	}
	if s.Every == 0 {
		s.Every = standard.Every
	}
	if s.For == 0 {
		s.For = standard.For
	}
	if s.Jitter == 0 {
		s.Jitter = standard.Jitter
	}
	return s
}

// next returns how long to wait after a delivery's nth failure since it began,
// and whether to try again at all. asked is the receiver's Retry-After, or 0:
// it makes the wait longer, never shorter, and not longer than Every.
func (s Schedule) next(failures int, since, asked time.Duration) (wait time.Duration, again bool) {
	wait = s.Every
	if failures <= len(s.Delays) {
		wait = s.Delays[failures-1]
	}
	if since+wait > s.For {
		return 0, false
	}
	if s.Jitter > 0 {
		wait += time.Duration((2*rand.Float64() - 1) * s.Jitter * float64(wait))
	}
	return max(wait, min(asked, s.Every)), true
}

// retryAfter reads the Retry-After header: seconds or a date.
func retryAfter(h http.Header, now time.Time) time.Duration {
	value := strings.TrimSpace(h.Get("Retry-After"))
	if seconds, err := strconv.Atoi(value); err == nil {
		return time.Duration(min(max(seconds, 0), 1_000_000)) * time.Second
	}
	if at, err := http.ParseTime(value); err == nil {
		return max(at.Sub(now), 0)
	}
	return 0
}
