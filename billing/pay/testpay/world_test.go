package testpay

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"webtrunk"
	"webtrunk/billing/money"
	"webtrunk/billing/pay"
)

// A world is a provider that can be restarted, its client, and who hears its webhooks.
type world struct {
	*Client
	t    *testing.T
	cfg  Config
	mu   sync.Mutex
	srv  *Server
	hook *hook
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, hook: newHook(t)}
	web := httptest.NewServer(http.HandlerFunc(func(a http.ResponseWriter, q *http.Request) {
		w.mu.Lock()
		srv := w.srv
		w.mu.Unlock()
		srv.ServeHTTP(a, q)
	}))
	t.Cleanup(web.Close)
	w.cfg = Config{
		Origin: web.URL, Key: "test_key", Secret: "test_secret", Hook: w.hook.url,
		File: filepath.Join(t.TempDir(), "state.json"), Retry: time.Millisecond, Decides: 20 * time.Millisecond,
		Log: slog.New(slog.DiscardHandler),
	}
	client := &http.Client{Timeout: time.Minute, Transport: &http.Transport{}}
	t.Cleanup(client.CloseIdleConnections)
	w.Client = &Client{Origin: web.URL, Key: "test_key", Secrets: []pay.Secret{"test_secret"}, HTTP: client}
	w.hook.Provider = w.Client
	w.restart()
	t.Cleanup(func() { w.srv.Close() })
	return w
}

// restart ends the server, if there is one, and starts another with its file.
func (w *world) restart() {
	w.t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.srv != nil {
		w.srv.Close()
	}
	var err error
	if w.srv, err = New(w.cfg); err != nil {
		w.t.Fatal(err)
	}
}

// controls sets how bad the provider is.
func (w *world) controls(c Controls) {
	w.t.Helper()
	text, _ := json.Marshal(c)
	q, _ := http.NewRequest(http.MethodPut, w.Origin+"/v1/controls", strings.NewReader(string(text)))
	q.Header.Set("Authorization", "Bearer test_key")
	a, err := w.HTTP.Do(q)
	if err != nil || a.StatusCode != http.StatusOK {
		w.t.Fatalf("the controls: %v, %v", a, err)
	}
	a.Body.Close()
}

// form sends a page's form and returns where it leads, or the page that it shows.
func (w *world) form(page string, fields url.Values) (to, text string) {
	w.t.Helper()
	client := *w.HTTP
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	a, err := client.PostForm(page, fields)
	if err != nil {
		w.t.Fatal(err)
	}
	defer a.Body.Close()
	body, _ := io.ReadAll(a.Body)
	return a.Header.Get("Location"), string(body)
}

// give has a new customer type a card.
func (w *world) give(number string) (pay.CustomerID, pay.MethodID) {
	w.t.Helper()
	ctx := w.t.Context()
	c, err := w.NewCustomer(ctx, pay.Key(webtrunk.NewID("key")), pay.Customer{Name: "Ada"})
	if err != nil {
		w.t.Fatal(err)
	}
	s, err := w.Setup(ctx, pay.Key(webtrunk.NewID("key")), c, "https://shop.example/back")
	if err != nil {
		w.t.Fatal(err)
	}
	if to, text := w.form(s.URL, url.Values{"number": {number}, "expiry": {"12/34"}}); to != "https://shop.example/back" {
		w.t.Fatalf("a card was typed, and the page leads to %q: %s", to, text)
	}
	found, err := w.Methods(ctx, c)
	if err != nil || len(found) != 1 || found[0].Last4 != number[len(number)-4:] {
		w.t.Fatalf("the card is stored as %+v, %v", found, err)
	}
	return c, found[0].ID
}

func order(c pay.CustomerID, m pay.MethodID, minor int64) pay.Order {
	return pay.Order{Customer: c, Method: m, Amount: money.Amount{Minor: minor, Currency: "EUR"}, Description: "A call"}
}

// A hook takes webhooks by a Receiver and remembers what came.
type hook struct {
	pay.Receiver
	url   string
	mu    sync.Mutex
	seen  map[string]bool
	came  []string // every event that was signed, each time
	taken chan pay.Event
	fails int // how many events are still not taken
}

func newHook(t *testing.T) *hook {
	h := &hook{seen: map[string]bool{}, taken: make(chan pay.Event, 100)}
	h.Receiver = pay.Receiver{Seen: h, Take: h.take, Log: slog.New(slog.DiscardHandler)}
	web := httptest.NewServer(&h.Receiver)
	t.Cleanup(web.Close)
	h.url = web.URL
	return h
}

func (h *hook) Once(ctx context.Context, id string, take func(context.Context) error) (bool, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.came = append(h.came, id)
	if h.seen[id] {
		return false, nil
	}
	if err := take(ctx); err != nil {
		return true, err
	}
	h.seen[id] = true
	return true, nil
}

func (h *hook) take(_ context.Context, e pay.Event) error {
	if h.fails > 0 {
		h.fails--
		return errors.New("the database is away")
	}
	h.taken <- e
	return nil
}

// next is the next event that is taken.
func (h *hook) next(t *testing.T) pay.Event {
	t.Helper()
	select {
	case e := <-h.taken:
		return e
	case <-time.After(time.Minute):
		t.Fatal("no webhook came")
		panic("unreachable")
	}
}

// times is how often an event came.
func (h *hook) times(id string) (n int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, came := range h.came {
		if came == id {
			n++
		}
	}
	return n
}
