package policy

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"webtrunk/call"
)

// A Scope is whose rules and limits a call must keep.
type Scope string

// The scopes. Gateway is of rules alone.
const (
	Gateway Scope = "gateway"
	Account Scope = "account"
	Widget  Scope = "widget"
	Token   Scope = "token" // a client token
	Key     Scope = "key"   // an API key, or a person who is logged in
	Visitor Scope = "visitor"
	Address Scope = "address" // of a network: an IPv4 address, or an IPv6 /64
)

// A party is one of those whose limits a call counts against.
type party struct {
	scope Scope
	name  string // tells it from others of all accounts and modes
	limit Limit
}

// parties are those whose limits a call counts against.
func parties(v call.View, l Limits) []party {
	mode := "live"
	if v.Test {
		mode = "test"
	}
	var all []party
	add := func(scope Scope, name string, limit Limit) {
		if name != "" && limit != (Limit{}) {
			all = append(all, party{scope, strings.Join([]string{string(scope), string(v.Account), mode, name}, "\n"), limit})
		}
	}
	widget := v.Source.Widget
	switch {
	case strings.HasPrefix(v.Via, "key_"), strings.HasPrefix(v.Via, "person_"):
		add(Key, v.Via, l.Key)
	case strings.HasPrefix(v.Via, "token_"):
		add(Token, v.Via, l.Token)
	case strings.HasPrefix(v.Via, "pk_"):
		widget = v.Via
	case strings.HasPrefix(v.Via, "cus_"): // a member, who has the gateway call
		add(Visitor, v.Via, l.Visitor)
	}
	add(Visitor, v.Source.Visitor, l.Visitor)
	add(Widget, widget, l.Widget)
	add(Address, v.Source.Address, l.Address)
	add(Account, string(v.Account), l.Account)
	return all
}

// pseudonym is a party's name in the database: without the day's salt, which is
// thrown away with the day, it names nobody.
func (p party) pseudonym(salt []byte) string {
	h := hmac.New(sha256.New, salt)
	h.Write([]byte(p.name))
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// has is how a party is spoken to, or of, in a sentence about what it has done.
func (p party) has() string {
	switch p.scope {
	case Visitor:
		return "You have"
	case Widget:
		return "This page has"
	case Token:
		return "This page's token has"
	case Key:
		return "This key has"
	case Address:
		return "Your network has"
	}
	return "This account has"
}

// whose is how what is a party's is called.
func (p party) whose() string {
	switch p.scope {
	case Visitor:
		return "your"
	case Address:
		return "your network's"
	case Widget:
		return "this page's"
	case Token:
		return "this page's token's"
	case Key:
		return "this key's"
	}
	return "this account's"
}
