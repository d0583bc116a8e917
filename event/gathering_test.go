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
		1: 2 * time.Millisecond, 10: 20 * time.Millisecond, c.rush(): c.Gather, 999: c.Gather, 1000: 0,
	} {
		if got := c.gathering(taken); got != want {
			t.Errorf("after %d records: %v, want %v", taken, got, want)
		}
	}
	soon := &Consumer{Gather: time.Second, Rush: 40} // what comes is a rush before it is many
	for taken, want := range map[int]time.Duration{4: 100 * time.Millisecond, 40: time.Second, 255: time.Second, 256: 0} {
		if got := soon.gathering(taken); got != want {
			t.Errorf("after %d records where 40 are a rush: %v, want %v", taken, got, want)
		}
	}
	if got := (&Consumer{}).gathering(10); got != 0 {
		t.Errorf("who does not gather waits %v", got)
	}
}
