package carrier

import (
	"crypto/md5"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"fmt"
	"hash"
	"slices"
	"strconv"
	"strings"

	"github.com/emiago/sipgo/sip"
)

// realm is the protection space of the carrier's challenges.
const realm = "carrier"

// An authority asks callers who they are and checks what they say: digest
// access authentication, RFC 7616 as SIP uses it by RFC 8760. It belongs to the
// signalling loop.
type authority struct {
	cfg    Config
	nonces map[string]*nonce
	order  []string // oldest first
}

// A nonce remembers how it was used: a count that does not rise is a replay.
type nonce struct {
	uses  int
	count uint64
}

// nonceLimit bounds the nonces that strangers can make us remember.
const nonceLimit = 10_000

func newAuthority(cfg Config) *authority {
	return &authority{cfg: cfg, nonces: make(map[string]*nonce)}
}

// verdict is what an authority thinks of a request.
type verdict int

const (
	granted verdict = iota
	unproven
	stale // proven with a nonce that is used up: ask again, the password is right
)

// challenge answers 407 unless the request proves who sent it, and reports
// whether it did.
func (c *Carrier) challenge(tx *serverTx, call *Call) bool {
	v := c.auth.judge(tx.req)
	opening := tx == call.uas.tx
	if v == granted {
		if opening {
			call.uas.challenged = false
		}
		return false
	}
	res := c.response(tx.req, sip.StatusProxyAuthRequired, call.dialog.localTag)
	for _, h := range c.auth.challenges(v == stale) {
		res.AppendHeader(h)
	}
	res.SetBody(nil)
	tx.respond(res)
	if opening && !call.uas.challenged {
		call.uas.challenged = true
		c.clock.after(64*c.cfg.T1, func() {
			if call.uas.challenged {
				call.finish(End{By: Us, Code: sip.StatusProxyAuthRequired, Reason: "never authenticated"})
			}
		})
	}
	return true
}

// challenges is one Proxy-Authenticate for each algorithm, the preferred first.
func (a *authority) challenges(isStale bool) []sip.Header {
	n := token()
	a.nonces[n] = &nonce{}
	a.order = append(a.order, n)
	if len(a.order) > nonceLimit {
		delete(a.nonces, a.order[0])
		a.order = a.order[1:]
	}
	var hs []sip.Header
	for _, alg := range a.cfg.Algorithms {
		v := fmt.Sprintf(`Digest realm="%s", nonce="%s", algorithm=%s, qop="auth"`, realm, n, alg)
		if isStale {
			v += ", stale=true"
		}
		hs = append(hs, sip.NewHeader("Proxy-Authenticate", v))
	}
	return hs
}

// judge looks for one right answer among the request's Proxy-Authorization.
func (a *authority) judge(req *sip.Request) verdict {
	if a.cfg.Username == "" {
		return granted
	}
	best := unproven
	for _, h := range req.GetHeaders("Proxy-Authorization") {
		switch a.check(req, parseCredentials(h.Value())) {
		case granted:
			return granted
		case stale:
			best = stale
		}
	}
	return best
}

// check verifies one set of credentials (RFC 7616 §3.4).
func (a *authority) check(req *sip.Request, cred map[string]string) verdict {
	sum := digestHash(cred["algorithm"])
	n := a.nonces[cred["nonce"]]
	count, err := strconv.ParseUint(cred["nc"], 16, 32)
	switch {
	case sum == nil, n == nil, err != nil, cred["qop"] != "auth", cred["realm"] != realm:
		return unproven
	case !slices.ContainsFunc(a.cfg.Algorithms, func(alg string) bool { return strings.EqualFold(alg, algorithmOf(cred)) }):
		return unproven
	case cred["username"] != a.cfg.Username, cred["uri"] != req.Recipient.String():
		return unproven
	}
	ha1 := sum(cred["username"], realm, a.cfg.Password)
	ha2 := sum(string(req.Method), cred["uri"])
	want := sum(ha1, cred["nonce"], cred["nc"], cred["cnonce"], "auth", ha2)
	if subtle.ConstantTimeCompare([]byte(want), []byte(strings.ToLower(cred["response"]))) != 1 {
		return unproven
	}
	if count <= n.count || a.cfg.NonceUses > 0 && n.uses >= a.cfg.NonceUses {
		return stale
	}
	n.count = count
	n.uses++
	return granted
}

// algorithmOf is MD5 when nothing is said.
func algorithmOf(cred map[string]string) string {
	if cred["algorithm"] == "" {
		return "MD5"
	}
	return cred["algorithm"]
}

// digestHash returns H(a:b:…) in hex for an algorithm, nil for unknown ones.
func digestHash(algorithm string) func(parts ...string) string {
	var fresh func() hash.Hash
	switch strings.ToUpper(algorithm) {
	case "MD5", "":
		fresh = md5.New
	case "SHA-256":
		fresh = sha256.New
	default:
		return nil
	}
	return func(parts ...string) string {
		h := fresh()
		h.Write([]byte(strings.Join(parts, ":")))
		return hex.EncodeToString(h.Sum(nil))
	}
}

// parseCredentials reads `Digest a="b", c=d`. Names are lower-cased; what is
// not understood is left out.
func parseCredentials(value string) map[string]string {
	scheme, rest, _ := strings.Cut(strings.TrimSpace(value), " ")
	cred := make(map[string]string)
	if !strings.EqualFold(scheme, "Digest") {
		return cred
	}
	for rest != "" {
		var name, val string
		name, rest, _ = strings.Cut(rest, "=")
		rest = strings.TrimLeft(rest, " \t")
		if strings.HasPrefix(rest, `"`) {
			val, rest = unquote(rest[1:])
			_, rest, _ = strings.Cut(rest, ",")
		} else {
			val, rest, _ = strings.Cut(rest, ",")
			val = strings.TrimSpace(val)
		}
		cred[strings.ToLower(strings.TrimSpace(name))] = val
	}
	return cred
}

// unquote reads a quoted-string after its first quote.
func unquote(s string) (value, rest string) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '"':
			return b.String(), s[i+1:]
		case s[i] == '\\' && i+1 < len(s):
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String(), ""
}
