package archive

import (
	"context"
	"database/sql"

	"webtrunk"
	"webtrunk/store"
)

// A source is read from: the database, or a transaction.
type source interface {
	Query(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// wrapUps reads what was noted of calls, the oldest change of each first.
func wrapUps(ctx context.Context, from source, ids ...webtrunk.CallID) (map[webtrunk.CallID][]WrapUp, error) {
	said := map[webtrunk.CallID][]WrapUp{}
	if len(ids) == 0 {
		return said, nil
	}
	c := &store.Clause{}
	store.OneOf(c, "call_id", ids)
	rows, err := from.Query(ctx, `SELECT call_id, agent, disposition, disposition_name, notes, updated FROM wrap_ups WHERE `+c.All()+` ORDER BY updated, agent`, c.Args...)
	_, err = store.All(rows, err, func(from store.Row) (w WrapUp, err error) {
		var id webtrunk.CallID
		var updated int64
		err = from.Scan(&id, &w.Agent, &w.Disposition, &w.Name, &w.Notes, &updated)
		w.Updated = store.Time(updated)
		said[id] = append(said[id], w)
		return w, err
	})
	return said, err
}

// withWrapUps adds to records what was noted of their calls.
func (a *Archive) withWrapUps(ctx context.Context, page []Record) error {
	ids := make([]webtrunk.CallID, len(page))
	for i, r := range page {
		ids[i] = r.ID
	}
	said, err := wrapUps(ctx, a.db, ids...)
	for i := range page {
		page[i].WrapUps = said[page[i].ID]
	}
	return err
}

// stillSaid leaves out the terms by which a call is found for what was noted of it:
// its record alone does not know of them.
func stillSaid(ctx context.Context, tx *store.Tx, r *row, gone []string) ([]string, error) {
	if len(gone) == 0 {
		return gone, nil
	}
	said, err := wrapUps(ctx, tx, r.ID)
	noted := Record{WrapUps: said[r.ID]}
	return without(gone, noted.terms()), err
}

// forgetNotes erases what was noted of a call, but for what came of it: the record
// has the agents' pseudonyms already.
func forgetNotes(ctx context.Context, tx *store.Tx, r *row) error {
	if _, err := tx.Exec(ctx, `DELETE FROM wrap_ups WHERE call_id = $1`, string(r.ID)); err != nil {
		return err
	}
	for _, w := range r.WrapUps {
		if err := insertWrapUp(ctx, tx, r, w); err != nil {
			return err
		}
	}
	return nil
}

func insertWrapUp(ctx context.Context, tx *store.Tx, r *row, w WrapUp) error {
	_, err := tx.Exec(ctx, `INSERT INTO wrap_ups (call_id, agent, account, test, disposition, disposition_name, notes, updated) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (call_id, agent) DO UPDATE SET disposition = excluded.disposition, disposition_name = excluded.disposition_name, notes = excluded.notes, updated = excluded.updated`,
		string(r.ID), w.Agent, string(r.Account), !r.Livemode, w.Disposition, w.Name, w.Notes, store.Micros(w.Updated))
	return err
}
