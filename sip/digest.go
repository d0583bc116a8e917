package sip

import (
	"strings"

	"github.com/emiago/sipgo/sip"
	"github.com/icholy/digest"
)

// An authenticator answers the digest challenges of one leg (RFC 3261 §22,
// RFC 8760). It keeps each realm's last challenge, so that later requests of
// the dialog prove themselves unasked, with a rising nonce count.
type authenticator struct {
	username, password string
	realms             []*credential
}

type credential struct {
	header    string // Authorization or Proxy-Authorization
	challenge *digest.Challenge
	uses      int // the nonce count (RFC 7616 §3.4)
}

// learn takes the challenges of a 401 or 407 and reports whether trying again
// makes sense: not without a password, and not when a nonce that was ours to
// answer comes back refused, unless it was merely stale.
func (a *authenticator) learn(req *sip.Request, res *sip.Response) bool {
	if a.username == "" {
		return false
	}
	learned := false
	for challenge, answer := range map[string]string{"WWW-Authenticate": "Authorization", "Proxy-Authenticate": "Proxy-Authorization"} {
		for realm, c := range strongest(res.GetHeaders(challenge)) {
			if signed(req, answer, realm) && !c.Stale {
				return false // the password is wrong: asking again locks accounts
			}
			a.keep(&credential{header: answer, challenge: c})
			learned = true
		}
	}
	return learned
}

// strongest picks one challenge a realm: SHA-256 before MD5 (RFC 8760 §2.4),
// and none that we cannot compute.
func strongest(headers []sip.Header) map[string]*digest.Challenge {
	best := make(map[string]*digest.Challenge)
	for _, h := range headers {
		c, err := digest.ParseChallenge(h.Value())
		if err != nil || c.Nonce == "" {
			continue
		}
		for i := range c.QOP {
			c.QOP[i] = strings.TrimSpace(c.QOP[i])
		}
		if strength(c) > strength(best[c.Realm]) {
			best[c.Realm] = c
		}
	}
	return best
}

func strength(c *digest.Challenge) int {
	switch {
	case c == nil, len(c.QOP) > 0 && !c.SupportsQOP("auth"):
		return 0
	case c.Algorithm == "", strings.EqualFold(c.Algorithm, "MD5"):
		return 1
	case strings.EqualFold(c.Algorithm, "SHA-256"):
		return 2
	}
	return 0
}

// signed reports whether a request already held credentials for a realm.
func signed(req *sip.Request, header, realm string) bool {
	for _, h := range req.GetHeaders(header) {
		if c, err := digest.ParseCredentials(h.Value()); err == nil && c.Realm == realm {
			return true
		}
	}
	return false
}

func (a *authenticator) keep(c *credential) {
	for i, old := range a.realms {
		if old.header == c.header && old.challenge.Realm == c.challenge.Realm {
			a.realms[i] = c
			return
		}
	}
	if len(a.realms) < 4 { // a proxy chain has few realms; a liar could invent any number
		a.realms = append(a.realms, c)
	}
}

// sign proves a request to every realm that has asked so far.
func (a *authenticator) sign(req *sip.Request) {
	for _, c := range a.realms {
		c.uses++
		cred, err := digest.Digest(c.challenge, digest.Options{
			Method: req.Method.String(), URI: req.Recipient.String(), Count: c.uses,
			Username: a.username, Password: a.password,
		})
		if err == nil {
			req.AppendHeader(sip.NewHeader(c.header, cred.String()))
		}
	}
}
