package store

import (
	"context"
	"database/sql"
	"fmt"
	"iter"

	"webtrunk/event"
)

// page is how many records are read at once: a reader that takes its time holds
// no connection meanwhile, and no snapshot that keeps SQLite's WAL from
// shrinking.
const page = 256

// Read implements event.Log.
func (db *DB) Read(ctx context.Context, s event.Stream, after int64) iter.Seq2[event.Record, error] {
	return func(yield func(event.Record, error) bool) {
		end := int64(-1) // as the log is at the second page; before, the first page is the end
		for {
			recs, err := db.page(ctx, s, after)
			for _, r := range recs {
				if after = s.Place(r); !yield(r, nil) || after == end {
					return
				}
			}
			if err == nil && len(recs) == page && end < 0 {
				_, end, err = db.Bounds(ctx, s)
			}
			if err != nil {
				yield(event.Record{}, err)
				return
			}
			if len(recs) < page || after >= end {
				return
			}
		}
	}
}

// page reads a stream's next records.
func (db *DB) page(ctx context.Context, s event.Stream, after int64) ([]event.Record, error) {
	rows, err := db.stream(ctx, s, after)
	if err != nil {
		return nil, err
	}
	recs, err := scan(rows)
	return recs, db.kind.explain(err)
}

// scan reads and closes the rows of records.
func scan(rows *sql.Rows) ([]event.Record, error) {
	defer rows.Close()
	var recs []event.Record
	for rows.Next() {
		var r event.Record
		var at int64
		var data, private string
		if err := rows.Scan(&r.Position, &r.Account, &r.Seq, &r.Call, &r.CallSeq, &r.Last, &r.ID, &r.Type, &at, &r.Test, &data, &private); err != nil {
			return recs, err
		}
		r.Time, r.Data = Time(at), []byte(data)
		if private != "" {
			r.Private = []byte(private)
		}
		recs = append(recs, r)
	}
	return recs, rows.Err()
}

const columns = `SELECT position, account, seq, call_id, call_seq, last, id, type, at, test, data, private FROM events `

// limit ends a query for one page. SQLite parses a query anew at each run whose
// limit is a parameter.
var limit = fmt.Sprintf(`LIMIT %d`, page)

func (db *DB) stream(ctx context.Context, s event.Stream, after int64) (*sql.Rows, error) {
	switch {
	case s.Call != "":
		return db.Query(ctx, columns+`WHERE call_id = $1 AND call_seq > $2 ORDER BY call_seq `+limit, string(s.Call), after)
	case s.Account != "":
		return db.Query(ctx, columns+`WHERE account = $1 AND seq > $2 ORDER BY seq `+limit, string(s.Account), after)
	}
	return db.Query(ctx, columns+`WHERE position > $1 ORDER BY position `+limit, after)
}

// Bounds implements event.Log.
func (db *DB) Bounds(ctx context.Context, s event.Stream) (oldest, newest int64, err error) {
	var row *sql.Row
	switch {
	case s.Call != "":
		row = db.QueryRow(ctx, `SELECT coalesce((SELECT min(call_seq) FROM events WHERE call_id = $1), 0), coalesce((SELECT max(call_seq) FROM events WHERE call_id = $1), 0)`, string(s.Call))
	case s.Account != "":
		row = db.QueryRow(ctx, `SELECT coalesce((SELECT min(seq) FROM events WHERE account = $1), 0), coalesce((SELECT max(seq) FROM events WHERE account = $1), 0)`, string(s.Account))
	default:
		row = db.QueryRow(ctx, `SELECT coalesce((SELECT min(position) FROM events), 0), coalesce((SELECT max(position) FROM events), 0)`)
	}
	err = db.kind.explain(row.Scan(&oldest, &newest))
	return oldest, newest, err
}

// newest is the log's newest position.
func (db *DB) newest(ctx context.Context) (int64, error) {
	_, newest, err := db.Bounds(ctx, event.Stream{})
	return newest, err
}

// Cursor implements event.Cursors.
func (db *DB) Cursor(ctx context.Context, consumer string) (position int64, err error) {
	err = db.kind.explain(db.QueryRow(ctx, `SELECT coalesce(max(position), 0) FROM cursors WHERE consumer = $1`, consumer).Scan(&position))
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
