package main

import (
	"context"
	"encoding/json"
	"time"

	"webtrunk"
	"webtrunk/billing/charge"
	"webtrunk/call"
	"webtrunk/media/prompt"
)

// openCharges has sellers charge in their calls.
func (g *gateway) openCharges() error {
	g.charges = charge.Open(charge.Options{
		DB: g.store, Ledger: g.ledger, Book: g.billing, Log: g.log, Now: time.Now,
		Call: g.look, Calls: toBoard{g}, Customer: g.customer, Seller: seller, Phrase: askCharge,
	})
	g.started.push(g.charges.Close)
	return nil
}

// toBoard is the switchboard, which is made later.
type toBoard struct{ g *gateway }

// Do implements call.Commander.
func (b toBoard) Do(ctx context.Context, id webtrunk.CallID, in call.Input) error {
	return b.g.board.Do(ctx, id, in)
}

// askCharge is how a telephone is asked for what a seller charges. It is empty where the
// currency cannot be said: then nobody is asked.
func askCharge(c charge.Charge) string {
	if !prompt.Says(string(c.Payer.Currency)) {
		return ""
	}
	return "asked_to_pay," + saidSum(c.Amount()) + ",press_one_to_accept"
}

// chargesForPages are what is sold in calls, as pages see it.
type chargesForPages struct{ g *gateway }

// Watch implements signaling.Charges.
func (p chargesForPages) Watch(id webtrunk.CallID, leg call.LegID, tell func(json.RawMessage)) (stop func()) {
	return p.g.charges.Watch(id, leg, tell)
}

// Answer implements signaling.Charges.
func (p chargesForPages) Answer(id webtrunk.CallID, leg call.LegID, which string, accept bool, refused func(error)) {
	p.g.answering.Go(func() {
		ctx, done := context.WithTimeout(context.Background(), answerTime)
		defer done()
		if err := p.g.charges.Answer(ctx, id, leg, which, accept); err != nil {
			refused(err)
		}
	})
}
