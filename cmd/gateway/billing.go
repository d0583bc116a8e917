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
	"webtrunk/directory/shelf"
)

// openBilling has calls cost money, where their account has set a price.
func (g *gateway) openBilling() error {
	g.ledger = ledger.Open(g.store, time.Now)
	g.started.push(g.ledger.Close)
	g.billing = billing.Open(billing.Options{
		DB: g.store, Ledger: g.ledger, Tick: g.tick, Log: g.log,
		Customer: g.customer, Seller: seller, Phrase: askPrice, Look: g.look, Locale: g.locale,
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
func (b billsForPages) Answer(id webtrunk.CallID, leg call.LegID, quote string, accept bool, refused func(error)) {
	is := billing.Declined
	if accept {
		is = billing.Accepted
	}
	b.g.answering.Go(func() {
		ctx, done := context.WithTimeout(context.Background(), answerTime)
		defer done()
		if err := b.g.billing.Answer(ctx, id, leg, quote, is); err != nil {
			refused(err)
		}
	})
}

// Cost implements signaling.Bills.
func (b billsForPages) Cost(ctx context.Context, v call.View, shown string) (json.RawMessage, error) {
	if shown != "" {
		return nil, b.g.billing.Shown(ctx, v, shown)
	}
	t, any, err := b.g.billing.Tag(ctx, v)
	if err != nil || !any {
		return nil, err
	}
	return json.Marshal(t)
}

// answerTime bounds what a page waits until its answer to a price is on record.
const answerTime = 10 * time.Second

// look is how a call that runs here stands.
func (g *gateway) look(id webtrunk.CallID) (call.View, bool) {
	live, runs := g.board.Find(id)
	return live.View, runs
}

// customer is who a call's caller is known to be: by what a site's server has signed of its
// visitor, or the customer whose number a carrier that is believed vouches for. What a page
// or a telephone says of itself is no proof.
func (g *gateway) customer(ctx context.Context, v call.View) (string, error) {
	if subject := v.Context["identity.sub"]; subject != "" {
		return subject, billing.CheckCustomer(subject)
	}
	if v.To.Scheme == webtrunk.Customer {
		return g.called(ctx, v)
	}
	number := v.Context[call.CallerNumber]
	if number == "" || !arrivedByTelephone(v) {
		return "", nil
	}
	c, err := g.directory.CustomerByNumber(ctx, v.Account, v.Test, number)
	if webtrunk.KindOf(err) == webtrunk.NotFound {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return c.Subject, billing.CheckCustomer(c.Subject)
}

// locale is the language that a customer's details name.
func (g *gateway) locale(ctx context.Context, of shelf.Tenant, payer ledger.Name) string {
	if payer.Kind != ledger.Wallet {
		return ""
	}
	c, err := g.directory.CustomerBySubject(ctx, of.Account, of.Test, payer.Owner)
	if err != nil && webtrunk.KindOf(err) != webtrunk.NotFound {
		g.log.Warn("it is not known in which language a customer is spoken to", "error", err)
	}
	return c.Locale
}

// called is the customer whom a seller calls: what they buy in the call is theirs to pay.
func (g *gateway) called(ctx context.Context, v call.View) (string, error) {
	c, err := g.directory.Customer(ctx, directory.Principal{Account: v.Account, Test: v.Test}, v.To.Value)
	if err != nil {
		return "", err
	}
	return c.Subject, billing.CheckCustomer(c.Subject)
}

// seller is the agent who has answered, on a page of theirs or on their telephone.
func seller(v call.View, id call.LegID) string {
	if int(id) < 1 || int(id) > len(v.Legs) {
		return ""
	}
	l := v.Legs[id-1]
	return cmp.Or(directory.AgentIn(l.Address), directory.AgentIn(l.Shown))
}
