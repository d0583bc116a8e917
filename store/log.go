package store

import (
	"context"
	"database/sql"
	"iter"

	"webtrunk/event"
)

// keep writes the transaction's records into the log.
func (tx *Tx) keep(ctx context.Context) error {
	for _, r := range tx.recs {
		if _, err := tx.Exec(ctx, `INSERT INTO events (position, account, seq, call_id, call_seq, last, id, type, at, test, data, private)
			VALUES ((SELECT coalesce(max(position), 0) + 1 FROM events), $1, (SELECT coalesce(max(seq), 0) + 1 FROM events WHERE account = $1),
			$2, $3, $4, $5, $6, $7, $8, $9, $10)`,
			string(r.Account), string(r.Call), r.CallSeq, r.Last, r.ID, r.Type, Micros(r.Time), r.Test, string(r.Data), string(r.Private)); err != nil {
			return err
		}
	}
	return nil
}

// Append implements event.Log.
func (db *DB) Append(ctx context.Context, recs ...event.Record) error {
	return db.Tx(ctx, func(tx *Tx) error { tx.Emit(recs...); return nil })
}

// Read implements event.Log.
func (db *DB) Read(ctx context.Context, s event.Stream, after int64) iter.Seq2[event.Record, error] {
	return func(yield func(event.Record, error) bool) {
		rows, err := db.stream(ctx, s, after)
		if err != nil {
			yield(event.Record{}, err)
			return
		}
		defer rows.Close()
		for rows.Next() {
			var r event.Record
			var at int64
			var data, private string
			err := rows.Scan(&r.Position, &r.Account, &r.Seq, &r.Call, &r.CallSeq, &r.Last, &r.ID, &r.Type, &at, &r.Test, &data, &private)
			r.Time, r.Data, r.Private = Time(at), []byte(data), []byte(private)
			if !yield(r, err) || err != nil {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(event.Record{}, err)
		}
	}
}

const columns = `SELECT position, account, seq, call_id, call_seq, last, id, type, at, test, data, private FROM events `

func (db *DB) stream(ctx context.Context, s event.Stream, after int64) (*sql.Rows, error) {
	switch {
	case s.Call != "":
		return db.Query(ctx, columns+`WHERE call_id = $1 AND call_seq > $2 ORDER BY call_seq`, string(s.Call), after)
	case s.Account != "":
		return db.Query(ctx, columns+`WHERE account = $1 AND seq > $2 ORDER BY seq`, string(s.Account), after)
	}
	return db.Query(ctx, columns+`WHERE position > $1 ORDER BY position`, after)
}

// Bounds implements event.Log.
func (db *DB) Bounds(ctx context.Context, s event.Stream) (oldest, newest int64, err error) {
	switch {
	case s.Call != "":
		err = db.QueryRow(ctx, `SELECT coalesce(min(call_seq), 0), coalesce(max(call_seq), 0) FROM events WHERE call_id = $1`, string(s.Call)).Scan(&oldest, &newest)
	case s.Account != "":
		err = db.QueryRow(ctx, `SELECT coalesce(min(seq), 0), coalesce(max(seq), 0) FROM events WHERE account = $1`, string(s.Account)).Scan(&oldest, &newest)
	default:
		err = db.QueryRow(ctx, `SELECT coalesce(min(position), 0), coalesce(max(position), 0) FROM events`).Scan(&oldest, &newest)
	}
	return oldest, newest, err
}

// Watch implements event.Log.
func (db *DB) Watch() (grown <-chan struct{}, stop func()) {
	c := make(chan struct{}, 1)
	db.mu.Lock()
	db.watchers[c] = true
	db.mu.Unlock()
	return c, func() {
		db.mu.Lock()
		delete(db.watchers, c)
		db.mu.Unlock()
	}
}

// grown tells the watchers.
func (db *DB) grown() {
	db.mu.Lock()
	defer db.mu.Unlock()
	for c := range db.watchers {
		select {
		case c <- struct{}{}:
		default:
		}
	}
}

// Cursor implements event.Cursors.
func (db *DB) Cursor(ctx context.Context, consumer string) (position int64, err error) {
	err = db.QueryRow(ctx, `SELECT coalesce(max(position), 0) FROM cursors WHERE consumer = $1`, consumer).Scan(&position)
	return position, err
}

// SaveCursor implements event.Cursors.
func (db *DB) SaveCursor(ctx context.Context, consumer string, position int64) error {
	return db.Tx(ctx, func(tx *Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO cursors (consumer, position) VALUES ($1, $2)
			ON CONFLICT (consumer) DO UPDATE SET position = excluded.position`, consumer, position)
		return err
	})
}
