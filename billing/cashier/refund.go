package cashier

import (
	"context"

	"webtrunk"
	"webtrunk/billing/ledger"
	"webtrunk/billing/money"
	"webtrunk/billing/pay"
	"webtrunk/directory/shelf"
	"webtrunk/store"
)

// Refund gives back a part of a top-up, or all of it: as much as is in the wallet still. One
// is on its way at a time; the same amount asked for again meanwhile is the same refund.
func (t *Cashier) Refund(ctx context.Context, of shelf.Tenant, id string, amount money.Amount) (TopUp, error) {
	u, err := t.One(ctx, of, id)
	switch {
	case err != nil:
		return u, err
	case u.State != Paid:
		return u, refuse(webtrunk.Conflict, "Nothing was paid by this top-up, so nothing can go back.")
	case amount.Currency != u.Amount.Currency || amount.Minor <= 0 || amount.Minor > u.Amount.Minor-u.Refunded:
		return u, refuse(webtrunk.Invalid, "Give back more than nothing, and at most %s.", money.Amount{Minor: u.Amount.Minor - u.Refunded, Currency: u.Amount.Currency})
	case u.refunding != "" && u.refund != amount.Minor:
		return u, errOnItsWay()
	case u.refunding == "":
		if u, err = t.setAside(ctx, u, amount.Minor); err != nil {
			return u, err
		}
	}
	return t.giveBack(ctx, u)
}

// setAside keeps what is to go back from being spent. Of two who want something back at once,
// one is told that the other does.
func (t *Cashier) setAside(ctx context.Context, u TopUp, amount int64) (TopUp, error) {
	u.refunding, u.refund = webtrunk.NewID("refund"), amount
	hold := ledger.Transfer{ID: u.refunding, Op: ledger.Hold, From: u.account(), Amount: amount, Subject: u.ID}
	_, err := t.o.Ledger.Post(ctx, ledger.Entry{Transfers: []ledger.Transfer{hold}, With: func(ctx context.Context, tx *store.Tx, _ []ledger.Result) error {
		var refunding string
		if err := tx.QueryRow(ctx, `SELECT refunding FROM top_ups WHERE id = $1`, u.ID).Scan(&refunding); err != nil {
			return err
		}
		if refunding != "" {
			return errOnItsWay()
		}
		return t.write(ctx, tx, u)
	}})
	if webtrunk.KindOf(err) == webtrunk.Exhausted {
		return u, refuse(webtrunk.Exhausted, "There is less than that in the wallet, or it is set aside for calls that run.")
	}
	return u, err
}

func errOnItsWay() error {
	return refuse(webtrunk.Conflict, "Another refund of this top-up is on its way. Try again when it has arrived.")
}

// giveBack has the provider give back what is set aside. What it has given back already, though
// its answer was lost, is booked; and what was asked for so long ago that its key may be
// forgotten is not asked for again.
func (t *Cashier) giveBack(ctx context.Context, u TopUp) (TopUp, error) {
	p, err := t.provider(u.Tenant.Test)
	if err != nil {
		return u, err
	}
	has, err := p.Payment(ctx, u.Payment)
	old := t.now().Sub(u.Updated) > keysLast
	if err == nil && has.Refunded.Minor == u.Refunded && !old {
		has, err = p.Refund(ctx, pay.Key(u.refunding), u.Payment, money.Amount{Minor: u.refund, Currency: u.Amount.Currency})
	}
	switch {
	case has.ID != "" && has.Refunded.Minor > u.Refunded:
		return t.book(ctx, u, has)
	case err == nil && old:
		return t.keepAll(ctx, u)
	case err == nil, pay.KindOf(err) == pay.Unknown:
		t.o.Log.Warn("payments: it is not known whether a refund was made; it is asked again", "top_up", u.ID, "error", err)
		return u, nil
	}
	kept, failed := t.keepAll(ctx, u)
	if failed != nil {
		return u, failed
	}
	return kept, err
}

// keepAll gives up a refund: what was set aside for it can be spent again.
func (t *Cashier) keepAll(ctx context.Context, u TopUp) (TopUp, error) {
	hold := u.refunding
	u.refunding, u.refund = "", 0
	_, err := t.o.Ledger.Post(ctx, ledger.Entry{
		Transfers: []ledger.Transfer{{ID: hold + ".not", Op: ledger.Release, Hold: hold, Subject: u.ID}},
		With:      func(ctx context.Context, tx *store.Tx, _ []ledger.Result) error { return t.write(ctx, tx, u) },
	})
	return u, err
}
