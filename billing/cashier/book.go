package cashier

import (
	"context"
	"fmt"
	"time"

	"webtrunk"
	"webtrunk/billing/ledger"
	"webtrunk/billing/pay"
	"webtrunk/directory"
	"webtrunk/store"
)

// ask has the provider charge what is not decided yet, and books what it has for it. The key
// is the top-up's, so it is charged once however often it is asked.
func (t *Cashier) ask(ctx context.Context, u TopUp) (TopUp, error) {
	if u.State == Paid || u.State == Failed {
		return u, nil
	}
	p, err := t.provider(u.Tenant.Test)
	if err != nil {
		return u, err
	}
	has, err := t.charge(ctx, p, u)
	switch {
	case has.ID != "":
		return t.book(ctx, u, has)
	case pay.KindOf(err) == pay.Unknown:
		t.o.Log.Warn("payments: it is not known whether a top-up was paid; it is asked again", "top_up", u.ID, "error", err)
		return u, nil
	}
	return t.fail(ctx, u, webtrunk.MessageOf(err, "The payment provider refused this payment."))
}

// keysLast is how long a provider is sure to know a key again: Stripe forgets it after 24 hours,
// and does what is asked then as if for the first time.
const keysLast = 20 * time.Hour

// charge returns what the provider has for a top-up: what it was charged before, if it was. One
// that was asked for so long ago that its key may be forgotten is only looked for.
func (t *Cashier) charge(ctx context.Context, p pay.Provider, u TopUp) (pay.Payment, error) {
	switch {
	case u.Payment != "":
		return p.Payment(ctx, u.Payment)
	case t.now().Sub(u.Created) > keysLast:
		return p.Find(ctx, pay.Key(u.ID))
	}
	customer, _, err := t.known(ctx, u.payer())
	if err != nil {
		return pay.Payment{}, err
	}
	return p.Charge(ctx, pay.Key(u.ID), pay.Order{Customer: customer, Method: u.Method, Amount: u.Amount, Description: "Top-up " + u.ID, ReturnTo: u.ReturnTo})
}

// book makes what the provider has for a top-up true here.
func (t *Cashier) book(ctx context.Context, u TopUp, has pay.Payment) (TopUp, error) {
	u.Payment, u.Confirm = has.ID, ""
	switch {
	case has.State == pay.Captured:
		return t.paid(ctx, u, has)
	case has.State.Over():
		return t.fail(ctx, u, has.Reason)
	case has.State == pay.RequiresConfirmation:
		u.State, u.Confirm = Confirm, has.ConfirmURL
	}
	return u, t.keep(ctx, u)
}

// paid books what was captured, and what of it has gone back since.
func (t *Cashier) paid(ctx context.Context, u TopUp, has pay.Payment) (TopUp, error) {
	if has.Captured != u.Amount {
		return u, refuse(webtrunk.Conflict, "The provider has %s for the top-up %s of %s.", has.Captured, u.ID, u.Amount)
	}
	if u.State != Paid {
		u.State = Paid
		in := ledger.Transfer{ID: u.ID, Op: ledger.Move, From: u.clearing(), To: u.account(), Amount: u.Amount.Minor, Reason: ledger.TopUp, Subject: u.ID}
		if err := t.post(ctx, u, in, "top_up.paid"); err != nil {
			return u, err
		}
		t.o.Funded(u.account())
	}
	if has.Refunded.Minor <= u.Refunded {
		return u, nil
	}
	return t.wentBack(ctx, u, has.Refunded.Minor)
}

// wentBack books what the provider has given back: of what was set aside for that, or, where
// somebody has given it back at the provider itself, of what is in the wallet.
func (t *Cashier) wentBack(ctx context.Context, u TopUp, whole int64) (TopUp, error) {
	out := ledger.Transfer{ID: fmt.Sprintf("%s.r%d", u.ID, whole), Op: ledger.Move, From: u.account(), To: u.clearing(), Amount: whole - u.Refunded, Reason: ledger.Refund, Subject: u.ID}
	if u.refunding != "" {
		out.Op, out.From, out.Hold = ledger.Draw, ledger.Name{}, u.refunding
	}
	u.Refunded, u.refunding, u.refund = whole, "", 0
	return u, t.post(ctx, u, out, "top_up.refunded")
}

// post books a transfer with what it makes of the top-up.
func (t *Cashier) post(ctx context.Context, u TopUp, one ledger.Transfer, kind string) error {
	_, err := t.o.Ledger.Post(ctx, ledger.Entry{Transfers: []ledger.Transfer{one}, With: func(ctx context.Context, tx *store.Tx, _ []ledger.Result) error {
		if err := t.write(ctx, tx, u); err != nil {
			return err
		}
		return u.tell(tx, kind)
	}})
	return err
}

// fail notes that nothing was paid, and why.
func (t *Cashier) fail(ctx context.Context, u TopUp, reason string) (TopUp, error) {
	u.State, u.Reason, u.Confirm = Failed, reason, ""
	return u, directory.Unavailable("top-up", t.change(ctx, func(tx *store.Tx) error {
		var state State
		if err := tx.QueryRow(ctx, `SELECT state FROM top_ups WHERE id = $1`, u.ID).Scan(&state); err != nil || state == Failed || state == Paid {
			return err
		}
		if err := t.write(ctx, tx, u); err != nil {
			return err
		}
		return u.tell(tx, "top_up.failed")
	}))
}

func (t *Cashier) keep(ctx context.Context, u TopUp) error {
	return directory.Unavailable("top-up", t.change(ctx, func(tx *store.Tx) error { return t.write(ctx, tx, u) }))
}

// write keeps a top-up. What is paid never is anything else again, and what went back stays.
func (t *Cashier) write(ctx context.Context, tx *store.Tx, u TopUp) error {
	_, err := tx.Exec(ctx, `UPDATE top_ups SET state = $1, payment = $2, reason = $3, confirm = $4, refunded = $5, refunding = $6, refund = $7, updated = $8
		WHERE id = $9 AND refunded <= $5 AND (state <> 'paid' OR $1 = 'paid')`,
		string(u.State), string(u.Payment), u.Reason, u.Confirm, u.Refunded, u.refunding, u.refund, store.Micros(t.now()), u.ID)
	return err
}
