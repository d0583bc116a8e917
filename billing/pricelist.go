package billing

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"webtrunk"
	"webtrunk/billing/money"
	"webtrunk/billing/price"
	"webtrunk/call"
	"webtrunk/directory"
	"webtrunk/directory/shelf"
)

// A Price is what some calls cost.
type Price struct {
	shelf.Row
	Name     string `json:"name"`
	Position int    `json:"position"` // the smallest that is for a call counts
	Active   bool   `json:"active"`
	price.Terms
	For        []directory.Destination `json:"destinations"`    // references and beginnings of numbers; none is all
	Widgets    []string                `json:"widgets"`         // through which the call comes; none is any way
	Payers     []string                `json:"payers"`          // tried in order: caller, or sponsor: and its ID
	Cover      price.Seconds           `json:"cover_seconds"`   // of charged time that the balance must cover at the beginning; 0: the first step
	Shown      bool                    `json:"accepted_by_use"` // whoever calls with a page that has shown the price accepts it by calling
	SellerPart int64                   `json:"seller_part"`     // of what is due, to the agent who answers, in hundredths of a percent
	Metadata   map[string]string       `json:"metadata"`
}

// PayerCaller pays for their own call.
const PayerCaller = "caller"

// mostPayers bounds how many are tried before a call is refused.
const mostPayers = 5

var prices = shelf.Of[Price, *Price, *Book]{Kind: "price", Name: "price", Prefix: "price", Table: "prices", Most: 500}

// Check implements shelf.Rower.
func (p *Price) Check(context.Context, *Book, directory.Source) error {
	p.Name = strings.TrimSpace(p.Name)
	if len(p.Payers) == 0 {
		p.Payers = []string{PayerCaller}
	}
	if err := p.Terms.Check(); err != nil {
		return err
	}
	switch {
	case p.Name == "" || len(p.Name) > 200 || strings.ContainsFunc(p.Name, func(r rune) bool { return r < ' ' || r == 0x7f }):
		return invalid("name", "Give the price a name of 1 to 200 characters on one line.")
	case p.Position < -1000 || p.Position > 1000:
		return invalid("position", "A position is from -1000 to 1000.")
	case p.SellerPart < 0 || p.SellerPart > 10_000:
		return invalid("seller_part", "The seller's part is 0 to 10,000 hundredths of a percent.")
	case p.Cover < 0 || p.Cover > 24*3600:
		return invalid("cover_seconds", "What must be covered is 0 to 86,400 seconds.")
	case len(p.For) > 100 || len(p.Widgets) > 100:
		return invalid("destinations", "A price is for at most 100 destinations and 100 widgets.")
	case len(p.Payers) > mostPayers:
		return invalid("payers", "At most %d payers are tried.", mostPayers)
	}
	for _, who := range p.Payers {
		if id, third := strings.CutPrefix(who, sponsored); who != PayerCaller && (!third || !sponsorID(id)) {
			return invalid("payers", "%q cannot pay: name caller, or sponsor: and an ID that you choose, of letters, digits, _ and -.", who)
		}
	}
	return nil
}

// sponsorID reports what can name a sponsor's budget.
func sponsorID(id string) bool {
	strange := func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_' || r == '-')
	}
	return id != "" && len(id) <= 40 && !strings.ContainsFunc(id, strange)
}

// own reports a call that the account itself makes: by a key, by somebody who works for it, or
// as one in which we alone speak. Nobody pays to be called.
func own(v call.View) bool {
	return v.To.IsZero() || strings.HasPrefix(v.Via, "key_") || strings.HasPrefix(v.Via, "person_") || len(v.Legs) > 0 && v.Legs[0].Staff
}

// covers reports whether a price is for a call.
func (p Price) covers(v call.View) bool {
	if !p.Active || own(v) || len(p.Widgets) > 0 && !slices.Contains(p.Widgets, v.Via) {
		return false
	}
	return len(p.For) == 0 || slices.ContainsFunc(p.For, func(d directory.Destination) bool { return d.Covers(v.To) })
}

// Needed is the balance with which a call by this price can begin: what its first step costs,
// or what the policy wants to be covered. A balance of nothing pays nothing.
func (p Price) Needed() money.Amount {
	a := p.Due(price.Talk{Voice: max(time.Millisecond, p.Cover.Duration())})
	a.Minor = max(1, a.Minor)
	return a
}

// choose returns the price that is for a call, of an account's, the oldest first: that of the
// smallest position, and of equal ones the older.
func choose(all []Price, v call.View) (chosen Price, any bool) {
	for _, p := range all {
		if p.covers(v) && (!any || p.Position < chosen.Position) {
			chosen, any = p, true
		}
	}
	return chosen, any
}

// CreatePrice makes a price in the account and mode of whoever asks.
func (b *Book) CreatePrice(ctx context.Context, by directory.Principal, p Price) (Price, error) {
	return prices.Create(ctx, b, by, p)
}

// Prices lists prices, the newest first.
func (b *Book) Prices(ctx context.Context, by directory.Principal, p directory.Page) ([]Price, error) {
	return prices.List(ctx, b, by, p)
}

// Price returns one of them.
func (b *Book) Price(ctx context.Context, by directory.Principal, id string) (Price, error) {
	return prices.One(ctx, b.o.DB, shelf.TenantOf(by), id)
}

// UpdatePrice lets f change a price. Calls that were quoted before keep what they were quoted.
func (b *Book) UpdatePrice(ctx context.Context, by directory.Principal, id string, f func(*Price)) (Price, error) {
	return prices.Update(ctx, b, by, id, f)
}

// DeletePrice deletes a price. Quotes that were made of it stay.
func (b *Book) DeletePrice(ctx context.Context, by directory.Principal, id string) error {
	return prices.Remove(ctx, b, by, id)
}

func invalid(op, format string, args ...any) error {
	return refuse(op, webtrunk.Invalid, format, args...)
}

func refuse(op string, kind webtrunk.Kind, format string, args ...any) error {
	return &webtrunk.Error{Op: op, Kind: kind, Message: fmt.Sprintf(format, args...)}
}
