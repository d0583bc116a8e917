package api

import (
	"context"
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"webtrunk/directory"
)

func init() {
	makers["customer"] = func(w *world, t tenant) string {
		w.house()
		c, err := w.directory.CreateCustomer(context.Background(), t.principal(), directory.NewCustomer{})
		return made(w)(c.ID, err)
	}
}

// grace is a customer of the shop who can sign in on its page.
func (w *world) grace() (c directory.Customer, key string) {
	w.Helper()
	w.house()
	c, err := w.directory.CreateCustomer(context.Background(), shop.principal(), directory.NewCustomer{Subject: "user-1", Name: "Grace",
		Email: "grace@example.com", Phone: "+15550100101", Password: passphrase, Metadata: map[string]string{"note": "between us"}})
	made(w)("", err)
	page, err := w.directory.CreateWidget(context.Background(), shop.principal(), directory.NewWidget{Origins: []directory.Origin{"https://shop.example"}})
	made(w)("", err)
	return c, page.Key
}

// A tab is a browser in which a customer is signed in.
type tab struct {
	cookie string // its value
	csrf   string
	origin string
}

func (b tab) reads() string { return "Cookie: " + CustomerCookieName + "=" + b.cookie }

func (b tab) writes() []string {
	return []string{b.reads(), CSRFHeader + ": " + b.csrf, "Origin: " + b.origin}
}

func signInWith(fields map[string]string) string {
	b, _ := json.Marshal(fields)
	return string(b)
}

func (w *world) signsIn(fields map[string]string) tab {
	w.Helper()
	in := w.ask("", "POST", "/v1/me/session", signInWith(fields)).is(w, 201, "")
	set := in.header.Get("Set-Cookie")
	for _, wanted := range []string{CustomerCookieName + "=", "HttpOnly", "SameSite=Lax", "Path=/"} {
		if !strings.Contains(set, wanted) {
			w.Errorf("the cookie %q lacks %s", set, wanted)
		}
	}
	pair, _, _ := strings.Cut(set, ";")
	return tab{cookie: strings.TrimPrefix(pair, CustomerCookieName+"="), csrf: in.str("csrf_token"), origin: w.http.URL}
}

func TestACustomerSignsInChangesTheirNumberAndSignsOut(t *testing.T) {
	w := newWorld(t, real)
	c, key := w.grace()
	b := w.signsIn(map[string]string{"key": key, "email": "Grace@example.com", "password": passphrase})
	me := w.ask("", "GET", "/v1/me", "", b.reads()).is(t, 200, "")
	if me.str("id") != c.ID || me.str("phone") != "+15550100101" || me.str("csrf_token") != b.csrf || strings.Contains(me.text, "between us") {
		t.Errorf("they see themselves as %s", me.text)
	}
	const change = `{"phone":"+1 555 010 0102","name":"Grace H."}`
	w.ask("", "POST", "/v1/me", change, b.reads(), "Origin: "+b.origin).is(t, 403, "csrf_token_invalid")
	w.ask("", "POST", "/v1/me", change, b.reads(), CSRFHeader+": "+b.csrf, "Origin: https://evil.example").is(t, 403, "foreign_origin")
	got := w.ask("", "POST", "/v1/me", change, b.writes()...).is(t, 200, "")
	if got.str("phone") != "+15550100102" || got.body["phone_verified_at"] != nil || got.str("name") != "Grace H." {
		t.Errorf("changed to %s", got.text)
	}
	for _, field := range []string{"email", "subject", "disabled", "metadata"} {
		w.ask("", "POST", "/v1/me", `{"`+field+`":"x"}`, b.writes()...).is(t, 400, "")
	}
	w.ask("", "DELETE", "/v1/me/session", "", b.writes()...).is(t, 200, "")
	w.ask("", "GET", "/v1/me", "", b.reads()).is(t, 401, "invalid_credentials")
}

func TestASitesServerSignsItsCustomerInAndSetsPasswordsAnew(t *testing.T) {
	w := newWorld(t, real)
	c, key := w.grace()
	_, token, err := w.directory.CreateClientToken(context.Background(), shop.principal(), directory.NewClientToken{Identity: directory.Visitor{Subject: "user-1"}})
	made(w)("", err)
	b := w.signsIn(map[string]string{"client_token": token})
	w.ask("", "POST", "/v1/me/session", signInWith(map[string]string{"client_token": token})).is(t, 401, "sign_in_failed")
	_, secret, err := w.directory.CreateKey(context.Background(), shop.principal(), directory.NewKey{Name: "k", Kind: directory.Secret})
	made(w)("", err)
	ticket := w.ask(secret, "POST", "/v1/customers/"+c.ID+"/password_ticket", "").is(t, 201, "").str("ticket")
	const chosen = "my own several words"
	w.ask("", "POST", "/v1/me/password_by_ticket", signInWith(map[string]string{"ticket": ticket, "password": chosen})).is(t, 204, "")
	w.ask("", "POST", "/v1/me/password_by_ticket", signInWith(map[string]string{"ticket": ticket, "password": chosen})).is(t, 403, "")
	w.ask("", "GET", "/v1/me", "", b.reads()).is(t, 401, "")
	w.ask("", "POST", "/v1/me/session", signInWith(map[string]string{"key": key, "email": "grace@example.com", "password": passphrase})).is(t, 401, "sign_in_failed")
	here := w.signsIn(map[string]string{"key": key, "email": "grace@example.com", "password": chosen})
	w.ask("", "POST", "/v1/me/password", signInWith(map[string]string{"password": chosen, "new_password": passphrase}), here.writes()...).is(t, 204, "")
	w.ask("", "GET", "/v1/me", "", here.reads()).is(t, 200, "")
	w.ask(secret, "POST", "/v1/customers/"+c.ID, `{"disabled":true}`).is(t, 200, "")
	w.ask("", "GET", "/v1/me", "", here.reads()).is(t, 401, "")
}

