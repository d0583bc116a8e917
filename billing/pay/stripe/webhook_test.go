package stripe

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stripe/stripe-go/v85/webhook"

	"webtrunk/billing/pay"
)

func signed(secret string, at time.Time, body string) http.Header {
	s := webhook.GenerateTestSignedPayload(&webhook.UnsignedPayload{Payload: []byte(body), Secret: secret, Timestamp: at})
	return http.Header{"Stripe-Signature": {s.Header}}
}

const captured = `{"id":"evt_1","type":"payment_intent.succeeded","created":1700000000,"data":{"object":{"id":"pi_1","customer":"cus_1"}}}`

func TestSignatures(t *testing.T) {
	p := New(Config{Webhooks: []pay.Secret{"", "whsec_new", "whsec_old"}})
	now := time.Now()
	for _, secret := range []string{"whsec_new", "whsec_old"} {
		if e, err := p.ReadWebhook(signed(secret, now, captured), []byte(captured)); err != nil || e.ID != "evt_1" {
			t.Errorf("signed with %s: %+v, %v", secret, e, err)
		}
	}
	for name, h := range map[string]http.Header{
		"a wrong secret":  signed("whsec_wrong", now, captured),
		"no secret":       signed("", now, captured),
		"an old one":      signed("whsec_new", now.Add(-6*time.Minute), captured),
		"another body's":  signed("whsec_new", now, captured+" "),
		"no signature":    {},
		"a broken header": {"Stripe-Signature": {"t=now,v1="}},
	} {
		if _, err := p.ReadWebhook(h, []byte(captured)); err == nil || pay.KindOf(err) != pay.Refused || strings.Contains(err.Error(), "whsec") {
			t.Errorf("%s: %v, want it refused", name, err)
		}
	}
}

func TestEvents(t *testing.T) {
	p := New(Config{Webhooks: []pay.Secret{"whsec_1"}})
	for _, c := range []struct {
		kind, object string
		want         pay.Event
	}{
		{"payment_intent.payment_failed", `{"id":"pi_1","customer":"cus_1"}`, pay.Event{Kind: pay.PaymentChanged, Payment: "pi_1", Customer: "cus_1"}},
		{"charge.refunded", `{"id":"ch_1","customer":"cus_1","payment_intent":"pi_1"}`, pay.Event{Kind: pay.PaymentChanged, Payment: "pi_1", Customer: "cus_1"}},
		{"charge.dispute.created", `{"id":"dp_1","payment_intent":"pi_1"}`, pay.Event{Kind: pay.PaymentChanged, Payment: "pi_1"}},
		{"checkout.session.completed", `{"id":"cs_1","mode":"setup","customer":"cus_1"}`, pay.Event{Kind: pay.MethodStored, Setup: "cs_1", Customer: "cus_1"}},
		{"checkout.session.completed", `{"id":"cs_1","mode":"payment"}`, pay.Event{Kind: pay.Other}},
		{"invoice.paid", `{"id":"in_1"}`, pay.Event{Kind: pay.Other}},
	} {
		body := fmt.Sprintf(`{"id":"evt_1","type":%q,"created":1700000000,"data":{"object":%s}}`, c.kind, c.object)
		c.want.ID, c.want.At = "evt_1", time.Unix(1700000000, 0).UTC()
		if e, err := p.ReadWebhook(signed("whsec_1", time.Now(), body), []byte(body)); err != nil || e != c.want {
			t.Errorf("%s is %+v, %v; want %+v", c.kind, e, err, c.want)
		}
	}
}

// once remembers in memory, which is enough for one test.
type once map[string]bool

func (o once) Once(ctx context.Context, id string, take func(context.Context) error) (bool, error) {
	if o[id] {
		return false, nil
	}
	o[id] = true
	return true, take(ctx)
}

// TestReplay: an event that is played again changes nothing a second time.
func TestReplay(t *testing.T) {
	taken := 0
	r := &pay.Receiver{
		Provider: New(Config{Webhooks: []pay.Secret{"whsec_1"}}), Seen: once{}, Log: slog.New(slog.DiscardHandler),
		Take: func(context.Context, pay.Event) error { taken++; return nil },
	}
	send := func(h http.Header) int {
		q := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(captured))
		q.Header = h
		w := httptest.NewRecorder()
		r.ServeHTTP(w, q)
		return w.Code
	}
	h := signed("whsec_1", time.Now(), captured)
	if first, second := send(h), send(h); first != http.StatusNoContent || second != http.StatusNoContent || taken != 1 {
		t.Errorf("twice the same: %d and %d, taken %d times", first, second, taken)
	}
	if code := send(signed("whsec_wrong", time.Now(), captured)); code != http.StatusBadRequest || taken != 1 {
		t.Errorf("a forged one: %d, taken %d times", code, taken)
	}
}
