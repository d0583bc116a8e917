package ledger

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"webtrunk"
	"webtrunk/store"
	"webtrunk/store/storetest"
)

// TestADaysCap: two nodes at once set aside no more than a day's cap between them, what is
// given back can be used again, what was spent cannot, and the next day begins anew.
func TestADaysCap(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		var day atomic.Int64
		now := func() time.Time {
			return time.Date(2026, 3, 1, 23, 0, 0, 0, time.UTC).AddDate(0, 0, int(day.Load()))
		}
		a, b := Open(db, now), Open(db, now)
		defer a.Close()
		defer b.Close()
		w, acme := world{t, a, db}, named(Sponsor, "acme")
		w.paidIn("dep_1", acme, 1000)
		set := func(daily int64) {
			t.Helper()
			if err := a.SetCap(t.Context(), acme, daily, func(*store.Tx) {}); err != nil {
				t.Fatal(err)
			}
		}
		set(100)
		var held []string
		var mu sync.Mutex
		holds := func(prefix string, want int) {
			t.Helper()
			held = nil
			var all sync.WaitGroup
			for i := range 20 {
				all.Go(func() {
					id := fmt.Sprint(prefix, i)
					_, err := []*Ledger{a, b}[i%2].Post(context.Background(), Entry{Transfers: []Transfer{{ID: id, Op: Hold, From: acme, Amount: 10}}})
					if err != nil && webtrunk.KindOf(err) != webtrunk.Exhausted {
						t.Error(err)
					}
					if err == nil {
						mu.Lock()
						held = append(held, id)
						mu.Unlock()
					}
				})
			}
			all.Wait()
			if len(held) != want {
				t.Errorf("%s: %d holds were made, want %d", prefix, len(held), want)
			}
		}
		holds("monday_", 10)
		for i, id := range held {
			if i < 3 {
				w.post(Transfer{ID: id + ".d", Op: Draw, Hold: id, To: revenue, Amount: 10, Reason: Talk})
			} else {
				w.post(Transfer{ID: id + ".r", Op: Release, Hold: id})
			}
		}
		w.stands(acme, 970, 0)
		if daily, today, err := a.Cap(t.Context(), acme); daily != 100 || today != 30 || err != nil {
			t.Errorf("the cap is %d, of which %d are spent, %v", daily, today, err)
		}
		holds("evening_", 7)
		day.Store(1)
		for _, id := range held { // drawn after midnight: of the new day
			w.post(Transfer{ID: id + ".d", Op: Draw, Hold: id, To: revenue, Amount: 10, Reason: Talk})
		}
		holds("tuesday_", 3)
		set(0)
		holds("freely_", 20)
		w.stands(acme, 900, 230)
	})
}

// TestACapIsASponsors, and nobody else's.
func TestACapIsASponsors(t *testing.T) {
	each(t, func(w world) {
		for n, daily := range map[Name]int64{wallet("ann"): 100, named(Sponsor, "acme"): -1} {
			if err := w.SetCap(t.Context(), n, daily, func(*store.Tx) {}); webtrunk.KindOf(err) != webtrunk.Invalid {
				t.Errorf("%v of %s: %v", daily, n, err)
			}
		}
		if err := w.SetCap(t.Context(), named(Sponsor, "new"), 100, func(*store.Tx) {}); err != nil {
			t.Fatal(err)
		}
		if all, err := w.Accounts(t.Context(), "acct_shop", false, Sponsor, "new"); err != nil || len(all) != 1 || all[0].Balance() != 0 {
			t.Errorf("before anything is paid in there is %+v, %v", all, err)
		}
		if found, err := w.Audit(t.Context()); err != nil || len(found.Wrong) > 0 {
			t.Errorf("the audit finds %v, %v", found.Wrong, err)
		}
		if daily, today, err := w.Cap(t.Context(), named(Sponsor, "acme")); daily != 0 || today != 0 || err != nil {
			t.Errorf("without a cap it is %d and %d, %v", daily, today, err)
		}
	})
}
