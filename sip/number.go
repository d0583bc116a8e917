package sip

import (
	"net/url"
	"strings"

	"github.com/emiago/sipgo/sip"

	"webtrunk"
	"webtrunk/trunk"
)

// numberOf reads who a URI names. A user part, or tel URI, in international
// form, or one that the trunk's rules bring into it, is a telephone. Anything else is a SIP address
// where it can be one, and nobody (the zero address) where it cannot.
func numberOf(uri *sip.Uri, t *trunk.Trunk) webtrunk.Address {
	user := uri.User
	if uri.Scheme == "tel" {
		user = uri.Raw()
	}
	user, _, _ = strings.Cut(user, ";") // parameters of the number (RFC 3966 §3)
	user, err := url.PathUnescape(user) // %2B is a plus (§19.1.4)
	if err != nil || len(user) > 64 {
		return webtrunk.Address{}
	}
	user = t.Inbound.Apply(user)
	if a, err := webtrunk.ParseNumber(user); err == nil {
		return a
	}
	if a, err := webtrunk.ParseAddress("sip:" + user + "@" + uri.Host); err == nil && uri.Scheme != "tel" {
		return a
	}
	return webtrunk.Address{}
}
