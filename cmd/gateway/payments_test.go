package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"webtrunk"
	"webtrunk/billing"
	"webtrunk/billing/cashier"
	"webtrunk/billing/meter"
	"webtrunk/billing/money"
	"webtrunk/directory/shelf"
	"webtrunk/store"
)

// A card is given to the test provider by whoever has its page.
func givesCard(t *testing.T, page, number string) {
	t.Helper()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, Transport: &http.Transport{DisableKeepAlives: true}}
	a, err := client.PostForm(page, url.Values{"number": {number}, "expiry": {"12/34"}})
	must(t, err)
	a.Body.Close()
	if a.StatusCode != http.StatusSeeOther {
		t.Fatalf("the provider's page is answered %s", a.Status)
	}
}

// TestTheDemoFillsAWallet from a test card, by the provider that runs beside it.
func TestTheDemoFillsAWallet(t *testing.T) {
	t.Parallel()
	d := startTestDemo(t, demoCommand{HTTP: "127.0.0.1:0"})
	operator, err := d.directory.Operator(t.Context())
	must(t, err)
	of := cashier.Payer{Tenant: shelf.Tenant{Account: operator.ID, Test: true}, Wallet: "ann"}
	s, err := d.cashier.Setup(t.Context(), of, "1", "http://shop.example/back")
	must(t, err)
	if !strings.HasPrefix(s.URL, d.testPayments+"/") {
		t.Errorf("the card is given at %s, and the provider is at %s", s.URL, d.testPayments)
	}
	givesCard(t, s.URL, "4242424242424242")
	u, err := d.cashier.TopUp(t.Context(), cashier.New{ID: webtrunk.NewID("top"), Payer: of, Amount: money.Amount{Minor: 25_00, Currency: "EUR"}})
	must(t, err)
	if u.State != cashier.Paid {
		t.Errorf("it is %+v", u)
	}
}

// TestATopUpKeepsACallUp whose money is nearly used up; then the provider and the ledger are
// compared while the gateway runs.
func TestATopUpKeepsACallUp(t *testing.T) {
	t.Parallel()
	k := openTill(t, func(p *billing.Price) { p.Shown = true })
	k.pays("dep_1", 8_00)
	k.shownCost(tollNumber)
	at := k.opensTestPayments()
	c := k.calls()
	k.shows(c, "it is charged", func(n billing.News) bool { return n.Charged >= 200 })
	of := cashier.Payer{Tenant: shelf.TenantOf(k.by), Wallet: "ann"}
	s, err := at.Setup(t.Context(), of, "1", "http://shop.example/back")
	must(t, err)
	givesCard(t, s.URL, "4242424242424242")
	_, err = at.TopUp(t.Context(), cashier.New{ID: webtrunk.NewID("top"), Payer: of, Amount: money.Amount{Minor: 50_00, Currency: "EUR"}})
	must(t, err)
	k.shows(c, "it goes on past what was there", func(n billing.News) bool { return n.Charged > 8_00 && n.State == meter.Metering })
	_, err = c.Hangup(t.Context())
	must(t, err)
	k.settled(c, 58_00)
}

// opensTestPayments has the provider without money fill this gateway's live wallets, which no
// configuration lets it.
func (k till) opensTestPayments() *cashier.Cashier {
	k.Helper()
	at, err := newTestPayments(TestPaymentsConfig{Listen: "127.0.0.1:0"})
	must(k.T, err)
	must(k.T, k.serveTestPayments(at))
	return cashier.Open(cashier.Options{DB: k.store, Ledger: k.ledger, Live: at.client, Funded: k.billing.Funded, Log: k.log})
}

// TestReconcile compares the books while the gateway runs, and says where they do not agree.
func TestReconcile(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "gateway.yaml")
	free, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	must(t, free.Close())
	text := fmt.Appendf(nil, `
database: sqlite:%s
http: {listen: 127.0.0.1:0}
sip: {listen: 127.0.0.1:0}
metrics: {listen: "off"}
test_carrier: false
media: {listen: 127.0.0.1, ice_port: 0}
trunks: [{name: box, proxy: 127.0.0.1, identity: {caller_id: +15550100001}}]
payments: {test: {listen: "%s"}}
drain_timeout: 0s
`, filepath.Join(dir, "webtrunk.db"), free.Addr())
	must(t, os.WriteFile(file, text, 0o600))
	cfg, err := parseConfig(text)
	must(t, err)
	g, err := startGateway(cfg, &terminal{err: &synced{}})
	must(t, err)
	defer g.stop()
	operator, err := g.directory.Operator(t.Context())
	must(t, err)
	of := cashier.Payer{Tenant: shelf.Tenant{Account: operator.ID, Test: true}, Wallet: "ann"}
	s, err := g.cashier.Setup(t.Context(), of, "1", "http://shop.example/back")
	must(t, err)
	givesCard(t, s.URL, "4242424242424242")
	_, err = g.cashier.TopUp(t.Context(), cashier.New{ID: webtrunk.NewID("top"), Payer: of, Amount: money.Amount{Minor: 25_00, Currency: "EUR"}})
	must(t, err)
	compares := func(want int, says ...string) {
		t.Helper()
		var words strings.Builder
		code := run([]string{"reconcile", "--config", file}, &terminal{out: &words, err: &words})
		for _, said := range says {
			if code != want || !strings.Contains(words.String(), said) {
				t.Fatalf("%d, want %d and %q:\n%s", code, want, said, words.String())
			}
		}
	}
	compares(0, "test: 1 payments at the provider, 0 booked now, 0 that do not agree.", "counts right")
	must(t, g.store.Tx(t.Context(), func(tx *store.Tx) error {
		_, err := tx.Exec(t.Context(), `UPDATE ledger_accounts SET credits = credits + 1 WHERE id LIKE '%customer_wallet/ann/%'`)
		return err
	}))
	compares(exitFailed, "0 that do not agree", "WRONG", "do not agree: somebody")
}

// TestStripesWebhooksComeIn signed by Stripe, and no others; without Stripe there is no place
// for them.
func TestStripesWebhooksComeIn(t *testing.T) {
	t.Parallel()
	posts := func(d *demo, signature string) int {
		t.Helper()
		q, err := http.NewRequest(http.MethodPost, "http://"+d.site.addr().String()+"/v1/payments/webhook", strings.NewReader(`{"id":"evt_1","object":"event","type":"product.created","api_version":"x"}`))
		must(t, err)
		q.Header.Set("Stripe-Signature", signature)
		a, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(q)
		must(t, err)
		a.Body.Close()
		return a.StatusCode
	}
	signed := func(secret string) string {
		at := fmt.Sprint(time.Now().Unix())
		h := hmac.New(sha256.New, []byte(secret))
		h.Write([]byte(at + `.{"id":"evt_1","object":"event","type":"product.created","api_version":"x"}`))
		return "t=" + at + ",v1=" + hex.EncodeToString(h.Sum(nil))
	}
	with := liveBox(t, openToTheBox+"payments: {stripe: {key: rk_live_none, webhook_secrets: [whsec_ours]}}\n")
	for signature, want := range map[string]int{signed("whsec_ours"): 204, signed("whsec_theirs"): 400, "": 400} {
		if got := posts(with, signature); got != want {
			t.Errorf("a webhook signed %q is answered %d, want %d", signature, got, want)
		}
	}
	if got := posts(liveBox(t, openToTheBox), signed("whsec_ours")); got != 404 {
		t.Errorf("without Stripe it is answered %d", got)
	}
}
