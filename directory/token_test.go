package directory

import (
	"crypto/ed25519"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"webtrunk"
	"webtrunk/store"
)

// page is a widget of an account's.
func (w *world) page(by Principal) Widget {
	w.t.Helper()
	it, err := w.CreateWidget(w.t.Context(), by, NewWidget{Origins: []Origin{"https://shop.example"}})
	if err != nil {
		w.t.Fatal(err)
	}
	return w.widget(it.Key)
}

func TestAClientTokenLetsOnePageDoMore(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		shop := w.account("Shop")
		page := w.page(shop)
		made, token, err := w.CreateClientToken(t.Context(), shop, NewClientToken{Destinations: destinations(t, "+1555"), Receives: "desk", Identity: Visitor{Subject: "c1", Name: "Ada"}})
		if err != nil {
			t.Fatal(err)
		}
		got, err := w.ClientToken(t.Context(), page, token, "")
		if err != nil || got.ID != made.ID || got.Permit(addr(t, "+15550100101")) != nil || got.Permit(addr(t, "+4420")) == nil || got.Identity.Context()["identity.name"] != "Ada" {
			t.Fatalf("granted %+v, %v", got, err)
		}
		there, err := w.Resolve(t.Context(), Query{Account: shop.Account, To: addr(t, "browser:desk")})
		if err != nil || there.Address != got.Receives {
			t.Errorf("the page receives at %v, calls go to %v, %v", got.Receives, there, err)
		}
		if err := w.RotateSigningKey(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err := w.ClientToken(t.Context(), page, token, ""); err != nil {
			t.Errorf("after a rotation: %v", err)
		}
		_, newer, err := w.CreateClientToken(t.Context(), shop, NewClientToken{Receives: "desk"})
		if err != nil || kid(t, newer) == kid(t, token) {
			t.Errorf("the old key still signs, %v", err)
		}
		if err := w.RevokeClientToken(t.Context(), shop, made.ID); err != nil {
			t.Fatal(err)
		}
		_, err = w.ClientToken(t.Context(), page, token, "")
		refused(t, err, webtrunk.Forbidden, "withdrawn")
		w.clock.pass(MaxTokenLife + time.Minute)
		_, err = w.ClientToken(t.Context(), page, newer, "")
		refused(t, err, webtrunk.Forbidden, "expired")
		if _, said := w.happened(shop.Account); strings.Contains(said, "Ada") || strings.Contains(said, token) {
			t.Errorf("the log tells who the visitor is, or the token: %s", said)
		}
	})
}

func kid(t *testing.T, token string) string {
	t.Helper()
	j, _, err := jwt.NewParser().ParseUnverified(token, jwt.MapClaims{})
	if err != nil {
		t.Fatal(err)
	}
	return j.Header["kid"].(string)
}

func TestForgedClientTokens(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		shop, other := w.account("Shop"), w.account("Other")
		page := w.page(shop)
		made, good, err := w.CreateClientToken(t.Context(), shop, NewClientToken{Receives: "desk"})
		if err != nil {
			t.Fatal(err)
		}
		var ours signer
		if err := w.db.Tx(t.Context(), func(tx *store.Tx) (err error) { ours, err = w.signer(t.Context(), tx); return err }); err != nil {
			t.Fatal(err)
		}
		public := ours.private.Public().(ed25519.PublicKey)
		_, strange, _ := ed25519.GenerateKey(nil)
		now := w.clock.read()
		claims := func(change func(jwt.MapClaims)) jwt.MapClaims {
			c := jwt.MapClaims{"jti": made.ID, "sub": string(shop.Account), "iss": w.issuer(), "aud": tokenAudience, "iat": now.Unix(), "exp": now.Add(time.Minute).Unix(), "test": false}
			change(c)
			return c
		}
		same := func(jwt.MapClaims) {}
		sign := func(m jwt.SigningMethod, key any, kid any, c jwt.MapClaims) string {
			j := jwt.NewWithClaims(m, c)
			if kid != nil {
				j.Header["kid"] = kid
			}
			s, err := j.SignedString(key)
			if err != nil {
				t.Fatal(err)
			}
			return s
		}
		mine := func(change func(jwt.MapClaims)) string {
			return sign(jwt.SigningMethodEdDSA, ours.private, ours.id, claims(change))
		}
		if _, err := w.ClientToken(t.Context(), page, mine(same), ""); err != nil {
			t.Fatalf("the forger's own method does not even make a good one: %v", err)
		}
		parts := strings.Split(good, ".")
		for name, token := range map[string]string{
			"none":                sign(jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, ours.id, claims(same)),
			"HS256 by the public": sign(jwt.SigningMethodHS256, []byte(public), ours.id, claims(same)),
			"HS256 by its base64": sign(jwt.SigningMethodHS256, []byte(base64.StdEncoding.EncodeToString(public)), ours.id, claims(same)),
			"another's key":       sign(jwt.SigningMethodEdDSA, strange, ours.id, claims(same)),
			"unknown kid":         sign(jwt.SigningMethodEdDSA, ours.private, "sign_x", claims(same)),
			"kid of SQL":          sign(jwt.SigningMethodEdDSA, ours.private, "x' OR '1'='1", claims(same)),
			"kid that is no text": sign(jwt.SigningMethodEdDSA, ours.private, 1, claims(same)),
			"no kid":              sign(jwt.SigningMethodEdDSA, ours.private, nil, claims(same)),
			"no exp":              mine(func(c jwt.MapClaims) { delete(c, "exp") }),
			"expired":             mine(func(c jwt.MapClaims) { c["iat"], c["exp"] = now.Unix()-3600, now.Unix()-60 }),
			"two hours":           mine(func(c jwt.MapClaims) { c["exp"] = now.Add(2 * time.Hour).Unix() }),
			"no iat":              mine(func(c jwt.MapClaims) { delete(c, "iat") }),
			"from the future": mine(func(c jwt.MapClaims) {
				c["iat"] = now.Add(time.Hour).Unix()
				c["exp"] = now.Add(90 * time.Minute).Unix()
			}),
			"another audience":      mine(func(c jwt.MapClaims) { c["aud"] = "webtrunk:api" }),
			"another issuer":        mine(func(c jwt.MapClaims) { c["iss"] = "https://evil.example" }),
			"another account":       mine(func(c jwt.MapClaims) { c["sub"] = string(other.Account) }),
			"another mode":          mine(func(c jwt.MapClaims) { c["test"] = true }),
			"a token never made":    mine(func(c jwt.MapClaims) { c["jti"] = "token_x" }),
			"cut off":               good[:len(good)-2],
			"without its signature": parts[0] + "." + parts[1] + ".",
			"not a token":           "x",
			"empty":                 "",
			"far too long":          strings.Repeat("a", maxToken+1),
		} {
			_, err := w.ClientToken(t.Context(), page, token, "")
			if webtrunk.KindOf(err) != webtrunk.Forbidden || !strings.Contains(webtrunk.MessageOf(err, ""), "does not work") {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := w.ClientToken(t.Context(), w.page(other), good, ""); webtrunk.KindOf(err) != webtrunk.Forbidden {
			t.Errorf("with the widget of another account: %v", err)
		}
	})
}

