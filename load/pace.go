package load

import "time"

// A pace spreads set-ups over time. A set-up takes milliseconds of CPU in one
// piece, and packets that come meanwhile wait: so many at once are late. A crowd
// that comes at once therefore waits its turn, for a moment.
type pace struct {
	due time.Time // when the next may begin, if all before it keep to their times
}

const (
	// few is how many may begin at once where none has for a while.
	few = 4
	// patience is how long one waits for its turn: a caller does not notice.
	patience = time.Second
)

// next gives out a turn at so many a second, and how long to wait for it; ok is
// false where that is too long.
func (p *pace) next(now time.Time, perSecond float64) (wait time.Duration, ok bool) {
	every := time.Duration(float64(time.Second) / perSecond)
	begin := p.due
	if earliest := now.Add(-(few - 1) * every); begin.Before(earliest) {
		begin = earliest
	}
	if wait = begin.Sub(now); wait > patience {
		return 0, false
	}
	p.due = begin.Add(every)
	return max(0, wait), true
}
