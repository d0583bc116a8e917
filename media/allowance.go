package media

import "time"

// An allowance is how much of something one leg may have done: so much at once,
// and so much a second. What it has not used comes back, up to what it began with.
type allowance struct {
	full time.Time // when all of it may be used at once again
}

// take reports whether there is enough for one more, where there are burst at
// once and a new one after every.
func (a *allowance) take(now time.Time, every time.Duration, burst int) bool {
	if a.full.Before(now) {
		a.full = now
	}
	if a.full.Sub(now)+every > time.Duration(burst)*every {
		return false
	}
	a.full = a.full.Add(every)
	return true
}
