package floor

import "time"

// opening reports whether a queue is open, and until when that stays so; zero is
// for good. It asks the hours once for as long as their answer holds: each of a
// hundred callers who could overflow asks at every step.
func (q *queue) opening(now time.Time) (open bool, until time.Time) {
	if q.Hours == nil {
		return true, time.Time{}
	}
	if q.asked.IsZero() || now.Before(q.asked) || !q.good.IsZero() && !now.Before(q.good) {
		q.open, q.good = q.Hours.Open(now)
		q.asked = now
	}
	return q.open, q.good
}

// takes reports whether a queue is open to whoever overflows.
func (q *queue) takes(now time.Time) bool {
	open, _ := q.opening(now)
	return open
}

// keep takes a row that is new. What its hours said is not true of others.
func (q *queue) keep(row Queue) { q.Queue, q.asked = row, time.Time{} }
