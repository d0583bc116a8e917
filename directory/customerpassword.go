package directory

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"webtrunk/store"
)

// ticketLife is how long a customer has to choose a password by a link that a site sent
// them: a mail is read the same day.
const ticketLife = 24 * time.Hour

// PasswordTicket makes what lets a customer choose a password once, for the account's site
// to send them in a link of its own. It replaces the one before; the password that they
// have counts until they choose another.
func (d *Directory) PasswordTicket(ctx context.Context, by Principal, id string) (ticket string, until time.Time, err error) {
	ticket, until = newSecret("cpt_"), d.now().Add(ticketLife)
	err = d.change(ctx, "customer", func(tx *store.Tx) error {
		c, err := customerOf(ctx, tx, by, id)
		if err != nil {
			return err
		}
		if c.Email == "" || c.Disabled {
			return conflict("customer", "This customer cannot sign in with a password: they have no email address, or are disabled.")
		}
		if _, err := tx.Exec(ctx, `UPDATE customers SET ticket = $1, ticket_until = $2 WHERE id = $3`, hashOf(ticket), store.Micros(until), id); err != nil {
			return err
		}
		return d.tellCustomer(tx, by, "customer.password_requested", c)
	})
	if err != nil {
		return "", time.Time{}, err
	}
	return ticket, until, nil
}

func errTicket() error {
	return forbidden("customer", "This link to choose a password has expired or was used before. Ask the site for a new one.")
}

// ChoosePassword gives the customer of a ticket the password that they chose, and signs them
// out everywhere.
func (d *Directory) ChoosePassword(ctx context.Context, ticket, chosen string, from Browser) error {
	if err := d.spend(ctx, customerAddress+neighbourhood(from.Address), perAddress); err != nil {
		return err
	}
	if !wellFormed(ticket) {
		return errTicket()
	}
	c, err := d.ticketOf(ctx, d.db, ticket)
	if err != nil {
		return err
	}
	if chosen == "" {
		return invalid("customer", "Choose a password.")
	}
	hash, err := d.customersHash(ctx, chosen, c.Email)
	if err != nil {
		return err
	}
	return d.change(ctx, "customer", func(tx *store.Tx) error {
		c, err := d.ticketOf(ctx, tx, ticket)
		if err != nil {
			return err
		}
		c.Password = true
		return d.newCustomersPassword(ctx, tx, c, hash, "")
	})
}

func (d *Directory) ticketOf(ctx context.Context, from Source, ticket string) (Customer, error) {
	c, err := readCustomer(from.QueryRow(ctx, customerColumns+`JOIN accounts a ON a.id = c.account
		WHERE c.ticket = $1 AND c.ticket <> '' AND c.ticket_until > $2 AND c.email <> '' AND NOT c.disabled AND a.status = 'active'`,
		hashOf(ticket), store.Micros(d.now())))
	if errors.Is(err, sql.ErrNoRows) {
		return c, errTicket()
	}
	return c, Unavailable("customer", err)
}

// ReplacePassword gives a customer who is signed in and knows the old password a new one,
// and ends their other sessions.
func (d *Directory) ReplacePassword(ctx context.Context, by Principal, cookie, old, chosen string) error {
	if err := d.spend(ctx, "password "+by.ID, perPerson); err != nil {
		return err
	}
	var kept string
	if err := d.db.QueryRow(ctx, `SELECT password FROM customers WHERE id = $1`, by.ID).Scan(&kept); err != nil {
		return Found("customer", "customer", err)
	}
	fits, err := d.hashing.verify(ctx, old, kept)
	if err != nil {
		return err
	}
	if !fits {
		return forbidden("customer", "The old password is wrong.")
	}
	c, err := d.Customer(ctx, by, by.ID)
	if err != nil {
		return err
	}
	if chosen == "" {
		return invalid("customer", "Choose a password.")
	}
	hash, err := d.customersHash(ctx, chosen, c.Email)
	if err != nil {
		return err
	}
	return d.change(ctx, "customer", func(tx *store.Tx) error {
		c, err := stillSo(ctx, tx, by, by.ID, kept)
		if err != nil {
			return err
		}
		return d.newCustomersPassword(ctx, tx, c, hash, cookie)
	})
}

func (d *Directory) newCustomersPassword(ctx context.Context, tx *store.Tx, c Customer, hash, cookie string) error {
	if err := setCustomersPassword(ctx, tx, c.ID, hash, cookie); err != nil {
		return err
	}
	return d.tellCustomer(tx, Principal{ID: c.ID}, "customer.password_changed", c)
}

// setCustomersPassword replaces a customer's password, and ends what the one before began,
// but for the session of a cookie.
func setCustomersPassword(ctx context.Context, tx *store.Tx, id, hash, cookie string) error {
	if _, err := tx.Exec(ctx, `UPDATE customers SET password = $1, ticket = '', ticket_until = 0 WHERE id = $2`, hash, id); err != nil {
		return err
	}
	return signOut(ctx, tx, id, cookie)
}
