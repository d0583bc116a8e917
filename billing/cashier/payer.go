package cashier

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"

	"webtrunk/billing/pay"
	"webtrunk/directory"
	"webtrunk/directory/shelf"
	"webtrunk/store"
)

// A Payer owns a wallet.
type Payer struct {
	Tenant shelf.Tenant
	Wallet string // by its name, as billing.WalletName has it
}

// Setup is the page of the provider's own on which a payer gives a card; from there they are
// sent to returnTo.
func (t *Cashier) Setup(ctx context.Context, of Payer, key, returnTo string) (s pay.Setup, err error) {
	err = t.as(ctx, of, func(p pay.Provider, c pay.CustomerID) error {
		s, err = p.Setup(ctx, keyOf("setup", key, string(c)), c, returnTo)
		return err
	})
	return s, err
}

// Methods are the cards that a payer has given, as their owner knows them again.
func (t *Cashier) Methods(ctx context.Context, of Payer) (all []pay.Method, err error) {
	if _, err := t.provider(of.Tenant.Test); err != nil {
		return nil, err
	}
	if known, _, err := t.known(ctx, of); err != nil || known == "" {
		return nil, err
	}
	err = t.as(ctx, of, func(p pay.Provider, c pay.CustomerID) error {
		all, err = p.Methods(ctx, c)
		return err
	})
	return all, err
}

// as does something for a payer as the provider's customer. One whom the provider does not
// know any more is made anew.
func (t *Cashier) as(ctx context.Context, of Payer, do func(pay.Provider, pay.CustomerID) error) error {
	p, err := t.provider(of.Tenant.Test)
	if err != nil {
		return err
	}
	c, made, err := t.known(ctx, of)
	if err != nil {
		return err
	}
	if c != "" {
		if err := do(p, c); err == nil || pay.KindOf(err) != pay.Missing {
			return err
		}
	}
	if c, err = t.make(ctx, p, of, made+1); err != nil {
		return err
	}
	return do(p, c)
}

// known is who a payer is at the provider, and how often they were made there.
func (t *Cashier) known(ctx context.Context, of Payer) (c pay.CustomerID, made int, err error) {
	err = t.o.DB.QueryRow(ctx, `SELECT customer, made FROM payers WHERE account = $1 AND test = $2 AND wallet = $3`, string(of.Tenant.Account), of.Tenant.Test, of.Wallet).Scan(&c, &made)
	if errors.Is(err, sql.ErrNoRows) {
		return "", 0, nil
	}
	return c, made, directory.Unavailable("top-up", err)
}

// make has the provider know a payer, and keeps as whom.
func (t *Cashier) make(ctx context.Context, p pay.Provider, of Payer, made int) (pay.CustomerID, error) {
	key := keyOf("customer", string(of.Tenant.Account), fmt.Sprint(of.Tenant.Test), of.Wallet, fmt.Sprint(made))
	c, err := p.NewCustomer(ctx, key, pay.Customer{Reference: of.Wallet})
	if err != nil {
		return "", err
	}
	err = t.change(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO payers (account, test, wallet, customer, made) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (account, test, wallet) DO UPDATE SET customer = $4, made = $5`, string(of.Tenant.Account), of.Tenant.Test, of.Wallet, string(c), made)
		return err
	})
	return c, directory.Unavailable("top-up", err)
}

// keyOf is a provider's key of what is named by parts, whatever characters they have.
func keyOf(what string, parts ...string) pay.Key {
	h := sha256.New()
	for _, part := range parts {
		fmt.Fprintf(h, "%d:%s", len(part), part)
	}
	return pay.Key(what + "_" + hex.EncodeToString(h.Sum(nil)[:20]))
}
