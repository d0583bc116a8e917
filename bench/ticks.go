package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"webtrunk"
	"webtrunk/billing/ledger"
	"webtrunk/store"
)

// A till is a ledger whose calls tick: each has money of its payer's set aside, and draws on
// that, for the seller and for the platform, as a metered call does.
type till struct {
	db     *store.DB
	ledger *ledger.Ledger
	calls  []metered
}

// A metered call is a hold, and how often it was drawn on.
type metered struct {
	hold  string
	ticks int
}

const (
	benchTenant webtrunk.AccountID = "acct_bench"
	// aTick is what a tick takes, in minor units: some for the seller, the rest for the platform.
	aTick, sellersPart = 12, 8
	// plenty is what a call sets aside: more than it draws.
	plenty = 1_000_000_000
)

func account(kind ledger.Kind, owner string) ledger.Name {
	return ledger.Name{Tenant: benchTenant, Kind: kind, Owner: owner, Currency: "EUR"}
}

// openTill has so many calls be paid by so many payers.
func openTill(ctx context.Context, url string, calls, payers int) (*till, error) {
	db, err := store.Open(ctx, url, store.Options{})
	if err != nil {
		return nil, err
	}
	k := &till{db: db, ledger: ledger.Open(db, time.Now)}
	for i := range calls {
		payer := account(ledger.Wallet, fmt.Sprint("payer", i%payers))
		hold := webtrunk.NewID("hold")
		_, err := k.ledger.Post(ctx, ledger.Entry{Transfers: []ledger.Transfer{
			{ID: hold + ".in", Op: ledger.Move, From: account(ledger.Clearing, ""), To: payer, Amount: plenty, Reason: ledger.TopUp},
			{ID: hold, Op: ledger.Hold, From: payer, Amount: plenty},
		}})
		if err != nil {
			k.close()
			return nil, err
		}
		k.calls = append(k.calls, metered{hold: hold})
	}
	return k, nil
}

func (k *till) close() {
	k.ledger.Close()
	k.db.Close()
}

// tick posts a call's next one, durably.
func (k *till) tick(ctx context.Context, c *metered) error {
	c.ticks++
	id := fmt.Sprintf("%s.%d", c.hold, c.ticks)
	_, err := k.ledger.Post(ctx, ledger.Entry{Transfers: []ledger.Transfer{
		{ID: id + "s", Op: ledger.Draw, Hold: c.hold, To: account(ledger.Seller, "sue"), Amount: sellersPart, Reason: ledger.Talk},
		{ID: id, Op: ledger.Draw, Hold: c.hold, To: account(ledger.Revenue, ""), Amount: aTick - sellersPart, Reason: ledger.Talk},
	}})
	return err
}

// ticks has so many calls tick at once, each again as soon as its last one is durable, and
// says how long each took.
func (k *till) ticks(ctx context.Context, atOnce int, lasting time.Duration) (p pace, err error) {
	took, failed := make([][]time.Duration, atOnce), make([]error, atOnce)
	var ticking sync.WaitGroup
	begin, before := time.Now(), k.ledger.Stats()
	for i := range atOnce {
		ticking.Go(func() {
			for n := i; time.Since(begin) < lasting && failed[i] == nil; n += atOnce {
				if n >= len(k.calls) {
					n = i // a call's ticks are one after the other
				}
				at := time.Now()
				failed[i] = k.tick(ctx, &k.calls[n])
				took[i] = append(took[i], time.Since(at))
			}
		})
	}
	ticking.Wait()
	seconds, after := time.Since(begin).Seconds(), k.ledger.Stats()
	var all []time.Duration
	for _, t := range took {
		all = append(all, t...)
	}
	p.perSecond = float64(len(all)) / seconds
	p.perCommit = float64(len(all)) / float64(max(1, after.Commits-before.Commits))
	p.took = spreadOf(all)
	return p, errors.Join(failed...)
}

// right reports whether the ledger still counts right: what was ticked is what was drawn.
func (k *till) right(ctx context.Context) error {
	found, err := k.ledger.Audit(ctx)
	if err != nil {
		return err
	}
	if len(found.Wrong) > 0 {
		return fmt.Errorf("the ledger is wrong: %s", found.Wrong[0])
	}
	ticks := 0
	for _, c := range k.calls {
		ticks += c.ticks
	}
	sold, err := k.ledger.Account(ctx, account(ledger.Seller, "sue"))
	if err != nil {
		return err
	}
	if sold.Balance() != int64(ticks)*sellersPart {
		return fmt.Errorf("of %d ticks the seller has %d, want %d", ticks, sold.Balance(), ticks*sellersPart)
	}
	return nil
}
