package stripe

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"webtrunk/billing/money"
	"webtrunk/billing/pay"
)

// An answer is what Stripe's documents have it say to a request.
type answer struct {
	code   int
	body   string
	replay bool
}

// says is a provider that is answered so, by method and path. A path without an answer closes
// the connection.
func says(t *testing.T, answers map[string]answer) *Provider {
	t.Helper()
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		a, ok := answers[q.Method+" "+q.URL.Path]
		if !ok {
			panic(http.ErrAbortHandler)
		}
		w.Header().Set("Request-Id", "req_1")
		w.Header().Set("Stripe-Should-Retry", "false")
		if a.replay {
			w.Header().Set("Idempotent-Replayed", "true")
		}
		w.WriteHeader(a.code)
		fmt.Fprint(w, a.body)
	}))
	t.Cleanup(web.Close)
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	return New(Config{Key: "sk_test_verysecret", URL: web.URL, HTTP: &http.Client{Transport: transport, Timeout: time.Minute}})
}

func intent(status, more string) string {
	return `{"id":"pi_1","object":"payment_intent","status":"` + status + `","amount":1250,"currency":"eur","customer":"cus_1","created":1700000000,"metadata":{"webtrunk_key":"k"}` + more + `}`
}

func refusal(kind, code, more string) string {
	return `{"error":{"type":"` + kind + `","code":"` + code + `","message":"What Stripe says."` + more + `}}`
}

func TestStates(t *testing.T) {
	for status, c := range map[string]struct {
		more            string
		state           pay.State
		captured, given int64
	}{
		"requires_capture":        {`,"amount_capturable":1250`, pay.Authorised, 0, 0},
		"succeeded":               {`,"amount_received":420,"latest_charge":{"id":"ch_1","amount_refunded":20}`, pay.Captured, 420, 20},
		"canceled":                {"", pay.Canceled, 0, 0},
		"processing":              {"", pay.Pending, 0, 0},
		"requires_action":         {`,"next_action":{"type":"redirect_to_url","redirect_to_url":{"url":"https://bank.example/1"}}`, pay.RequiresConfirmation, 0, 0},
		"requires_payment_method": {`,"last_payment_error":{"message":"Too little money."}`, pay.Declined, 0, 0},
		"something_new":           {"", pay.Pending, 0, 0},
	} {
		p, err := says(t, map[string]answer{"GET /v1/payment_intents/pi_1": {200, intent(status, c.more), false}}).Payment(t.Context(), "pi_1")
		if err != nil || p.State != c.state || p.Amount != eur(1250) || p.Captured != eur(c.captured) || p.Refunded != eur(c.given) || p.Key != "k" || p.Customer != "cus_1" {
			t.Errorf("%s is %+v, %v", status, p, err)
		}
		if p.State == pay.Declined && p.Reason != "Too little money." || p.State == pay.RequiresConfirmation && p.ConfirmURL != "https://bank.example/1" {
			t.Errorf("%s: %+v", status, p)
		}
	}
}

