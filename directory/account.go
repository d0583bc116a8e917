package directory

import (
	"context"
	"strings"
	"time"

	"webtrunk"
	"webtrunk/store"
)

// An Account is a tenant: calls, numbers, references, widgets, keys and people
// belong to one, and nobody sees another's.
type Account struct {
	ID           webtrunk.AccountID `json:"id"`
	Name         string             `json:"name"`
	Status       Status             `json:"status"`
	Operator     bool               `json:"operator"`     // it runs the gateway; there is one
	Destinations []Destination      `json:"destinations"` // where calls made over the API may go beside its references
	Created      time.Time          `json:"created_at"`
}

// A Status says whether an account may do anything.
type Status string

const (
	Active    Status = "active"
	Suspended Status = "suspended" // its keys, logins and widgets do not work; nothing is lost
)

// NewAccount is what an account is made from.
type NewAccount struct {
	ID           webtrunk.AccountID // empty makes one
	Name         string
	Operator     bool
	Destinations []Destination
}

const accountColumns = `SELECT id, name, status, operator, destinations, created FROM accounts `

func readAccount(row scanner) (a Account, err error) {
	var destinations string
	var created int64
	if err = row.Scan(&a.ID, &a.Name, &a.Status, &a.Operator, &destinations, &created); err != nil {
		return a, err
	}
	a.Created = store.Time(created)
	return a, untext(destinations, &a.Destinations)
}

// CreateAccount makes an account. There is at most one that runs the gateway.
// An ID that is there already is not made again.
func (d *Directory) CreateAccount(ctx context.Context, n NewAccount) (a Account, err error) {
	if err := checkName("account", n.Name); err != nil {
		return a, err
	}
	if n.ID == "" {
		n.ID = webtrunk.NewAccountID()
	}
	err = d.change(ctx, "account", func(tx *store.Tx) error {
		a, err = d.createAccount(ctx, tx, n)
		return err
	})
	return a, err
}

func (d *Directory) createAccount(ctx context.Context, tx *store.Tx, n NewAccount) (Account, error) {
	a := Account{ID: n.ID, Name: strings.TrimSpace(n.Name), Status: Active, Operator: n.Operator, Destinations: n.Destinations, Created: d.now()}
	if a.Destinations == nil {
		a.Destinations = []Destination{}
	}
	if n.Operator {
		if other, err := readAccount(tx.QueryRow(ctx, accountColumns+`WHERE operator`)); err == nil && other.ID != n.ID {
			return a, conflict("account", `The account "`+other.Name+`" runs this gateway already, and only one can. Make this account without that.`)
		}
	}
	made, err := tx.Exec(ctx, `INSERT INTO accounts (id, name, status, operator, destinations, created) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (id) DO NOTHING`,
		string(a.ID), a.Name, string(a.Status), a.Operator, text(a.Destinations), store.Micros(a.Created))
	if err != nil {
		return a, err
	}
	if made == 0 {
		return readAccount(tx.QueryRow(ctx, accountColumns+`WHERE id = $1`, string(a.ID)))
	}
	return a, d.tell(tx, Principal{Account: a.ID}, "account.created", a)
}

// Account returns an account.
func (d *Directory) Account(ctx context.Context, id webtrunk.AccountID) (Account, error) {
	a, err := readAccount(d.db.QueryRow(ctx, accountColumns+`WHERE id = $1`, string(id)))
	return a, Found("account", "account", err)
}

// Operator returns the account that runs the gateway.
func (d *Directory) Operator(ctx context.Context) (Account, error) {
	a, err := readAccount(d.db.QueryRow(ctx, accountColumns+`WHERE operator`))
	return a, Found("account", "account", err)
}

// Accounts lists all accounts, for the operator.
func (d *Directory) Accounts(ctx context.Context, p Page) ([]Account, error) {
	query, args := p.query(accountColumns + `WHERE true`)
	return list(ctx, d.db, readAccount, query, args...)
}

// AccountChange is what to change about an account; nil leaves it.
type AccountChange struct {
	Name         *string
	Status       *Status
	Destinations *[]Destination
}

// UpdateAccount changes an account. Its status and destinations are the
// operator's to say, for the operator pays for its calls.
func (d *Directory) UpdateAccount(ctx context.Context, by Principal, id webtrunk.AccountID, c AccountChange) (a Account, err error) {
	if id != by.Account && !by.Operator {
		return a, Missing("account", "account")
	}
	if (c.Status != nil || c.Destinations != nil) && !by.Operator {
		return a, forbidden("account", "Only the gateway's operator changes where an account may call and whether it may. Ask there.")
	}
	err = d.change(ctx, "account", func(tx *store.Tx) error {
		if a, err = readAccount(tx.QueryRow(ctx, accountColumns+`WHERE id = $1`, string(id))); err != nil {
			return Found("account", "account", err)
		}
		if err := a.apply(c); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `UPDATE accounts SET name = $1, status = $2, destinations = $3 WHERE id = $4`,
			a.Name, string(a.Status), text(a.Destinations), string(id)); err != nil {
			return err
		}
		return d.tell(tx, Principal{Account: id, ID: by.ID}, "account.updated", a)
	})
	return a, err
}

func (a *Account) apply(c AccountChange) error {
	if c.Name != nil {
		if err := checkName("account", *c.Name); err != nil {
			return err
		}
		a.Name = strings.TrimSpace(*c.Name)
	}
	if c.Status != nil {
		switch {
		case *c.Status != Active && *c.Status != Suspended:
			return invalid("account", "An account is active or suspended.")
		case *c.Status == Suspended && a.Operator:
			return conflict("account", "The account that runs the gateway cannot be suspended.")
		}
		a.Status = *c.Status
	}
	if c.Destinations != nil {
		a.Destinations = append([]Destination{}, *c.Destinations...)
	}
	return nil
}

// checkName says what is wrong with a name that people give to something.
func checkName(what, name string) error {
	name = strings.TrimSpace(name)
	if name == "" || len(name) > 200 || strings.ContainsFunc(name, isControl) {
		return invalid(what, "Give the "+what+" a name of 1 to 200 characters on one line.")
	}
	return nil
}

func isControl(r rune) bool { return r < ' ' || r == 0x7f || r == '\u2028' || r == '\u2029' }

// PermitCall returns nil if an account's own call, one made over the API, may
// go to an address: to its references, numbers and pages, and to the telephones
// that the operator allows it. Test calls may go to any telephone, for there
// are none but the simulated carrier's.
func (d *Directory) PermitCall(ctx context.Context, account webtrunk.AccountID, test bool, to webtrunk.Address) error {
	_, via, err := d.alias(ctx, Query{Account: account, Test: test, To: to})
	if err != nil || via != "" {
		return err // where a reference leads is for Resolve to say
	}
	a, err := d.Account(ctx, account)
	switch {
	case err != nil:
		return err
	case a.Status != Active:
		return forbidden("permit", "This account is suspended. Ask the gateway's operator.")
	case to.Scheme == webtrunk.Browser, to.Scheme == webtrunk.Queue, to.Scheme == webtrunk.Customer, test && to.Scheme == webtrunk.Tel, a.covers(to):
		return nil
	}
	return forbidden("permit", "This account may not call "+to.Value+". Ask the gateway's operator to allow it.")
}
