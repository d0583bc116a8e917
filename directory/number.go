package directory

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"webtrunk"
	"webtrunk/store"
)

// A Number is a telephone number of the operator's, or a block of them, assigned
// to an account, and the reference that it leads to.
type Number struct {
	ID         string             `json:"id"`     // "num_…"
	Number     string             `json:"number"` // a DDI
	Account    webtrunk.AccountID `json:"account"`
	Test       bool               `json:"-"`
	Reference  string             `json:"reference,omitempty"` // empty: calls to it are refused
	Extensions []Extension        `json:"extensions"`
	Managed    bool               `json:"managed"` // by the configuration
	Created    time.Time          `json:"created_at"`
	Updated    time.Time          `json:"updated_at"`
}

// An Extension is digits after a number, or within a block those behind its
// beginning, and where they lead instead.
type Extension struct {
	Digits    string `json:"digits"`
	Reference string `json:"reference"`
}

// NewNumber is what a number is made from.
type NewNumber struct {
	ID        string             // empty makes one
	Account   webtrunk.AccountID // that it is assigned to
	Test      bool
	Number    DDI
	Reference string
}

const numberColumns = `SELECT id, number, account, test, reference, managed, created, updated FROM numbers `

func readNumber(row scanner) (n Number, err error) {
	var created, updated int64
	err = row.Scan(&n.ID, &n.Number, &n.Account, &n.Test, &n.Reference, &n.Managed, &created, &updated)
	n.Created, n.Updated, n.Extensions = store.Time(created), store.Time(updated), []Extension{}
	return n, err
}

// Owner returns whose a number of ours is, or a reference that a carrier calls by
// a SIP address of our domain, and whether calls to it are tests. ok is false
// for what is not ours.
func (d *Directory) Owner(ctx context.Context, to webtrunk.Address) (account webtrunk.AccountID, test, ok bool, err error) {
	reference, isOurs := d.bySIP(to)
	switch {
	case to.Scheme == webtrunk.Tel:
		n, err := d.assigned(ctx, to.Value)
		return n.Account, n.Test, n.ours, err
	case !isOurs:
		return "", false, false, nil
	}
	err = d.db.QueryRow(ctx, `SELECT account, test FROM refs WHERE id = $1`, reference).Scan(&account, &test)
	if errors.Is(err, sql.ErrNoRows) {
		return "", false, false, nil
	}
	return account, test, err == nil, Unavailable("number", err)
}

// CreateNumber adds a number of the operator's and assigns it to an account.
func (d *Directory) CreateNumber(ctx context.Context, by Principal, n NewNumber) (made Number, err error) {
	if n.Number, err = ParseDDI(string(n.Number)); err != nil {
		return made, err
	}
	if n.ID == "" {
		n.ID = webtrunk.NewID("num")
	}
	owner := Principal{Account: n.Account, ID: by.ID, Test: n.Test}
	err = d.change(ctx, "number", func(tx *store.Tx) error {
		if _, err := readAccount(tx.QueryRow(ctx, accountColumns+`WHERE id = $1`, string(n.Account))); err != nil {
			return Found("number", "account", err)
		}
		if n.Reference != "" {
			if err := d.hasRef(ctx, tx, owner, n.Reference); err != nil {
				return err
			}
		}
		made, err = readNumber(tx.QueryRow(ctx, numberColumns+`WHERE number = $1`, string(n.Number)))
		switch {
		case err == nil && made.ID == n.ID:
			return nil // made by the same request, before
		case err == nil:
			return conflict("number", string(n.Number)+" is assigned already. Assign that number anew instead.")
		case !errors.Is(err, sql.ErrNoRows):
			return err
		}
		made = Number{ID: n.ID, Number: string(n.Number), Account: n.Account, Test: n.Test, Reference: n.Reference, Extensions: []Extension{}, Created: d.now()}
		made.Updated = made.Created
		if err := insertNumber(ctx, tx, made); err != nil {
			return err
		}
		return d.tell(tx, owner, "number.assigned", made)
	})
	return made, err
}

func insertNumber(ctx context.Context, tx *store.Tx, n Number) error {
	_, err := tx.Exec(ctx, `INSERT INTO numbers (id, number, account, test, reference, managed, created, updated) VALUES ($1, $2, $3, $4, $5, $6, $7, $7)`,
		n.ID, n.Number, string(n.Account), n.Test, n.Reference, n.Managed, store.Micros(n.Created))
	return err
}

// Numbers lists the account's numbers.
func (d *Directory) Numbers(ctx context.Context, by Principal, p Page) ([]Number, error) {
	query, args := p.query(numberColumns+`WHERE account = $1 AND test = $2`, string(by.Account), by.Test)
	numbers, err := list(ctx, d.db, readNumber, query, args...)
	for i := range numbers {
		if err == nil {
			err = readExtensions(ctx, d.db, &numbers[i])
		}
	}
	return numbers, err
}

