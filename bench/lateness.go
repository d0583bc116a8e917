package main

import (
	"context"
	"fmt"
)

// A lateness is how late the gateway's clock of media was, as its metrics tell: the
// clock runs what is played and mixed, each millisecond's in its turn.
type lateness struct {
	slots  float64 // milliseconds in which something ran
	waited float64 // how late all of them together began, in seconds
	inTime float64 // of the slots, those that began within a millisecond
}

// clockLateness is all since the process began.
func (r *rig) clockLateness(ctx context.Context) (l lateness, err error) {
	text, err := r.readMetrics(ctx)
	if err != nil {
		return l, err
	}
	return latenessIn(text)
}

func latenessIn(metrics string) (l lateness, err error) {
	const name = "webtrunk_media_lateness_seconds"
	for part, to := range map[string]*float64{"_count": &l.slots, "_sum": &l.waited, `_bucket{le="0.001"}`: &l.inTime} {
		if *to, err = metric(metrics, name+part); err != nil {
			return l, err
		}
	}
	return l, nil
}

// since is what came after an earlier look.
func (l lateness) since(before lateness) lateness {
	return lateness{l.slots - before.slots, l.waited - before.waited, l.inTime - before.inTime}
}

func (l lateness) and(more lateness) lateness {
	return lateness{l.slots + more.slots, l.waited + more.waited, l.inTime + more.inTime}
}

// mean is how late a slot began, in microseconds.
func (l lateness) mean() float64 { return 1e6 * l.waited / max(1, l.slots) }

// late is how many of a hundred slots began over a millisecond late.
func (l lateness) late() float64 { return 100 * (l.slots - l.inTime) / max(1, l.slots) }

func (l lateness) String() string { return fmt.Sprintf("%.0f µs, %.2f %%", l.mean(), l.late()) }
