package api

import (
	"context"
	"strings"
	"testing"
	"time"

	"webtrunk"
	"webtrunk/billing"
	"webtrunk/billing/ledger"
	"webtrunk/call"
	"webtrunk/directory"
	"webtrunk/event"
)

// The calls of the tests of all routes are billed: what they cost is part of them. The file's
// name puts it after exchange_test.go, which makes the calls.
func init() {
	features = append(features, func(w *world) Feature {
		l := ledger.Open(w.db, time.Now)
		w.billing = billing.Open(billing.Options{DB: w.db, Ledger: l,
			Customer: func(_ context.Context, v call.View) (string, error) { return v.Context["identity.sub"], nil }, Look: w.running})
		w.Cleanup(func() { w.billing.Close(); l.Close() })
		return Billing{Book: w.billing, Calls: Calls{Board: w.exchange.board}}
	})
	makers["price"] = func(w *world, t tenant) string {
		key := map[tenant]string{shop: "sk_shop", other: "sk_other", {shop.account, true}: "sk_shop_test"}[t]
		return w.ask(key, "POST", "/v1/prices", `{"name": "Advice", "currency": "EUR", "per_minute": "1.20"}`).is(w, 201, "").str("id")
	}
	calls := makers["call"]
	makers["call"] = func(w *world, t tenant) string {
		id := calls(w, t)
		w.bill(t, webtrunk.CallID(id))
		return id
	}
}

// running is how a call stands in the exchange.
func (w *world) running(id webtrunk.CallID) (call.View, bool) {
	for _, l := range w.exchange.board.Snapshot() {
		if l.View.ID == id {
			return l.View, true
		}
	}
	return call.View{}, false
}

// bill has a call cost something, paid by a sponsor who is new.
func (w *world) bill(t tenant, id webtrunk.CallID) {
	w.Helper()
	by := directory.Principal{Account: t.account, Test: t.test, ID: "key_own"}
	acme := "acme" + string(id)[len(id)-10:]
	p := billing.Price{Name: "Sponsored", Active: true, Position: -1000, Payers: []string{"sponsor:" + acme}}
	p.Currency, p.PerMinute, p.Free = "EUR", 1_200_000, 60
	p, err := w.billing.CreatePrice(context.Background(), by, p)
	if err != nil {
		w.Fatal(err)
	}
	n := billing.Wallet(p.Tenant, "sponsor:"+acme, "EUR")
	if _, err := w.billing.Deposit(context.Background(), billing.Deposit{ID: webtrunk.NewID("dep"), To: n, Amount: p.Needed().Plus(p.Needed())}); err != nil {
		w.Fatal(err)
	}
	if _, err := w.billing.Admit(context.Background(), call.View{ID: id, Account: t.account, Test: t.test, To: webtrunk.Address{Scheme: webtrunk.Tel, Value: "+15550100102"}}); err != nil {
		w.Fatal(err)
	}
	if err := w.billing.DeletePrice(context.Background(), by, p.ID); err != nil {
		w.Fatal(err)
	}
}

