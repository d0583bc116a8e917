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
	agentPassword   string // likewise
	secondPassword  string
	adaPassword     string // likewise
	key             string
}

// demoEmail is of a domain that nobody has (RFC 6761 §6.4).
const demoEmail = "owner@demo.example"

// The people at the console.
const (
	demoAgent, demoAgentName, demoAgentEmail    = "person_demo", "Robin", "agent@demo.example"
	demoSecond, demoSecondName, demoSecondEmail = "person_demo2", "Sam", "sam@demo.example"
)

// furnish makes the account's owner, two agents and a secret key.
func (d *demo) furnish() error {
	ctx, done := context.WithTimeout(context.Background(), openTime)
	defer done()
	by, err := d.operator(ctx)
	if err != nil {
		return err
	}
	_, key, err := d.directory.CreateKey(ctx, by, directory.NewKey{Name: "Demo", Kind: directory.Secret})
	if err != nil {
		return err
	}
	d.account = demoAccount{email: demoEmail, key: key}
	if d.account.password, err = d.person(ctx, by, directory.NewPerson{Email: demoEmail, Name: "Demo owner", Role: directory.Owner}); err != nil {
		return err
	}
	if d.account.agentPassword, err = d.person(ctx, by, directory.NewPerson{ID: demoAgent, Email: demoAgentEmail, Name: demoAgentName, Role: directory.Agent}); err != nil {
		return err
	}
	d.account.secondPassword, err = d.person(ctx, by, directory.NewPerson{ID: demoSecond, Email: demoSecondEmail, Name: demoSecondName, Role: directory.Agent})
	return err
}

// operator is who sets the demo up: the operator, in test mode.
func (d *demo) operator(ctx context.Context) (directory.Principal, error) {
	account, err := d.directory.Operator(ctx)
	return directory.Principal{Account: account.ID, ID: directory.CommandLine, Rights: directory.AllRights(), Test: true, Operator: true}, err
}

// person makes a person and returns their password; it is empty where the
// database is an earlier demo's, which has printed it.
func (d *demo) person(ctx context.Context, by directory.Principal, n directory.NewPerson) (password string, err error) {
	n.Password = secret() + secret()
	_, _, err = d.directory.CreatePerson(ctx, by, n)
	if e := (*webtrunk.Error)(nil); errors.As(err, &e) && e.Kind == webtrunk.Conflict {
		return "", nil
	}
	return n.Password, err
}
