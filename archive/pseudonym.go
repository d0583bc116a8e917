package archive

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"regexp"
	"strings"

	"webtrunk"
	"webtrunk/store"
)

// A mask replaces whoever is named by pseudonyms. What it has masked it leaves
// as it is.
type mask struct {
	secret []byte
	names  *strings.Replacer // of parties whose bare name no pattern knows
}

// loadMask returns the mask of an account, whose secret is made when it is
// first needed.
func loadMask(ctx context.Context, tx *store.Tx, account webtrunk.AccountID) (mask, error) {
	fresh := make([]byte, 32)
	rand.Read(fresh)
	if _, err := tx.Exec(ctx, `INSERT INTO pseudonym_keys (account, secret) VALUES ($1, $2) ON CONFLICT DO NOTHING`, string(account), fresh); err != nil {
		return mask{}, err
	}
	m := mask{names: strings.NewReplacer()}
	err := tx.QueryRow(ctx, `SELECT secret FROM pseudonym_keys WHERE account = $1`, string(account)).Scan(&m.secret)
	return m, err
}

var pseudonyms = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// pseudonym returns who takes a party's place: HMAC-SHA-256 over its name,
// cut to 80 bits, at which no account meets the same twice. Somebody who works for
// the account has one, as a person and as an agent.
func (m mask) pseudonym(name string) string {
	h := hmac.New(sha256.New, m.secret)
	h.Write([]byte(canonical(name)))
	return "anon:" + pseudonyms.EncodeToString(h.Sum(nil)[:10])
}

// uri is an address of a party as records write it. References are public
// and remain; so do pseudonyms.
var uri = regexp.MustCompile(`\b(?:tel|sip|browser):([A-Za-z0-9+._@\[\]-]+(?::[0-9]+)?)`)

// e164 is a telephone number as our messages write it.
var e164 = regexp.MustCompile(`\+[0-9]{5,15}\b`)

// id is that of somebody who works for an account, alone.
var id = regexp.MustCompile(`^(?:agent|person)_[0-9a-z]+$`)

// text masks whoever is named in a text. A reference is left as it is.
func (m mask) text(s string) string {
	if strings.HasPrefix(s, "ref:") {
		return s
	}
	if id.MatchString(s) {
		return m.pseudonym(s)
	}
	s = uri.ReplaceAllStringFunc(s, func(found string) string {
		_, name, _ := strings.Cut(found, ":")
		return m.pseudonym(name)
	})
	s = e164.ReplaceAllStringFunc(s, m.pseudonym)
	return m.names.Replace(s)
}

// knowing returns the mask for a call, which also masks its parties' bare
// names and what its metadata says where a text quotes them. Names of less
// than 4 characters would be found in any text.
func (m mask) knowing(r *Record) mask {
	var pairs []string
	know := func(name, as string) {
		if len(name) >= 4 {
			pairs = append(pairs, name, as)
		}
	}
	for _, a := range r.parties() {
		scheme, name, _ := strings.Cut(a, ":")
		if scheme != "ref" && scheme != "anon" {
			know(name, m.pseudonym(name))
			know(strings.TrimPrefix(name, "+"), m.pseudonym(name))
		}
	}
	for _, v := range r.Metadata {
		know(v, m.pseudonym(v))
	}
	m.names = strings.NewReplacer(pairs...)
	return m
}
