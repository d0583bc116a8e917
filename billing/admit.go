package billing

import (
	"context"
	"time"

	"webtrunk"
	"webtrunk/billing/failpoint"
	"webtrunk/billing/ledger"
	"webtrunk/billing/meter"
	"webtrunk/billing/money"
	"webtrunk/billing/price"
	"webtrunk/call"
	"webtrunk/directory"
	"webtrunk/directory/shelf"
	"webtrunk/store"
)

// Ahead is how much talk a hold sets money aside for.
const Ahead = 10 * time.Minute

// holdLife is how long a hold lasts that nobody renews or releases: longer than it is for, so
// that it only ends by itself where everything else has failed.
const holdLife = 6 * time.Hour

// Admit lets a call in that costs nothing, or whose payer can pay its beginning: then that is
// set aside, and a session runs from here on.
func (b *Book) Admit(ctx context.Context, v call.View) (call.Terms, error) {
	p, any, err := b.priceOf(ctx, v)
	if err != nil || !any {
		return call.Terms{}, directory.Unavailable("billing", err)
	}
	defer b.asks(v.ID)()
	err = refuse("billing", webtrunk.Forbidden, "This call costs money, and it is not known who you are. Sign in, and call again.")
	for _, who := range p.Payers {
		payer, known, lookup := b.payer(ctx, v, who, p.Currency)
		if lookup != nil {
			return call.Terms{}, directory.Unavailable("billing", lookup)
		}
		if !known {
			continue
		}
		if err = b.begin(ctx, v, p, payer); webtrunk.KindOf(err) != webtrunk.Exhausted {
			break // let in, or not to be known: the next payer is not asked to pay for a fault
		}
	}
	return call.Terms{}, err
}

// asks notes that a call is being let in: should it end meanwhile, its session ends with it.
func (b *Book) asks(id webtrunk.CallID) (done func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.asked[id] = false
	return func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		delete(b.asked, id)
	}
}

// priceOf is what a call costs, if it costs anything.
func (b *Book) priceOf(ctx context.Context, v call.View) (Price, bool, error) {
	of := shelf.Tenant{Account: v.Account, Test: v.Test}
	all, err := b.lists.Ask(of, func() ([]Price, error) { return prices.All(ctx, b.o.DB, of) })
	if err != nil {
		return Price{}, false, err
	}
	p, any := choose(all, v)
	return p, any, nil
}

// payer is the account of somebody who is to pay.
func (b *Book) payer(ctx context.Context, v call.View, who string, c money.Currency) (n ledger.Name, known bool, err error) {
	if who == PayerCaller {
		if who, err = b.o.Customer(ctx, v); who == "" || err != nil {
			return n, false, err
		}
	}
	return Wallet(shelf.Tenant{Account: v.Account, Test: v.Test}, who, c), true, nil
}

// begin quotes a price for a call, sets aside what its beginning costs, and has a session run.
// It fails with webtrunk.Exhausted where the payer cannot pay that.
func (b *Book) begin(ctx context.Context, v call.View, p Price, payer ledger.Name) error {
	now := b.Now()
	q := Quote{ID: webtrunk.NewID("quote"), Tenant: shelf.Tenant{Account: v.Account, Test: v.Test}, Call: v.ID, Price: p.ID, Terms: p.Terms, Payer: payer, SellerPart: p.SellerPart, Created: now}
	if p.Shown && len(v.Legs) > 0 && v.Legs[0].Kind == call.WebRTC && b.wasShown(v, p, payer) {
		q.Answer, q.Method, q.By, q.Answered = Accepted, ByUse, call.LegID(1).String(), now
	}
	if payer.Kind == ledger.Sponsor { // who has paid in for such calls, and set the price's payer
		q.Answer, q.Method, q.By, q.Answered = Accepted, BySponsor, WalletName(payer), now
	}
	rec := Session{ID: webtrunk.NewID("bill"), Tenant: q.Tenant, Call: v.ID, Quote: q.ID, State: meter.Quoted, Payer: payer, Created: now, Updated: now}
	rec.Hold = rec.ID + ".h1"
	least := p.Needed().Minor
	wanted := max(least, p.Due(price.Talk{Voice: Ahead}).Minor)
	failpoint.Reach("hold")
	done, err := b.o.Ledger.Post(ctx, ledger.Entry{
		Transfers: []ledger.Transfer{{ID: rec.Hold, Op: ledger.Hold, From: payer, Amount: wanted, Least: least, Call: v.ID, Subject: rec.ID, Expires: now.Add(holdLife)}},
		With: func(ctx context.Context, tx *store.Tx, _ []ledger.Result) error {
			if err := q.insert(ctx, tx); err != nil {
				return err
			}
			if err := rec.insert(ctx, tx); err != nil {
				return err
			}
			return q.tell(tx, "quote.created")
		},
	})
	if webtrunk.KindOf(err) == webtrunk.Exhausted && payer.Kind == ledger.Sponsor {
		return refuse("billing", webtrunk.Exhausted, "Whoever pays for such calls has nothing left for them now. Call again later.")
	}
	if webtrunk.KindOf(err) == webtrunk.Exhausted {
		return refuse("billing", webtrunk.Exhausted, "The balance does not cover the beginning of this call, which costs %s. Top it up, and call again.", money.Amount{Minor: least, Currency: payer.Currency})
	}
	if err != nil {
		return err
	}
	failpoint.Reach("held")
	b.run(newSession(b, q, rec, v.Legs, done[0].Moved, done[0].Moved < wanted))
	return nil
}