// Number returns one of the account's numbers.
func (d *Directory) Number(ctx context.Context, by Principal, id string) (Number, error) {
	return d.number(ctx, d.db, by, id)
}

func (d *Directory) number(ctx context.Context, from Source, by Principal, id string) (Number, error) {
	n, err := readNumber(from.QueryRow(ctx, numberColumns+`WHERE id = $1 AND account = $2 AND test = $3`, id, string(by.Account), by.Test))
	if err != nil {
		return n, Found("number", "number", err)
	}
	return n, readExtensions(ctx, from, &n)
}

func readExtensions(ctx context.Context, from Source, n *Number) (err error) {
	n.Extensions, err = list(ctx, from, func(row scanner) (e Extension, err error) {
		return e, row.Scan(&e.Digits, &e.Reference)
	}, `SELECT digits, reference FROM extensions WHERE number = $1 ORDER BY digits`, n.ID)
	return err
}

// NumberChange is what to change about a number; nil leaves it.
type NumberChange struct {
	Reference  *string // "" leads nowhere
	Extensions *[]Extension
	If         Condition
}

// UpdateNumber leads a number elsewhere: to a reference of the same account.
func (d *Directory) UpdateNumber(ctx context.Context, by Principal, id string, c NumberChange) (n Number, err error) {
	err = d.change(ctx, "number", func(tx *store.Tx) error {
		if n, err = d.number(ctx, tx, by, id); err != nil {
			return err
		}
		if n.Managed {
			return managed("number")
		}
		if err := c.If.holds(n.Updated); err != nil {
			return err
		}
		if c.Reference != nil {
			n.Reference = *c.Reference
		}
		if c.Extensions != nil {
			n.Extensions = *c.Extensions
		}
		if err := d.checkLeads(ctx, tx, by, n, c); err != nil {
			return err
		}
		n.Updated = store.Later(n.Updated, d.now())
		if err := keepLeads(ctx, tx, n); err != nil {
			return err
		}
		return d.tell(tx, by, "number.updated", n)
	})
	return n, err
}

func (d *Directory) checkLeads(ctx context.Context, tx *store.Tx, by Principal, n Number, c NumberChange) error {
	if c.Reference != nil && n.Reference != "" {
		if err := d.hasRef(ctx, tx, by, n.Reference); err != nil {
			return err
		}
	}
	if c.Extensions == nil {
		return nil
	}
	seen := map[string]bool{}
	for _, e := range n.Extensions {
		if e.Digits == "" || len(e.Digits) > 8 || strings.Trim(e.Digits, "0123456789") != "" || seen[e.Digits] {
			return invalid("number", fmt.Sprintf("%q is no extension: write 1 to 8 digits, each extension once.", e.Digits))
		}
		seen[e.Digits] = true
		if err := d.hasRef(ctx, tx, by, e.Reference); err != nil {
			return err
		}
	}
	return nil
}

func keepLeads(ctx context.Context, tx *store.Tx, n Number) error {
	if _, err := tx.Exec(ctx, `UPDATE numbers SET reference = $1, updated = $2 WHERE id = $3`, n.Reference, store.Micros(n.Updated), n.ID); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `DELETE FROM extensions WHERE number = $1`, n.ID); err != nil {
		return err
	}
	for _, e := range n.Extensions {
		if _, err := tx.Exec(ctx, `INSERT INTO extensions (number, digits, reference) VALUES ($1, $2, $3)`, n.ID, e.Digits, e.Reference); err != nil {
			return err
		}
	}
	return nil
}

// AssignNumber gives a number to another account, for the operator. It leads
// nowhere until that account says where.
func (d *Directory) AssignNumber(ctx context.Context, by Principal, id string, to webtrunk.AccountID, test bool) (n Number, err error) {
	err = d.change(ctx, "number", func(tx *store.Tx) error {
		if n, err = readNumber(tx.QueryRow(ctx, numberColumns+`WHERE id = $1`, id)); err != nil {
			return Found("number", "number", err)
		}
		if n.Managed {
			return managed("number")
		}
		if _, err := readAccount(tx.QueryRow(ctx, accountColumns+`WHERE id = $1`, string(to))); err != nil {
			return Found("number", "account", err)
		}
		if n.Account == to && n.Test == test {
			return readExtensions(ctx, tx, &n)
		}
		n.Account, n.Test, n.Reference = to, test, ""
		if _, err := tx.Exec(ctx, `UPDATE numbers SET account = $1, test = $2 WHERE id = $3`, string(to), test, id); err != nil {
			return err
		}
		n.Updated = store.Later(n.Updated, d.now())
		if err := keepLeads(ctx, tx, n); err != nil {
			return err
		}
		return d.tell(tx, Principal{Account: to, ID: by.ID, Test: test}, "number.assigned", n)
	})
	return n, err
}
