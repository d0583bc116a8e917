package cashier

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"webtrunk/billing/pay"
	"webtrunk/store"
)

// Reconciled is what a comparison of the provider with the ledger found.
type Reconciled struct {
	Payments int      // that the provider has
	Booked   []string // what the ledger lacked, and has now
	Wrong    []string // what does not agree, and needs a person: sentences
}

// Reconcile compares what a provider has since a time with what is booked here, and books what
// is missing. It may run twice, and beside gateways.
func (t *Cashier) Reconcile(ctx context.Context, test bool, since time.Time) (r Reconciled, err error) {
	p, err := t.provider(test)
	if err != nil {
		return r, err
	}
	seen := map[string]bool{}
	for has, err := range p.Since(ctx, since) {
		if err != nil {
			return r, err
		}
		if !strings.HasPrefix(string(has.Key), "top_") {
			continue // of another use of the same provider
		}
		r.Payments++
		seen[string(has.Key)] = true
		if err := t.compare(ctx, &r, has); err != nil {
			return r, err
		}
	}
	err = t.lacks(ctx, &r, p, test, since, seen)
	return r, err
}

// compare books a payment that the ledger lacks.
func (t *Cashier) compare(ctx context.Context, r *Reconciled, has pay.Payment) error {
	u, err := t.whose(ctx, has)
	if errors.Is(err, sql.ErrNoRows) {
		if has.State == pay.Captured && has.Refunded != has.Captured {
			r.Wrong = append(r.Wrong, fmt.Sprintf("%s: the provider has %s, paid by %s, and nothing is known of it here.", has.Key, has.Captured, has.Customer))
		}
		return nil
	}
	if err != nil {
		return err
	}
	now, err := t.book(ctx, u, has)
	if err != nil {
		r.Wrong = append(r.Wrong, fmt.Sprintf("%s: %v", u.ID, err))
		return nil
	}
	if now.State != u.State || now.Refunded != u.Refunded {
		r.Booked = append(r.Booked, fmt.Sprintf("%s: %s of %s, %s", u.ID, now.State, u.Wallet, u.Amount))
	}
	return nil
}

// lacks finds what is paid here and the provider does not have.
func (t *Cashier) lacks(ctx context.Context, r *Reconciled, p pay.Provider, test bool, since time.Time, seen map[string]bool) error {
	for after := ""; ; {
		var c store.Clause
		c.Where(`test = ?`, test)
		c.Where(`created >= ?`, store.Micros(since))
		c.Where(`id > ?`, after)
		page, err := t.list(ctx, c, `id`, 500)
		if err != nil || len(page) == 0 {
			return err
		}
		for _, u := range page {
			if after = u.ID; seen[u.ID] || u.State == Failed {
				continue
			}
			has, err := p.Find(ctx, pay.Key(u.ID))
			switch {
			case err == nil:
				err = t.compare(ctx, r, has)
			case pay.KindOf(err) != pay.Missing:
			case u.State == Paid:
				r.Wrong, err = append(r.Wrong, fmt.Sprintf("%s: %s of %s is booked here, and the provider knows nothing of it.", u.ID, u.Amount, u.Wallet)), nil
			default:
				err = nil // it was never asked, and will be
			}
			if err != nil {
				return err
			}
		}
	}
}
