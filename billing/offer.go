package billing

import (
	"context"
	"slices"

	"webtrunk"
	"webtrunk/billing/price"
	"webtrunk/call"
	"webtrunk/directory"
	"webtrunk/directory/shelf"
)

// An Offer is another price that one side of a running call asks the other for.
type Offer struct {
	Tenant     shelf.Tenant
	Call       webtrunk.CallID
	Terms      price.Terms
	SellerPart int64  // to who answered, where the call cost nothing so far; otherwise as it was quoted
	By         string // whoever asks
}

// Offer asks whoever pays for a call for another price. Accepted, it counts from then on, and
// what was counted before stays as it was; declined, or not answered in time, it changes
// nothing: a call that cost nothing until then goes on so. A second offer takes the place of one
// that nobody has answered.
func (b *Book) Offer(ctx context.Context, o Offer) (Quote, error) {
	v, err := b.talks(o.Tenant, o.Call)
	if err != nil {
		return Quote{}, err
	}
	o.Terms.After = price.AfterFree // a no ends nothing
	if err := o.Terms.Check(); err != nil {
		return Quote{}, err
	}
	if o.SellerPart < 0 || o.SellerPart > 10_000 {
		return Quote{}, invalid("seller_part", "The seller's part is 0 to 10,000 hundredths of a percent.")
	}
	q := Quote{ID: webtrunk.NewID("quote"), Tenant: o.Tenant, Call: o.Call, Terms: o.Terms, SellerPart: o.SellerPart, OfferedBy: o.By, Created: b.Now()}
	if !own(v) {
		payer, known, err := b.payer(ctx, v, PayerCaller, o.Terms.Currency)
		if err != nil {
			return Quote{}, directory.Unavailable("billing", err)
		}
		if known {
			q.Payer = payer
		}
	}
	reply := make(chan error, 1)
	if err := b.hand(v, offered{q, reply}); err != nil {
		return Quote{}, err
	}
	select {
	case err := <-reply:
		if err != nil {
			return Quote{}, err
		}
		return b.Quote(ctx, o.Tenant, q.ID)
	case <-ctx.Done():
		return Quote{}, directory.Unavailable("billing", ctx.Err())
	}
}

// talks returns a call of a tenant's in which somebody has answered.
func (b *Book) talks(of shelf.Tenant, id webtrunk.CallID) (call.View, error) {
	v, runs := b.o.Look(id)
	switch {
	case !runs || v.Account != of.Account || v.Test != of.Test:
		return v, refuse("call", webtrunk.NotFound, "There is no such call that runs.")
	case v.Status != call.InProgress:
		return v, refuse("call", webtrunk.Conflict, "Nobody has answered this call yet, so nobody can be asked for a price.")
	}
	return v, nil
}

// hand gives an offer to the call's session: one that begins with it, where the call costs
// nothing so far.
func (b *Book) hand(v call.View, o offered) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	s := b.running[v.ID]
	switch {
	case s != nil:
	case b.closed:
		return refuse("billing", webtrunk.Unavailable, "The gateway ends, and takes no offers any more.")
	case own(v):
		return refuse("billing", webtrunk.Forbidden, "Your own side has made this call, and nobody pays to be called.")
	case o.quote.Payer.Tenant == "":
		return refuse("billing", webtrunk.Forbidden, "It is not known who calls, so nobody can be asked to pay. A caller who is signed in can.")
	default:
		s = newFreeSession(b, o.quote, v)
		b.running[v.ID] = s
		b.start(s)
	}
	s.post(o)
	return nil
}

// newFreeSession has a session for a call that costs nothing so far. There is no record of it
// before somebody agrees to pay.
func newFreeSession(b *Book, q Quote, v call.View) *session {
	s := newSession(b, q, Session{}, v.Legs, 0, false)
	s.holds, s.meter.Terms = 0, price.Terms{}
	s.scene.answered = true
	if i := slices.IndexFunc(v.Legs, func(l call.Leg) bool { return l.Role != call.Caller && l.State == call.Connected }); i >= 0 {
		s.scene.answerer = v.Legs[i].ID
	}
	return s
}

// Offers are the prices that were offered while a call of a tenant's ran, in order. It fails with
// webtrunk.NotFound for a call that never cost anything, was offered nothing, and has ended.
func (b *Book) Offers(ctx context.Context, of shelf.Tenant, id webtrunk.CallID) ([]Quote, error) {
	all, err := b.quotesWhere(ctx, `WHERE call_id = $1 AND account = $2 AND test = $3 AND offered_by <> '' ORDER BY created, id`, string(id), string(of.Account), of.Test)
	if err != nil || len(all) > 0 {
		return all, err
	}
	if v, runs := b.o.Look(id); runs && v.Account == of.Account && v.Test == of.Test {
		return nil, nil
	}
	_, err = b.SessionOf(ctx, of, id)
	return nil, err
}
