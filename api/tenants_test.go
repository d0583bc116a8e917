package api

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"net/http"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"

	"webtrunk"
	"webtrunk/directory"
)

// The file's name puts it after exchange_test.go: a reference is made both in
// the directory and where the calls of these tests look for it.
func init() {
	features = append(features, func(w *world) Feature {
		d, err := directory.Open(context.Background(), w.db, directory.Options{Site: "https://calls.example"})
		if err != nil {
			w.Fatal(err)
		}
		w.directory = d
		extensions := func(ctx context.Context, p directory.Principal) (map[string]string, error) {
			return w.dispatch.Extensions(ctx, p) // which waiting_test.go opens later
		}
		return Directory{Directory: d, Extensions: extensions}
	})
	refer := makers["reference"]
	makers["reference"] = func(w *world, t tenant) string {
		id := refer(w, t)
		w.house()
		made(w)(w.directory.CreateReference(context.Background(), t.principal(), directory.NewReference{ID: id, Target: webtrunk.Address{Scheme: webtrunk.Tel, Value: "+15550100188"}}))
		return id
	}
	makers["person"] = func(w *world, t tenant) string {
		w.house()
		if t.test {
			t = other // people are of both modes: nobody is the other one's alone
		}
		p, _, err := w.directory.CreatePerson(context.Background(), t.principal(), directory.NewPerson{Email: webtrunk.NewID("x") + "@example.com", Name: "P", Role: directory.Agent})
		return made(w)(p.ID, err)
	}
	makers["key"] = func(w *world, t tenant) string {
		w.house()
		k, _, err := w.directory.CreateKey(context.Background(), t.principal(), directory.NewKey{Name: "k", Kind: directory.Secret})
		return made(w)(k.ID, err)
	}
	makers["widget"] = func(w *world, t tenant) string {
		w.house()
		it, err := w.directory.CreateWidget(context.Background(), t.principal(), directory.NewWidget{Origins: []directory.Origin{"https://shop.example"}})
		return made(w)(it.ID, err)
	}
	makers["client_token"] = func(w *world, t tenant) string {
		w.house()
		token, _, err := w.directory.CreateClientToken(context.Background(), t.principal(), directory.NewClientToken{Receives: "desk"})
		return made(w)(token.ID, err)
	}
	makers["number"] = func(w *world, t tenant) string {
		w.house()
		n, err := w.directory.CreateNumber(context.Background(), t.principal(), directory.NewNumber{Account: t.account, Test: t.test,
			Number: directory.DDI(fmt.Sprintf("+1555020%04d", numbers.Add(1)))})
		return made(w)(n.ID, err)
	}
}

// numbers are so many that were made.
var numbers atomic.Int64

// house makes the accounts of the tests, where they are not there yet: most
// tests need none, and follow a log that nobody else writes to.
func (w *world) house() {
	w.Helper()
	to, err := directory.ParseDestination("+1555")
	if err != nil {
		w.Fatal(err)
	}
	for _, t := range []tenant{shop, other} {
		if _, err := w.directory.CreateAccount(context.Background(), directory.NewAccount{ID: t.account, Name: string(t.account), Destinations: []directory.Destination{to}}); err != nil {
			w.Fatal(err)
		}
	}
}

// made ends the test if what a maker makes could not be made.
func made(w *world) func(id any, err error) string {
	return func(id any, err error) string {
		w.Helper()
		if err != nil {
			w.Fatal(err)
		}
		return fmt.Sprint(id)
	}
}

// principal is the gateway itself, acting for a tenant.
func (t tenant) principal() directory.Principal {
	return directory.Principal{Account: t.account, ID: "maker", Rights: everyRight, Test: t.test}
}

// owner makes a person of the shop who can log in.
func (w *world) owner(email string) directory.Person {
	w.Helper()
	w.house()
	p, _, err := w.directory.CreatePerson(context.Background(), shop.principal(), directory.NewPerson{Email: email, Name: "Ada", Role: directory.Owner, Password: passphrase})
	if err != nil {
		w.Fatal(err)
	}
	return p
}

const passphrase = "several words make one"

// real has the directory say who asks, as in the gateway.
func real(w *world) { w.cfg.Auth = w.directory }

func login(email, password string, more ...string) string {
	fields := map[string]string{"email": email, "password": password}
	for i := 0; i+1 < len(more); i += 2 {
		fields[more[i]] = more[i+1]
	}
	b, _ := json.Marshal(fields)
	return string(b)
}

