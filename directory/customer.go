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

// A Customer is somebody who calls an account and may pay for it: no person who works
// there. A visitor whose signed subject is a customer's is that customer.
type Customer struct {
	ID       string // "cus_…"
	Account  webtrunk.AccountID
	Test     bool
	Subject  string // the site's own ID of them; it names their wallet, and does not change
	Name     string
	Email    string // to sign in with; empty where there is none
	Phone    string // E.164; empty where there is none
	Verified time.Time
	Locale   string // BCP 47, "zh-CN"; empty where it is not known
	Metadata map[string]string
	Disabled bool // does not sign in
	Password bool // has one
	Created  time.Time
	Updated  time.Time
}

// NewCustomer is what a customer is made from.
type NewCustomer struct {
	ID       string // empty makes one
	Subject  string // empty: the ID
	Name     string
	Email    string
	Phone    string
	Locale   string
	Metadata map[string]string
	Password string // empty: the customer does not sign in with one
}

// maxSubject is what the name of a wallet has room for.
const maxSubject = 64

const customerColumns = `SELECT c.id, c.account, c.test, c.subject, c.name, c.email, c.phone, c.phone_verified, c.locale, c.metadata, c.disabled, c.password <> '', c.created, c.updated FROM customers c `

func readCustomer(row scanner) (c Customer, err error) {
	var metadata string
	var verified, created, updated int64
	err = row.Scan(&c.ID, &c.Account, &c.Test, &c.Subject, &c.Name, &c.Email, &c.Phone, &verified, &c.Locale, &metadata, &c.Disabled, &c.Password, &created, &updated)
	if err != nil {
		return c, err
	}
	c.Verified, c.Created, c.Updated = store.Time(verified), store.Time(created), store.Time(updated)
	return c, untext(metadata, &c.Metadata)
}

// CreateCustomer makes a customer in the account and mode of whoever asks.
func (d *Directory) CreateCustomer(ctx context.Context, by Principal, n NewCustomer) (c Customer, err error) {
	if n.ID == "" {
		n.ID = webtrunk.NewID("cus")
	}
	if n.Subject == "" {
		n.Subject = n.ID
	}
	now := d.now()
	c = Customer{ID: n.ID, Account: by.Account, Test: by.Test, Subject: n.Subject, Name: n.Name, Email: n.Email, Phone: n.Phone,
		Locale: n.Locale, Metadata: n.Metadata, Password: n.Password != "", Created: now, Updated: now}
	if err := c.tidy(); err != nil {
		return c, err
	}
	hash, err := d.customersHash(ctx, n.Password, c.Email)
	if err != nil {
		return c, err
	}
	err = d.change(ctx, "customer", func(tx *store.Tx) error {
		before, err := customerOf(ctx, tx, by, n.ID)
		if err == nil && before.Subject == c.Subject {
			c = before // made by the same request, before
			return nil
		}
		if err != nil && webtrunk.KindOf(err) != webtrunk.NotFound {
			return err
		}
		return d.insertCustomer(ctx, tx, by, c, hash)
	})
	return c, err
}

// customersHash is of a password that was chosen for or by a customer; empty for none.
func (d *Directory) customersHash(ctx context.Context, password, email string) (string, error) {
	if password == "" {
		return "", nil
	}
	if err := checkPassword(password, email); err != nil {
		return "", err
	}
	return d.hashing.hash(ctx, password)
}

func (d *Directory) insertCustomer(ctx context.Context, tx *store.Tx, by Principal, c Customer, hash string) error {
	if err := c.alone(ctx, tx); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `INSERT INTO customers (id, account, test, subject, name, email, phone, phone_verified, locale, metadata, disabled, password, ticket, ticket_until, created, updated)
		VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8, $9, $10, $11, '', 0, $12, $12)`, c.ID, string(c.Account), c.Test, c.Subject, c.Name, c.Email, c.Phone,
		c.Locale, text(c.Metadata), false, hash, store.Micros(c.Created)); err != nil {
		return err
	}
	return d.tellCustomer(tx, by, "customer.created", c)
}

// alone refuses a customer whose subject or email address is another's.
func (c Customer) alone(ctx context.Context, tx *store.Tx) error {
	for _, taken := range []struct{ where, value, message string }{
		{`subject = $4`, c.Subject, "There is a customer with this subject already. Change that one instead."},
		{`email = $4 AND email <> ''`, c.Email, "There is a customer with this email address already. Use another address."},
	} {
		var there int
		err := tx.QueryRow(ctx, `SELECT 1 FROM customers WHERE account = $1 AND test = $2 AND id <> $3 AND `+taken.where, string(c.Account), c.Test, c.ID, taken.value).Scan(&there)
		if err == nil {
			return conflict("customer", taken.message)
		}
		if !errors.Is(err, sql.ErrNoRows) {
			return err
		}
	}
	return nil
}

// tellCustomer tells of a customer, and not who it is: events go to servers that need not
// know. Whoever may know asks for the customer by the ID.
func (d *Directory) tellCustomer(tx *store.Tx, by Principal, kind string, c Customer) error {
	return d.tell(tx, Principal{Account: c.Account, Test: c.Test}, kind, map[string]any{
		"id": c.ID, "disabled": c.Disabled, "phone_verified": !c.Verified.IsZero(), "by": by.ID})
}

// tidy brings a customer's facts into the form in which they are kept, or says what is wrong.
func (c *Customer) tidy() (err error) {
	c.Name = strings.TrimSpace(c.Name)
	if c.Metadata == nil {
		c.Metadata = map[string]string{}
	}
	if c.Email != "" {
		if c.Email, err = parseEmail(c.Email); err != nil {
			return err
		}
	}
	if c.Phone != "" {
		number, err := webtrunk.ParseNumber(c.Phone)
		if err != nil {
			return err
		}
		c.Phone = number.Value
	}
	return c.check()
}

func (c *Customer) check() error {
	switch {
	case c.Subject == "" || len(c.Subject) > maxSubject || strings.Contains(c.Subject, "/") || strings.ContainsFunc(c.Subject, isControl):
		return invalid("customer", fmt.Sprintf("A subject has 1 to %d characters on one line, without a slash.", maxSubject))
	case len(c.Name) > 200 || strings.ContainsFunc(c.Name, isControl):
		return invalid("customer", "A name has at most 200 characters on one line.")
	case len(c.Locale) > 35 || strings.Trim(c.Locale, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") != "":
		return invalid("customer", "Write the locale as in BCP 47: en, zh-CN, ar.")
	case c.Password && c.Email == "":
		return invalid("customer", "Who signs in with a password needs an email address.")
	}
	return nil
}
