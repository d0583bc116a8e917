package signaling

import "time"

// A bucket lets through a burst at once and then so many a second.
type bucket struct {
	rate, burst float64
	level       float64 // what is left
	at          time.Time
}

func newBucket(rate, burst float64) bucket { return bucket{rate: rate, burst: burst, level: burst} }

// take reports whether one more fits at now.
func (b *bucket) take(now time.Time) bool {
	if !b.at.IsZero() {
		b.level = min(b.burst, b.level+b.rate*now.Sub(b.at).Seconds())
	}
	b.at = now
	if b.level < 1 {
		return false
	}
	b.level--
	return true
}
