package main

import (
	"context"
	"errors"

	"webtrunk"
	"webtrunk/directory"
)

// A demoAccount is the ready-made account, and how to get in.
type demoAccount struct {
	email, password string // password is empty where an earlier demo has printed it
	key             string
}

// demoEmail is of a domain that nobody has (RFC 6761 §6.4).
const demoEmail = "owner@demo.example"

// furnish makes the account's owner and a secret key.
func (d *demo) furnish() error {
	ctx, done := context.WithTimeout(context.Background(), openTime)
	defer done()
	account, err := d.directory.Operator(ctx)
	if err != nil {
		return err
	}
	by := directory.Principal{Account: account.ID, ID: directory.CommandLine, Rights: directory.AllRights(), Test: true, Operator: true}
	_, key, err := d.directory.CreateKey(ctx, by, directory.NewKey{Name: "Demo", Kind: directory.Secret})
	if err != nil {
		return err
	}
	d.account = demoAccount{email: demoEmail, password: secret() + secret(), key: key}
	_, _, err = d.directory.CreatePerson(ctx, by, directory.NewPerson{
		Email: demoEmail, Name: "Demo owner", Role: directory.Owner, Password: d.account.password,
	})
	if e := (*webtrunk.Error)(nil); errors.As(err, &e) && e.Kind == webtrunk.Conflict {
		d.account.password, err = "", nil // the database is an earlier demo's
	}
	return err
}
