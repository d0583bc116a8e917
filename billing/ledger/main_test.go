package ledger

import (
	"context"
	"testing"
	"time"

	"go.uber.org/goleak"

	"webtrunk/store"
	"webtrunk/store/storetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// Accounts of a shop.
func wallet(owner string) Name { return named(Wallet, owner) }
func named(k Kind, owner string) Name {
	return Name{Tenant: "acct_shop", Kind: k, Owner: owner, Currency: "EUR"}
}

var (
	clearing = named(Clearing, "")
	revenue  = named(Revenue, "")
)

// A world is a ledger in a test.
type world struct {
	*testing.T
	*Ledger
	db *store.DB
}

func each(t *testing.T, f func(w world)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		l := Open(db, time.Now)
		defer l.Close()
		f(world{t, l, db})
	})
}

func (w world) post(all ...Transfer) []Result {
	w.Helper()
	done, err := w.Post(w.Context(), Entry{Transfers: all})
	if err != nil {
		w.Fatal(err)
	}
	return done
}

// paidIn gives an account something.
func (w world) paidIn(id string, to Name, amount int64) {
	w.Helper()
	w.post(Transfer{ID: id, Op: Move, From: clearing, To: to, Amount: amount, Reason: TopUp})
}

// stands asserts what an account has and what of it is held.
func (w world) stands(n Name, balance, held int64) {
	w.Helper()
	if a, err := w.Account(w.Context(), n); err != nil || a.Balance() != balance || a.Held != held {
		w.Errorf("%s has %d, of which %d are held, %v; want %d and %d", n, a.Balance(), a.Held, err, balance, held)
	}
}

// adds asserts that the ledger adds up.
func (w world) adds() Audited {
	w.Helper()
	found, err := w.Audit(context.Background())
	if err != nil {
		w.Fatal(err)
	}
	for _, wrong := range found.Wrong {
		w.Error(wrong)
	}
	return found
}