func TestAPersonLogsInWorksAndLogsOut(t *testing.T) {
	w := newWorld(t, real)
	w.owner("ada@example.com")
	in := w.ask("", "POST", "/v1/session", login("Ada@Example.com ", passphrase)).is(t, 201, "")
	set := in.header.Get("Set-Cookie")
	for _, wanted := range []string{CookieName + "=", "HttpOnly", "SameSite=Lax", "Path=/"} {
		if !strings.Contains(set, wanted) {
			t.Errorf("the cookie %q lacks %s", set, wanted)
		}
	}
	cookie, csrf := "Cookie: "+strings.Split(set, ";")[0], "X-CSRF-Token: "+in.body["csrf_token"].(string)
	origin := "Origin: " + w.http.URL
	w.ask("", "GET", "/v1/account", "", cookie).is(t, 200, "")
	w.ask("", "POST", "/v1/account", `{"name":"New"}`, cookie, origin).is(t, 403, "csrf_token_invalid")
	w.ask("", "POST", "/v1/account", `{"name":"New"}`, cookie, csrf, "Origin: https://evil.example").is(t, 403, "foreign_origin")
	w.ask("", "POST", "/v1/account", `{"name":"New"}`, cookie, csrf, origin).is(t, 200, "")
	if who := w.ask("", "GET", "/v1/session", "", cookie).is(t, 200, ""); who.body["csrf_token"] != in.body["csrf_token"] {
		t.Errorf("a reloaded page gets another token: %s", who.text)
	}
	w.ask("", "DELETE", "/v1/session", "", cookie, csrf, origin).is(t, 200, "")
	w.ask("", "GET", "/v1/account", "", cookie).is(t, 401, "invalid_credentials")
}

func TestNobodyLearnsWhichPartOfALoginWasWrong(t *testing.T) {
	w := newWorld(t, real)
	w.owner("ada@example.com")
	wrong := w.ask("", "POST", "/v1/session", login("ada@example.com", "not the password")).is(t, 401, "login_failed")
	unknown := w.ask("", "POST", "/v1/session", login("bob@example.com", "not the password")).is(t, 401, "login_failed")
	if wrong.body["message"] != unknown.body["message"] {
		t.Errorf("%s differs from %s", wrong.text, unknown.text)
	}
}

func TestTheInvitedChooseTheirPassword(t *testing.T) {
	w := newWorld(t, real)
	w.owner("ada@example.com")
	_, secret, err := w.directory.CreateKey(context.Background(), shop.principal(), directory.NewKey{Name: "k", Kind: directory.Secret})
	made(w)("", err)
	invited := w.ask(secret, "POST", "/v1/people", `{"email":"bob@example.com","name":"Bob","role":"agent"}`).is(t, 201, "")
	oneTime := invited.body["one_time_password"].(string)
	w.ask("", "POST", "/v1/session", login("bob@example.com", oneTime)).is(t, 401, "new_password_required")
	w.ask("", "POST", "/v1/session", login("bob@example.com", oneTime, "new_password", passphrase)).is(t, 201, "")
	w.ask("", "POST", "/v1/session", login("bob@example.com", oneTime)).is(t, 401, "login_failed")
	w.ask("", "POST", "/v1/session", login("bob@example.com", passphrase)).is(t, 201, "")
	w.ask(secret, "POST", "/v1/people", `{"email":"eve@example.com","name":"Eve","role":"owner"}`).is(t, 403, "forbidden")
}

func TestAContactIsWrittenAndNeverRead(t *testing.T) {
	w := newWorld(t)
	w.house()
	ref := w.ask("sk_shop", "POST", "/v1/references", `{"target":"+15550100123","label":"till"}`).is(t, 201, "")
	id := ref.body["id"].(string)
	if ref.body["target_hint"] != "tel ending 23" {
		t.Errorf("hinted as %v", ref.body["target_hint"])
	}
	w.ask("sk_shop", "POST", "/v1/widgets", `{"origins":["https://shop.example"],"destinations":["`+id+`"]}`).is(t, 201, "")
	seen := ref.text
	for _, path := range []string{"/v1/references/" + id, "/v1/references", "/v1/widgets", "/v1/events", "/v1/numbers"} {
		seen += w.ask("sk_shop", "GET", path, "").is(t, 200, "").text
	}
	if strings.Contains(seen, "5550100123") {
		t.Errorf("the contact is shown: %s", seen)
	}
	if !strings.Contains(seen, "https://calls.example/r/"+id) {
		t.Errorf("the link is not shown: %s", seen)
	}
	w.ask("sk_shop", "POST", "/v1/references", `{"target":"+19005550100"}`).is(t, 403, "forbidden") // not where the account may call
	w.ask("sk_other", "POST", "/v1/widgets", `{"origins":["https://b.example"],"destinations":["`+id+`"]}`).is(t, 404, "")
}

