package ledger

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"webtrunk"
	"webtrunk/store"
	"webtrunk/store/storetest"
)

// TestRandomHistories: whatever is asked for, in whatever order, twice, at once and with
// the writer restarted between, the ledger adds up, no prepaid account is below zero, and
// each who asks is told what the ledger then has.
func TestRandomHistories(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		run := 0
		rapid.Check(t, func(rt *rapid.T) {
			run++
			h := history{T: rt, tenant: webtrunk.AccountID(fmt.Sprint("acct_", run)), l: Open(db, time.Now)}
			defer func() { h.l.Close() }()
			for range rapid.IntRange(1, 12).Draw(rt, "rounds") {
				h.round()
				if rapid.IntRange(0, 5).Draw(rt, "restart") == 0 {
					h.l.Close()
					h.l = Open(db, time.Now)
				}
			}
			found, err := h.l.Audit(context.Background())
			if err != nil || len(found.Wrong) > 0 {
				rt.Fatalf("%v, %v", found.Wrong, err)
			}
			h.agree()
		})
	})
}

type history struct {
	*rapid.T
	tenant webtrunk.AccountID
	l      *Ledger
	asked  []Entry // so far
	told   map[string]Result
	n      int
}

// round posts some entries at once: new ones, and some that were posted before.
func (h *history) round() {
	entries := make([]Entry, rapid.IntRange(1, 6).Draw(h.T, "entries"))
	for i := range entries {
		if len(h.asked) > 0 && rapid.IntRange(0, 3).Draw(h.T, "again") == 0 {
			entries[i] = rapid.SampledFrom(h.asked).Draw(h.T, "which")
			continue
		}
		entries[i] = h.entry()
		h.asked = append(h.asked, entries[i])
	}
	results, errs := make([][]Result, len(entries)), make([]error, len(entries))
	var all sync.WaitGroup
	for i, e := range entries {
		all.Go(func() { results[i], errs[i] = h.l.Post(context.Background(), e) })
	}
	all.Wait()
	for i, err := range errs {
		switch webtrunk.KindOf(err) {
		case webtrunk.Internal:
			if err != nil {
				h.Fatal(err)
			}
		case webtrunk.Unavailable:
			h.Fatal(err)
		}
		for _, r := range results[i] {
			h.hear(r)
		}
	}
}

// hear holds what somebody is told against what others were told of the same.
func (h *history) hear(r Result) {
	if h.told == nil {
		h.told = map[string]Result{}
	}
	if was, known := h.told[r.ID]; known && was.Moved != r.Moved {
		h.Fatalf("%s has moved %d, and now %d", r.ID, was.Moved, r.Moved)
	}
	if r.Moved < r.Least || r.Least == 0 && r.Amount > 0 && r.Moved != r.Amount {
		h.Fatalf("%s moved %d of %d, at least %d", r.ID, r.Moved, r.Amount, r.Least)
	}
	h.told[r.ID] = r
}

// agree asserts that the movements of all statements are those that somebody was told of.
func (h *history) agree() {
	sums := map[Name]int64{}
	for _, r := range h.told {
		from := r.From
		if r.Op == Draw {
			from = h.told[r.Hold].From
		}
		if r.Op == Move || r.Op == Draw {
			sums[from] -= r.Moved
			sums[r.To] += r.Moved
		}
	}
	for n, sum := range sums {
		a, err := h.l.Account(context.Background(), n)
		if err != nil || a.Balance() != sum {
			h.Fatalf("%s has %d, %v; those who asked were told %d", n, a.Balance(), err, sum)
		}
	}
}

// entry is one to three transfers, of which some are impossible.
func (h *history) entry() (e Entry) {
	for range rapid.IntRange(1, 3).Draw(h.T, "transfers") {
		h.n++
		e.Transfers = append(e.Transfers, h.transfer(fmt.Sprintf("%s_%d", h.tenant, h.n)))
	}
	return e
}

func (h *history) transfer(id string) Transfer {
	amount := rapid.Int64Range(1, 300).Draw(h.T, "amount")
	t := Transfer{ID: id, Op: rapid.SampledFrom([]Op{Move, Move, Hold, Draw, Draw, Release}).Draw(h.T, "op"), Amount: amount}
	if rapid.Bool().Draw(h.T, "partly") {
		t.Least = rapid.Int64Range(1, amount).Draw(h.T, "least")
	}
	switch t.Op {
	case Move:
		t.From, t.To = h.account(), h.account()
	case Hold:
		t.From = h.account()
	case Draw:
		t.Hold, t.To = h.held(), h.account()
	case Release:
		t.Hold, t.Amount, t.Least = h.held(), 0, 0
	}
	return t
}

func (h *history) account() Name {
	kind := rapid.SampledFrom([]Kind{Clearing, Clearing, Wallet, Wallet, Revenue, Seller}).Draw(h.T, "kind")
	n := Name{Tenant: h.tenant, Kind: kind, Currency: "EUR"}
	if kind == Wallet {
		n.Owner = rapid.SampledFrom([]string{"cus_ann", "cus_bob"}).Draw(h.T, "owner")
	}
	return n
}

// held is any transfer's ID: that of a hold, with luck.
func (h *history) held() string {
	return fmt.Sprintf("%s_%d", h.tenant, rapid.IntRange(1, h.n+1).Draw(h.T, "hold"))
}
