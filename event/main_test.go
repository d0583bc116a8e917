package event_test

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"webtrunk"
	"webtrunk/event"
	"webtrunk/store"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// open gives a log in a new file.
func open(t testing.TB) *store.DB {
	t.Helper()
	db, err := store.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "log.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if err := db.Claim(t.Context(), "node"); err != nil {
		t.Fatal(err)
	}
	return db
}

// background runs something until the test ends, and waits for it.
func background(t testing.TB, run func(context.Context) error) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := run(ctx); err != nil {
			t.Error(err)
		}
	})
	stop = func() { cancel(); wg.Wait() }
	t.Cleanup(stop)
	return stop
}

// happen appends n records of no call.
func happen(t testing.TB, log event.Log, account webtrunk.AccountID, n int) {
	t.Helper()
	var recs []event.Record
	for i := range n {
		recs = append(recs, record(t, account, "note.made", map[string]any{"n": i}))
	}
	if err := log.Append(t.Context(), recs...); err != nil {
		t.Fatal(err)
	}
}

func record(t testing.TB, account webtrunk.AccountID, kind string, data any) event.Record {
	t.Helper()
	r, err := event.New(account, false, kind, data)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// story is what one call leaves in the log.
var story = []string{"call.created", "call.ringing", "leg.joined", "call.answered", "call.held", "call.resumed", "leg.left", "call.ended"}

// makeCalls makes calls, so many at once, each of which appends as it goes.
func makeCalls(t testing.TB, log event.Log, account webtrunk.AccountID, calls, atOnce int) {
	t.Helper()
	var wg sync.WaitGroup
	room := make(chan struct{}, atOnce)
	for range calls {
		room <- struct{}{}
		wg.Go(func() {
			defer func() { <-room }()
			if err := makeCall(t, log, account); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

func makeCall(t testing.TB, log event.Log, account webtrunk.AccountID) error {
	id := webtrunk.NewCallID()
	for i := 0; i < len(story); i += 2 {
		var recs []event.Record
		for seq := i + 1; seq <= i+2; seq++ {
			r := record(t, account, story[seq-1], map[string]any{"id": id})
			r.Call, r.CallSeq, r.Last = id, int64(seq), seq == len(story)
			r.Private = []byte(`{"secret":true}`)
			recs = append(recs, r)
		}
		if err := log.Append(context.Background(), recs...); err != nil {
			return err
		}
	}
	return nil
}

// written reads a whole stream from the log.
func written(t testing.TB, log event.Log, s event.Stream) (recs []event.Record) {
	t.Helper()
	for r, err := range log.Read(t.Context(), s, 0) {
		if err != nil {
			t.Fatal(err)
		}
		r.Private = nil
		recs = append(recs, r)
	}
	return recs
}

// same fails unless two lists of records have the same records in the same order.
func same(t testing.TB, got, want []event.Record) {
	t.Helper()
	for i := range min(len(got), len(want)) {
		if fmt.Sprint(got[i]) != fmt.Sprint(want[i]) {
			t.Errorf("record %d is\n%v, want\n%v", i, got[i], want[i])
			return
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d records, want %d", len(got), len(want))
	}
}

// soon gives a ctx that ends when the test should have.
func soon(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// until polls.
func until(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !ok(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain until %s", what)
		}
	}
}
