package directory

import (
	"context"

	"webtrunk"
)

// toCustomer returns where a customer is reached: at their telephone or, where none is known,
// on a page of theirs. Nobody else is told where that is.
func (d *Directory) toCustomer(ctx context.Context, q Query) (Target, error) {
	by := Principal{Account: q.Account, Test: q.Test}
	c, err := d.Customer(ctx, by, q.To.Value)
	if webtrunk.KindOf(err) == webtrunk.NotFound {
		return Target{}, leadsNowhere("resolve", q.To.Value)
	}
	if err != nil {
		return Target{}, err
	}
	if c.Phone == "" {
		at, err := d.CustomersPage(ctx, q)
		return Target{Address: at, Shown: q.To}, err
	}
	at := webtrunk.Address{Scheme: webtrunk.Tel, Value: c.Phone}
	return Target{Address: at, Shown: q.To}, d.MayLead(ctx, d.db, by, at)
}

// CustomersPage is where a page is rung that receives for a customer, which a client token
// lets it: one that receives under the customer's ID.
func (d *Directory) CustomersPage(ctx context.Context, q Query) (webtrunk.Address, error) {
	a, err := d.Account(ctx, q.Account)
	return place(a, q.Test, q.To.Value), err
}
