package media

import (
	"testing"
	"time"
)

// Each row: so long after the row before so many are asked for, and so many had.
func TestAnAllowanceComesBack(t *testing.T) {
	t.Parallel()
	var a allowance
	now := time.Unix(1000, 0)
	for i, c := range []struct {
		after      time.Duration
		asked, had int
	}{
		{0, 5, 3}, {99 * time.Millisecond, 1, 0}, {time.Millisecond, 2, 1}, {200 * time.Millisecond, 5, 2},
		{time.Hour, 10, 3}, {-time.Minute, 1, 0}, // a clock that was set back grants nothing
	} {
		now = now.Add(c.after)
		had := 0
		for range c.asked {
			if a.take(now, 100*time.Millisecond, 3) {
				had++
			}
		}
		if had != c.had {
			t.Errorf("row %d: had %d of %d, want %d", i, had, c.asked, c.had)
		}
	}
}
