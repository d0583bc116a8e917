package event

import (
	"testing"
	"time"
)

// TestABusyLogIsGathered: a quiet gateway's records are handled at once, a busy
// one's together, and a backlog without a pause.
func TestABusyLogIsGathered(t *testing.T) {
	t.Parallel()
	c := &Consumer{Gather: 512 * time.Millisecond, Batch: 1000}
	for taken, want := range map[int]time.Duration{
		1: 2 * time.Millisecond, 10: 20 * time.Millisecond, rush: c.Gather, 999: c.Gather, 1000: 0,
	} {
		if got := c.gathering(taken); got != want {
			t.Errorf("after %d records: %v, want %v", taken, got, want)
		}
	}
	if got := (&Consumer{}).gathering(10); got != 0 {
		t.Errorf("who does not gather waits %v", got)
	}
}
