package ledger

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"webtrunk"
	"webtrunk/event"
	"webtrunk/store"
)

// TestAnAccountsYear: money comes in, is held, drawn in steps, released, and given back.
func TestAnAccountsYear(t *testing.T) {
	each(t, func(w world) {
		ann := wallet("cus_ann")
		w.paidIn("top_1", ann, 1000)
		w.post(Transfer{ID: "hold_1", Op: Hold, From: ann, Amount: 600})
		w.stands(ann, 1000, 600)

		w.post(Transfer{ID: "tick_1", Op: Draw, Hold: "hold_1", To: revenue, Amount: 250, Reason: Talk, Call: "call_1"})
		w.post(
			Transfer{ID: "tick_2", Op: Draw, Hold: "hold_1", To: revenue, Amount: 50, Reason: Talk, Call: "call_1"},
			Transfer{ID: "tick_2s", Op: Draw, Hold: "hold_1", To: named(Seller, "person_sue"), Amount: 100, Reason: Talk, Call: "call_1"},
			Transfer{ID: "hold_1r", Op: Release, Hold: "hold_1"})
		w.stands(ann, 600, 0)
		w.stands(revenue, 300, 0)
		w.stands(named(Seller, "person_sue"), 100, 0)
		if h, err := w.Hold(t.Context(), "hold_1"); err != nil || h.State != Posted || h.Drawn != 400 || h.Left() != 0 {
			w.Errorf("the hold is %+v, %v", h, err)
		}
		if again := w.post(Transfer{ID: "hold_1r2", Op: Release, Hold: "hold_1"}); again[0].Moved != 0 {
			w.Errorf("a second release gave back %d", again[0].Moved)
		}

		w.post(Transfer{ID: "refund_1", Op: Move, From: revenue, To: ann, Amount: 50, Reason: Refund, Subject: "tick_2"})
		lines, err := w.Statement(t.Context(), ann, Period{}, 3, "")
		if err != nil || len(lines) != 3 || lines[0].Amount != 50 || lines[0].Other != revenue || lines[2].Amount != -50 {
			w.Errorf("the statement is %+v, %v", lines, err)
		}
		rest, err := w.Statement(t.Context(), ann, Period{}, 10, lines[2].ID)
		if err != nil || len(rest) != 2 || rest[0].Amount != -250 || rest[0].Call != "call_1" || rest[1].Amount != 1000 {
			w.Errorf("the statement goes on with %+v, %v", rest, err)
		}
		if found := w.adds(); found.Transfers != 8 || found.Open != 0 || found.Accounts != 4 {
			w.Errorf("counted are %+v", found)
		}
	})
}

// TestWhatIsRefused leaves no trace, neither of itself nor of what it came with.
func TestWhatIsRefused(t *testing.T) {
	each(t, func(w world) {
		ann := wallet("cus_ann")
		w.paidIn("top_1", ann, 100)
		w.post(Transfer{ID: "hold_1", Op: Hold, From: ann, Amount: 60})
		w.post(Transfer{ID: "hold_2", Op: Hold, From: ann, Amount: 10}, Transfer{ID: "hold_2v", Op: Release, Hold: "hold_2"})
		elsewhere := ann
		elsewhere.Test = true
		for name, c := range map[string]struct {
			kind webtrunk.Kind
			asks Transfer
		}{
			"more than there is":          {webtrunk.Exhausted, Transfer{Op: Move, From: ann, To: revenue, Amount: 41}},
			"a hold of more":              {webtrunk.Exhausted, Transfer{Op: Hold, From: ann, Amount: 41}},
			"at least more":               {webtrunk.Exhausted, Transfer{Op: Hold, From: ann, Amount: 100, Least: 41}},
			"more than is held":           {webtrunk.Exhausted, Transfer{Op: Draw, Hold: "hold_1", To: revenue, Amount: 61}},
			"nothing":                     {webtrunk.Invalid, Transfer{Op: Move, From: ann, To: revenue}},
			"less than nothing":           {webtrunk.Invalid, Transfer{Op: Move, From: ann, To: revenue, Amount: -5}},
			"to oneself":                  {webtrunk.Invalid, Transfer{Op: Move, From: ann, To: ann, Amount: 5}},
			"to the other mode":           {webtrunk.Invalid, Transfer{Op: Move, From: ann, To: elsewhere, Amount: 5}},
			"a draw to the other mode":    {webtrunk.Invalid, Transfer{Op: Draw, Hold: "hold_1", To: elsewhere, Amount: 5}},
			"on no hold":                  {webtrunk.NotFound, Transfer{Op: Draw, Hold: "hold_x", To: revenue, Amount: 5}},
			"on one that was released":    {webtrunk.Conflict, Transfer{Op: Draw, Hold: "hold_2", To: revenue, Amount: 5}},
			"a hold that there is":        {webtrunk.Conflict, Transfer{ID: "hold_1", Op: Hold, From: ann, Amount: 1}},
			"an account with a slash":     {webtrunk.Invalid, Transfer{Op: Move, From: ann, To: wallet("a/b"), Amount: 5}},
			"no currency":                 {webtrunk.Invalid, Transfer{Op: Move, From: ann, To: Name{Tenant: "acct_shop", Kind: Revenue, Currency: "EURO"}, Amount: 5}},
			"an operation there is not":   {webtrunk.Invalid, Transfer{Op: "give", From: ann, To: revenue, Amount: 5}},
			"a move that names a hold":    {webtrunk.Invalid, Transfer{Op: Move, Hold: "hold_1", From: ann, To: revenue, Amount: 5}},
			"an amount that is too large": {webtrunk.Invalid, Transfer{Op: Move, From: clearing, To: ann, Amount: 1 << 60}},
		} {
			if c.asks.ID == "" {
				c.asks.ID = "x_" + name
			}
			first := Transfer{ID: "first_" + name, Op: Move, From: ann, To: revenue, Amount: 1}
			if _, err := w.Post(t.Context(), Entry{Transfers: []Transfer{first, c.asks}}); webtrunk.KindOf(err) != c.kind || webtrunk.MessageOf(err, "") == "" {
				w.Errorf("%s: %v; want %s and a sentence", name, err, c.kind)
			}
		}
		w.stands(ann, 100, 60)
		w.stands(revenue, 0, 0)
		w.adds()
	})
}

