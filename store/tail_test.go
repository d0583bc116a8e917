package store_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"webtrunk/event"
	"webtrunk/store"
	"webtrunk/store/storetest"
)

// TestWhatIsFreshIsWhatTheLogHas: to the byte, from any place that is not too
// old, and nothing that another process or an erasure has made untrue.
func TestWhatIsFreshIsWhatTheLogHas(t *testing.T) {
	t.Parallel()
	storetest.EachURL(t, func(t *testing.T, url string) {
		gateway, tool := storetest.Open(t, url), storetest.OpenUnclaimed(t, url)
		agree := func(after int64, want int) {
			t.Helper()
			fresh, recs := gateway.Fresh(after), read(t, gateway, event.Stream{}, after)
			if len(fresh) == 0 && strings.HasPrefix(url, "postgres") {
				return // it always asks the database
			}
			if len(fresh) != want || want > 0 && fmt.Sprintf("%#v", fresh) != fmt.Sprintf("%#v", recs) {
				t.Errorf("after %d there is fresh\n%#v, want %d of\n%#v", after, fresh, want, recs)
			}
		}
		appended := func(db *store.DB, recs ...event.Record) {
			t.Helper()
			if err := db.Append(t.Context(), recs...); err != nil {
				t.Fatal(err)
			}
		}
		agree(0, 0)
		secret := of(t, "call_a", 1)
		secret.Private = json.RawMessage(`{"to":"+4930654321"}`)
		appended(gateway, secret, of(t, "call_a", 2))
		appended(gateway, last(of(t, "call_a", 3)))
		for after := range int64(4) {
			agree(after, 3-int(after))
		}

		elsewhere, err := event.New(account, false, "widget.created", nil)
		if err != nil {
			t.Fatal(err)
		}
		appended(tool, elsewhere)
		appended(gateway, of(t, "call_b", 1))
		agree(2, 0)
		agree(3, 0)
		agree(4, 1)

		if err := gateway.Tx(t.Context(), func(tx *store.Tx) error {
			_, err := tx.Redact(t.Context(), "call_a", func(r event.Record) event.Record { r.Private = nil; return r })
			return err
		}); err != nil {
			t.Fatal(err)
		}
		agree(4, 0)
		appended(gateway, of(t, "call_b", 2))
		agree(5, 1)
	})
}

// TestTheTailIsBounded: whoever has fallen far behind reads the database.
func TestTheTailIsBounded(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t, "sqlite:"+t.TempDir()+"/gateway.db")
	seq := int64(0)
	for range 5 {
		recs := make([]event.Record, 2000)
		for i := range recs {
			seq++
			recs[i] = of(t, "call_a", seq)
		}
		held := db.Fresh(seq - 2000 - 10)
		if err := db.Append(t.Context(), recs...); err != nil {
			t.Fatal(err)
		}
		for i, r := range held {
			if want := seq - 2000 - 10 + int64(i) + 1; r.Position != want {
				t.Fatalf("what a reader holds was overwritten: %d, want %d", r.Position, want)
			}
		}
	}
	if got := db.Fresh(0); len(got) != 0 {
		t.Errorf("%d records are kept from the beginning on", len(got))
	}
	if got := db.Fresh(seq - 4000); len(got) != 4000 || got[0].Position != seq-3999 {
		t.Errorf("%d records are fresh", len(got))
	}
}
