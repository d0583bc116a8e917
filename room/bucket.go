package room

import "time"

// A bucket holds what a member may still ask for at once. It fills again as time passes.
type bucket struct {
	rate, most, level float64
	at                time.Time
}

func newBucket(rate, most float64, now time.Time) bucket {
	return bucket{rate: rate, most: most, level: most, at: now}
}

// take takes one, if there is one.
func (b *bucket) take(now time.Time) bool {
	if passed := now.Sub(b.at); passed > 0 {
		b.level = min(b.most, b.level+passed.Seconds()*b.rate)
		b.at = now
	}
	if b.level < 1 {
		return false
	}
	b.level--
	return true
}
