package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"webtrunk/billing/cashier"
	"webtrunk/billing/ledger"
	"webtrunk/store"
)

type reconcileCommand struct {
	Config string        `required:"" help:"The configuration that names the database and the payment provider." placeholder:"FILE"`
	Since  time.Duration `help:"How far to look back." default:"720h"`
}

// errDisagree ends the command where the books do not agree.
var errDisagree = errors.New("the payment provider and the ledger do not agree: somebody has to look at the above")

// Run compares the payment provider with the ledger, and books what the ledger lacks. The
// gateway may be running.
func (c reconcileCommand) Run(t *terminal) error {
	cfg, err := readConfig(c.Config)
	if err != nil {
		return explain(c.Config, err)
	}
	ctx, done := t.untilStopped()
	defer done()
	db, err := store.Open(ctx, cfg.Database, store.Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return setting("database", err)
	}
	defer db.Close()
	l := ledger.Open(db, time.Now)
	defer l.Close()
	o := cashier.Options{DB: db, Ledger: l, Funded: func(ledger.Name) {}, Log: slog.New(slog.NewTextHandler(t.err, nil))}
	if err := cfg.Payments.provider(&o); err != nil {
		return err
	}
	agree := true
	for _, test := range []bool{false, true} {
		if test && o.Test == nil || !test && o.Live == nil {
			continue
		}
		found, err := cashier.Open(o).Reconcile(ctx, test, time.Now().Add(-c.Since))
		if err != nil {
			return err
		}
		report(t.out, test, found)
		agree = agree && len(found.Wrong) == 0
	}
	return c.audit(ctx, t.out, l, agree)
}

// report tells what was found of live or of test wallets.
func report(out io.Writer, test bool, r cashier.Reconciled) {
	mode := "live"
	if test {
		mode = "test"
	}
	fmt.Fprintf(out, "%s: %d payments at the provider, %d booked now, %d that do not agree.\n", mode, r.Payments, len(r.Booked), len(r.Wrong))
	for _, b := range r.Booked {
		fmt.Fprintln(out, "  booked", b)
	}
	for _, w := range r.Wrong {
		fmt.Fprintln(out, "  WRONG ", w)
	}
}

// audit counts the ledger again, all of it.
func (c reconcileCommand) audit(ctx context.Context, out io.Writer, l *ledger.Ledger, agree bool) error {
	found, err := l.Audit(ctx)
	if err != nil {
		return err
	}
	for _, w := range found.Wrong {
		fmt.Fprintln(out, "  WRONG ", w)
	}
	if !agree || len(found.Wrong) > 0 {
		return errDisagree
	}
	fmt.Fprintln(out, "The ledger counts right.")
	return nil
}
