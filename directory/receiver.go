package directory

import (
	"crypto/sha256"
	"crypto/subtle"

	"webtrunk"
)

// A Receiver is a person who is called in a browser: a page that shows Token
// is reached at browser:Name.
type Receiver struct {
	Token string // secret
	Name  string
}

// Address returns where the receiver is called.
func (r Receiver) Address() webtrunk.Address {
	return webtrunk.Address{Scheme: webtrunk.Browser, Value: r.Name}
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
	return CheckToken(r.Token)
}

// known is a receiver as the directory keeps it: without the token itself.
type known struct {
	hash [sha256.Size]byte
	addr webtrunk.Address
}

// Receiver returns where the person with this token is called. It takes the
// same time for every wrong token: all receivers are compared, and hashes of
// equal length rather than the tokens.
func (d *Directory) Receiver(token string) (webtrunk.Address, error) {
	given := sha256.Sum256([]byte(token))
	found := -1
	for i, r := range d.receivers {
		if subtle.ConstantTimeCompare(given[:], r.hash[:]) == 1 {
			found = i
		}
	}
	if found < 0 {
		return webtrunk.Address{}, &webtrunk.Error{Op: "receiver", Kind: webtrunk.Forbidden,
			Message: "This page's token is not valid, so it cannot be called. Ask the operator for a new one."}
	}
	return d.receivers[found].addr, nil
}
