package store_test

import (
	"testing"
	"time"

	"webtrunk"
	"webtrunk/event"
	"webtrunk/store"
	"webtrunk/store/storetest"
)

// TestWatch hears of what this process appends at once, and of what another
// does within a second.
func TestWatch(t *testing.T) {
	t.Parallel()
	storetest.EachURL(t, func(t *testing.T, url string) {
		gateway, tool := storetest.Open(t, url), storetest.OpenUnclaimed(t, url)
		grown, stop := gateway.Watch()
		defer stop()
		for _, db := range []*store.DB{gateway, tool, gateway, tool} {
			select {
			case <-grown:
				t.Error("a token of nothing")
			default:
			}
			r, err := event.New(account, false, "widget.created", nil)
			if err != nil {
				t.Fatal(err)
			}
			if err := db.Append(t.Context(), r); err != nil {
				t.Fatal(err)
			}
			select {
			case <-grown:
			case <-time.After(5 * time.Second): // a second, on a machine that is not busy
				t.Fatal("nobody heard of it")
			}
		}
		stop()
		stop()
		if err := gateway.Append(t.Context(), of(t, "call_a", 1)); err != nil {
			t.Fatal(err)
		}
		select {
		case <-grown:
			t.Error("a token after the end")
		default:
		}
	})
}

// TestReadWhileItGrows reads a log of several pages to the end that it had,
// though every record that is read adds another.
func TestReadWhileItGrows(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		const records = 600
		recs := make([]event.Record, records)
		for i := range recs {
			recs[i] = of(t, "call_a", int64(i+1))
		}
		if err := db.Append(t.Context(), recs...); err != nil {
			t.Fatal(err)
		}
		for _, s := range []event.Stream{{}, {Account: account}, {Call: "call_a"}, {Account: account, Call: "call_a"}} {
			_, newest, err := db.Bounds(t.Context(), s)
			if err != nil {
				t.Fatal(err)
			}
			read := int64(100)
			for r, err := range db.Read(t.Context(), s, 100) {
				if read++; err != nil || s.Place(r) != read {
					t.Fatal(s, read, s.Place(r), err)
				}
				if read%50 == 0 {
					newest++
					if err := db.Append(t.Context(), of(t, "call_a", newest)); err != nil {
						t.Fatal(err)
					}
				}
			}
			if read < records || read >= newest {
				t.Errorf("read to %d of %v, which has grown from %d to %d", read, s, records, newest)
			}
		}
		if oldest, newest, err := db.Bounds(t.Context(), event.Stream{Call: "call_none"}); oldest != 0 || newest != 0 || err != nil {
			t.Error(oldest, newest, err)
		}
	})
}

// TestRefusedRecords tells what is no record.
func TestRefusedRecords(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		for name, spoil := range map[string]func(*event.Record){
			"no account":       func(r *event.Record) { r.Account = "" },
			"no type":          func(r *event.Record) { r.Type = "" },
			"no ID":            func(r *event.Record) { r.ID = "" },
			"no call":          func(r *event.Record) { r.Call = "" },
			"no place":         func(r *event.Record) { r.CallSeq = 0 },
			"the last of none": func(r *event.Record) { r.Call, r.CallSeq, r.Last = "", 0, true },
			"no data":          func(r *event.Record) { r.Data = nil },
			"not JSON":         func(r *event.Record) { r.Private = []byte("{") },
		} {
			r := of(t, "call_a", 1)
			spoil(&r)
			if err := db.Append(t.Context(), of(t, "call_b", 1), r); webtrunk.KindOf(err) != webtrunk.Invalid {
				t.Errorf("%s: %v", name, err)
			}
		}
		if n := gapless(t, db); n != 0 {
			t.Errorf("the log has %d records, want none", n)
		}
	})
}
