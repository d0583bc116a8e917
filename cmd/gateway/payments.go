package main

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"webtrunk"
	"webtrunk/billing/cashier"
	"webtrunk/billing/pay"
	"webtrunk/billing/pay/stripe"
	"webtrunk/billing/pay/testpay"
)

// PaymentsConfig says who takes money from cards. Without it wallets are filled over the
// interface alone.
type PaymentsConfig struct {
	Stripe *StripeConfig       `yaml:"stripe"`
	Test   *TestPaymentsConfig `yaml:"test"`
}

// StripeConfig is an account at Stripe. With one of its test keys it fills test wallets, else
// live ones.
type StripeConfig struct {
	Key      pay.Secret   `yaml:"key"`             // sk_… or rk_…
	Webhooks []pay.Secret `yaml:"webhook_secrets"` // whsec_…, two while one is changed
	URL      string       `yaml:"url"`             // where Stripe is, if not at its own address
}

// test reports a key with which no money moves.
func (c StripeConfig) test() bool { return strings.Contains(c.Key.Reveal(), "_test_") }

// TestPaymentsConfig is the provider without money, in this process, for test wallets.
type TestPaymentsConfig struct {
	Listen    hostPort `yaml:"listen"`     // an address of its own, for its pages
	PublicURL string   `yaml:"public_url"` // how people reach them; http:// and Listen when left out
	File      string   `yaml:"file"`       // where it keeps what it knows; in memory when left out
}

// origin is how its pages' addresses begin.
func (c TestPaymentsConfig) origin(at string) string {
	if c.PublicURL != "" {
		return strings.TrimSuffix(c.PublicURL, "/")
	}
	return "http://" + at
}

func (c Config) validatePayments(ps *Problems) {
	if s := c.Payments.Stripe; s != nil {
		if k := s.Key.Reveal(); !strings.HasPrefix(k, "sk_") && !strings.HasPrefix(k, "rk_") {
			ps.add("payments.stripe.key", "write a secret key of Stripe's, sk_…, or better a restricted one, rk_…")
		}
		if len(s.Webhooks) == 0 {
			ps.add("payments.stripe.webhook_secrets", "write the signing secret of the endpoint that sends its webhooks to /v1/payments/webhook, whsec_…")
		}
		for i, w := range s.Webhooks {
			if !strings.HasPrefix(w.Reveal(), "whsec_") {
				ps.add(index("payments.stripe.webhook_secrets", i), "this is no signing secret of an endpoint: write whsec_…")
			}
		}
		if s.test() && c.Payments.Test != nil {
			ps.add("payments.test", "Stripe's test key fills the test wallets already: keep one of the two")
		}
	}
	if t := c.Payments.Test; t != nil && (t.Listen == "" || t.Listen == off) {
		ps.add("payments.test.listen", "the test provider has pages of its own: write an address and port, such as 127.0.0.1:8090")
	}
}

// testPaymentsKey is what our client shows our test provider: there is no money.
const testPaymentsKey pay.Secret = "webtrunk-test-payments"

// openPayments has cards fill wallets, where the configuration names who takes them.
func (g *gateway) openPayments() error {
	o := cashier.Options{DB: g.store, Ledger: g.ledger, Funded: g.billing.Funded, Log: g.log}
	c := g.cfg.Payments
	if c.Stripe != nil {
		g.webhook = g.receiver(c.Stripe.provide(&o))
	}
	if c.Stripe == nil && c.Test == nil {
		g.cashier = cashier.Open(o)
		return nil
	}
	serve := func() error { return nil }
	if c.Test != nil {
		t, err := newTestPayments(*c.Test)
		if err != nil {
			return err
		}
		o.Test, serve = t.client, func() error { return g.serveTestPayments(t) }
	}
	g.cashier = cashier.Open(o) // before anybody can send it webhooks
	g.inBackground(g.cashier.Run)
	return serve()
}

// provide has Stripe fill the wallets that its key is for.
func (c StripeConfig) provide(o *cashier.Options) pay.Provider {
	p := stripe.New(stripe.Config{Key: c.Key, Webhooks: c.Webhooks, URL: c.URL})
	if c.test() {
		o.Test = p
	} else {
		o.Live = p
	}
	return p
}

// receiver takes a provider's webhooks.
func (g *gateway) receiver(p pay.Provider) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		take := func(ctx context.Context, e pay.Event) error { return g.cashier.Take(ctx, p, e) }
		(&pay.Receiver{Provider: p, Seen: g.cashier, Log: g.log, Take: take}).ServeHTTP(w, r)
	})
}

// testPayments is the provider without money, where it listens, and its client.
type testPayments struct {
	TestPaymentsConfig
	listener net.Listener
	secret   pay.Secret // of its webhooks
	client   *testpay.Client
}

func newTestPayments(c TestPaymentsConfig) (t testPayments, err error) {
	t = testPayments{TestPaymentsConfig: c, secret: pay.Secret(secret())}
	if t.listener, err = listenTCP(c.Listen, "payments.test.listen"); err != nil {
		return t, err
	}
	t.client = &testpay.Client{Origin: t.inside(), Key: testPaymentsKey, Secrets: []pay.Secret{t.secret}, HTTP: &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{}}}
	return t, nil
}

// inside is where this machine reaches it, whatever its pages are called.
func (t testPayments) inside() string { return "http://" + t.listener.Addr().String() }

// serveTestPayments starts it, and takes its webhooks beside its pages.
func (g *gateway) serveTestPayments(t testPayments) error {
	g.testPayments = t.origin(t.listener.Addr().String())
	provider, err := testpay.New(testpay.Config{Origin: g.testPayments, Key: testPaymentsKey, File: t.File, Hook: t.inside() + "/webhook", Secret: t.secret, Log: g.log})
	if err != nil {
		t.listener.Close()
		return setting("payments.test.file", err)
	}
	mux := http.NewServeMux()
	mux.Handle("/", provider)
	mux.Handle("/webhook", g.receiver(t.client))
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second, ErrorLog: slog.NewLogLogger(g.log.Handler(), slog.LevelDebug)}
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := server.Serve(t.listener); err != http.ErrServerClosed {
			g.log.Error("the test payment provider has stopped", "error", err)
		}
	}()
	g.started.push(func() {
		provider.Close()
		t.client.HTTP.CloseIdleConnections()
		server.Close()
		<-done
	})
	return nil
}

// payments is where Stripe's webhooks come in.
func (g *gateway) payments() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if g.webhook == nil {
			http.NotFound(w, r)
			return
		}
		g.webhook.ServeHTTP(w, r)
	})
}

// provider is who fills live or test wallets, for who is no running gateway.
func (c PaymentsConfig) provider(o *cashier.Options) error {
	if c.Stripe != nil {
		c.Stripe.provide(o)
	}
	if c.Test != nil {
		o.Test = &testpay.Client{Origin: "http://" + string(c.Test.Listen), Key: testPaymentsKey, HTTP: &http.Client{Timeout: 30 * time.Second}}
	}
	if o.Live == nil && o.Test == nil {
		return &webtrunk.Error{Op: "payments", Kind: webtrunk.Invalid, Message: "The configuration names no payment provider. Set payments."}
	}
	return nil
}
