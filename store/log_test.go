package store_test

import (
	"fmt"
	"testing"

	"webtrunk"
	"webtrunk/event"
	"webtrunk/store"
	"webtrunk/store/storetest"
)

const account webtrunk.AccountID = "acct_1"

// of is a record of a call.
func of(t testing.TB, call webtrunk.CallID, seq int64) event.Record {
	t.Helper()
	r, err := event.New(account, true, "call.ringing", map[string]int64{"n": seq})
	if err != nil {
		t.Fatal(err)
	}
	r.Call, r.CallSeq = call, seq
	return r
}

func last(r event.Record) event.Record { r.Last = true; return r }

// read is a stream after a place.
func read(t testing.TB, db *store.DB, s event.Stream, after int64) []event.Record {
	t.Helper()
	var recs []event.Record
	for r, err := range db.Read(t.Context(), s, after) {
		if err != nil {
			t.Fatal(err)
		}
		recs = append(recs, r)
	}
	return recs
}

// kind fails unless an error is of a kind.
func kind(t testing.TB, err error, want webtrunk.Kind) {
	t.Helper()
	if err == nil || webtrunk.KindOf(err) != want {
		t.Errorf("%v is %v, want %v", err, webtrunk.KindOf(err), want)
	}
}

func TestAppend(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		first := of(t, "call_a", 1)
		for range 2 { // an append whose outcome was unknown
			if err := db.Append(ctx, first, of(t, "call_a", 2)); err != nil {
				t.Fatal(err)
			}
		}
		kind(t, db.Append(ctx, of(t, "call_a", 4)), webtrunk.Conflict)
		kind(t, db.Append(ctx, of(t, "call_b", 1), of(t, "call_a", 4)), webtrunk.Conflict)
		if err := db.Append(ctx, last(of(t, "call_a", 3))); err != nil {
			t.Fatal(err)
		}
		kind(t, db.Append(ctx, of(t, "call_a", 4)), webtrunk.Conflict)
		got := ""
		for _, r := range read(t, db, event.Stream{Account: account}, 0) {
			got += fmt.Sprintln(r.Position, r.Seq, r.Call, r.CallSeq, r.Last, string(r.Data))
		}
		const want = "1 1 call_a 1 false {\"n\":1}\n2 2 call_a 2 false {\"n\":2}\n3 3 call_a 3 true {\"n\":3}\n"
		if got != want {
			t.Errorf("the log is\n%s, want\n%s", got, want)
		}
	})
}
