package charge

import (
	"context"

	"webtrunk"
	"webtrunk/billing"
	"webtrunk/billing/ledger"
	"webtrunk/call"
	"webtrunk/store"
)

// Answer takes what the page of a leg says to a charge. Only the payer's counts, once. It
// returns when that is durable, and paid.
func (d *Desk) Answer(ctx context.Context, id webtrunk.CallID, leg call.LegID, charge string, accept bool) error {
	d.mu.Lock()
	c, any := d.newest[id]
	d.mu.Unlock()
	if !any || c.ID != charge {
		return refuse(webtrunk.NotFound, "This charge is not asked for any more.")
	}
	return d.answer(ctx, c, leg, accept, billing.ByPage)
}

func (d *Desk) answer(ctx context.Context, c Charge, leg call.LegID, accept bool, method billing.Method) error {
	if leg != c.Leg {
		return refuse(webtrunk.Forbidden, "Only who pays can answer.")
	}
	c, err := d.One(ctx, c.Tenant, c.ID)
	switch {
	case err != nil:
		return err
	case c.State == Paid && accept:
		d.show(c) // said already, perhaps in another tab, or by an answer that was lost
		return nil
	case c.left(d.now()) == 0:
		return refuse(webtrunk.Conflict, "This charge is not asked for any more.")
	}
	c.Method, c.Answered = method, d.now()
	if !accept {
		c.State = Declined
		return d.end(ctx, c)
	}
	c.State = Paid
	return d.pay(ctx, c)
}

// pay moves the money with the note that it was accepted, or neither.
func (d *Desk) pay(ctx context.Context, c Charge) error {
	_, err := d.o.Ledger.Post(ctx, ledger.Entry{Transfers: c.transfers(), With: func(ctx context.Context, tx *store.Tx, _ []ledger.Result) error {
		first, err := c.ends(ctx, tx)
		if err == nil && !first {
			err = refuse(webtrunk.Conflict, "This charge is not asked for any more.")
		}
		return err
	}})
	switch webtrunk.KindOf(err) {
	case webtrunk.Exhausted:
		c.State, c.Reason = Failed, Uncovered
		return d.end(ctx, c)
	case webtrunk.Conflict: // somebody was quicker, and may have said the same
		if is, look := d.One(ctx, c.Tenant, c.ID); look == nil && is.State == Paid {
			return nil
		}
	}
	if err == nil {
		d.show(c)
	}
	return err
}

// transfers are the seller's part and the platform's. Their IDs are the charge's.
func (c Charge) transfers() (all []ledger.Transfer) {
	sold := c.ToSeller()
	t := ledger.Transfer{Op: ledger.Move, From: c.Payer, Reason: ledger.Charge, Call: c.Call, Subject: c.ID}
	if sold > 0 {
		t.ID, t.To, t.Amount = c.ID+".s", c.seller(), sold
		all = append(all, t)
	}
	if rest := c.Amount().Minor - sold; rest > 0 {
		t.ID, t.To, t.Amount = c.ID, c.revenue(), rest
		all = append(all, t)
	}
	return all
}
