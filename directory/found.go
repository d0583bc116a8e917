package directory

import (
	"context"
	"errors"

	"webtrunk"
	"webtrunk/store"
)

// A Founding is an account, its first owner and, where it has a name, its first
// secret key.
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
	Secret  string
}

// Found makes an account that somebody can log in to, or nothing at all.
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
		by := Principal{Account: f.Account.ID, ID: CommandLine, Rights: AllRights()}
		made = Founded{OneTime: oneTime, Owner: f.Owner.person(oneTime != "", d.now())}
		if made.Account, err = d.createAccount(ctx, tx, f.Account); err != nil {
			return err
		}
		if err := d.insertPerson(ctx, tx, by, made.Owner, hash, until); err != nil || f.Key == "" {
			return err
		}
		made.Key, made.Secret = NewKey{Name: f.Key, Kind: Secret}.make(by, d.now())
		return d.insertKey(ctx, tx, by, made.Key, made.Secret)
	})
	if err != nil {
		return Founded{}, err
	}
	return made, nil
}
