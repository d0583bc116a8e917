package charge

import (
	"context"
	"time"

	"webtrunk"
	"webtrunk/billing/ledger"
	"webtrunk/billing/money"
	"webtrunk/directory"
	"webtrunk/directory/shelf"
	"webtrunk/store"
)

// A Refund is what was given back of a charge.
type Refund struct {
	ID      string // the same again is the same refund
	Charge  string
	Amount  int64 // 0 asks for all that is left
	Seller  int64 // of it, the seller's part
	Note    string
	By      string
	Created time.Time
}

// Refund gives some of a charge back to who paid it, or all that is left.
func (d *Desk) Refund(ctx context.Context, of shelf.Tenant, r Refund) (Charge, Refund, error) {
	d.asking.Lock()
	defer d.asking.Unlock()
	c, err := d.One(ctx, of, r.Charge)
	if err != nil {
		return c, r, err
	}
	if before, err := d.refund(ctx, of, r.ID); webtrunk.KindOf(err) != webtrunk.NotFound {
		if err == nil && (before.Charge != r.Charge || r.Amount != 0 && r.Amount != before.Amount) {
			err = refuse(webtrunk.Conflict, "There is a refund of this ID for something else.")
		}
		return c, before, err
	}
	left := c.Amount().Minor - c.Refunded
	if r.Amount == 0 {
		r.Amount = left
	}
	switch {
	case c.State != Paid && c.State != Partly:
		return c, r, refuse(webtrunk.Conflict, "Only what was paid, and was not given back, can be given back: this charge is %s.", c.State)
	case r.Amount < 0 || r.Amount > left:
		return c, r, refuse(webtrunk.Invalid, "At most %s of this charge can be given back.", money.Amount{Minor: left, Currency: c.Payer.Currency})
	case len(r.Note) > 500:
		return c, r, refuse(webtrunk.Invalid, "A note has at most 500 characters.")
	}
	r.Created = d.now()
	after := c.less(&r)
	_, err = d.o.Ledger.Post(ctx, ledger.Entry{Transfers: c.back(r), With: func(ctx context.Context, tx *store.Tx, _ []ledger.Result) error { return after.give(ctx, tx, c, r) }})
	if err != nil {
		return c, r, err
	}
	d.o.Book.Funded(c.Payer)
	d.show(after)
	return after, r, nil
}

// less is the charge after a refund, whose seller's part it counts: of what stays paid the
// seller keeps exactly their part.
func (c Charge) less(r *Refund) Charge {
	after := c
	after.Refunded += r.Amount
	kept := money.Amount{Minor: c.Amount().Minor - after.Refunded, Currency: c.Payer.Currency}.Share(c.SellerPart).Minor
	after.RefundedSeller = c.ToSeller() - kept
	r.Seller = after.RefundedSeller - c.RefundedSeller
	after.State = Partly
	if after.Refunded == c.Amount().Minor {
		after.State = Refunded
	}
	return after
}

// back are the transfers of a refund.
func (c Charge) back(r Refund) (all []ledger.Transfer) {
	t := ledger.Transfer{Op: ledger.Move, To: c.Payer, Reason: ledger.Refund, Call: c.Call, Subject: c.ID}
	if r.Seller > 0 {
		t.ID, t.From, t.Amount = r.ID+".s", c.seller(), r.Seller
		all = append(all, t)
	}
	if rest := r.Amount - r.Seller; rest > 0 {
		t.ID, t.From, t.Amount = r.ID, c.revenue(), rest
		all = append(all, t)
	}
	return all
}

// give writes a refund of a charge that stands as it was read.
func (c Charge) give(ctx context.Context, tx *store.Tx, before Charge, r Refund) error {
	n, err := tx.Exec(ctx, `UPDATE charges SET state = $1, refunded = $2, refunded_seller = $3 WHERE id = $4 AND refunded = $5`,
		string(c.State), c.Refunded, c.RefundedSeller, c.ID, before.Refunded)
	if err != nil {
		return err
	}
	if n == 0 {
		return refuse(webtrunk.Conflict, "Something of this charge was given back meanwhile. Look at it, and try again.")
	}
	_, err = tx.Exec(ctx, `INSERT INTO charge_refunds (id, account, test, charge, amount, seller, note, by_whom, created) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		r.ID, string(c.Tenant.Account), c.Tenant.Test, c.ID, r.Amount, r.Seller, r.Note, r.By, store.Micros(r.Created))
	if err != nil {
		return err
	}
	return c.tell(tx, "refunded")
}

const refundColumns = `SELECT id, charge, amount, seller, note, by_whom, created FROM charge_refunds `

func scanRefund(row store.Row) (r Refund, err error) {
	var created int64
	err = row.Scan(&r.ID, &r.Charge, &r.Amount, &r.Seller, &r.Note, &r.By, &created)
	r.Created = store.Time(created)
	return r, err
}

func (d *Desk) refund(ctx context.Context, of shelf.Tenant, id string) (Refund, error) {
	r, err := scanRefund(d.o.DB.QueryRow(ctx, refundColumns+`WHERE id = $1 AND account = $2 AND test = $3`, id, string(of.Account), of.Test))
	return r, directory.Found("charge", "refund", err)
}

// Refunds are what was given back of a charge, oldest first.
func (d *Desk) Refunds(ctx context.Context, of shelf.Tenant, charge string) ([]Refund, error) {
	rows, err := d.o.DB.Query(ctx, refundColumns+`WHERE charge = $1 AND account = $2 AND test = $3 ORDER BY created, id`, charge, string(of.Account), of.Test)
	found, err := store.All(rows, err, scanRefund)
	return found, directory.Unavailable("charge", err)
}