func TestPricesOverTheAPI(t *testing.T) {
	w := newWorld(t)
	w.key("sk_developer", shop, directory.Developer.Rights()...)
	w.key("sk_agent", shop, directory.Agent.Rights()...)
	w.ask("sk_agent", "GET", "/v1/prices", "").has(t, 403, "billing:read")
	for body, wrong := range map[string]string{
		`{"name": "Advice", "currency": "XXX", "per_minute": "1"}`:                              "no currency",
		`{"name": "Advice", "currency": "EUR"}`:                                                 "more than nothing",
		`{"name": "Advice", "currency": "EUR", "per_minute": "1,20"}`:                           "digits and a point",
		`{"name": "Advice", "currency": "EUR", "per_minute": "-1"}`:                             "digits and a point",
		`{"name": "Advice", "currency": "EUR", "per_minute": "1", "payers": ["whoever"]}`:       "cannot pay",
		`{"name": "Advice", "currency": "EUR", "per_minute": "1", "destinations": ["+"]}`:       "every number in the world",
		`{"name": "Advice", "currency": "EUR", "per_minute": "1", "increment_seconds": 100000}`: "increment_seconds",
	} {
		w.ask("sk_developer", "POST", "/v1/prices", body).has(t, 400, wrong)
	}
	for field, settings := range map[string]string{"currency": `"currency": "XXX"`, "video_per_minute": `"currency": "EUR", "video_per_minute": "x"`, "payers": `"currency": "EUR", "payers": ["whoever"]`, "destinations": `"currency": "EUR", "destinations": ["+"]`} {
		w.ask("sk_developer", "POST", "/v1/prices", `{"name": "Advice", "per_minute": "1", `+settings+`}`).has(t, 400, `"param":"`+field+`"`)
	}
	made := w.ask("sk_developer", "POST", "/v1/prices", `{"name": "Advice", "currency": "eur", "per_minute": "1.20", "free_seconds": 180, "destinations": ["+4930", "ref_shop"], "payers": ["sponsor:acme", "caller"], "seller_part": 7000}`, "Idempotency-Key: one").is(t, 201, "")
	again := w.ask("sk_developer", "POST", "/v1/prices", `{"name": "Advice", "currency": "eur", "per_minute": "1.20", "free_seconds": 180, "destinations": ["+4930", "ref_shop"], "payers": ["sponsor:acme", "caller"], "seller_part": 7000}`, "Idempotency-Key: one").is(t, 201, "")
	one := "/v1/prices/" + made.str("id")
	if again.str("id") != made.str("id") || made.str("per_minute") != "1.2" || made.str("after") != "end" || made.body["increment_seconds"] != 1.0 || made.str("currency") != "EUR" {
		t.Errorf("made is %s", made.text)
	}
	if ex := w.ask("sk_developer", "GET", one+"/example?seconds=450", "").is(t, 200, ""); !strings.Contains(ex.text, `"amount":540`) || ex.body["counted_seconds"] != 270.0 {
		t.Errorf("seven minutes and a half cost %s", ex.text)
	}
	w.ask("sk_developer", "POST", one, `{"active": false, "per_minute": "2"}`, "If-Match: "+made.header.Get("ETag")).has(t, 200, `"active":false`)
	w.ask("sk_developer", "POST", one, `{"active": true}`, "If-Match: "+made.header.Get("ETag")).is(t, 412, "")
	w.ask("sk_developer", "GET", "/v1/prices", "").has(t, 200, made.str("id"))
	w.ask("sk_developer", "DELETE", one, "").is(t, 204, "")
	w.ask("sk_developer", "GET", one, "").is(t, 404, "")
}

