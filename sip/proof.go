package sip

import (
	"crypto/md5"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"hash"
	"strings"

	"github.com/icholy/digest"
)

// A credential is one realm's challenge and how often it was answered. The
// library digest reads and writes headers and hashes; the session variants,
// which it does not know, are computed from it here.
type credential struct {
	header    string // Authorization or Proxy-Authorization
	challenge *digest.Challenge
	uses      int    // the nonce count (RFC 7616 §3.4)
	cnonce    string // one for all uses: see session
	session   string // A1 of a session variant, once it was computed
	proven    bool   // a request that held it was let pass
}

func newCredential(header string, c *digest.Challenge) *credential {
	return &credential{header: header, challenge: c, cnonce: token()}
}

func (c *credential) is(header, realm string) bool {
	return c.header == header && c.challenge.Realm == realm
}

// A hashing is a digest algorithm by its name in challenges (RFC 7616 §6.1).
type hashing struct {
	name     string
	new      func() hash.Hash
	strength int
}

var hashings = []hashing{
	{"MD5", md5.New, 1},
	{"SHA-256", sha256.New, 2},
	{"SHA-512-256", sha512.New512_256, 3},
}

// hashingOf reads an algorithm; without a name it is MD5. session says that A1
// is of a session (RFC 7616 §3.4.2).
func hashingOf(algorithm string) (h hashing, session, known bool) {
	if algorithm == "" {
		return hashings[0], false, true
	}
	const suffix = "-sess"
	name := algorithm
	if cut := len(name) - len(suffix); cut > 0 && strings.EqualFold(name[cut:], suffix) {
		name, session = name[:cut], true
	}
	for _, h := range hashings {
		if strings.EqualFold(h.name, name) {
			return h, session, true
		}
	}
	return hashing{}, false, false
}

// challengeOf reads a challenge, nil if it cannot be one of ours.
func challengeOf(value string) *digest.Challenge {
	c, err := digest.ParseChallenge(value)
	if err != nil {
		return nil
	}
	for i := range c.QOP {
		c.QOP[i] = strings.TrimSpace(c.QOP[i])
	}
	return c
}

// strength is 0 for a challenge that we cannot answer: another algorithm, a
// quality of protection that is not auth, or a session without any, which would
// have no client nonce to compute it from (RFC 2617 §3.2.2).
func strength(c *digest.Challenge) int {
	if c == nil || c.Nonce == "" || len(c.QOP) > 0 && !c.SupportsQOP("auth") {
		return 0
	}
	h, session, known := hashingOf(c.Algorithm)
	if !known || session && len(c.QOP) == 0 {
		return 0
	}
	return h.strength
}

// answer proves one request, and counts it.
func (c *credential) answer(method, uri, username, password string) string {
	h, session, _ := hashingOf(c.challenge.Algorithm)
	c.uses++
	options := digest.Options{
		Method: method, URI: uri, Count: c.uses, Cnonce: c.cnonce,
		Username: username, Password: password,
	}
	asked := *c.challenge
	if session {
		asked.Algorithm, options.A1 = h.name, c.sessionKey(h, username, password)
	}
	cred, err := digest.Digest(&asked, options)
	if err != nil {
		return ""
	}
	cred.Algorithm = c.challenge.Algorithm
	return cred.String()
}

// sessionKey is A1 of a session variant: made of the first nonce and the client
// nonce that answered it, for as long as the session lasts (RFC 7616 §3.4.2).
// There are servers that make it of each request's client nonce; with one
// client nonce for all, both agree.
func (c *credential) sessionKey(h hashing, username, password string) string {
	if c.session == "" {
		user := digestOf(h, username, c.challenge.Realm, password)
		c.session = digestOf(h, user, c.challenge.Nonce, c.cnonce)
	}
	return c.session
}

func digestOf(h hashing, parts ...string) string {
	sum := h.new()
	sum.Write([]byte(strings.Join(parts, ":")))
	return hex.EncodeToString(sum.Sum(nil))
}

// renew takes the nonce for the requests to come (RFC 7616 §3.5).
func (c *credential) renew(nonce string) {
	if nonce != "" && nonce != c.challenge.Nonce {
		c.challenge.Nonce, c.uses = nonce, 0
	}
}

// nextNonce reads nextnonce in an Authentication-Info header, "" if it has none.
func nextNonce(value string) string {
	for rest := value; rest != ""; {
		name, after, found := strings.Cut(rest, "=")
		if !found {
			return ""
		}
		var v string
		v, rest = quotedOrToken(strings.TrimLeft(after, " \t"))
		if strings.EqualFold(strings.TrimSpace(name), "nextnonce") {
			return v
		}
	}
	return ""
}

// quotedOrToken reads a parameter's value, and what follows the comma behind it.
func quotedOrToken(s string) (value, rest string) {
	if !strings.HasPrefix(s, `"`) {
		value, rest, _ = strings.Cut(s, ",")
		return strings.TrimSpace(value), rest
	}
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\' && i+1 < len(s):
			i++
			b.WriteByte(s[i])
		case c == '"':
			_, rest, _ = strings.Cut(s[i+1:], ",")
			return b.String(), rest
		default:
			b.WriteByte(c)
		}
	}
	return "", "" // it is not closed
}
