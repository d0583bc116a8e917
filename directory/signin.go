package directory

import (
	"context"
	"database/sql"
	"errors"
	"net/netip"
	"strings"

	"webtrunk"
	"webtrunk/store"
)

// A Browser is where somebody signs in.
type Browser struct {
	Previous string // the customer's cookie that it had; that session ends
	Address  netip.Addr
	Agent    string // as it calls itself
}

// A SignIn is what a customer shows to be let in by a password.
type SignIn struct {
	Key      string // the publishable key of the page: of which account and mode they are a customer
	Email    string
	Password string
}

// errSignIn is the one answer to whatever was wrong.
func errSignIn() error {
	return forbidden("sign in", "The email address or the password is wrong. Check both.")
}

// Counted apart from the logins of those who work here: a shop's customers behind one
// address keep none of them out.
const (
	customerEmail   = "customer email "
	customerAddress = "customer address "
)

// SignIn lets a customer in. It takes as long, and says as little, for an email address
// that no customer has.
func (d *Directory) SignIn(ctx context.Context, s SignIn, from Browser) (a CustomerAccess, err error) {
	w, err := d.Publishable(ctx, s.Key)
	if err != nil {
		return a, err
	}
	email := strings.ToLower(strings.TrimSpace(s.Email))
	tries := customerEmail + tenantName(w.Account, w.Test) + email
	if err := d.spend(ctx, customerAddress+neighbourhood(from.Address), perAddress); err != nil {
		return a, err
	}
	if err := d.spend(ctx, tries, perEmail); err != nil {
		return a, err
	}
	var id, kept string
	err = d.db.QueryRow(ctx, `SELECT id, password FROM customers WHERE account = $1 AND test = $2 AND email = $3 AND email <> '' AND NOT disabled`,
		string(w.Account), w.Test, email).Scan(&id, &kept)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return a, Unavailable("sign in", err)
	}
	fits, err := d.hashing.verify(ctx, s.Password[:min(len(s.Password), MaxPassword+1)], kept)
	if err != nil {
		return a, err
	}
	if !fits {
		return a, errSignIn()
	}
	err = d.change(ctx, "sign in", func(tx *store.Tx) error {
		c, err := stillSo(ctx, tx, Principal{Account: w.Account, Test: w.Test}, id, kept)
		if err != nil {
			return err
		}
		if err := pardon(ctx, tx, tries); err != nil {
			return err
		}
		a, err = d.beginFor(ctx, tx, c, from)
		return err
	})
	return a, err
}

// stillSo returns a customer who may sign in with the password of this hash, which may have
// changed since it was compared.
func stillSo(ctx context.Context, tx *store.Tx, of Principal, id, kept string) (Customer, error) {
	var now string
	err := tx.QueryRow(ctx, `SELECT password FROM customers WHERE id = $1 AND NOT disabled`, id).Scan(&now)
	if errors.Is(err, sql.ErrNoRows) || err == nil && now != kept {
		return Customer{}, errSignIn()
	}
	if err != nil {
		return Customer{}, err
	}
	return customerOf(ctx, tx, of, id)
}

// tenantName tells an account's modes apart where one word names whom something is about.
func tenantName(account webtrunk.AccountID, test bool) string {
	if test {
		return string(account) + " test "
	}
	return string(account) + " live "
}

// SignInByToken lets in the customer whose subject is the identity of a client token, which
// the site's server has made for one that it knows. A token signs in once, in one browser.
func (d *Directory) SignInByToken(ctx context.Context, token string, from Browser) (a CustomerAccess, err error) {
	refusal := forbidden("sign in", "This sign-in has expired, was used before, or is no customer's. Go back to the site, and open the page from there again.")
	t, err := d.tokenOf(ctx, token, refusal)
	if err != nil {
		return a, err
	}
	c, err := d.CustomerBySubject(ctx, t.Account, t.Test, t.Identity.Subject)
	if webtrunk.KindOf(err) == webtrunk.NotFound || err == nil && c.Disabled {
		return a, refusal
	}
	if err != nil {
		return a, err
	}
	if err := d.shownBy(ctx, "sign in "+t.ID, "", t.Expires, refusal); err != nil {
		return a, err
	}
	err = d.change(ctx, "sign in", func(tx *store.Tx) error {
		now, err := customerOf(ctx, tx, Principal{Account: t.Account, Test: t.Test}, c.ID)
		if err != nil {
			return err
		}
		if now.Disabled {
			return refusal
		}
		a, err = d.beginFor(ctx, tx, now, from)
		return err
	})
	return a, err
}
