package directory

import (
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// maxIdentityLife is how long a signed identity counts: about as long as a
// person stays logged in at the site that signed it.
const maxIdentityLife = 24 * time.Hour

// visitorClaims are what a site signs: the visitor, and until when.
type visitorClaims struct {
	Visitor
	Issued  *jwt.NumericDate `json:"iat"`
	Expires *jwt.NumericDate `json:"exp"`
	Before  *jwt.NumericDate `json:"nbf"`
}

func (c visitorClaims) GetExpirationTime() (*jwt.NumericDate, error) { return c.Expires, nil }
func (c visitorClaims) GetIssuedAt() (*jwt.NumericDate, error)       { return c.Issued, nil }
func (c visitorClaims) GetNotBefore() (*jwt.NumericDate, error)      { return c.Before, nil }
func (c visitorClaims) GetIssuer() (string, error)                   { return "", nil }
func (c visitorClaims) GetSubject() (string, error)                  { return c.Subject, nil }
func (c visitorClaims) GetAudience() (jwt.ClaimStrings, error)       { return nil, nil }

// Visitor returns who a page's visitor is, as the site's server signed it with
// the widget's identity secret: a JWT with HS256, a sub, and an exp at most 24
// hours away.
func (d *Directory) Visitor(w Widget, signed string) (Visitor, error) {
	refusal := forbidden("identity", "Who this page's visitor is was not signed as its widget expects, or has expired. Reload the page; the site's owner finds the rules in doc/accounts.md.")
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
	return c.Visitor, c.Visitor.check()
}
