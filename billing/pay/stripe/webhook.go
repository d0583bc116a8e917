package stripe

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/stripe/stripe-go/v85/webhook"

	"webtrunk/billing/pay"
)

// tolerance is how old a webhook may be: beyond it, it is taken for one played again.
const tolerance = 5 * time.Minute

// A notice is what we read of an event (https://docs.stripe.com/api/events/object). The rest
// of it depends on the version of the API that the endpoint was made with.
type notice struct {
	ID      string
	Type    string
	Created int64
	Data    struct {
		Object struct {
			ID            string
			Mode          string
			Customer      string
			PaymentIntent string `json:"payment_intent"`
		}
	}
}

// ReadWebhook reads an event whose Stripe-Signature is by one of the secrets.
func (p *Provider) ReadWebhook(h http.Header, body []byte) (pay.Event, error) {
	if err := p.signed(h.Get("Stripe-Signature"), body); err != nil {
		return pay.Event{}, pay.Fail("webhook", pay.Refused, "The webhook is not Stripe's, or older than 5 minutes.", err)
	}
	var n notice
	if err := json.Unmarshal(body, &n); err != nil || n.ID == "" {
		return pay.Event{}, pay.Fail("webhook", pay.Refused, "The webhook's body is no event.", err)
	}
	o := n.Data.Object
	e := pay.Event{ID: n.ID, Kind: pay.Other, At: time.Unix(n.Created, 0).UTC(), Customer: pay.CustomerID(o.Customer)}
	switch {
	case n.Type == "checkout.session.completed" && o.Mode == "setup":
		e.Kind, e.Setup = pay.MethodStored, pay.SetupID(o.ID)
	case strings.HasPrefix(n.Type, "payment_intent."):
		e.Kind, e.Payment = pay.PaymentChanged, pay.PaymentID(o.ID)
	case strings.HasPrefix(n.Type, "charge.") && o.PaymentIntent != "":
		e.Kind, e.Payment = pay.PaymentChanged, pay.PaymentID(o.PaymentIntent)
	}
	return e, nil
}

// signed tries every secret. An empty one is none: anybody could sign with it.
func (p *Provider) signed(signature string, body []byte) error {
	err := webhook.ErrNoValidSignature
	for _, s := range p.webhooks {
		if s == "" {
			continue
		}
		if err = webhook.ValidatePayloadWithTolerance(body, signature, s.Reveal(), tolerance); err == nil {
			return nil
		}
	}
	return err
}
