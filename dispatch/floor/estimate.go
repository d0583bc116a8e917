package floor

import (
	"math"
	"time"
)

// A served is a caller who waited and was answered.
type served struct {
	at     time.Time
	wait   time.Duration // in this queue
	place  int           // at which they began
	onDuty int           // agents, when they were answered
}

// How many are remembered, how many are needed, and for how long.
const (
	mostServed  = 10
	leastServed = 3
	freshFor    = time.Hour
)

// learn remembers an answered caller. One whom a free agent had at once tells
// nothing of how long waiting takes.
func (q *queue) learn(e *entry, now time.Time, onDuty int) {
	if e.place == 0 || e.Callback {
		return
	}
	q.lately = append(q.lately, served{at: now, wait: now.Sub(e.joined), place: e.first, onDuty: onDuty})
	if extra := len(q.lately) - mostServed; extra > 0 {
		q.lately = append(q.lately[:0], q.lately[extra:]...)
	}
}

// estimate is how long a caller at a place will wait, in full minutes: see the
// package's comment. It is 0 where nobody can say.
func (q *queue) estimate(place, onDuty int, now time.Time) time.Duration {
	var n, perPlace, staff float64
	for _, s := range q.lately {
		if now.Sub(s.at) <= freshFor {
			n++
			perPlace += s.wait.Seconds() / float64(max(1, s.place))
			staff += float64(s.onDuty)
		}
	}
	if n < leastServed || onDuty == 0 {
		return 0
	}
	seconds := float64(place) * (perPlace / n) * (staff / n) / float64(onDuty)
	return time.Duration(max(1, math.Ceil(seconds/60))) * time.Minute
}
