package ledger

import (
	"time"

	"webtrunk"
	"webtrunk/billing/money"
)

// A book is the part of the ledger that some transfers are about. It decides, and nothing
// else: what it was given, what it holds after each transfer, and what has changed.
type book struct {
	accounts map[Name]Account
	holds    map[string]Held
	done     map[string]Result // transfers, by their IDs
	caps     map[Name]limit    // of accounts that holds are to be of

	touched map[Name]bool   // accounts that have changed
	moved   map[string]bool // holds that have changed
}

func newBook() *book {
	return &book{map[Name]Account{}, map[string]Held{}, map[string]Result{}, map[Name]limit{}, map[Name]bool{}, map[string]bool{}}
}

// A page is what an entry would change in a book, until it is known whether all of it can be
// done.
type page struct {
	on       *book
	accounts map[Name]Account
	holds    map[string]Held
}

// post makes all transfers of an entry, or none.
func (b *book) post(all []Transfer, now time.Time) ([]Result, error) {
	if done, err := b.again(all); done != nil || err != nil {
		return done, err
	}
	p := page{b, map[Name]Account{}, map[string]Held{}}
	made := make([]Result, len(all))
	for i, t := range all {
		moved, err := p.make(t)
		if err != nil {
			return nil, err
		}
		made[i] = Result{Transfer: t, Moved: moved, At: now}
	}
	for n, a := range p.accounts {
		b.accounts[n], b.touched[n] = a, true
	}
	for id, h := range p.holds {
		b.holds[id], b.moved[id] = h, true
	}
	for _, r := range made {
		b.done[r.ID] = r
	}
	return made, nil
}

// again returns what became of an entry that was posted before, or nil.
func (b *book) again(all []Transfer) ([]Result, error) {
	var found []Result
	for _, t := range all {
		was, known := b.done[t.ID]
		switch {
		case known && !t.same(was.Transfer):
			return nil, refuse(webtrunk.Conflict, "The transfer %s was made with another content. Give what is new an ID of its own.", t.ID)
		case known:
			was.Again = true
			found = append(found, was)
		}
	}
	if len(found) != 0 && len(found) != len(all) {
		return nil, refuse(webtrunk.Conflict, "The transfer %s was made by another entry. Give what is new IDs of its own.", found[0].ID)
	}
	return found, nil
}

func (p *page) account(n Name) Account {
	if a, changed := p.accounts[n]; changed {
		return a
	}
	a := p.on.accounts[n]
	a.Name = n
	return a
}

func (p *page) hold(id string) (Held, bool) {
	if h, changed := p.holds[id]; changed {
		return h, true
	}
	h, known := p.on.holds[id]
	return h, known
}

// make makes one transfer and returns how much it has moved.
func (p *page) make(t Transfer) (int64, error) {
	switch t.Op {
	case Move:
		return p.move(t)
	case Hold:
		return p.setAside(t)
	case Draw:
		return p.draw(t)
	}
	return p.release(t)
}

// enough is how much of what a transfer asks for there is.
func enough(t Transfer, spare int64) (int64, error) {
	least := t.Least
	if least == 0 {
		least = t.Amount
	}
	if spare < least {
		return 0, insufficient(max(0, spare), t.From.Currency)
	}
	return min(t.Amount, spare), nil
}

func (p *page) move(t Transfer) (int64, error) {
	from := p.account(t.From)
	n, err := enough(t, from.spare())
	if err != nil {
		return 0, err
	}
	from.Debits += n
	p.accounts[t.From] = from
	p.credit(t.To, n)
	return n, nil
}

func (p *page) credit(to Name, n int64) {
	a := p.account(to)
	a.Credits += n
	p.accounts[to] = a
}

func (p *page) setAside(t Transfer) (int64, error) {
	if _, taken := p.hold(t.ID); taken {
		return 0, refuse(webtrunk.Conflict, "There is a hold %s already.", t.ID)
	}
	from := p.account(t.From)
	spare := from.Available() // what is not there cannot be set aside, of no kind
	if c, bounded := p.on.caps[t.From]; bounded {
		spare = min(spare, c.spare(from))
	}
	n, err := enough(t, spare)
	if err != nil {
		return 0, err
	}
	from.Held += n
	p.accounts[t.From] = from
	p.holds[t.ID] = Held{ID: t.ID, From: t.From, Amount: n, State: Pending, Expires: t.Expires}
	return n, nil
}

func (p *page) draw(t Transfer) (int64, error) {
	h, err := p.open(t.Hold)
	if err != nil {
		return 0, err
	}
	if h.From == t.To || h.From.Tenant != t.To.Tenant || h.From.Test != t.To.Test || h.From.Currency != t.To.Currency {
		return 0, invalid("Money moves between two accounts of one tenant, mode and currency.")
	}
	t.From = h.From
	n, err := enough(t, h.Left())
	if err != nil {
		return 0, err
	}
	from := p.account(h.From)
	from.Held -= n
	from.Debits += n
	p.accounts[h.From] = from
	p.credit(t.To, n)
	if h.Drawn += n; h.Drawn == h.Amount {
		h.State = Posted
	}
	p.holds[h.ID] = h
	return n, nil
}

func (p *page) release(t Transfer) (int64, error) {
	h, known := p.hold(t.Hold)
	if !known {
		return 0, missing(t.Hold)
	}
	left := h.Left()
	if h.State != Pending {
		return 0, nil // it has ended: whoever ends it again has what they want
	}
	from := p.account(h.From)
	from.Held -= left
	p.accounts[h.From] = from
	h.State = h.ended(t.Op)
	p.holds[h.ID] = h
	return left, nil
}

// open returns a hold that can be drawn on; one of which all was drawn has nothing left.
func (p *page) open(id string) (Held, error) {
	h, known := p.hold(id)
	switch {
	case !known:
		return h, missing(id)
	case h.State != Pending && h.Drawn < h.Amount:
		return h, refuse(webtrunk.Conflict, "The hold %s is %s: nothing can be drawn on it any more.", id, h.State)
	}
	return h, nil
}

func missing(hold string) error {
	return refuse(webtrunk.NotFound, "There is no hold %s.", hold)
}

func insufficient(spare int64, c money.Currency) error {
	return refuse(webtrunk.Exhausted, "The balance does not cover this: %s are available.", money.Amount{Minor: spare, Currency: c})
}