func TestASignedVisitor(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		shop := w.account("Shop")
		page := w.page(shop)
		now := w.clock.read()
		sign := func(m jwt.SigningMethod, key any, c jwt.MapClaims) string {
			s, err := jwt.NewWithClaims(m, c).SignedString(key)
			if err != nil {
				t.Fatal(err)
			}
			return s
		}
		ada := func(more ...any) jwt.MapClaims {
			c := jwt.MapClaims{"sub": "customer-1", "name": "Ada", "email": "ada@example.com", "exp": now.Add(time.Hour).Unix()}
			for i := 0; i+1 < len(more); i += 2 {
				c[more[i].(string)] = more[i+1]
			}
			return c
		}
		_, err := w.Visitor(t.Context(), page, sign(jwt.SigningMethodHS256, []byte(""), ada()), "")
		refused(t, err, webtrunk.Forbidden) // the widget has no secret yet, and an empty one is none
		_, secret, err := w.RotateIdentitySecret(t.Context(), shop, page.ID)
		if err != nil {
			t.Fatal(err)
		}
		page = w.widget(page.Key)
		v, err := w.Visitor(t.Context(), page, sign(jwt.SigningMethodHS256, []byte(secret), ada()), "")
		if c := v.Context(); err != nil || c["identity.sub"] != "customer-1" || c["identity.email"] != "ada@example.com" || len(c) != 3 {
			t.Fatalf("the visitor is %v, %v", c, err)
		}
		for name, signed := range map[string]string{
			"none":           sign(jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, ada()),
			"another secret": sign(jwt.SigningMethodHS256, []byte(secret+"x"), ada()),
			"HS512":          sign(jwt.SigningMethodHS512, []byte(secret), ada()),
			"two days":       sign(jwt.SigningMethodHS256, []byte(secret), ada("exp", now.Add(48*time.Hour).Unix())),
			"expired":        sign(jwt.SigningMethodHS256, []byte(secret), ada("exp", now.Add(-time.Hour).Unix())),
			"no exp":         sign(jwt.SigningMethodHS256, []byte(secret), jwt.MapClaims{"sub": "x"}),
			"nobody":         sign(jwt.SigningMethodHS256, []byte(secret), ada("sub", "")),
			"empty":          "",
		} {
			_, err := w.Visitor(t.Context(), page, signed, "")
			if webtrunk.KindOf(err) != webtrunk.Forbidden {
				t.Errorf("%s: %v", name, err)
			}
		}
		_, err = w.Visitor(t.Context(), page, sign(jwt.SigningMethodHS256, []byte(secret), ada("name", "Ada\r\nVia: evil")), "")
		refused(t, err, webtrunk.Invalid)
		if _, said := w.happened(shop.Account); strings.Contains(said, secret) {
			t.Error("the log tells the secret")
		}
	})
}

func TestAWidgetCannotClaimWhatIsChecked(t *testing.T) {
	w := empty(t, Options{})
	for _, name := range []string{"identity.sub", "Identity.Sub"} {
		_, err := w.CreateWidget(t.Context(), w.account("Shop"), NewWidget{Origins: []Origin{"https://shop.example"}, Metadata: []string{name}})
		refused(t, err, webtrunk.Invalid, "identity.")
	}
}
