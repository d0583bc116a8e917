package store_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"webtrunk/event"
	"webtrunk/store"
	"webtrunk/store/storetest"
)

func TestRedact(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		secret := of(t, "call_a", 1)
		secret.Data, secret.Private = json.RawMessage(`{"from":"+4930123456"}`), json.RawMessage(`{"to":"+4930654321"}`)
		if err := db.Append(t.Context(), secret, of(t, "call_b", 1), last(of(t, "call_a", 2))); err != nil {
			t.Fatal(err)
		}
		before := read(t, db, event.Stream{}, 0)
		changed := 0
		if err := db.Tx(t.Context(), func(tx *store.Tx) (err error) {
			changed, err = tx.Redact(t.Context(), "call_a", func(r event.Record) event.Record {
				if r.CallSeq == 1 {
					r.Data, r.Private, r.Seq, r.Type = json.RawMessage(`{}`), nil, 77, "other"
				}
				return r
			})
			return err
		}); err != nil || changed != 1 {
			t.Fatal(changed, err)
		}
		before[0].Data, before[0].Private = json.RawMessage(`{}`), nil
		after := read(t, db, event.Stream{}, 0)
		if fmt.Sprint(after) != fmt.Sprint(before) {
			t.Errorf("the log is\n%v, want\n%v", after, before)
		}
	})
}

// TestForget tells of an account whose first call ended long ago, whose second
// is still up, and whose third ended while that was.
func TestForget(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, now := t.Context(), time.Now().UTC()
		add := func(age time.Duration, r event.Record) {
			t.Helper()
			r.Time = now.Add(-age)
			if err := db.Append(ctx, r); err != nil {
				t.Fatal(err)
			}
		}
		const day = 24 * time.Hour
		add(90*day, of(t, "call_1", 1))
		add(90*day, of(t, "call_2", 1))
		add(90*day, last(of(t, "call_1", 2)))
		add(80*day, of(t, "call_3", 1))
		add(80*day, last(of(t, "call_3", 2)))
		forget := func(want int, oldest int64) {
			t.Helper()
			var n int
			if err := db.Tx(ctx, func(tx *store.Tx) (err error) {
				n, err = tx.Forget(ctx, account, now.Add(-30*day))
				return err
			}); err != nil {
				t.Fatal(err)
			}
			first, _, err := db.Bounds(ctx, event.Stream{Account: account})
			if n != want || first != oldest || err != nil {
				t.Errorf("forgot %d, oldest is %d, %v; want %d and %d", n, first, err, want, oldest)
			}
		}
		if err := db.SaveCursor(ctx, "webhooks", 0); err != nil {
			t.Fatal(err)
		}
		forget(0, 1) // nobody has read it
		if err := db.SaveCursor(ctx, "webhooks", 100); err != nil {
			t.Fatal(err)
		}
		forget(1, 2) // call 2 is up
		add(day, last(of(t, "call_2", 2)))
		forget(0, 2) // and ended yesterday
		add(0, of(t, "call_4", 1))
		later := now
		now = now.Add(60 * day)
		forget(5, 7) // call 4 is up, and its record the newest
		now = later
		add(0, last(of(t, "call_4", 2)))
		if recs := read(t, db, event.Stream{Account: account}, 0); len(recs) != 2 || recs[1].Seq != 8 || recs[1].Position != 8 {
			t.Errorf("left are %v", recs)
		}
	})
}
