package directory

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"webtrunk"
	"webtrunk/event"
	"webtrunk/store"
)

// A Query asks whom a call reaches.
type Query struct {
	Account   webtrunk.AccountID
	Test      bool
	To        webtrunk.Address
	Extension string // digits after a number, where somebody dialled them
	// Call is the call that is made; it is noted that the reference was
	// resolved for it. Empty only looks.
	Call webtrunk.CallID
}

// A Target is a contact, and who others are told it is: what was asked, where
// that hides the contact, else nobody.
type Target struct {
	Address webtrunk.Address
	Shown   webtrunk.Address
}

// linkPath is where the links of references are.
const linkPath = "/r/"

// Address reads whom to call as people write it: a link of a reference of
// ours, or whatever webtrunk.ParseAddress reads.
func (d *Directory) Address(s string) (webtrunk.Address, error) {
	if u, err := url.Parse(s); err == nil && d.o.Site != "" && u.Scheme+"://"+u.Host == d.o.Site && strings.HasPrefix(u.Path, linkPath) {
		s = strings.TrimPrefix(u.Path, linkPath)
	}
	return webtrunk.ParseAddress(s)
}

// Resolve returns the contact to call: what is behind a reference, however it
// was named, and the address itself for any other contact. It is the only
// place where a reference turns into its contact. A reference that is another
// account's, of the other mode, disabled or expired is answered in the same
// words as one that does not exist.
func (d *Directory) Resolve(ctx context.Context, q Query) (Target, error) {
	reference, via, err := d.alias(ctx, q)
	switch {
	case err != nil:
		return Target{}, err
	case via == "" && q.To.Scheme == webtrunk.Browser:
		return d.toBrowser(ctx, q)
	case via == "" && q.To.Scheme == webtrunk.Customer:
		return d.toCustomer(ctx, q)
	case via == "":
		return Target{Address: q.To}, nil
	}
	contact, err := d.follow(ctx, q, reference)
	if err == nil && q.Call != "" {
		err = d.noteResolved(ctx, q, reference, via)
	}
	if err != nil {
		return Target{}, err
	}
	return Target{Address: contact, Shown: q.To}, nil
}

// alias returns the reference that an address stands for and what kind of alias
// the address is; none for an address that is a contact itself.
func (d *Directory) alias(ctx context.Context, q Query) (reference string, via AliasKind, err error) {
	switch q.To.Scheme {
	case webtrunk.Ref:
		return q.To.Value, ByID, nil
	case webtrunk.SIP:
		if reference, ours := d.bySIP(q.To); ours {
			return reference, BySIP, nil
		}
	case webtrunk.Tel:
		return d.numberLeads(ctx, q)
	case "":
		return "", "", invalid("resolve", "Nobody was named to call.")
	}
	return "", "", nil
}

// bySIP returns the reference that a SIP address of our domain names.
func (d *Directory) bySIP(a webtrunk.Address) (reference string, ours bool) {
	user, host, _ := strings.Cut(a.Value, "@")
	return user, a.Scheme == webtrunk.SIP && d.o.Domain != "" && strings.EqualFold(host, d.o.Domain)
}

// numberLeads returns where one of the account's own numbers leads.
func (d *Directory) numberLeads(ctx context.Context, q Query) (reference string, via AliasKind, err error) {
	n, err := d.assigned(ctx, q.To.Value)
	if err != nil || !n.ours || n.Account != q.Account || n.Test != q.Test {
		return "", "", err
	}
	digits := q.Extension
	if digits == "" {
		digits = n.behind
	}
	reference, err = d.extensions.Ask([2]string{n.ID, digits}, func() (reference string, err error) {
		err = d.db.QueryRow(ctx, `SELECT reference FROM extensions WHERE number = $1 AND digits = $2`, n.ID, digits).Scan(&reference)
		if errors.Is(err, sql.ErrNoRows) {
			reference, err = n.Reference, nil
		}
		return reference, Unavailable("resolve", err)
	})
	return reference, ByNumber, err
}

// An asked reference, in the account and mode that ask.
type asked struct {
	reference string
	account   webtrunk.AccountID
	test      bool
}

// A lead is where a reference leads, until it expires.
type lead struct {
	target  string
	expires int64 // 0 is never
	account Account
}

// lead reads a reference that may be used.
func (d *Directory) lead(ctx context.Context, q asked) (l lead, err error) {
	var destinations string
	err = d.db.QueryRow(ctx, `SELECT r.target, r.expires, a.id, a.operator, a.destinations FROM refs r JOIN accounts a ON a.id = r.account
		WHERE r.id = $1 AND r.account = $2 AND r.test = $3 AND r.enabled AND a.status = 'active'`,
		q.reference, string(q.account), q.test).Scan(&l.target, &l.expires, &l.account.ID, &l.account.Operator, &destinations)
	if err == nil {
		err = untext(destinations, &l.account.Destinations)
	}
	return l, err
}

func (d *Directory) follow(ctx context.Context, q Query, reference string) (webtrunk.Address, error) {
	question := asked{reference, q.Account, q.Test}
	l, err := d.leads.Ask(question, func() (lead, error) { return d.lead(ctx, question) })
	if errors.Is(err, sql.ErrNoRows) || err == nil && l.expires != 0 && l.expires <= store.Micros(d.now()) {
		return webtrunk.Address{}, leadsNowhere("resolve", q.To.Value)
	}
	if err != nil {
		return webtrunk.Address{}, Unavailable("resolve", err)
	}
	a := l.account
	contact, err := webtrunk.ParseAddress(l.target)
	if err != nil {
		return contact, err
	}
	if !a.reaches(contact, q.Test) {
		d.o.Log.Info("a reference leads where its account may not call any more", "reference", reference, "account", a.ID, "call", q.Call)
		return webtrunk.Address{}, leadsNowhere("resolve", q.To.Value)
	}
	if contact.Scheme == webtrunk.Browser {
		contact = place(a, q.Test, contact.Value)
	}
	return contact, nil
}

// toBrowser reaches a page of the same account.
func (d *Directory) toBrowser(ctx context.Context, q Query) (Target, error) {
	a, err := d.Account(ctx, q.Account)
	if err != nil {
		return Target{}, err
	}
	at := place(a, q.Test, q.To.Value)
	if at == q.To {
		return Target{Address: at}, nil
	}
	return Target{Address: at, Shown: q.To}, nil
}

// noteResolved records that a call was led by a reference, and not where to.
func (d *Directory) noteResolved(ctx context.Context, q Query, reference string, via AliasKind) error {
	r, err := event.New(q.Account, q.Test, "reference.resolved", map[string]any{
		"reference": reference, "call": q.Call, "via": via, "asked": q.To.Value,
	})
	if err == nil {
		err = d.db.Append(ctx, r)
	}
	return Unavailable("resolve", err)
}

func leadsNowhere(op, reference string) error {
	return &webtrunk.Error{Op: op, Kind: webtrunk.NotFound,
		Message: fmt.Sprintf("%q leads to nobody: it is misspelt, no longer in use, or not yours to call.", reference)}
}
