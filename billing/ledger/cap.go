package ledger

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"webtrunk"
	"webtrunk/billing/money"
	"webtrunk/store"
)

// A limit bounds what leaves an account in one day, by UTC. What is set aside counts as if it
// had left, until it is given back.
type limit struct {
	daily  int64
	day    int64 // since 1970
	before int64 // what had left the account when the day began
}

// spare is how much more may be set aside today.
func (c limit) spare(a Account) int64 { return max(0, c.daily-(a.Debits-c.before)-a.Held) }

// dayOf is how many days before a time have passed since 1970.
func dayOf(t time.Time) int64 { return t.Unix() / (24 * 3600) }

// dawn is when the day of a time began.
func dawn(t time.Time) time.Time { return t.UTC().Truncate(24 * time.Hour) }

// readCaps reads how much of the accounts may be set aside that holds are to be of.
func (b *book) readCaps(ctx context.Context, tx *store.Tx, jobs []*job, now time.Time) error {
	ids := map[string]bool{}
	for _, j := range jobs {
		for _, t := range j.entry.Transfers {
			if t.Op == Hold && t.From.Kind == Sponsor {
				ids[t.From.String()] = true
			}
		}
	}
	if len(ids) == 0 {
		return nil
	}
	rows, err := tx.Among(ctx, `SELECT id, daily, day, before FROM ledger_caps WHERE id IN`, keys(ids))
	_, err = store.All(rows, err, func(row store.Row) (id string, err error) {
		var c limit
		err = row.Scan(&id, &c.daily, &c.day, &c.before)
		b.caps[NameOf(id)] = c
		return id, err
	})
	if err != nil {
		return err
	}
	for n, c := range b.caps {
		if c.day == dayOf(now) {
			continue
		}
		if b.caps[n], err = b.newDay(ctx, tx, n, c, now); err != nil {
			return err
		}
	}
	return nil
}

// newDay begins a day of an account: what has left it since is of today.
func (b *book) newDay(ctx context.Context, tx *store.Tx, n Name, c limit, now time.Time) (limit, error) {
	today, err := leftSince(tx.QueryRow(ctx, leftAfter, n.String(), store.Micros(dawn(now))))
	if err != nil {
		return c, err
	}
	c.day, c.before = dayOf(now), b.accounts[n].Debits-today
	_, err = tx.Exec(ctx, `UPDATE ledger_caps SET day = $1, before = $2 WHERE id = $3`, c.day, c.before, n.String())
	return c, err
}

const leftAfter = `SELECT COALESCE(SUM(amount), 0) FROM ledger_transfers WHERE debit = $1 AND created >= $2 AND op IN ('move', 'draw')`

func leftSince(row store.Row) (n int64, err error) {
	err = row.Scan(&n)
	return n, err
}

// SetCap bounds what may leave a sponsor's account in one day, in minor units; 0 bounds
// nothing. It counts for what is set aside from now on. With writes what belongs to it.
func (l *Ledger) SetCap(ctx context.Context, n Name, daily int64, with func(*store.Tx)) error {
	if !n.valid() || n.Kind != Sponsor || daily < 0 || daily > money.Most {
		return refuse(webtrunk.Invalid, "A daily cap is 0 to %d minor units of a sponsor's budget.", int64(money.Most))
	}
	return l.db.Tx(ctx, func(tx *store.Tx) error {
		query, args := `DELETE FROM ledger_caps WHERE id = $1`, []any{n.String()}
		if daily > 0 {
			query = `INSERT INTO ledger_caps (id, daily, day, before) VALUES ($1, $2, -1, 0) ON CONFLICT (id) DO UPDATE SET daily = excluded.daily`
			args = append(args, daily)
		}
		_, err := tx.Exec(ctx, query, args...)
		if err == nil {
			err = known(ctx, tx, n)
		}
		if err == nil {
			with(tx)
		}
		return err
	})
}

// known has an account be listed that nothing was moved to yet.
func known(ctx context.Context, tx *store.Tx, n Name) error {
	return tx.Insert(ctx, `ledger_accounts (id, account, test, kind, owner, currency, credits, debits, held)`, `ON CONFLICT (id) DO NOTHING`,
		[][]any{{n.String(), string(n.Tenant), n.Test, string(n.Kind), n.Owner, string(n.Currency), 0, 0, 0}})
}

// Cap returns how much may leave an account in one day, 0 where nothing bounds that, and how
// much has left it today.
func (l *Ledger) Cap(ctx context.Context, n Name) (daily, today int64, err error) {
	if n.Kind != Sponsor {
		return 0, 0, nil
	}
	err = l.db.QueryRow(ctx, `SELECT daily FROM ledger_caps WHERE id = $1`, n.String()).Scan(&daily)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, 0, nil
	}
	if err == nil {
		today, err = leftSince(l.db.QueryRow(ctx, leftAfter, n.String(), store.Micros(dawn(l.now()))))
	}
	return daily, today, err
}
