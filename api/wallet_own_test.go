package api

import (
	"context"
	"strings"
	"testing"

	"webtrunk"
	"webtrunk/billing"
	"webtrunk/billing/money"
	"webtrunk/call"
	"webtrunk/directory"
	"webtrunk/directory/shelf"
)

// The file's name puts it after priced_test.go, which opens the book.
func init() {
	features = append(features, func(w *world) Feature { return OwnMoney{Book: w.billing, Directory: w.directory} })
}

// TestACustomerSeesTheirOwnMoney: their wallet, its movements and the calls that it pays for,
// nobody else's, and nothing of what the account gives its sellers.
func TestACustomerSeesTheirOwnMoney(t *testing.T) {
	w := newWorld(t, real)
	_, key := w.grace()
	of := shelf.TenantOf(shop.principal())
	for wallet, cents := range map[string]int64{"user-1": 25_00, "user-2": 99_00} {
		_, err := w.billing.Deposit(t.Context(), billing.Deposit{ID: "dep_" + wallet, To: billing.Wallet(of, wallet, "EUR"), Amount: money.Amount{Minor: cents, Currency: "EUR"}})
		made(w)("", err)
	}
	p := billing.Price{Name: "Advice", Active: true, SellerPart: 7000}
	p.Currency, p.PerMinute, p.Free = "EUR", 1_200_000, 60
	_, err := w.billing.CreatePrice(t.Context(), directory.Principal{Account: shop.account, ID: "key_own"}, p)
	made(w)("", err)
	calls := map[string]string{}
	for _, who := range []string{"user-1", "user-2"} {
		v := call.View{ID: webtrunk.CallID(webtrunk.NewID("call")), Account: shop.account, To: webtrunk.Address{Scheme: webtrunk.Tel, Value: "+15550100102"}, Context: map[string]string{"identity.sub": who}}
		_, err := w.billing.Admit(context.Background(), v)
		made(w)("", err)
		calls[who] = string(v.ID)
	}
	b := w.signsIn(map[string]string{"key": key, "email": "grace@example.com", "password": passphrase})
	sees := func(path, text string) {
		t.Helper()
		got := w.ask("", "GET", path, "", b.reads()).has(t, 200, text)
		for _, hidden := range []string{calls["user-2"], "9900", "user-2", "seller"} {
			if strings.Contains(got.text, hidden) {
				t.Errorf("%s shows %s: %s", path, hidden, got.text)
			}
		}
	}
	sees("/v1/me/wallet", `{"currency":"EUR","amount":2500,"held":1200,"available":1300}`)
	sees("/v1/me/wallet/movements", `"amount":{"amount":2500,"currency":"EUR"},"reason":"top_up"`)
	sees("/v1/me/wallet/movements?currency=JPY", `"data":[]`)
	sees("/v1/me/wallet/movements?to=2000-01-01T00:00:00Z", `"data":[]`)
	sees("/v1/me/billing_sessions", calls["user-1"])
	sees("/v1/me/billing_sessions", `"per_minute":"1.2"`)
	sees("/v1/me/billing_sessions?currency=JPY", `"data":[]`)
	w.ask("", "GET", "/v1/me/wallet", "").is(t, 401, "")
	w.ask("", "GET", "/v1/me/wallet/movements?currency=EURO", "", b.reads()).is(t, 400, "")
}

// TestACustomerIsNoSponsor: whoever's subject begins as a sponsor's wallet does sees none.
func TestACustomerIsNoSponsor(t *testing.T) {
	w := newWorld(t, real)
	_, key := w.grace()
	_, err := w.directory.CreateCustomer(t.Context(), shop.principal(), directory.NewCustomer{Subject: "sponsor:acme", Email: "eve@example.com", Password: passphrase})
	made(w)("", err)
	to := billing.Wallet(shelf.TenantOf(shop.principal()), "sponsor:acme", "EUR")
	_, err = w.billing.Deposit(t.Context(), billing.Deposit{ID: "dep_acme", To: to, Amount: money.Amount{Minor: 77_00, Currency: "EUR"}})
	made(w)("", err)
	b := w.signsIn(map[string]string{"key": key, "email": "eve@example.com", "password": passphrase})
	for _, path := range []string{"/v1/me/wallet", "/v1/me/wallet/movements", "/v1/me/billing_sessions"} {
		if got := w.ask("", "GET", path, "", b.reads()).is(t, 400, ""); strings.Contains(got.text, "7700") {
			t.Errorf("%s shows %s", path, got.text)
		}
	}
}
