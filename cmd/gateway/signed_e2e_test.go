//go:build e2e

package main

import (
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"webtrunk/e2e/browser"
)

// signing is a widget of the shop's whose visitors its site signs: its key, and what
// the site signs by.
func (r *rehearsal) signing() (key, secret string) {
	r.t.Helper()
	w := r.ask("POST", "/v1/widgets", map[string]any{
		"name": "Members", "origins": []string{r.urls()[0]}, "destinations": []string{r.pages.Queue},
		"metadata_names": []string{"page", "cart", "product", "referrer", "title", "language"},
	})
	return w["key"].(string), r.ask("POST", "/v1/widgets/"+w["id"].(string)+"/rotate_identity_secret", nil)["identity_secret"].(string)
}

// signed is who a visitor is, as a site signs it for a few minutes.
func signed(t *testing.T, secret, name string) string {
	t.Helper()
	token, err := jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.MapClaims{
		"sub": "customer-7", "name": name, "email": "ada@shop.example", "exp": time.Now().Add(5 * time.Minute).Unix(),
	}).SignedString([]byte(secret))
	must(t, err)
	return token
}

// someoneElseSigns opens the cart with an identity that the site has not signed: it
// makes no call, and says why.
func (r *rehearsal) someoneElseSigns(b *browser.Browser, key string) {
	r.t.Helper()
	p := b.Open(r.t, r.urls()[0]+"/cart", browser.Granted)
	p.Set("key", key)
	p.Set("identity", signed(r.t, strings.Repeat("x", 32), "Mallory"))
	p.Click("button", "Ask us")
	p.Click("button", "Call")
	p.Says("alert", "was not signed as its widget expects")
}
