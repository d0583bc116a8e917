package directory

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"webtrunk"
	"webtrunk/store"
)

// A Founding is an account, its first owner and, where they have a name, its
// first secret keys: one for live mode and one for test mode.
type Founding struct {
	Account NewAccount
	Owner   NewPerson // its role is Owner
	Key     string    // what the key is called; empty makes none
}

// A Founded account, with the secrets that are shown once.
type Founded struct {
	Account Account
	Owner   Person
	OneTime string // the owner's password, where none was given
	Key     APIKey
	Secret  string // of the live key
	TestKey APIKey
	Test    string // its secret
}

// Found makes an account that somebody can log in to, or nothing at all. The
// account that runs the gateway may be there already, made by a start before
// anybody could log in to it: that one gets its owner.
func (d *Directory) Found(ctx context.Context, f Founding) (made Founded, err error) {
	f.Owner.Role = Owner
	if f.Owner.Email, err = parseEmail(f.Owner.Email); err != nil {
		return made, err
	}
	if err := errors.Join(checkName("account", f.Account.Name), f.Owner.check()); err != nil {
		return made, err
	}
	hash, until, oneTime, err := d.firstPassword(ctx, f.Owner)
	if err != nil {
		return made, err
	}
	if f.Account.ID == "" {
		f.Account.ID = webtrunk.NewAccountID()
	}
	if f.Owner.ID == "" {
		f.Owner.ID = webtrunk.NewID("person")
	}
	err = d.change(ctx, "account", func(tx *store.Tx) error {
		made = Founded{OneTime: oneTime, Owner: f.Owner.person(oneTime != "", d.now())}
		if made.Account, err = d.foundAccount(ctx, tx, f.Account); err != nil {
			return err
		}
		by := Principal{Account: made.Account.ID, ID: CommandLine, Rights: AllRights()}
		if err := d.insertPerson(ctx, tx, by, made.Owner, hash, until); err != nil || f.Key == "" {
			return err
		}
		if made.Key, made.Secret, err = d.foundKey(ctx, tx, by, f.Key); err != nil {
			return err
		}
		by.Test = true
		made.TestKey, made.Test, err = d.foundKey(ctx, tx, by, f.Key)
		return err
	})
	if err != nil {
		return Founded{}, err
	}
	return made, nil
}

func (d *Directory) foundKey(ctx context.Context, tx *store.Tx, by Principal, name string) (APIKey, string, error) {
	key, secret := NewKey{Name: name, Kind: Secret}.make(by, d.now())
	return key, secret, d.insertKey(ctx, tx, by, key, secret)
}

// foundAccount makes the account, or takes the operator's that nobody has.
func (d *Directory) foundAccount(ctx context.Context, tx *store.Tx, n NewAccount) (Account, error) {
	if !n.Operator {
		return d.createAccount(ctx, tx, n)
	}
	a, err := readAccount(tx.QueryRow(ctx, accountColumns+`WHERE operator AND NOT EXISTS (SELECT 1 FROM people WHERE people.account = accounts.id)`))
	if errors.Is(err, sql.ErrNoRows) {
		return d.createAccount(ctx, tx, n)
	}
	if err != nil {
		return a, err
	}
	a.Name, a.Destinations = strings.TrimSpace(n.Name), append([]Destination{}, n.Destinations...)
	if _, err := tx.Exec(ctx, `UPDATE accounts SET name = $1, destinations = $2 WHERE id = $3`, a.Name, text(a.Destinations), string(a.ID)); err != nil {
		return a, err
	}
	return a, d.tell(tx, Principal{Account: a.ID, ID: CommandLine}, "account.updated", a)
}
