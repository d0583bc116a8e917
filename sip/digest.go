package sip

import (
	"slices"

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

// maxRealms bounds what one leg remembers: a proxy chain has few realms; a liar
// could invent any number.
const maxRealms = 4

// challengesOf are the headers that ask, and the one that answers each
// (§20.7, §20.28).
var challengesOf = []struct{ challenge, answer string }{
	{"WWW-Authenticate", "Authorization"},
	{"Proxy-Authenticate", "Proxy-Authorization"},
}

// learn takes the challenges of a 401 or 407 and reports whether trying again
// makes sense: not without a password, and not when a nonce that was ours to
// answer comes back refused. That is no verdict on the password where the nonce
// was merely stale, or where the password was right before and a nonce has
// worn out without a word.
func (a *authenticator) learn(req *sip.Request, res *sip.Response) bool {
	if a.username == "" {
		return false
	}
	learned := false
	for _, h := range challengesOf {
		for _, c := range strongest(res.GetHeaders(h.challenge)) {
			if signed(req, h.answer, c.Realm) && !c.Stale && !a.proven(h.answer, c.Realm) {
				return false // the password is wrong: asking again locks accounts
			}
			a.keep(newCredential(h.answer, c))
			learned = true
		}
	}
	return learned
}

// strongest picks one challenge a realm, in the order of the realms: the
// strongest digest that we can compute whatever the order, so that nobody on
// the way talks us down to MD5, and of equally strong ones the topmost
// (RFC 8760 §2.4).
func strongest(headers []sip.Header) []*digest.Challenge {
	var best []*digest.Challenge
	for _, h := range headers {
		c := challengeOf(h.Value())
		if strength(c) == 0 {
			continue
		}
		i := slices.IndexFunc(best, func(b *digest.Challenge) bool { return b.Realm == c.Realm })
		switch {
		case i < 0:
			best = append(best, c)
		case strength(c) > strength(best[i]):
			best[i] = c
		}
	}
	return best
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

// proven reports whether a request of ours was let pass with what we know of a
// realm.
func (a *authenticator) proven(header, realm string) bool {
	return slices.ContainsFunc(a.realms, func(c *credential) bool { return c.proven && c.is(header, realm) })
}

func (a *authenticator) keep(c *credential) {
	for i, old := range a.realms {
		if old.is(c.header, c.challenge.Realm) {
			a.realms[i] = c
			return
		}
	}
	if len(a.realms) < maxRealms {
		a.realms = append(a.realms, c)
	}
}

// sign proves a request to every realm that has asked so far.
func (a *authenticator) sign(req *sip.Request) {
	for _, c := range a.realms {
		if value := c.answer(req.Method.String(), req.Recipient.String(), a.username, a.password); value != "" {
			req.AppendHeader(sip.NewHeader(c.header, value))
		}
	}
}

// passed takes the final response to a request that was not challenged: its
// credentials were right, and the next nonce may come with it (§20.6).
func (a *authenticator) passed(req *sip.Request, res *sip.Response) {
	var asked []*credential // by WWW-Authenticate: Authentication-Info is theirs
	for _, c := range a.realms {
		if signed(req, c.header, c.challenge.Realm) {
			c.proven = true
			if c.header == "Authorization" {
				asked = append(asked, c)
			}
		}
	}
	if info := res.GetHeader("Authentication-Info"); info != nil && len(asked) == 1 { // it names no realm
		asked[0].renew(nextNonce(info.Value()))
	}
}