// TestAskedAgain: the same is told what became of it, also in parts; another is refused.
func TestAskedAgain(t *testing.T) {
	each(t, func(w world) {
		ann := wallet("cus_ann")
		w.paidIn("top_1", ann, 100)
		up := Transfer{ID: "hold_1", Op: Hold, From: ann, Amount: 1000, Least: 1, Expires: time.Now().Add(time.Hour)}
		first := w.post(up)
		w.paidIn("top_2", ann, 100)
		up.Expires = up.Expires.Add(time.Minute)
		if again := w.post(up); first[0].Moved != 100 || first[0].Again || again[0].Moved != 100 || !again[0].Again || !again[0].At.Equal(first[0].At) {
			w.Errorf("at first %+v, then %+v", first, again)
		}
		other := up
		other.Amount = 999
		for name, all := range map[string][]Transfer{"another amount": {other}, "with something new": {up, {ID: "new", Op: Release, Hold: "hold_1"}}} {
			if _, err := w.Post(t.Context(), Entry{Transfers: all}); webtrunk.KindOf(err) != webtrunk.Conflict {
				w.Errorf("%s: %v", name, err)
			}
		}
		w.stands(ann, 200, 100)
		w.adds()
	})
}

// TestManyAtOnce: of fifty who want a balance that is enough for one, one gets it; of fifty
// who ask for the same transfer, all are told the same.
func TestManyAtOnce(t *testing.T) {
	each(t, func(w world) {
		ann := wallet("cus_ann")
		w.paidIn("top_1", ann, 100)
		held, moved := make([]error, 50), make([]int64, 50)
		var all sync.WaitGroup
		for i := range 50 {
			all.Go(func() {
				_, held[i] = w.Post(t.Context(), Entry{Transfers: []Transfer{{ID: fmt.Sprintf("hold_%d", i), Op: Hold, From: ann, Amount: 100, Least: 60}}})
			})
			all.Go(func() {
				if r, err := w.Post(t.Context(), Entry{Transfers: []Transfer{{ID: "top_2", Op: Move, From: clearing, To: wallet("cus_bob"), Amount: 7}}}); err != nil {
					w.Error(err)
				} else {
					moved[i] = r[0].Moved
				}
			})
		}
		all.Wait()
		got := 0
		for i, err := range held {
			switch {
			case err == nil:
				got++
			case webtrunk.KindOf(err) != webtrunk.Exhausted:
				w.Error(err)
			}
			if moved[i] != 7 {
				w.Errorf("the %dth was told %d", i, moved[i])
			}
		}
		if got != 1 {
			w.Errorf("%d of 50 have the balance of one", got)
		}
		w.stands(ann, 100, 100)
		w.stands(wallet("cus_bob"), 7, 0)
		w.adds()
	})
}

