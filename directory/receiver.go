package directory

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"webtrunk"
)

// A Receiver is a person who is called in a browser: a page that shows Token
// is reached at browser:Name.
type Receiver struct {
	Token string // secret
	Name  string
}

// Address returns where the receiver is called by the operator's calls.
func (r Receiver) Address() webtrunk.Address {
	return webtrunk.Address{Scheme: webtrunk.Browser, Value: r.Name}
}

// place returns where the pages of an account that receive under a name are
// found. Two accounts may both have a desk and must never answer each other's
// calls, so every name but the operator's own live ones is followed by the
// account's.
func place(a Account, test bool, name string) webtrunk.Address {
	if !a.Operator || test {
		name += "." + strings.TrimPrefix(string(a.ID), "acct_")
	}
	if test {
		name += ".test"
	}
	return webtrunk.Address{Scheme: webtrunk.Browser, Value: name}
}

// checkPlace says what is wrong with a name to receive under. It leaves room
// for the account's, which follows a full stop.
func checkPlace(name string) error {
	if !plain(name) || len(name) > 32 {
		return invalid("receiver", "A name in a browser has 1 to 32 letters, digits, '-' and '_', such as desk.")
	}
	return nil
}

// checkReceiver says what is wrong with a name that a token or the configuration
// gives to a page.
func checkReceiver(name string) error {
	if strings.HasPrefix(name, agentPrefix) {
		return invalid("receiver", "Names that begin with "+agentPrefix+" are those of people who log in. Choose another, such as desk.")
	}
	return checkPlace(name)
}

// MinToken is the least length of a receiver's token: 16 characters of random
// letters and digits are 80 bits, too many to try.
const MinToken = 16

// CheckToken says what is wrong with a receiver's token, without repeating it.
func CheckToken(token string) error {
	if len(token) < MinToken || len(token) > 256 {
		return invalid("receiver", "a token has 16 to 256 characters: make one with `openssl rand -hex 16`")
	}
	return nil
}

func (r Receiver) validate() error {
	if _, err := webtrunk.ParseAddress(r.Address().String()); err != nil {
		return err
	}
	if IsAgent(r.Address()) {
		return checkReceiver(r.Name)
	}
	return CheckToken(r.Token)
}

// Receiver returns where the person with this token is called, by calls of the
// account that the token is of. Tokens are found by their hash, so the time
// that it takes tells nothing about them.
func (d *Directory) Receiver(ctx context.Context, account webtrunk.AccountID, test bool, token string) (webtrunk.Address, error) {
	var name string
	var a Account
	err := d.db.QueryRow(ctx, `SELECT r.name, a.id, a.operator FROM receivers r JOIN accounts a ON a.id = r.account
		WHERE r.hash = $1 AND r.account = $2 AND r.test = $3 AND a.status = 'active'`, hashOf(token), string(account), test).Scan(&name, &a.ID, &a.Operator)
	if errors.Is(err, sql.ErrNoRows) {
		return webtrunk.Address{}, forbidden("receiver", "This page's token is not valid, so it cannot be called. Ask the operator for a new one.")
	}
	if err != nil {
		return webtrunk.Address{}, Unavailable("receiver", err)
	}
	return place(a, test, name), nil
}
