package cashier

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"webtrunk"
	"webtrunk/billing/ledger"
	"webtrunk/billing/pay"
	"webtrunk/store"
)

// Options are what a Cashier needs. All but Live, Test and Now must be set.
type Options struct {
	DB     *store.DB
	Ledger *ledger.Ledger
	Live   pay.Provider      // of live wallets; nil: they are filled in no such way
	Test   pay.Provider      // of test ones
	Funded func(ledger.Name) // is told of an account in which there is more
	Log    *slog.Logger
	Now    func() time.Time // nil is time.Now
}

// A Cashier fills wallets. It may be used from any goroutine.
type Cashier struct{ o Options }

// Open returns a Cashier. Run does what was left undone.
func Open(o Options) *Cashier {
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Cashier{o}
}

func (t *Cashier) now() time.Time { return t.o.Now().UTC().Truncate(time.Microsecond) }

// provider is who takes the money of live or of test wallets.
func (t *Cashier) provider(test bool) (pay.Provider, error) {
	p := t.o.Live
	if test {
		p = t.o.Test
	}
	if p == nil {
		return nil, refuse(webtrunk.Unsupported, "This gateway has no payment provider for %s wallets. Pay in by POST /v1/wallets/{wallet}/deposits, or set payments in its configuration.", mode(test))
	}
	return p, nil
}

func mode(test bool) string {
	if test {
		return "test"
	}
	return "live"
}

func (t *Cashier) change(ctx context.Context, f func(*store.Tx) error) error {
	return t.o.DB.Tx(ctx, f)
}

func refuse(kind webtrunk.Kind, format string, args ...any) error {
	return &webtrunk.Error{Op: "top-up", Kind: kind, Message: fmt.Sprintf(format, args...)}
}