// TestWhatBelongsToAnEntry is written with it or not at all, once, and its failure, or its
// panic, is nobody else's.
func TestWhatBelongsToAnEntry(t *testing.T) {
	each(t, func(w world) {
		told := func(what string, then error) Entry {
			rec, err := event.New("acct_shop", false, "top_up.succeeded", map[string]string{"top_up": what})
			if err != nil {
				w.Fatal(err)
			}
			return Entry{
				Transfers: []Transfer{{ID: what, Op: Move, From: clearing, To: wallet("cus_ann"), Amount: 5}},
				With: func(_ context.Context, tx *store.Tx, _ []Result) error {
					tx.Emit(rec)
					if errors.Is(then, errPanic) {
						panic(then)
					}
					return then
				},
			}
		}
		refused := errors.New("no room")
		entries := []Entry{told("top_1", nil), told("top_2", refused), told("top_3", nil), told("top_4", errPanic), told("top_1", nil)}
		errs := make([]error, len(entries))
		var all sync.WaitGroup
		for i, e := range entries {
			all.Go(func() { _, errs[i] = w.Post(t.Context(), e) })
		}
		all.Wait()
		if errs[0] != nil || !errors.Is(errs[1], refused) || errs[2] != nil || errs[3] == nil || errs[4] != nil {
			w.Errorf("they went %v", errs)
		}
		w.stands(wallet("cus_ann"), 10, 0)
		n := 0
		for rec, err := range w.db.Read(t.Context(), event.Stream{Account: "acct_shop"}, 0) {
			if err != nil || rec.Type != "top_up.succeeded" {
				w.Errorf("the log has %s, %v", rec.Type, err)
			}
			n++
		}
		if n != 2 {
			w.Errorf("the log tells of %d, want 2", n)
		}
		w.adds()
	})
}

var errPanic = errors.New("panic")

// TestHoldsExpire when their time is over, and not before; what was drawn stays drawn.
func TestHoldsExpire(t *testing.T) {
	each(t, func(w world) {
		ann := wallet("cus_ann")
		w.paidIn("top_1", ann, 100)
		w.post(Transfer{ID: "soon", Op: Hold, From: ann, Amount: 30, Expires: time.Now().Add(-time.Second)},
			Transfer{ID: "later", Op: Hold, From: ann, Amount: 20, Expires: time.Now().Add(time.Hour)},
			Transfer{ID: "never", Op: Hold, From: ann, Amount: 10},
			Transfer{ID: "draw", Op: Draw, Hold: "soon", To: revenue, Amount: 5})
		for want := range 2 {
			if n, err := w.ExpireOverdue(t.Context()); n != 1-want || err != nil {
				w.Errorf("%d expired, %v; want %d", n, err, 1-want)
			}
		}
		w.stands(ann, 95, 30)
		if h, err := w.Hold(t.Context(), "soon"); err != nil || h.State != Expired {
			w.Errorf("it is %+v, %v", h, err)
		}
		if _, err := w.Post(t.Context(), Entry{Transfers: []Transfer{{ID: "late", Op: Draw, Hold: "soon", To: revenue, Amount: 5}}}); webtrunk.KindOf(err) != webtrunk.Conflict {
			w.Errorf("drawn on it is %v", err)
		}
		w.adds()
	})
}

// TestAClosedLedger has posted what it was asked for, and takes no more.
func TestAClosedLedger(t *testing.T) {
	each(t, func(w world) {
		l := Open(w.db, time.Now)
		errs := make([]error, 20)
		var all sync.WaitGroup
		for i := range errs {
			all.Go(func() {
				_, errs[i] = l.Post(t.Context(), Entry{Transfers: []Transfer{{ID: fmt.Sprint("top_", i), Op: Move, From: clearing, To: wallet("cus_ann"), Amount: 1}}})
			})
		}
		l.Close()
		all.Wait()
		posted := int64(0)
		for _, err := range errs {
			if err == nil {
				posted++
			} else if webtrunk.KindOf(err) != webtrunk.Unavailable {
				w.Error(err)
			}
		}
		w.stands(wallet("cus_ann"), posted, 0)
	})
}

// TestAnAuditFindsWhatIsWrong: it counts for itself.
func TestAnAuditFindsWhatIsWrong(t *testing.T) {
	for what, change := range map[string]string{
		"a balance":        `UPDATE ledger_accounts SET credits = credits + 1 WHERE kind = 'customer_wallet'`,
		"a hold":           `UPDATE ledger_holds SET drawn = drawn + 1`,
		"a lost transfer":  `DELETE FROM ledger_transfers WHERE id = 'draw'`,
		"a lost account":   `DELETE FROM ledger_accounts WHERE kind = 'platform_revenue'`,
		"a larger draw":    `UPDATE ledger_transfers SET amount = 31 WHERE id = 'draw'`,
		"a negative move":  `UPDATE ledger_transfers SET amount = -100 WHERE id = 'top_1'`,
		"another's credit": `UPDATE ledger_transfers SET credit = debit WHERE id = 'draw'`,
	} {
		t.Run(what, func(t *testing.T) {
			each(t, func(w world) {
				w.paidIn("top_1", wallet("cus_ann"), 100)
				w.post(Transfer{ID: "hold", Op: Hold, From: wallet("cus_ann"), Amount: 30}, Transfer{ID: "draw", Op: Draw, Hold: "hold", To: revenue, Amount: 5})
				w.adds()
				if err := w.db.Tx(t.Context(), func(tx *store.Tx) error { _, err := tx.Exec(t.Context(), change); return err }); err != nil {
					t.Fatal(err)
				}
				if found, err := w.Audit(t.Context()); err != nil || len(found.Wrong) == 0 {
					t.Errorf("it finds %+v, %v", found, err)
				}
			})
		})
	}
}
