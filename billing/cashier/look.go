package cashier

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"webtrunk/billing/pay"
	"webtrunk/directory"
	"webtrunk/directory/shelf"
	"webtrunk/store"
)

// Look has the provider asked once more what became of a top-up that is not decided, as who
// comes back from confirming wants to know.
func (t *Cashier) Look(ctx context.Context, of shelf.Tenant, id string) (TopUp, error) {
	u, err := t.One(ctx, of, id)
	if err != nil {
		return u, err
	}
	return t.ask(ctx, u)
}

// Take takes a webhook of a provider: it says where to look.
func (t *Cashier) Take(ctx context.Context, p pay.Provider, e pay.Event) error {
	if e.Payment == "" {
		return nil
	}
	has, err := p.Payment(ctx, e.Payment)
	if err != nil {
		return err
	}
	u, err := t.whose(ctx, has)
	if errors.Is(err, sql.ErrNoRows) {
		return nil // none of ours
	}
	if err == nil {
		_, err = t.book(ctx, u, has)
	}
	return err
}

// whose is the top-up that a payment is for.
func (t *Cashier) whose(ctx context.Context, has pay.Payment) (TopUp, error) {
	return readTopUp(t.o.DB.QueryRow(ctx, topUpColumns+`WHERE id = $1`, string(has.Key)))
}

// Once implements pay.Seen. What Take writes may be written twice, so a process that dies in
// between takes the same webhook again and changes nothing.
func (t *Cashier) Once(ctx context.Context, id string, take func(context.Context) error) (first bool, err error) {
	var there int
	err = t.o.DB.QueryRow(ctx, `SELECT 1 FROM payment_events WHERE id = $1`, id).Scan(&there)
	if err == nil || !errors.Is(err, sql.ErrNoRows) {
		return false, err
	}
	if err := take(ctx); err != nil {
		return false, err
	}
	return true, t.change(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO payment_events (id, taken) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING`, id, store.Micros(t.now()))
		return err
	})
}

const (
	sweepEvery = 30 * time.Second
	// keptEvents is how long a provider may repeat a webhook.
	keptEvents = 60 * 24 * time.Hour
	// given is how long a payer has to confirm before it is asked what became of it.
	given = 10 * time.Second
)

// Run asks the provider about what is not decided, until ctx ends: answers and webhooks get
// lost.
func (t *Cashier) Run(ctx context.Context) error {
	every := time.NewTicker(sweepEvery)
	defer every.Stop()
	for {
		if err := t.Sweep(ctx); err != nil && ctx.Err() == nil {
			t.o.Log.Warn("payments: what is not decided could not be looked at; it is tried again", "error", err)
		}
		select {
		case <-every.C:
		case <-ctx.Done():
			return nil
		}
	}
}

// Sweep asks once about all that is not decided.
func (t *Cashier) Sweep(ctx context.Context) error {
	now := t.now()
	if err := t.change(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM payment_events WHERE taken < $1`, store.Micros(now.Add(-keptEvents)))
		return err
	}); err != nil {
		return err
	}
	var c store.Clause
	c.Where(`(state IN ('pending', 'requires_confirmation') OR refunding <> '')`)
	c.Where(`updated <= ?`, store.Micros(now.Add(-given)))
	open, err := t.list(ctx, c, `created`, 1000)
	failed := []error{err}
	for _, u := range open {
		if u.refunding != "" {
			_, err = t.giveBack(ctx, u)
		} else {
			_, err = t.ask(ctx, u)
		}
		failed = append(failed, err)
	}
	return errors.Join(failed...)
}

func (t *Cashier) list(ctx context.Context, c store.Clause, order string, limit int) (all []TopUp, err error) {
	rows, err := t.o.DB.Query(ctx, topUpColumns+`WHERE `+c.All()+` ORDER BY `+order+fmt.Sprintf(` LIMIT %d`, limit), c.Args...)
	if err != nil {
		return nil, directory.Unavailable("top-up", err)
	}
	defer rows.Close()
	for rows.Next() {
		u, err := readTopUp(rows)
		if err != nil {
			return nil, directory.Unavailable("top-up", err)
		}
		all = append(all, u)
	}
	return all, directory.Unavailable("top-up", rows.Err())
}
