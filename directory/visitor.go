package directory

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// maxIdentityLife is how long a signed identity counts: about as long as a
// person stays logged in at the site that signed it.
const maxIdentityLife = 24 * time.Hour

// vouched begin the names of what travels with a call that no page may say: what
// a site has signed of its visitor, what the account's own rules make of the call,
// and what whoever handed it on says of it.
var vouched = []string{"identity.", "rule.", "transfer."}

// Vouched reports whether what a call carries under a name was checked. Whatever
// else a page says is a claim.
func Vouched(name string) bool {
	return slices.ContainsFunc(vouched, func(prefix string) bool { return strings.HasPrefix(name, prefix) })
}

// said begins what callers by telephone say of themselves. It is a claim as well, and
// the telephone network's to bring.
const said = "caller."

// Reserved reports whether a name is one that neither a page nor a request may give to
// what travels with a call, nor one that differs from it by large letters alone: over a
// trunk it is the name of a header, where they are the same.
func Reserved(name string) bool {
	name = strings.ToLower(name)
	return Vouched(name) || strings.HasPrefix(name, said)
}

// visitorClaims are what a site signs: the visitor, and until when.
type visitorClaims struct {
	Visitor
	Issued  *jwt.NumericDate `json:"iat"`
	Expires *jwt.NumericDate `json:"exp"`
	Before  *jwt.NumericDate `json:"nbf"`
	ID      string           `json:"jti"` // of an identity for one page alone; empty: for as many as show it
}

func (c visitorClaims) GetExpirationTime() (*jwt.NumericDate, error) { return c.Expires, nil }
func (c visitorClaims) GetIssuedAt() (*jwt.NumericDate, error)       { return c.Issued, nil }
func (c visitorClaims) GetNotBefore() (*jwt.NumericDate, error)      { return c.Before, nil }
func (c visitorClaims) GetIssuer() (string, error)                   { return "", nil }
func (c visitorClaims) GetSubject() (string, error)                  { return c.Subject, nil }
func (c visitorClaims) GetAudience() (jwt.ClaimStrings, error)       { return nil, nil }

// Visitor returns who a page's visitor is, as the site's server signed it with
// the widget's identity secret: a JWT with HS256, a sub, and an exp at most 24
// hours away. One with a jti counts for the page that shows it first: page is the secret
// by which a page is known again, empty where it has none.
func (d *Directory) Visitor(ctx context.Context, w Widget, signed, page string) (Visitor, error) {
	refusal := forbidden("identity", "Who this page's visitor is was not signed as its widget expects, has expired, or was shown by another page. Reload the page; the site's owner finds the rules in doc/accounts.md.")
	if w.secret == "" || len(signed) > maxToken {
		return Visitor{}, refusal
	}
	var c visitorClaims
	_, err := jwt.ParseWithClaims(signed, &c, func(*jwt.Token) (any, error) { return []byte(w.secret), nil },
		jwt.WithValidMethods([]string{jwt.SigningMethodHS256.Alg()}), jwt.WithExpirationRequired(), jwt.WithIssuedAt(),
		jwt.WithTimeFunc(d.now), jwt.WithLeeway(time.Minute), jwt.WithStrictDecoding())
	if err != nil || c.Subject == "" || c.Expires.Sub(d.now()) > maxIdentityLife+time.Minute {
		return Visitor{}, refusal
	}
	if err := c.Visitor.check(); err != nil {
		return Visitor{}, err
	}
	if c.ID != "" {
		err = d.shownBy(ctx, w.ID+" "+c.ID, page, c.Expires.Time, refusal)
	}
	return c.Visitor, err
}
