package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"webtrunk"
	"webtrunk/store"
)

// Account returns how much is in an account.
func (l *Ledger) Account(ctx context.Context, n Name) (Account, error) {
	a, err := scanAccount(l.db.QueryRow(ctx, `SELECT id, credits, debits, held FROM ledger_accounts WHERE id = $1`, n.String()))
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	a.Name = n
	return a, err
}

// Accounts returns a tenant's accounts of a kind, of one owner where one is named, by ID.
func (l *Ledger) Accounts(ctx context.Context, tenant webtrunk.AccountID, test bool, kind Kind, owner string) ([]Account, error) {
	c := of(tenant, test)
	c.Where("kind = ?", string(kind))
	if owner != "" {
		c.Where("owner = ?", owner)
	}
	rows, err := l.db.Query(ctx, `SELECT id, credits, debits, held FROM ledger_accounts WHERE `+c.All()+` ORDER BY id`, c.Args...)
	return store.All(rows, err, scanAccount)
}

// Hold returns a hold, or webtrunk.NotFound.
func (l *Ledger) Hold(ctx context.Context, id string) (Held, error) {
	h, err := scanHold(l.db.QueryRow(ctx, `SELECT id, debit, amount, drawn, state, expires FROM ledger_holds WHERE id = $1`, id))
	if errors.Is(err, sql.ErrNoRows) {
		err = missing(id)
	}
	return h, err
}

// A Line is one transfer as a statement of an account shows it.
type Line struct {
	ID      string
	Amount  int64 // above zero where it came in, below where it went out
	Other   Name  // whom it came from, or went to
	Reason  Reason
	Call    webtrunk.CallID
	Subject string
	At      time.Time
}

// A Period bounds a statement: from the beginning of From to just before To. The zero time
// is no bound.
type Period struct{ From, To time.Time }

// Statement returns up to limit movements of an account, newest first, that are older than
// the one named after, which may be empty. What was only set aside is no movement.
func (l *Ledger) Statement(ctx context.Context, n Name, p Period, limit int, after string) ([]Line, error) {
	c := &store.Clause{}
	c.Where("(debit = ? OR credit = ?)", n.String(), n.String())
	c.Where("op IN ('move', 'draw')")
	if !p.From.IsZero() {
		c.Where("created >= ?", store.Micros(p.From))
	}
	if !p.To.IsZero() {
		c.Where("created < ?", store.Micros(p.To))
	}
	if after != "" {
		last, err := l.line(ctx, n, after)
		if err != nil {
			return nil, err
		}
		c.Behind(last.At, after)
	}
	rows, err := l.db.Query(ctx, lines+c.Newest(limit), c.Args...)
	return store.All(rows, err, func(row store.Row) (Line, error) { return scanLine(row, n) })
}

const lines = `SELECT id, debit, credit, amount, reason, call_id, subject, created FROM ledger_transfers WHERE `

// line returns one movement of an account.
func (l *Ledger) line(ctx context.Context, n Name, id string) (Line, error) {
	one, err := scanLine(l.db.QueryRow(ctx, lines+`id = $1 AND (debit = $2 OR credit = $2)`, id, n.String()), n)
	if errors.Is(err, sql.ErrNoRows) {
		err = refuse(webtrunk.NotFound, "There is no movement %s of this account.", id)
	}
	return one, err
}

func scanLine(row store.Row, n Name) (out Line, err error) {
	var debit, credit string
	var created int64
	err = row.Scan(&out.ID, &debit, &credit, &out.Amount, &out.Reason, &out.Call, &out.Subject, &created)
	out.At, out.Other = store.Time(created), NameOf(debit)
	if debit == n.String() {
		out.Other, out.Amount = NameOf(credit), -out.Amount
	}
	return out, err
}

// Overdue returns up to limit holds whose time is over.
func (l *Ledger) Overdue(ctx context.Context, limit int) ([]Held, error) {
	rows, err := l.db.Query(ctx, fmt.Sprintf(`SELECT id, debit, amount, drawn, state, expires FROM ledger_holds WHERE state = 'pending' AND expires > 0 AND expires <= $1 ORDER BY expires, id LIMIT %d`, limit), store.Micros(l.now()))
	return store.All(rows, err, scanHold)
}

// ExpireOverdue gives back what holds set aside whose time is over, and returns how many.
func (l *Ledger) ExpireOverdue(ctx context.Context) (int, error) {
	all, err := l.Overdue(ctx, most)
	for n, h := range all {
		if _, err := l.Post(ctx, Entry{Transfers: []Transfer{{ID: h.ID + ".expire", Op: Expire, Hold: h.ID}}}); err != nil {
			return n, err
		}
	}
	return len(all), err
}
