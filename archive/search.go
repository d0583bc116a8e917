package archive

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"

	"webtrunk"
	"webtrunk/event"
	"webtrunk/store"
)

const selected = `SELECT body, price_amount, price_currency, call_seq FROM call_records WHERE `

// Get returns one record, with what the log has told of its call by now. A call
// of another account, or of the other mode, is webtrunk.NotFound, as one that
// does not exist.
func (a *Archive) Get(ctx context.Context, account webtrunk.AccountID, test bool, id webtrunk.CallID) (Record, error) {
	folded, err := a.db.Cursor(ctx, Consumer) // before the row: what comes between is not read twice, but not missed either
	if err != nil {
		return Record{}, err
	}
	r, err := scan(a.db.QueryRow(ctx, selected+`id = $1`, string(id)))
	if errors.Is(err, sql.ErrNoRows) {
		r, err = &row{}, nil
	}
	if err == nil && r.Ended == nil {
		err = a.catchUp(ctx, r, id, folded)
	}
	if err != nil {
		return Record{}, err
	}
	if r.Seq == 0 || r.Account != account || r.Livemode == test {
		return Record{}, &webtrunk.Error{Op: "records", Kind: webtrunk.NotFound, Message: "There is no record of a call with this ID."}
	}
	said, err := wrapUps(ctx, a.db, id)
	r.WrapUps = said[id]
	return r.Record, err
}

// catchUp folds into a row what the consumer has not come to: the archive
// gathers for a moment, and whoever has just made a call looks for it at once.
// What the consumer has been at and is gone was forgotten, and stays so.
func (a *Archive) catchUp(ctx context.Context, r *row, id webtrunk.CallID, folded int64) error {
	f := &folding{row: r}
	for e, err := range a.db.Read(ctx, event.Stream{Call: id}, r.Seq) {
		if err != nil {
			return err
		}
		if r.Seq == 0 && e.Position <= folded {
			return nil
		}
		if err := f.take(e); err != nil {
			return err
		}
	}
	return nil
}

// Search returns a page of records, newest first, and whether more follow.
func (a *Archive) Search(ctx context.Context, q Query) (page []Record, more bool, err error) {
	limit, err := q.limit()
	if err != nil {
		return nil, false, err
	}
	c, err := a.conditions(ctx, q)
	if err != nil {
		return nil, false, err
	}
	c.Args = append(c.Args, limit+1)
	rows, err := a.db.Query(ctx, selected+c.All()+fmt.Sprintf(` ORDER BY created DESC, id DESC LIMIT $%d`, len(c.Args)), c.Args...)
	if err != nil {
		return nil, false, err
	}
	defer rows.Close()
	page = make([]Record, 0, limit)
	for rows.Next() {
		r, err := scan(rows)
		if err != nil {
			return nil, false, err
		}
		page = append(page, r.Record)
	}
	if len(page) > limit {
		page, more = page[:limit], true
	}
	if err := rows.Err(); err != nil {
		return nil, false, err
	}
	rows.Close() // before the next is asked for: who holds one connection waits for no other
	return page, more, a.withWrapUps(ctx, page)
}

// conditions writes out what a query asks for.
func (a *Archive) conditions(ctx context.Context, q Query) (*store.Clause, error) {
	lookups, err := q.lookups()
	if err != nil {
		return nil, err
	}
	c := q.clause()
	for _, l := range lookups {
		n := 0
		err := a.db.QueryRow(ctx, `SELECT count(*) FROM (SELECT 1 FROM call_terms WHERE account = $1 AND term >= $2 AND term < $3 LIMIT $4) AS enough`,
			string(q.Account), l.from, l.to, common).Scan(&n)
		if err != nil {
			return nil, err
		}
		l.where(c, q.Account, n < common)
	}
	if q.After == "" {
		return c, nil
	}
	return c, a.after(ctx, q, c)
}

// after adds that records lie behind the one that the query names.
func (a *Archive) after(ctx context.Context, q Query, c *store.Clause) error {
	var created int64
	err := a.db.QueryRow(ctx, `SELECT created FROM call_records WHERE id = $1 AND account = $2 AND test = $3`, string(q.After), string(q.Account), q.Test).Scan(&created)
	if errors.Is(err, sql.ErrNoRows) {
		return &webtrunk.Error{Op: "records", Kind: webtrunk.NotFound, Message: "There is no record with the ID that the list is to continue after. Begin the list anew."}
	}
	c.Where("(created, id) < (?, ?)", created, string(q.After))
	return err
}

// All returns every record that a query gives, newest first, page by page, so
// that neither memory nor a database connection is held while they are used.
// Limit is ignored. An error ends the sequence.
func (a *Archive) All(ctx context.Context, q Query) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		q.Limit = MaxLimit
		for {
			page, more, err := a.Search(ctx, q)
			if err != nil {
				yield(Record{}, err)
				return
			}
			for _, r := range page {
				if !yield(r, nil) {
					return
				}
			}
			if !more {
				return
			}
			q.After = page[len(page)-1].ID
		}
	}
}
