package cashier

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"webtrunk"
	"webtrunk/billing"
	"webtrunk/billing/ledger"
	"webtrunk/billing/money"
	"webtrunk/billing/pay"
	"webtrunk/billing/pay/testpay"
	"webtrunk/directory/shelf"
	"webtrunk/event"
	"webtrunk/store"
	"webtrunk/store/storetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var (
	shop = shelf.Tenant{Account: "acct_shop"}
	ann  = Payer{shop, "ann"}
)

// A world is a cashier, and the test provider over real HTTP.
type world struct {
	*testing.T
	*Cashier
	client *testpay.Client
	mu     sync.Mutex
	funded []ledger.Name
}

func each(t *testing.T, f func(w *world)) {
	storetest.Each(t, func(t *testing.T, db *store.DB) { f(open(t, db)) })
}

func open(t *testing.T, db *store.DB) *world {
	t.Helper()
	w := &world{T: t}
	var srv *testpay.Server
	web := httptest.NewServer(http.HandlerFunc(func(a http.ResponseWriter, q *http.Request) { srv.ServeHTTP(a, q) }))
	hook := httptest.NewServer(http.HandlerFunc(func(a http.ResponseWriter, q *http.Request) {
		(&pay.Receiver{Provider: w.client, Seen: w, Take: func(ctx context.Context, e pay.Event) error { return w.Take(ctx, w.client, e) }, Log: slog.New(slog.DiscardHandler)}).ServeHTTP(a, q)
	}))
	client := &http.Client{Timeout: time.Minute, Transport: &http.Transport{}}
	w.client = &testpay.Client{Origin: web.URL, Key: "key", Secrets: []pay.Secret{"secret"}, HTTP: client}
	l := ledger.Open(db, time.Now)
	w.Cashier = Open(Options{DB: db, Ledger: l, Live: w.client, Funded: w.note, Log: slog.New(slog.DiscardHandler)})
	var err error
	srv, err = testpay.New(testpay.Config{Origin: web.URL, Key: "key", Secret: "secret", Hook: hook.URL, Decides: 20 * time.Millisecond, Retry: time.Millisecond, Log: slog.New(slog.DiscardHandler)})
	w.must(err)
	t.Cleanup(func() {
		srv.Close()
		hook.Close()
		web.Close()
		client.CloseIdleConnections()
		l.Close()
	})
	return w
}

// note notes an account in which there is more.
func (w *world) note(n ledger.Name) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.funded = append(w.funded, n)
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// controls makes the provider as bad as real ones are.
func (w *world) controls(c testpay.Controls) {
	w.Helper()
	text, _ := json.Marshal(c)
	q, _ := http.NewRequest(http.MethodPut, w.client.Origin+"/v1/controls", strings.NewReader(string(text)))
	q.Header.Set("Authorization", "Bearer key")
	w.send(q)
}

func (w *world) send(q *http.Request) {
	w.Helper()
	client := *w.client.HTTP
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	a, err := client.Do(q)
	w.must(err)
	text, _ := io.ReadAll(a.Body)
	a.Body.Close()
	if a.StatusCode >= 400 {
		w.Fatalf("%s is answered %s: %s", q.URL, a.Status, text)
	}
}

// submits sends a form of the provider's own pages.
func (w *world) submits(page string, fields url.Values) {
	w.Helper()
	q, _ := http.NewRequest(http.MethodPost, page, strings.NewReader(fields.Encode()))
	q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w.send(q)
}

// gives has Ann type a card at the provider's.
func (w *world) gives(number string) {
	w.Helper()
	s, err := w.Setup(w.Context(), ann, webtrunk.NewID("setup"), "https://shop.example/back")
	w.must(err)
	w.submits(s.URL, url.Values{"number": {number}, "expiry": {"12/34"}})
}

func euros(cents int64) money.Amount { return money.Amount{Minor: cents, Currency: "EUR"} }

func (w *world) topUp(id string, cents int64) TopUp {
	w.Helper()
	u, err := w.Cashier.TopUp(w.Context(), New{ID: id, Payer: ann, Amount: euros(cents), ReturnTo: "https://shop.example/back"})
	w.must(err)
	return u
}

// becomes waits until a top-up is as wanted.
func (w *world) becomes(id string, what string, is func(TopUp) bool) TopUp {
	w.Helper()
	for end := time.Now().Add(time.Minute); ; time.Sleep(5 * time.Millisecond) {
		u, err := w.One(w.Context(), shop, id)
		w.must(err)
		if is(u) {
			return u
		}
		if time.Now().After(end) {
			w.Fatalf("%s: not within a minute; it is %+v", what, u)
		}
	}
}

// holds wants so much in Ann's wallet, and of that so much set aside, and all books right.
func (w *world) holds(cents, held int64) {
	w.Helper()
	a, err := w.o.Ledger.Account(w.Context(), billing.Wallet(shop, "ann", "EUR"))
	w.must(err)
	if a.Balance() != cents || a.Held != held {
		w.Errorf("the wallet has %d, of which %d is set aside; want %d and %d", a.Balance(), a.Held, cents, held)
	}
	found, err := w.o.Ledger.Audit(w.Context())
	w.must(err)
	for _, wrong := range found.Wrong {
		w.Error(wrong)
	}
}

// told counts events of a kind.
func (w *world) told(kind string) (n int) {
	w.Helper()
	for r, err := range w.o.DB.Read(w.Context(), event.Stream{Account: shop.Account}, 0) {
		w.must(err)
		if r.Type == kind {
			n++
		}
	}
	return n
}