// TestACustomerReachesNothingButThemselves goes over all routes: a customer's secret opens
// those of /v1/me, whichever way it is shown, and no other; and what people and keys show
// opens none of these.
func TestACustomerReachesNothingButThemselves(t *testing.T) {
	w := newWorld(t, real, func(w *world) { w.cfg.Limits = Limits{Principal: Rate{1e6, 1e6}, Address: Rate{1e6, 1e6}} }).claim()
	_, key := w.grace()
	b := w.signsIn(map[string]string{"key": key, "email": "grace@example.com", "password": passphrase})
	w.owner("ada@example.com")
	staff := w.ask("", "POST", "/v1/session", login("ada@example.com", passphrase)).is(t, 201, "")
	works, _, _ := strings.Cut(staff.header.Get("Set-Cookie"), ";")
	_, works, _ = strings.Cut(works, "=")
	_, secret, err := w.directory.CreateKey(context.Background(), shop.principal(), directory.NewKey{Name: "k", Kind: directory.Secret})
	made(w)("", err)
	own := 0
	w.eachRoute(func(w *world, rt Route) {
		if rt.Public {
			return
		}
		if rt.Customer != (rt.Path == "/v1/me" || strings.HasPrefix(rt.Path, "/v1/me/")) {
			w.Fatalf("what customers reach is not what stands under /v1/me")
		}
		path := regexp.MustCompile(`\{\w+\}`).ReplaceAllString(rt.Path, "x_1")
		proof := []string{CSRFHeader + ": " + b.csrf, "Origin: " + b.origin}
		shown := map[string][]string{
			"a customer's cookie":             b.writes(),
			"a customer's, as who works here": append(proof, "Cookie: "+CookieName+"="+b.cookie),
			"a customer's, as a key":          append(proof, "Authorization: Bearer "+b.cookie),
			"the cookie of who works here":    {"Cookie: " + CustomerCookieName + "=" + works, CSRFHeader + ": " + staff.str("csrf_token"), "Origin: " + b.origin},
			"a key":                           {"Authorization: Bearer " + secret},
		}
		if rt.Customer {
			own++
			delete(shown, "a customer's cookie")
		} else {
			delete(shown, "the cookie of who works here")
			delete(shown, "a key")
		}
		for what, with := range shown {
			if got := w.ask("", rt.Method, path, "", with...); got.status != 401 && got.status != 403 {
				w.Errorf("%s opens it: %d %s", what, got.status, got.text)
			}
		}
	})
	if own < 4 {
		t.Errorf("customers reach %d routes", own)
	}
	w.ask("", "GET", "/v1/me", "", b.reads()).is(t, 200, "") // signed in all the while
}

func TestTwoCustomersWithOneIdempotencyKeyAreTwo(t *testing.T) {
	w := newWorld(t, real)
	c, key := w.grace()
	alan, err := w.directory.CreateCustomer(context.Background(), shop.principal(), directory.NewCustomer{Email: "alan@example.com", Name: "Alan", Password: passphrase})
	made(w)("", err)
	for email, id := range map[string]string{"grace@example.com": c.ID, "alan@example.com": alan.ID} {
		b := w.signsIn(map[string]string{"key": key, "email": email, "password": passphrase})
		for range 2 {
			got := w.ask("", "POST", "/v1/me", `{"locale":"ar"}`, append(b.writes(), "Idempotency-Key: one")...).is(t, 200, "")
			if got.str("id") != id {
				t.Errorf("%s is answered %s", email, got.text)
			}
		}
	}
}

func TestServersKeepCustomers(t *testing.T) {
	w := newWorld(t)
	w.house()
	created := w.ask("sk_shop", "POST", "/v1/customers", `{"subject":"user-1","email":"grace@example.com","phone":"+15550100101","password":"`+passphrase+`","metadata":{"tier":"gold"}}`).is(t, 201, "")
	one := "/v1/customers/" + created.str("id")
	if strings.Contains(created.text, passphrase) || created.body["has_password"] != true || created.body["phone_verified_at"] != nil || created.header.Get("ETag") == "" {
		t.Errorf("made %s", created.text)
	}
	w.ask("sk_shop", "POST", "/v1/customers", `{"subject":"user-1"}`).is(t, 409, "")
	found := w.ask("sk_shop", "GET", "/v1/customers?subject=user-1", "").is(t, 200, "")
	if !strings.Contains(found.text, created.str("id")) {
		t.Errorf("found %s", found.text)
	}
	if none := w.ask("sk_shop", "GET", "/v1/customers?email=alan@example.com", "").is(t, 200, ""); strings.Contains(none.text, "cus_") {
		t.Errorf("found %s", none.text)
	}
	w.ask("sk_shop", "POST", one, `{"name":"Grace"}`, "If-Match: "+created.header.Get("ETag")).is(t, 200, "")
	w.ask("sk_shop", "POST", one, `{"name":"Late"}`, "If-Match: "+created.header.Get("ETag")).is(t, 412, "changed_meanwhile")
	w.ask("sk_shop", "DELETE", one, "").is(t, 204, "")
	w.ask("sk_shop", "GET", one, "").is(t, 404, "")
}
