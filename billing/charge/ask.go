package charge

import (
	"context"
	"time"

	"webtrunk"
	"webtrunk/billing"
	"webtrunk/billing/money"
	"webtrunk/call"
	"webtrunk/directory"
	"webtrunk/directory/shelf"
	"webtrunk/store"
)

// New is what a charge is asked for by.
type New struct {
	ID          string // the same again is the same charge
	Call        webtrunk.CallID
	Seller      string // the agent; empty: the one who is in the call
	Unit        int64  // minor units
	Quantity    int64
	Currency    money.Currency
	Description string
	By          string // a key, or a person
}

// Request asks the customer in a call to pay. It returns once they are being asked.
func (d *Desk) Request(ctx context.Context, of shelf.Tenant, n New) (Charge, error) {
	if err := n.check(); err != nil {
		return Charge{}, err
	}
	d.asking.Lock()
	defer d.asking.Unlock()
	before, err := d.One(ctx, of, n.ID)
	if err == nil {
		return before, before.asksFor(n)
	}
	if webtrunk.KindOf(err) != webtrunk.NotFound {
		return Charge{}, err
	}
	c, v, err := d.draw(ctx, of, n)
	if err != nil {
		return Charge{}, err
	}
	err = d.o.DB.Tx(ctx, func(tx *store.Tx) error {
		var open int
		if err := tx.QueryRow(ctx, `SELECT count(*) FROM charges WHERE call_id = $1 AND state = $2`, string(c.Call), string(Requested)).Scan(&open); err != nil {
			return err
		}
		if open > 0 {
			return refuse(webtrunk.Conflict, "The customer is being asked for another charge in this call. Wait for their answer.")
		}
		if err := c.insert(ctx, tx); err != nil {
			return err
		}
		return c.tell(tx, string(Requested))
	})
	if err != nil {
		return Charge{}, directory.Unavailable("charge", err)
	}
	d.show(c)
	select {
	case d.asked <- struct{}{}:
	default:
	}
	d.ring(ctx, c, v)
	return c, nil
}

// asksFor refuses the ID of a charge for another one.
func (c Charge) asksFor(n New) error {
	if c.Call != n.Call || c.Unit != n.Unit || c.Quantity != n.Quantity || c.Payer.Currency != n.Currency || c.Description != n.Description {
		return refuse(webtrunk.Conflict, "There is a charge of this ID for something else.")
	}
	return nil
}

// draw makes a charge of what is asked for: who sells, who pays, and how it is shared.
func (d *Desk) draw(ctx context.Context, of shelf.Tenant, n New) (Charge, call.View, error) {
	v, runs := d.o.Call(n.Call)
	if !runs || v.Account != of.Account || v.Test != of.Test {
		return Charge{}, v, refuse(webtrunk.NotFound, "There is no such call, or it has ended. A charge is accepted in the call.")
	}
	name, at := d.seller(v, n.Seller)
	if at == 0 {
		return Charge{}, v, refuse(webtrunk.Forbidden, "Only an agent who is in the call charges there.")
	}
	leg := payer(v, at)
	if leg == 0 {
		return Charge{}, v, refuse(webtrunk.Conflict, "The customer is not in the call.")
	}
	who, err := d.o.Customer(ctx, v)
	if err != nil {
		return Charge{}, v, err
	}
	if who == "" {
		return Charge{}, v, refuse(webtrunk.Forbidden, "It is not known who the customer is, so they have no wallet to pay from. They must be signed in on their page, or call from their verified number.")
	}
	p, err := d.Policy(ctx, of)
	if err != nil {
		return Charge{}, v, err
	}
	if p.SellerPart, err = d.share(ctx, of, n.Call, p.SellerPart); err != nil {
		return Charge{}, v, err
	}
	now := d.now()
	c := Charge{ID: n.ID, Tenant: of, Call: n.Call, Leg: leg, Seller: name, Payer: billing.Wallet(of, who, n.Currency), Unit: n.Unit, Quantity: n.Quantity,
		Description: n.Description, SellerPart: p.SellerPart, AskedBy: n.By, State: Requested, Created: now, Until: now.Add(p.Within)}
	if byTelephone(v, leg) {
		if c.Phrase = d.o.Phrase(c); c.Phrase == "" {
			return Charge{}, v, refuse(webtrunk.Unsupported, "An amount in %s cannot be said on a telephone.", n.Currency)
		}
	}
	return c, v, nil
}

// share is the seller's part: as the call's price has it, or as the account does.
func (d *Desk) share(ctx context.Context, of shelf.Tenant, id webtrunk.CallID, otherwise int64) (int64, error) {
	s, err := d.o.Book.SessionOf(ctx, of, id)
	if webtrunk.KindOf(err) == webtrunk.NotFound {
		return otherwise, nil
	}
	if err != nil {
		return 0, err
	}
	q, err := d.o.Book.Quote(ctx, of, s.Quote)
	return q.SellerPart, err
}

// seller is the leg of the agent who charges: of the one who is named, or of the first.
func (d *Desk) seller(v call.View, wanted string) (name string, at call.LegID) {
	for _, l := range v.Legs {
		name := d.o.Seller(v, l.ID)
		if l.State == call.Connected && name != "" && (wanted == "" || wanted == name) {
			return name, l.ID
		}
	}
	return "", 0
}

// payer is the leg of the customer: who calls, or whom a seller has called by their ID.
func payer(v call.View, seller call.LegID) call.LegID {
	role := call.Caller
	if v.To.Scheme == webtrunk.Customer {
		role = call.Callee
	}
	for _, l := range v.Legs {
		if l.Role == role && l.ID != seller && !l.Staff && l.State == call.Connected {
			return l.ID
		}
	}
	return 0
}

func byTelephone(v call.View, id call.LegID) bool {
	for _, l := range v.Legs {
		if l.ID == id {
			return l.Kind != call.WebRTC
		}
	}
	return false
}

// ring asks the payer's telephone. A page asks by itself.
func (d *Desk) ring(ctx context.Context, c Charge, v call.View) {
	if c.Phrase == "" {
		return
	}
	ask := call.Ask{Leg: c.Leg, Phrase: c.Phrase, Digits: 1, Timeout: c.Until.Sub(c.Created)}
	if err := d.o.Calls.Do(ctx, v.ID, ask); err != nil {
		d.o.Log.Warn("a telephone was not asked for a charge, which nobody can accept", "call", v.ID, "charge", c.ID, "error", err)
	}
}

// left is how long a charge can still be accepted.
func (c Charge) left(now time.Time) time.Duration {
	if c.State != Requested {
		return 0
	}
	return max(0, c.Until.Sub(now))
}
