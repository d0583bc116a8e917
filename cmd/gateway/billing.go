package main

import (
	"cmp"
	"context"
	"encoding/json"
	"time"

	"webtrunk"
	"webtrunk/billing"
	"webtrunk/billing/ledger"
	"webtrunk/call"
	"webtrunk/directory"
)

// openBilling has calls cost money, where their account has set a price.
func (g *gateway) openBilling() error {
	g.ledger = ledger.Open(g.store, time.Now)
	g.started.push(g.ledger.Close)
	g.billing = billing.Open(billing.Options{
		DB: g.store, Ledger: g.ledger, Tick: g.tick, Log: g.log,
		Customer: g.customer, Seller: seller, Phrase: askPrice,
	})
	g.started.push(g.billing.Close)
	g.started.push(g.answering.Wait)
	return nil
}

// billsForPages are what calls cost, as pages see it.
type billsForPages struct{ g *gateway }

// Watch implements signaling.Bills.
func (b billsForPages) Watch(id webtrunk.CallID, leg call.LegID, shown func() uint64, tell func(json.RawMessage)) (stop func()) {
	return b.g.billing.Watch(id, leg, shown, tell)
}

// Answer implements signaling.Bills.
func (b billsForPages) Answer(id webtrunk.CallID, leg call.LegID, accept bool, refused func(error)) {
	is := billing.Declined
	if accept {
		is = billing.Accepted
	}
	b.g.answering.Go(func() {
		ctx, done := context.WithTimeout(context.Background(), answerTime)
		defer done()
		if err := b.g.billing.Answer(ctx, id, leg, is); err != nil {
			refused(err)
		}
	})
}

// answerTime bounds what a page waits until its answer to a price is on record.
const answerTime = 10 * time.Second

// customer is who a call's caller is known to be: by what a site's server has signed of its
// visitor. What a page says of itself is no proof.
func (g *gateway) customer(_ context.Context, v call.View) (string, error) {
	subject := v.Context["identity.sub"]
	if subject == "" {
		return "", nil
	}
	return subject, billing.CheckCustomer(subject)
}

// seller is the agent who has answered, on a page of theirs or on their telephone.
func seller(v call.View, id call.LegID) string {
	if int(id) < 1 || int(id) > len(v.Legs) {
		return ""
	}
	l := v.Legs[id-1]
	return cmp.Or(directory.AgentIn(l.Address), directory.AgentIn(l.Shown))
}
