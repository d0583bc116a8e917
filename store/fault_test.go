package store_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"webtrunk"
	"webtrunk/event"
	"webtrunk/store"
	"webtrunk/store/storetest"
)

// TestStoppedInMidAppend shuts the database down while calls are recorded.
// Their writers repeat what they do not know to be kept; once it is back, the
// log has everything, once.
func TestStoppedInMidAppend(t *testing.T) {
	t.Parallel()
	const calls, each = 4, 30
	storetest.EachFaulty(t, func(t *testing.T, d storetest.Faulty) {
		db := storetest.Open(t, d.URL)
		db.Waits(500 * time.Millisecond)
		var failed atomic.Int64
		var half, all sync.WaitGroup
		half.Add(calls)
		stopped := make(chan struct{})
		for c := range calls {
			all.Go(func() {
				for seq := int64(1); seq <= each; seq++ {
					if seq == each/2 {
						half.Done()
						<-stopped
					}
					persist(t, db, of(t, webtrunk.CallID(fmt.Sprint("call_", c)), seq), &failed)
				}
			})
		}
		half.Wait()
		start := d.Stop(t)
		close(stopped)
		eventually(t, func() bool { return failed.Load() > 0 || db.Stats().Failures > 0 })
		start()
		all.Wait()
		if n := gapless(t, db); n != calls*each {
			t.Errorf("the log has %d records, want %d", n, calls*each)
		}
	})
}

// persist appends a record until it is known to be kept.
func persist(t *testing.T, db *store.DB, r event.Record, failed *atomic.Int64) {
	for {
		err := db.Append(t.Context(), r)
		if err == nil {
			return
		}
		failed.Add(1)
		if webtrunk.KindOf(err) != webtrunk.Unavailable {
			t.Errorf("%v is %v, want unavailable", err, webtrunk.KindOf(err))
			return
		}
	}
}

// eventually fails unless something becomes true within a while.
func eventually(t testing.TB, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("it did not happen")
		}
	}
}

// TestWithdrawn has the database taken by somebody else: what waits longer than
// its caller does leaves nothing behind.
func TestWithdrawn(t *testing.T) {
	t.Parallel()
	url := storetest.SQLite(t)
	db := storetest.Open(t, url)
	unlock := storetest.LockSQLite(t, url)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	err := db.Append(ctx, of(t, "call_a", 1))
	kind(t, err, webtrunk.Unavailable)
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v hides that the time is over", err)
	}
	kind(t, db.Tx(ctx, func(*store.Tx) error {
		t.Error("a transaction ran that was withdrawn")
		return nil
	}), webtrunk.Unavailable)
	unlock()
	if err := db.Append(t.Context(), of(t, "call_b", 1)); err != nil {
		t.Fatal(err)
	}
	if recs := read(t, db, event.Stream{}, 0); len(recs) != 1 || recs[0].Call != "call_b" {
		t.Errorf("the log has %v", recs)
	}
}

// TestSlow tells that commits are shared the more the slower they are.
func TestSlow(t *testing.T) {
	t.Parallel()
	storetest.EachFaulty(t, func(t *testing.T, d storetest.Faulty) {
		db := storetest.Open(t, d.URL)
		undo := d.Slow(t, 10*time.Millisecond)
		before := db.Stats()
		var all sync.WaitGroup
		for i := range 100 {
			all.Go(func() {
				if err := db.Append(t.Context(), of(t, webtrunk.CallID(fmt.Sprint("call_", i)), 1)); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		undo()
		after := db.Stats()
		if after.Appends-before.Appends != 100 || after.Records-before.Records != 100 || after.Commits-before.Commits > 50 {
			t.Errorf("from %+v to %+v, want 100 appends in far fewer commits", before, after)
		}
		gapless(t, db)
	})
}
