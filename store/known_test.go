package store_test

import (
	"errors"
	"fmt"
	"testing"

	"webtrunk"
	"webtrunk/event"
	"webtrunk/store"
	"webtrunk/store/storetest"
)

// A scribe does one of many things to a log; n tells one from another.
type scribe func(t *testing.T, gateway, tool *store.DB, n int)

// anEvent is a record of no call.
func anEvent(t *testing.T) event.Record {
	r, err := event.New(account, true, "reference.resolved", struct{}{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

var scribes = map[string]scribe{
	"a call begins": func(t *testing.T, gateway, _ *store.DB, n int) {
		must(t, gateway.Append(t.Context(), of(t, callOf(n), 1), of(t, callOf(n), 2)))
	},
	"a call begins and ends, and is repeated": func(t *testing.T, gateway, _ *store.DB, n int) {
		one, two := of(t, callOf(n), 1), last(of(t, callOf(n), 2))
		must(t, gateway.Append(t.Context(), one))
		must(t, gateway.Append(t.Context(), two))
		must(t, gateway.Append(t.Context(), one, two))
		kind(t, gateway.Append(t.Context(), of(t, callOf(n), 3)), webtrunk.Conflict)
	},
	"a call is refused that lacks its beginning": func(t *testing.T, gateway, _ *store.DB, n int) {
		kind(t, gateway.Append(t.Context(), of(t, callOf(n), 2)), webtrunk.Conflict)
	},
	"a transaction emits": func(t *testing.T, gateway, _ *store.DB, _ int) {
		must(t, gateway.Tx(t.Context(), func(tx *store.Tx) error { tx.Emit(anEvent(t)); return nil }))
	},
	"a transaction emits and fails": func(t *testing.T, gateway, _ *store.DB, _ int) {
		no := errors.New("no")
		if err := gateway.Tx(t.Context(), func(tx *store.Tx) error { tx.Emit(anEvent(t)); return no }); err != no {
			t.Error(err)
		}
	},
	"a transaction emits what is refused": func(t *testing.T, gateway, _ *store.DB, n int) {
		kind(t, gateway.Tx(t.Context(), func(tx *store.Tx) error { tx.Emit(anEvent(t), of(t, callOf(n), 7)); return nil }), webtrunk.Conflict)
	},
	"another process writes": func(t *testing.T, _, tool *store.DB, _ int) {
		must(t, tool.Append(t.Context(), anEvent(t), anEvent(t)))
	},
	"a transaction writes no record": func(t *testing.T, gateway, _ *store.DB, n int) {
		must(t, gateway.SaveCursor(t.Context(), "reader", int64(n)))
	},
}

func callOf(n int) webtrunk.CallID { return webtrunk.CallID(fmt.Sprint("call_", n)) }

// TestPlacesAreRightWhateverCameBefore: places are given out as the log has them,
// though what the last commit has left is not read again: after each thing that
// may be done to a log, each other is done.
func TestPlacesAreRightWhateverCameBefore(t *testing.T) {
	t.Parallel()
	storetest.EachURL(t, func(t *testing.T, url string) {
		gateway, tool := storetest.Open(t, url), storetest.OpenUnclaimed(t, url)
		n := 0
		for first, one := range scribes {
			for second, other := range scribes {
				n += 2
				one(t, gateway, tool, n)
				other(t, gateway, tool, n+1)
				if t.Failed() {
					t.Fatalf("after %q, then %q", first, second)
				}
			}
		}
		gapless(t, gateway)
	})
}

// TestPlacesAfterRetention: an account whose oldest records went keeps counting.
func TestPlacesAfterRetention(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		begun := anEvent(t)
		must(t, db.Append(t.Context(), begun, anEvent(t), anEvent(t)))
		must(t, db.Tx(t.Context(), func(tx *store.Tx) error {
			_, err := tx.Forget(t.Context(), account, begun.Time.AddDate(1, 0, 0))
			return err
		}))
		must(t, db.Append(t.Context(), anEvent(t)))
		recs := read(t, db, event.Stream{Account: account}, 0)
		if n := len(recs); n != 2 || recs[0].Seq != 3 || recs[1].Seq != 4 || recs[1].Position != 4 {
			t.Errorf("%d records are left: %+v", n, recs)
		}
	})
}
