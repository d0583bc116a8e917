package stripe

import (
	"cmp"
	"context"
	"net/http"
	"time"

	api "github.com/stripe/stripe-go/v85"

	"webtrunk/billing/pay"
)

// A Provider takes payments by a Stripe account. Make it with New.
type Provider struct {
	api      *api.Client
	webhooks []pay.Secret
}

var _ pay.Provider = (*Provider)(nil)

// A Config is what a Provider needs: Key, and Webhooks to read any.
type Config struct {
	Key      pay.Secret   // a secret or restricted key: sk_… or rk_…
	Webhooks []pay.Secret // of the webhook's endpoint, whsec_…: two while one is changed
	URL      string       // where Stripe is; its own address if empty
	HTTP     *http.Client // with a time-out; 30 s if nil
}

// New returns a Provider, and asks Stripe nothing.
func New(cfg Config) *Provider {
	backend := &api.BackendConfig{
		HTTPClient:      cmp.Or(cfg.HTTP, &http.Client{Timeout: 30 * time.Second}),
		LeveledLogger:   &api.LeveledLogger{Level: api.LevelNull}, // errors are logged where they are handled
		EnableTelemetry: api.Bool(false),
	}
	if cfg.URL != "" {
		backend.URL = api.String(cfg.URL)
	}
	client := api.NewClient(cfg.Key.Reveal(), api.WithBackends(api.NewBackendsWithConfig(backend)))
	return &Provider{api: client, webhooks: cfg.Webhooks}
}

// keyed are the parameters of a request with an idempotency key.
func keyed(key pay.Key) api.Params { return api.Params{IdempotencyKey: api.String(string(key))} }

// said is a parameter that is left out where there is nothing to say.
func said(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func (p *Provider) NewCustomer(ctx context.Context, key pay.Key, c pay.Customer) (pay.CustomerID, error) {
	if err := pay.CheckKey(key); err != nil {
		return "", err
	}
	ask := &api.CustomerCreateParams{Params: keyed(key), Name: said(c.Name), Email: said(c.Email)}
	if c.Reference != "" {
		ask.Metadata = map[string]string{"webtrunk_reference": c.Reference}
	}
	made, err := p.api.V1Customers.Create(ctx, ask)
	if err != nil {
		return "", failed("customer", err)
	}
	return pay.CustomerID(made.ID), nil
}

// Setup begins a Checkout session for cards. From both its ways out the customer returns.
func (p *Provider) Setup(ctx context.Context, key pay.Key, customer pay.CustomerID, returnTo string) (pay.Setup, error) {
	if err := pay.CheckKey(key); err != nil {
		return pay.Setup{}, err
	}
	made, err := p.api.V1CheckoutSessions.Create(ctx, &api.CheckoutSessionCreateParams{
		Params: keyed(key), Mode: api.String("setup"), Customer: api.String(string(customer)),
		PaymentMethodTypes: []*string{api.String("card")},
		SuccessURL:         api.String(returnTo), CancelURL: api.String(returnTo),
	})
	if err != nil {
		return pay.Setup{}, failed("setup", err)
	}
	return pay.Setup{ID: pay.SetupID(made.ID), URL: made.URL}, nil
}

func (p *Provider) Methods(ctx context.Context, customer pay.CustomerID) ([]pay.Method, error) {
	var found []pay.Method
	ask := &api.PaymentMethodListParams{Customer: api.String(string(customer)), Type: api.String("card")}
	for m, err := range p.api.V1PaymentMethods.List(ctx, ask).All(ctx) {
		if err != nil {
			return nil, failed("methods", err)
		}
		if m.Card == nil {
			continue
		}
		found = append(found, pay.Method{
			ID: pay.MethodID(m.ID), Brand: string(m.Card.Brand), Last4: m.Card.Last4,
			ExpMonth: int(m.Card.ExpMonth), ExpYear: int(m.Card.ExpYear),
		})
	}
	return found, nil
}