// TestWalletsOverTheAPI: a deposit counts once, is told without whom it is from, and is in
// the statement.
func TestWalletsOverTheAPI(t *testing.T) {
	w := newWorld(t)
	w.key("sk_supervisor", shop, directory.Supervisor.Rights()...)
	w.ask("sk_supervisor", "POST", "/v1/wallets/cus_ann/deposits", `{"amount": 100, "currency": "EUR"}`).has(t, 403, "wallets:write")
	for range 2 {
		w.ask("sk_shop", "POST", "/v1/wallets/cus_ann/deposits", `{"amount": 2500, "currency": "EUR", "note": "Bank"}`, "Idempotency-Key: one").has(t, 201, "dep_")
	}
	w.ask("sk_shop", "POST", "/v1/wallets/cus_ann/deposits", `{"amount": 300, "currency": "JPY"}`).is(t, 201, "")
	w.ask("sk_shop", "POST", "/v1/wallets/sponsor:acme/deposits", `{"amount": 700, "currency": "EUR"}`).is(t, 201, "")
	w.ask("sk_shop", "POST", "/v1/wallets/cus_ann/deposits", `{"amount": 100, "currency": "EURO"}`).is(t, 400, "")
	got := w.ask("sk_supervisor", "GET", "/v1/wallets/cus_ann", "").has(t, 200, `{"currency":"EUR","amount":2500,"held":0,"available":2500}`)
	if !strings.Contains(got.text, `{"currency":"JPY","amount":300,`) || strings.Contains(got.text, "700") {
		t.Errorf("the wallet is %s", got.text)
	}
	w.ask("sk_supervisor", "GET", "/v1/wallets/cus_ann/movements", "").has(t, 200, `"amount":{"amount":2500,"currency":"EUR"},"reason":"top_up"`)
	for _, who := range []string{"sk_other", "sk_shop_test"} {
		if got := w.ask(who, "GET", "/v1/wallets/cus_ann", "").is(t, 200, ""); strings.Contains(got.text, "2500") {
			t.Errorf("%s sees %s", who, got.text)
		}
	}
	const most = `{"amount": 500, "currency": "EUR"}`
	w.ask("sk_supervisor", "PUT", "/v1/wallets/sponsor:acme/daily_cap", most).has(t, 403, "wallets:write")
	w.ask("sk_shop", "PUT", "/v1/wallets/cus_ann/daily_cap", most).has(t, 400, `"param":"wallet"`)
	w.ask("sk_shop", "PUT", "/v1/wallets/sponsor:acme/daily_cap", `{"amount": -1, "currency": "EUR"}`).is(t, 400, "")
	w.ask("sk_shop", "PUT", "/v1/wallets/sponsor:acme/daily_cap", most).has(t, 200, `"amount":{"amount":500,"currency":"EUR"}`)
	w.ask("sk_supervisor", "GET", "/v1/wallets/sponsor:acme", "").has(t, 200, `"available":700,"daily_cap":500`)
	w.ask("sk_shop", "PUT", "/v1/wallets/sponsor:acme/daily_cap", `{"amount": 0, "currency": "EUR"}`).is(t, 200, "")
	if got := w.ask("sk_supervisor", "GET", "/v1/wallets/sponsor:acme", "").is(t, 200, ""); strings.Contains(got.text, "daily_cap") {
		t.Errorf("without a cap it is %s", got.text)
	}
	n := 0
	for r, err := range w.db.Read(t.Context(), event.Stream{Account: shop.account}, 0) {
		if err != nil {
			t.Fatal(err)
		}
		if r.Type == "wallet.deposited" {
			n++
		}
	}
	if n != 3 {
		t.Errorf("the log tells of %d deposits, want 3", n)
	}
}

func TestABilledCallOverTheAPI(t *testing.T) {
	w := newWorld(t)
	id := makers["call"](w, shop)
	got := w.ask("sk_shop", "GET", "/v1/calls/"+id+"/billing", "").has(t, 200, `"state":"quoted"`)
	wallet := got.str("wallet")
	if !strings.HasPrefix(wallet, "sponsor:acme") || !strings.Contains(got.text, `"per_minute":"1.2"`) {
		t.Errorf("it is %s", got.text)
	}
	w.ask("sk_shop", "GET", "/v1/billing_sessions?wallet="+wallet, "").has(t, 200, id)
	if got := w.ask("sk_shop", "GET", "/v1/billing_sessions?wallet=sponsor:x", "").is(t, 200, ""); strings.Contains(got.text, id) {
		t.Errorf("another sponsor pays for %s", got.text)
	}
	w.ask("sk_shop", "GET", "/v1/wallets/"+wallet, "").has(t, 200, `"held":4`)
}

// has asserts the status of what was answered, and what it says.
func (a asked) has(t testing.TB, status int, text string) asked {
	t.Helper()
	if a.status != status || !strings.Contains(a.text, text) {
		t.Errorf("got %d %s, want %d and %q", a.status, a.text, status, text)
	}
	return a
}
