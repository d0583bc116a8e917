package sip

import "time"

// A bucket lets so many things a second happen, and a burst at once.
type bucket struct {
	rate, burst, left float64
	at                time.Time
}

func newBucket(rate, burst float64) bucket { return bucket{rate: rate, burst: burst, left: burst} }

// take reports whether one more may happen now.
func (b *bucket) take(now time.Time) bool {
	b.left = min(b.burst, b.left+b.rate*now.Sub(b.at).Seconds())
	b.at = now
	if b.left < 1 {
		return false
	}
	b.left--
	return true
}
