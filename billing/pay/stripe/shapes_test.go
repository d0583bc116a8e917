package stripe

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"webtrunk/billing/money"
	"webtrunk/billing/pay"
	"webtrunk/billing/pay/paytest"
)

// A wire remembers what was asked, and how it was answered.
type wire struct{ asked []asking }

type asking struct {
	line string // POST /v1/customers
	key  string
	form url.Values
	code int
}

func (w *wire) RoundTrip(q *http.Request) (*http.Response, error) {
	a := asking{line: q.Method + " " + q.URL.Path, key: q.Header.Get("Idempotency-Key"), form: q.URL.Query()}
	if q.Body != nil {
		body, _ := io.ReadAll(q.Body)
		q.Body = io.NopCloser(bytes.NewReader(body))
		if q.Method == http.MethodPost {
			a.form, _ = url.ParseQuery(string(body))
		}
	}
	answer, err := toMock.RoundTrip(q)
	if err == nil {
		a.code = answer.StatusCode
	}
	w.asked = append(w.asked, a)
	return answer, err
}

func onMock() (*Provider, *wire) {
	w := &wire{}
	return New(Config{Key: "sk_test_123", URL: "http://mock", HTTP: &http.Client{Transport: w, Timeout: time.Minute}}), w
}

func eur(minor int64) money.Amount { return money.Amount{Minor: minor, Currency: "EUR"} }

var order = pay.Order{Customer: "cus_1", Method: "pm_1", Amount: eur(1250), Description: "A call", ReturnTo: "https://shop.example/back"}

func TestRefusals(t *testing.T) {
	p, w := onMock()
	paytest.Refusals(t, p)
	if len(w.asked) != 0 {
		t.Errorf("Stripe was asked %v", w.asked)
	}
}

// TestShapes: what we ask is what Stripe's description of its API has.
func TestShapes(t *testing.T) {
	for _, c := range []struct {
		line string
		ask  func(*Provider) error
		want string // what has to be in the form
	}{
		{"POST /v1/customers", func(p *Provider) error {
			id, err := p.NewCustomer(t.Context(), "k", pay.Customer{Name: "Ada", Email: "ada@example.com", Reference: "m_1"})
			if id == "" {
				t.Error("the customer has no ID")
			}
			return err
		}, "name=Ada&email=ada@example.com&metadata[webtrunk_reference]=m_1"},
		{"POST /v1/checkout/sessions", func(p *Provider) error {
			s, err := p.Setup(t.Context(), "k", "cus_1", "https://shop.example/back")
			if s.ID == "" || s.URL == "" {
				t.Errorf("the set-up has nowhere to go: %+v", s)
			}
			return err
		}, "mode=setup&customer=cus_1&payment_method_types[0]=card&success_url=https://shop.example/back"},
		{"GET /v1/payment_methods", func(p *Provider) error {
			found, err := p.Methods(t.Context(), "cus_1")
			if len(found) == 0 || found[0].Last4 == "" {
				t.Errorf("the methods are %+v", found)
			}
			return err
		}, "customer=cus_1&type=card"},
		{"POST /v1/payment_intents", func(p *Provider) error { return last(p.Authorise(t.Context(), "k", order)) },
			"amount=1250&currency=eur&capture_method=manual&confirm=true&off_session=true&customer=cus_1&payment_method=pm_1&metadata[webtrunk_key]=k&description=A call"},
		{"POST /v1/payment_intents", func(p *Provider) error { return last(p.Charge(t.Context(), "k", order)) }, "capture_method=automatic&confirm=true"},
		{"POST /v1/payment_intents/pi_1/capture", func(p *Provider) error { return last(p.Capture(t.Context(), "k", "pi_1", eur(420))) }, "amount_to_capture=420"},
		{"POST /v1/payment_intents/pi_1/cancel", func(p *Provider) error { return last(p.Cancel(t.Context(), "k", "pi_1")) }, ""},
		{"POST /v1/refunds", func(p *Provider) error { return last(p.Refund(t.Context(), "k", "pi_1", eur(42))) }, "payment_intent=pi_1&amount=42"},
		{"GET /v1/payment_intents/pi_1", func(p *Provider) error { return last(p.Payment(t.Context(), "pi_1")) }, "expand[0]=latest_charge"},
		{"GET /v1/payment_intents", func(p *Provider) error {
			for _, err := range p.Since(t.Context(), time.Unix(1_700_000_000, 0)) {
				return err
			}
			return nil
		}, "created[gte]=1700000000&limit=100&expand[0]=data.latest_charge"},
	} {
		p, w := onMock()
		err := c.ask(p)
		if k := pay.KindOf(err); err != nil && k != pay.CardDeclined && k != pay.NeedsConfirmation { // of the mock's examples
			t.Errorf("%s: %v", c.line, err)
		}
		if len(w.asked) == 0 || w.asked[0].line != c.line || w.asked[0].code != http.StatusOK {
			t.Errorf("%s: it was asked %+v", c.line, w.asked)
			continue
		}
		got := w.asked[0]
		if strings.HasPrefix(c.line, "POST") && got.key != "k" {
			t.Errorf("%s: its idempotency key is %q", c.line, got.key)
		}
		want, _ := url.ParseQuery(c.want)
		for name := range want {
			if got.form.Get(name) != want.Get(name) {
				t.Errorf("%s: %s is %q, want %q", c.line, name, got.form.Get(name), want.Get(name))
			}
		}
	}
}

func last(_ pay.Payment, err error) error { return err }

// TestFindSearches where the list does not have the key.
func TestFindSearches(t *testing.T) {
	p, w := onMock()
	if _, err := p.Find(t.Context(), `it's`); pay.KindOf(err) != pay.Missing {
		t.Errorf("a key that nothing has: %v", err)
	}
	search := w.asked[len(w.asked)-1]
	if search.line != "GET /v1/payment_intents/search" || search.code != http.StatusOK || search.form.Get("query") != `metadata['webtrunk_key']:'it\'s'` {
		t.Errorf("it was searched by %+v", search)
	}
}

// TestTheMockRefuses: an answer of the mock's shows something.
func TestTheMockRefuses(t *testing.T) {
	client := &http.Client{Transport: toMock}
	q, _ := http.NewRequest(http.MethodPost, "http://mock/v1/payment_intents", strings.NewReader("amount=many&currency=eur"))
	q.Header.Set("Authorization", "Bearer sk_test_123")
	q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	a, err := client.Do(q)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Body.Close()
	if a.StatusCode != http.StatusBadRequest {
		t.Errorf("an amount of many is answered with %s", a.Status)
	}
}
