package event_test

import (
	"context"
	"iter"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"webtrunk/event"
)

// TestWhatBelongsTogetherIsHandledTogether: a consumer that lingers takes what a
// call's set-up appends within a moment in one batch, instead of getting in its
// way after each of its commits.
func TestWhatBelongsTogetherIsHandledTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		saved := cursors{grown: make(chan struct{}, 1)}
		var book ledger
		c := &event.Consumer{Name: "ledger", Log: &saved, Cursors: &saved, Handler: &book, Linger: 25 * time.Millisecond}
		stop := background(t, c.Run)
		synctest.Wait() // it waits for the log to grow
		for range 5 {
			saved.grow()
		}
		time.Sleep(c.Linger)
		synctest.Wait()
		stop()
		if n := len(book.records()); n != 5 || book.calls != 1 {
			t.Errorf("%d records of a moment were handled in %d batches, want 5 in one", n, book.calls)
		}
	})
}

// TestACursorIsSavedNowAndThen: a saved cursor follows at the pace that is set,
// catches up once all is quiet, and is exact when the consumer ends.
func TestACursorIsSavedNowAndThen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		saved := cursors{grown: make(chan struct{}, 1)}
		c := &event.Consumer{Name: "ledger", Log: &saved, Cursors: &saved, Handler: &ledger{}, Save: time.Second}
		stop := background(t, c.Run)
		follows := func(after time.Duration, want ...int64) {
			t.Helper()
			time.Sleep(after)
			synctest.Wait()
			saved.mu.Lock()
			defer saved.mu.Unlock()
			if !slices.Equal(saved.at, want) {
				t.Errorf("saved were %v, want %v", saved.at, want)
			}
		}
		saved.grow()
		follows(0, 1) // the first at once
		for range 5 {
			saved.grow()
			follows(100*time.Millisecond, 1)
		}
		follows(time.Second, 1, 6) // nothing happens any more
		follows(time.Minute, 1, 6)
		saved.grow()
		follows(0, 1, 6, 7)
		saved.grow()
		follows(0, 1, 6, 7)
		stop()
		follows(0, 1, 6, 7, 8)
	})
}

// cursors are a log that grows by a record at a time, in a clock of the test's,
// and what was saved of a place in it.
type cursors struct {
	grown chan struct{}

	mu  sync.Mutex
	at  []int64
	log []event.Record
}

func (c *cursors) grow() {
	c.mu.Lock()
	c.log = append(c.log, event.Record{Position: int64(len(c.log) + 1)})
	c.mu.Unlock()
	select {
	case c.grown <- struct{}{}:
	default: // it has not looked yet
	}
	synctest.Wait()
}

func (c *cursors) Append(context.Context, ...event.Record) error { return nil }

func (c *cursors) Read(_ context.Context, _ event.Stream, after int64) iter.Seq2[event.Record, error] {
	return func(yield func(event.Record, error) bool) {
		c.mu.Lock()
		rest := slices.Clone(c.log[after:])
		c.mu.Unlock()
		for _, r := range rest {
			if !yield(r, nil) {
				return
			}
		}
	}
}

func (c *cursors) Bounds(context.Context, event.Stream) (oldest, newest int64, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return 1, int64(len(c.log)), nil
}

func (c *cursors) Watch() (grown <-chan struct{}, stop func()) { return c.grown, func() {} }

func (c *cursors) Cursor(context.Context, string) (int64, error) { return 0, nil }

func (c *cursors) SaveCursor(_ context.Context, _ string, position int64) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = append(c.at, position)
	return nil
}
