package api

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"webtrunk"
	"webtrunk/billing/cashier"
	"webtrunk/billing/ledger"
	"webtrunk/billing/money"
	"webtrunk/billing/pay"
	"webtrunk/billing/pay/testpay"
	"webtrunk/directory/shelf"
)

// Wallets are filled by the test provider, over HTTP. The file's name puts it after
// tenants_test.go, which makes the directory.
func init() {
	features = append(features, func(w *world) Feature {
		var provider *testpay.Server
		web := httptest.NewServer(http.HandlerFunc(func(a http.ResponseWriter, q *http.Request) { provider.ServeHTTP(a, q) }))
		client := &http.Client{Timeout: longestWait, Transport: &http.Transport{}}
		p := &testpay.Client{Origin: web.URL, Key: "key", Secrets: []pay.Secret{"secret"}, HTTP: client}
		l := ledger.Open(w.db, time.Now)
		w.cashier = cashier.Open(cashier.Options{DB: w.db, Ledger: l, Live: p, Test: p, Funded: func(ledger.Name) {}, Log: slog.New(slog.DiscardHandler)})
		var err error
		provider, err = testpay.New(testpay.Config{Origin: web.URL, Key: "key", Secret: "secret", Log: slog.New(slog.DiscardHandler)})
		made(w)("", err)
		w.Cleanup(func() { provider.Close(); web.Close(); client.CloseIdleConnections(); l.Close() })
		return TopUps{Cashier: w.cashier, Directory: w.directory}
	})
	makers["top_up"] = func(w *world, t tenant) string {
		of := cashier.Payer{Tenant: shelf.Tenant{Account: t.account, Test: t.test}, Wallet: "ann"}
		w.givesCard(of, "4242424242424242")
		u, err := w.cashier.TopUp(context.Background(), cashier.New{ID: webtrunk.NewID("top"), Payer: of, Amount: money.Amount{Minor: 100, Currency: "EUR"}})
		return made(w)(u.ID, err)
	}
}

// givesCard has a payer type a card on the provider's page.
func (w *world) givesCard(of cashier.Payer, number string) {
	w.Helper()
	s, err := w.cashier.Setup(context.Background(), of, webtrunk.NewID("setup"), "https://shop.example/back")
	made(w)("", err)
	w.typesCard(s.URL, number)
}

// typesCard types a card on the provider's page, which sends the payer back.
func (w *world) typesCard(page, number string) {
	w.Helper()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, Transport: &http.Transport{DisableKeepAlives: true}}
	a, err := client.PostForm(page, url.Values{"number": {number}, "expiry": {"12/34"}})
	made(w)("", err)
	a.Body.Close()
	if a.Header.Get("Location") != "https://shop.example/back" {
		w.Fatalf("the provider's page is answered %s", a.Status)
	}
}

// TestACustomerFillsTheirWallet from a card that only the provider has seen, and has a part
// of it given back.
func TestACustomerFillsTheirWallet(t *testing.T) {
	w := newWorld(t, real)
	_, key := w.grace()
	b := w.signsIn(map[string]string{"key": key, "email": "grace@example.com", "password": passphrase})
	const fill = `{"amount":2500,"currency":"EUR","return_url":"https://shop.example/back"}`
	w.ask("", "POST", "/v1/me/top_ups", fill, b.writes()...).is(t, 409, "") // no card yet
	w.ask("", "POST", "/v1/me/card_setups", `{"return_url":"javascript:alert(1)"}`, b.writes()...).is(t, 400, "url_invalid")
	page := w.ask("", "POST", "/v1/me/card_setups", `{"return_url":"https://shop.example/back"}`, b.writes()...).is(t, 201, "")
	w.typesCard(page.str("url"), "4242424242424242")
	if cards := w.ask("", "GET", "/v1/me/cards", "", b.reads()).is(t, 200, ""); !strings.Contains(cards.text, `"last4":"4242"`) || strings.Contains(cards.text, "42424242") {
		t.Errorf("the cards are %s", cards.text)
	}
	again := append(b.writes(), "Idempotency-Key: fill-1")
	made := w.ask("", "POST", "/v1/me/top_ups", fill, again...).is(t, 201, "")
	if made.str("state") != "paid" || made.str("wallet") != "user-1" {
		t.Errorf("it is %s", made.text)
	}
	if same := w.ask("", "POST", "/v1/me/top_ups", fill, again...); same.str("id") != made.str("id") {
		t.Errorf("asked again it is %s", same.text)
	}
	balance := func(want string) {
		t.Helper()
		if got := w.ask("", "GET", "/v1/me/wallet", "", b.reads()); !strings.Contains(got.text, fmt.Sprintf(`"amount":%s,`, want)) {
			t.Errorf("the wallet is %s, want %s", got.text, want)
		}
	}
	balance("2500")
	w.ask("", "GET", "/v1/me/top_ups/"+made.str("id"), "", b.reads()).is(t, 200, "")
	if all := w.ask("", "GET", "/v1/me/top_ups", "", b.reads()).is(t, 200, ""); len(all.body["data"].([]any)) != 1 {
		t.Errorf("the top-ups are %s", all.text)
	}
	other := makers["top_up"](w, shop) // Ann's
	w.ask("", "GET", "/v1/me/top_ups/"+other, "", b.reads()).is(t, 404, "")

	u, err := w.cashier.Refund(context.Background(), shelf.Tenant{Account: shop.account}, made.str("id"), money.Amount{Minor: 500, Currency: "EUR"})
	if err != nil || u.Refunded != 500 {
		t.Errorf("a refund is %+v, %v", u, err)
	}
	balance("2000")
}

// TestAServerFillsAWallet by the interface, and gives it back.
func TestAServerFillsAWallet(t *testing.T) {
	w := newWorld(t)
	w.house()
	page := w.ask("sk_shop", "POST", "/v1/wallets/ann/card_setups", `{"return_url":"https://shop.example/back"}`).is(t, 201, "")
	w.typesCard(page.str("url"), "4000000000000341")
	const fill = `{"amount":2500,"currency":"EUR","return_url":"https://shop.example/back"}`
	if declined := w.ask("sk_shop", "POST", "/v1/wallets/ann/top_ups", fill).is(t, 201, ""); declined.str("state") != "failed" || declined.str("message") == "" {
		t.Errorf("a declined card makes %s", declined.text)
	}
	page = w.ask("sk_shop", "POST", "/v1/wallets/ann/card_setups", `{"return_url":"https://shop.example/back"}`).is(t, 201, "")
	w.typesCard(page.str("url"), "4242424242424242")
	made := w.ask("sk_shop", "POST", "/v1/wallets/ann/top_ups", fill).is(t, 201, "")
	if made.str("state") != "paid" {
		t.Fatalf("it is %s", made.text)
	}
	w.ask("sk_shop", "POST", "/v1/top_ups/"+made.str("id")+"/refunds", `{"amount":2501}`).is(t, 400, "")
	back := w.ask("sk_shop", "POST", "/v1/top_ups/"+made.str("id")+"/refunds", `{"amount":2500}`).is(t, 201, "")
	if !strings.Contains(back.text, `"refunded":{"amount":2500,"currency":"EUR"}`) {
		t.Errorf("given back it is %s", back.text)
	}
	if got := w.ask("sk_shop", "GET", "/v1/wallets/ann", ""); !strings.Contains(got.text, `"available":0`) {
		t.Errorf("the wallet is %s", got.text)
	}
}
