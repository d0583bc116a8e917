package directory

import (
	"context"
	"fmt"
	"time"

	"webtrunk"
	"webtrunk/store"
)

// CustomersAsked are those of an account's customers that a list is of.
type CustomersAsked struct {
	Page
	Subject string // empty: any
	Email   string // empty: any
}

// Customers lists customers of the account and mode of whoever asks, newest first.
func (d *Directory) Customers(ctx context.Context, by Principal, asked CustomersAsked) ([]Customer, error) {
	var c store.Clause
	c.Where(`c.account = ?`, string(by.Account))
	c.Where(`c.test = ?`, by.Test)
	if asked.Subject != "" {
		c.Where(`c.subject = ?`, asked.Subject)
	}
	if asked.Email != "" {
		email, err := parseEmail(asked.Email)
		if err != nil {
			return nil, err
		}
		c.Where(`c.email = ?`, email)
	}
	if asked.After != "" {
		c.Where(`c.id < ?`, asked.After)
	}
	if asked.Limit <= 0 {
		asked.Limit = 100
	}
	return list(ctx, d.db, readCustomer, customerColumns+`WHERE `+c.All()+fmt.Sprintf(` ORDER BY c.id DESC LIMIT %d`, asked.Limit), c.Args...)
}

// Customer returns one of the account's customers.
func (d *Directory) Customer(ctx context.Context, by Principal, id string) (Customer, error) {
	return customerOf(ctx, d.db, by, id)
}

func customerOf(ctx context.Context, from Source, by Principal, id string) (Customer, error) {
	c, err := readCustomer(from.QueryRow(ctx, customerColumns+`WHERE c.id = $1 AND c.account = $2 AND c.test = $3`, id, string(by.Account), by.Test))
	return c, Found("customer", "customer", err)
}

// CustomerBySubject returns the customer whom a site means by its own ID: whom a signed
// visitor or a client token of this subject is of.
func (d *Directory) CustomerBySubject(ctx context.Context, account webtrunk.AccountID, test bool, subject string) (Customer, error) {
	c, err := readCustomer(d.db.QueryRow(ctx, customerColumns+`WHERE c.account = $1 AND c.test = $2 AND c.subject = $3`, string(account), test, subject))
	return c, Found("customer", "customer", err)
}

// CustomerChange is what to change about a customer; nil leaves it.
type CustomerChange struct {
	Name     *string
	Email    *string
	Phone    *string
	Locale   *string
	Metadata *map[string]string
	Disabled *bool
	Password *string // empty takes it away
	If       Condition
}

// apply changes a customer. Another number is nobody's until they have shown that it is
// theirs.
func (c *Customer) apply(n CustomerChange) error {
	number := c.Phone
	set(&c.Name, n.Name)
	set(&c.Email, n.Email)
	set(&c.Phone, n.Phone)
	set(&c.Locale, n.Locale)
	set(&c.Metadata, n.Metadata)
	set(&c.Disabled, n.Disabled)
	if n.Password != nil {
		c.Password = *n.Password != ""
	}
	err := c.tidy()
	if c.Phone != number {
		c.Verified = time.Time{}
	}
	return err
}

// UpdateCustomer changes a customer. One who is disabled, or has another password, is
// signed in nowhere afterwards; another number is not verified.
func (d *Directory) UpdateCustomer(ctx context.Context, by Principal, id string, n CustomerChange) (c Customer, err error) {
	if c, err = d.Customer(ctx, by, id); err != nil {
		return c, err
	}
	if err := c.apply(n); err != nil {
		return c, err
	}
	hash := ""
	if n.Password != nil {
		if hash, err = d.customersHash(ctx, *n.Password, c.Email); err != nil {
			return c, err
		}
	}
	err = d.change(ctx, "customer", func(tx *store.Tx) error {
		if c, err = customerOf(ctx, tx, by, id); err != nil {
			return err
		}
		if err := n.If.holds(c.Updated); err != nil {
			return err
		}
		if err := c.apply(n); err != nil {
			return err
		}
		if n.Password != nil {
			if err := setCustomersPassword(ctx, tx, id, hash, ""); err != nil {
				return err
			}
		}
		return d.keepCustomer(ctx, tx, by, &c)
	})
	return c, err
}

// keepCustomer keeps what a customer has become, and tells of it.
func (d *Directory) keepCustomer(ctx context.Context, tx *store.Tx, by Principal, c *Customer) error {
	if err := c.alone(ctx, tx); err != nil {
		return err
	}
	c.Updated = store.Later(c.Updated, d.now())
	if _, err := tx.Exec(ctx, `UPDATE customers SET name = $1, email = $2, phone = $3, phone_verified = $4, locale = $5, metadata = $6, disabled = $7, updated = $8 WHERE id = $9`,
		c.Name, c.Email, c.Phone, store.Micros(c.Verified), c.Locale, text(c.Metadata), c.Disabled, store.Micros(c.Updated), c.ID); err != nil {
		return err
	}
	if c.Disabled {
		if err := signOut(ctx, tx, c.ID, ""); err != nil {
			return err
		}
	}
	return d.tellCustomer(tx, by, "customer.updated", *c)
}

// DeleteCustomer removes a customer and ends their sessions, unless Options.Leaving refuses
// it. What they have called and paid stays on record, under their subject.
func (d *Directory) DeleteCustomer(ctx context.Context, by Principal, id string) error {
	c, err := d.Customer(ctx, by, id)
	if err != nil {
		return err
	}
	if d.o.Leaving != nil {
		if err := d.o.Leaving(ctx, c); err != nil {
			return err
		}
	}
	return d.change(ctx, "customer", func(tx *store.Tx) error {
		if c, err = customerOf(ctx, tx, by, id); err != nil {
			return err
		}
		if err := signOut(ctx, tx, id, ""); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `DELETE FROM customers WHERE id = $1`, id); err != nil {
			return err
		}
		return d.tellCustomer(tx, by, "customer.deleted", c)
	})
}
