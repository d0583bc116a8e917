package main

import (
	"errors"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"webtrunk/directory"
	"webtrunk/signaling"
)

// What a site's server has made for one page is worth nothing in another origin's, with
// another tenant's widget, or shown once more by somebody who copied it.
func TestWhatWasSignedForAPageIsOfUseToNobodyElse(t *testing.T) {
	p := shop(t)
	widget := func(by directory.Principal) (directory.Widget, string) {
		w, err := p.CreateWidget(t.Context(), by, directory.NewWidget{Origins: []directory.Origin{shopOrigin}})
		must(t, err)
		w, secret, err := p.RotateIdentitySecret(t.Context(), by, w.ID)
		must(t, err)
		return w, secret
	}
	ours, secret := widget(p.owner())
	tenant, err := p.CreateAccount(t.Context(), directory.NewAccount{Name: "Another"})
	must(t, err)
	theirs, _ := widget(directory.Principal{Account: tenant.ID, ID: directory.CommandLine, Rights: directory.AllRights()})
	signed, err := jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.MapClaims{"sub": "c1", "jti": "one", "exp": time.Now().Add(time.Hour).Unix()}).SignedString([]byte(secret))
	must(t, err)
	unsigned, err := jwt.NewWithClaims(jwt.SigningMethodNone, jwt.MapClaims{"sub": "c1", "exp": time.Now().Add(time.Hour).Unix()}).SignedString(jwt.UnsafeAllowNoneSignatureType)
	must(t, err)
	_, token, err := p.CreateClientToken(t.Context(), p.owner(), directory.NewClientToken{Receives: "desk", OnePage: true})
	must(t, err)

	for _, shows := range []signaling.Hello{{Identity: signed}, {ClientToken: token}} {
		good := shows
		good.Key, good.Origin, good.Page = ours.Key, shopOrigin, "the page's own secret"
		for what, change := range map[string]func(*signaling.Hello){
			"another origin":            func(h *signaling.Hello) { h.Origin = "https://evil.example" },
			"another origin's spelling": func(h *signaling.Hello) { h.Origin = shopOrigin + ".evil.example" },
			"no origin":                 func(h *signaling.Hello) { h.Origin = "null" },
		} {
			h := good
			change(&h)
			if _, err := p.authenticator().Authorize(t.Context(), h); !errors.Is(err, signaling.ErrBadOrigin) {
				t.Errorf("%s: %v", what, err)
			}
		}
		refused := func(what string, change func(*signaling.Hello)) {
			t.Helper()
			h := good
			change(&h)
			if _, err := p.authenticator().Authorize(t.Context(), h); !errors.Is(err, signaling.ErrBadToken) {
				t.Errorf("%s: %v", what, err)
			}
		}
		refused("another tenant's widget", func(h *signaling.Hello) { h.Key = theirs.Key })
		refused("alg none", func(h *signaling.Hello) { h.Identity = unsigned })
		for range 2 { // also after it reconnects
			if _, err := p.authenticator().Authorize(t.Context(), good); err != nil {
				t.Fatalf("by the page that it is for: %v", err)
			}
		}
		refused("a copy", func(h *signaling.Hello) { h.Page = "a thief's" })
		refused("a copy without a secret", func(h *signaling.Hello) { h.Page = "" })
	}
}
