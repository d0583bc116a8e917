package event

import (
	"context"
	"math/rand/v2"
	"time"
)

// pause is how long to wait after the nth failure in a row, from 1: twice as
// long each time, from least to most, and up to half of it left to chance, so
// that those who failed together do not return together.
func pause(n int, least, most time.Duration) time.Duration {
	d := least
	for ; n > 1 && d < most; n-- {
		d *= 2
	}
	d = min(d, most)
	return d - rand.N(d/2+1)
}

// sleep waits and reports whether the whole time passed before ctx ended.
func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