func TestAKeyIsShownOnceAndGivesNothingThatItsMakerLacks(t *testing.T) {
	w := newWorld(t, real)
	w.house()
	_, first, err := w.directory.CreateKey(context.Background(), shop.principal(), directory.NewKey{Name: "k", Kind: directory.Restricted, Rights: []directory.Right{directory.KeysRead, directory.KeysWrite, directory.CallsRead}})
	made(w)("", err)
	w.ask(first, "POST", "/v1/keys", `{"name":"n","kind":"secret"}`).is(t, 403, "forbidden")
	k := w.ask(first, "POST", "/v1/keys", `{"name":"n","kind":"restricted","rights":["calls:read"]}`).is(t, 201, "")
	secret, id := k.body["secret"].(string), k.body["id"].(string)
	if again := w.ask(first, "GET", "/v1/keys/"+id, "").is(t, 200, ""); strings.Contains(again.text, secret) || again.body["secret"] != nil {
		t.Errorf("shown again: %s", again.text)
	}
	w.ask(secret, "GET", "/v1/keys", "").is(t, 403, "right_missing")
	w.ask(first, "POST", "/v1/keys/"+id+"/revoke", "").is(t, 200, "")
	w.ask(secret, "GET", "/v1/calls", "").is(t, 401, "invalid_credentials")
}

func TestAccountsAreTheOperatorsToMake(t *testing.T) {
	w := newWorld(t)
	w.house()
	w.users.keys["sk_operator"] = directory.Principal{Account: shop.account, ID: "key_op", Rights: everyRight, Operator: true}
	w.ask("sk_shop", "POST", "/v1/accounts", `{"name":"B","owner_email":"b@example.com"}`).is(t, 403, "operator_required")
	a := w.ask("sk_operator", "POST", "/v1/accounts", `{"name":"B","owner_email":"b@example.com"}`).is(t, 201, "")
	if a.body["one_time_password"] == "" || a.body["owner"].(map[string]any)["role"] != "owner" {
		t.Errorf("made %s", a.text)
	}
	w.ask("sk_operator", "POST", "/v1/accounts", `{"name":"C","owner_email":"b@example.com"}`).is(t, 409, "conflict")
	if all := w.ask("sk_operator", "GET", "/v1/accounts", "").is(t, 200, ""); len(all.body["data"].([]any)) != 3 {
		t.Errorf("an account was left by what failed: %s", all.text)
	}
	n := w.ask("sk_operator", "POST", "/v1/numbers", `{"number":"+15550100001","account":"`+a.body["id"].(string)+`"}`).is(t, 201, "")
	w.ask("sk_shop", "GET", "/v1/numbers/"+n.body["id"].(string), "").is(t, 404, "")
	w.ask("sk_operator", "POST", "/v1/numbers/"+n.body["id"].(string)+"/assign", `{"account":"`+string(shop.account)+`"}`).is(t, 200, "")
	w.ask("sk_shop", "GET", "/v1/numbers/"+n.body["id"].(string), "").is(t, 200, "")
}

func TestASecureCookieIsItsHostsAlone(t *testing.T) {
	c := Directory{Secure: true}.cookie("x", directory.SessionLife)
	if c.Name != "__Host-webtrunk_session" || !c.Secure || c.Domain != "" || c.Path != "/" || !c.HttpOnly || c.MaxAge != 7*24*3600 {
		t.Errorf("got %v", c)
	}
	for name, c := range map[string]struct {
		server *Server
		tls    bool
		want   string
	}{
		"plain":          {server: &Server{}, want: "planted"},
		"HTTPS":          {server: &Server{}, tls: true, want: "ours"},
		"behind a proxy": {server: &Server{cfg: Config{TrustedProxies: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}}}, want: "ours"},
	} {
		r, _ := http.NewRequest("GET", "/", nil)
		if c.tls {
			r.TLS = &tls.ConnectionState{}
		}
		r.AddCookie(&http.Cookie{Name: CookieName, Value: "planted"})
		if got, ok := c.server.sessionCookie(r); ok && name != "plain" {
			t.Errorf("%s: %q, which another host may have planted, is taken", name, got)
		}
		r.AddCookie(&http.Cookie{Name: SecureCookieName, Value: "ours"})
		if got, ok := c.server.sessionCookie(r); !ok || got != c.want {
			t.Errorf("%s: read %q", name, got)
		}
	}
}