func TestErrors(t *testing.T) {
	const path = "POST /v1/payment_intents"
	for name, c := range map[string]struct {
		answers map[string]answer
		kind    pay.Kind
	}{
		"declined": {map[string]answer{
			path:                           {402, refusal("card_error", "card_declined", `,"payment_intent":`+intent("requires_payment_method", "")), false},
			"GET /v1/payment_intents/pi_1": {200, intent("requires_payment_method", ""), false},
		}, pay.CardDeclined},
		"wrong key":      {map[string]answer{path: {401, `{"error":{"type":"invalid_request_error","message":"Invalid API Key provided: sk_test_verysecret"}}`, false}}, pay.Refused},
		"bad request":    {map[string]answer{path: {400, refusal("invalid_request_error", "parameter_invalid_integer", ""), false}}, pay.Invalid},
		"key used":       {map[string]answer{path: {400, refusal("idempotency_error", "", ""), false}}, pay.Invalid},
		"key in use":     {map[string]answer{path: {409, refusal("idempotency_error", "idempotency_key_in_use", ""), false}}, pay.Unknown},
		"too many":       {map[string]answer{path: {429, refusal("invalid_request_error", "rate_limit", ""), false}}, pay.Unknown},
		"broken":         {map[string]answer{path: {500, refusal("api_error", "", ""), false}}, pay.Unknown},
		"no JSON":        {map[string]answer{path: {502, "<html>", false}}, pay.Unknown},
		"no answer":      {nil, pay.Unknown},
		"not decided":    {map[string]answer{path: {200, intent("processing", ""), false}}, pay.Unknown},
		"a strange kind": {map[string]answer{path: {200, intent("something_new", ""), false}}, pay.Unknown},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, err := says(t, c.answers).Charge(t.Context(), "k", order)
			if err == nil || pay.KindOf(err) != c.kind || strings.Contains(err.Error(), "verysecret") {
				t.Fatalf("%+v, %v; want an error of kind %s", p, err, c.kind)
			}
			if c.kind == pay.CardDeclined && (p.State != pay.Declined || p.Reason != "What Stripe says.") {
				t.Errorf("the payer is told %+v", p)
			}
		})
	}
}

// TestTheBankWantsThePayer: the intent is confirmed again, with the payer present, where the
// payer has a page to come back to; otherwise it is declined.
func TestTheBankWantsThePayer(t *testing.T) {
	p := says(t, map[string]answer{
		"POST /v1/payment_intents":              {402, refusal("card_error", "authentication_required", `,"payment_intent":`+intent("requires_payment_method", "")), false},
		"POST /v1/payment_intents/pi_1/confirm": {200, intent("requires_action", `,"next_action":{"type":"redirect_to_url","redirect_to_url":{"url":"https://bank.example/1"}}`), false},
		"GET /v1/payment_intents/pi_1":          {200, intent("requires_payment_method", ""), false},
	})
	got, err := p.Authorise(t.Context(), "k", order)
	if pay.KindOf(err) != pay.NeedsConfirmation || err == nil || got.ConfirmURL != "https://bank.example/1" {
		t.Errorf("with a page: %+v, %v", got, err)
	}
	alone := order
	alone.ReturnTo = ""
	if got, err = p.Authorise(t.Context(), "k", alone); pay.KindOf(err) != pay.CardDeclined || got.State != pay.Declined {
		t.Errorf("without a page: %+v, %v", got, err)
	}
}

// TestARepeatedAnswer is how things were; the payment is as it is now.
func TestARepeatedAnswer(t *testing.T) {
	p := says(t, map[string]answer{
		"POST /v1/payment_intents":     {200, intent("requires_capture", ""), true},
		"GET /v1/payment_intents/pi_1": {200, intent("canceled", ""), false},
	})
	if got, err := p.Authorise(t.Context(), "k", order); err != nil || got.State != pay.Canceled {
		t.Errorf("asked again after it was canceled: %+v, %v", got, err)
	}
}

func TestAmounts(t *testing.T) {
	for _, c := range []struct {
		minor    int64
		currency money.Currency
		stripe   int64
	}{{1250, "EUR", 1250}, {500, "JPY", 500}, {500, "ISK", 50_000}, {500, "UGX", 50_000}, {1200, "MGA", 12}, {1230, "KWD", 1230}} {
		a := money.Amount{Minor: c.minor, Currency: c.currency}
		n, err := toStripe(a)
		if err != nil || n != c.stripe || fromStripe(n, c.currency) != a {
			t.Errorf("%s is %d at Stripe, %v, and back %s; want %d", a, n, err, fromStripe(n, c.currency), c.stripe)
		}
	}
	for _, a := range []money.Amount{{Minor: 1231, Currency: "KWD"}, {Minor: 1201, Currency: "MGA"}, {Minor: 0, Currency: "EUR"}, {Minor: -1, Currency: "EUR"}} {
		if n, err := toStripe(a); pay.KindOf(err) != pay.Invalid || err == nil {
			t.Errorf("%s is %d at Stripe, %v", a, n, err)
		}
	}
}
