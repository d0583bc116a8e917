package store

import (
	"bytes"
	"context"
	"encoding/json"
	"time"

	"webtrunk"
	"webtrunk/event"
)

// Redact rewrites what the log says of a call, for the erasure of somebody's
// identity: change is given each record that is kept, in order, and returns it
// with the Data and Private that are to stay. All else of it is fixed. Redact
// returns how many records have changed; readers that have read them are not
// told.
func (tx *Tx) Redact(ctx context.Context, call webtrunk.CallID, change func(event.Record) event.Record) (int, error) {
	recs, err := tx.records(ctx, `WHERE call_id = $1 ORDER BY call_seq`, string(call))
	if err != nil {
		return 0, err
	}
	return tx.redact(ctx, recs, change)
}

// RedactAt is Redact for the record at a place in the whole log, if it is kept.
func (tx *Tx) RedactAt(ctx context.Context, position int64, change func(event.Record) event.Record) (int, error) {
	recs, err := tx.records(ctx, `WHERE position = $1`, position)
	if err != nil {
		return 0, err
	}
	return tx.redact(ctx, recs, change)
}

// redacting is how many records one RedactOwn looks at, so that appends do not wait
// for it.
const redacting = 1000

// RedactOwn is Redact for what the log says of an account itself and of no call:
// for up to 1,000 such records behind a place in the account. It returns the place
// of the last; call it in further transactions with that, until it is 0.
func (tx *Tx) RedactOwn(ctx context.Context, account webtrunk.AccountID, after int64, change func(event.Record) event.Record) (last int64, changed int, err error) {
	recs, err := tx.records(ctx, `WHERE account = $1 AND seq > $2 AND call_id = '' ORDER BY seq LIMIT $3`, string(account), after, redacting)
	if err != nil || len(recs) == 0 {
		return 0, 0, err
	}
	changed, err = tx.redact(ctx, recs, change)
	return recs[len(recs)-1].Seq, changed, err
}

func (tx *Tx) records(ctx context.Context, where string, args ...any) ([]event.Record, error) {
	rows, err := tx.Query(ctx, columns+where, args...)
	if err != nil {
		return nil, err
	}
	recs, err := scan(rows)
	if err != nil {
		return nil, tx.explain(err)
	}
	return recs, nil
}

func (tx *Tx) redact(ctx context.Context, recs []event.Record, change func(event.Record) event.Record) (changed int, err error) {
	for _, old := range recs {
		r := change(old)
		if bytes.Equal(r.Data, old.Data) && bytes.Equal(r.Private, old.Private) {
			continue
		}
		if !json.Valid(r.Data) {
			return 0, fault(webtrunk.Invalid, "A record cannot be redacted to what is not JSON.", nil)
		}
		if _, err := tx.Exec(ctx, `UPDATE events SET data = $1, private = $2 WHERE position = $3`, string(r.Data), string(r.Private), old.Position); err != nil {
			return 0, err
		}
		changed++
		tx.redacts = true
	}
	return changed, nil
}

// forgetting is how many records one Forget deletes at most, so that appends do
// not wait for it.
const forgetting = 1000

// Forget deletes an account's oldest records, for the retention of the log:
// those of before a time, up to the first that must stay, at most 1,000 at
// once. It returns how many; call it in further transactions until it returns
// 0. The records that stay keep their places, and Bounds tells where they begin.
//
// A record must stay while its call is open or ended after that time, while a
// consumer with a cursor has not read it, and as its account's newest.
func (tx *Tx) Forget(ctx context.Context, account webtrunk.AccountID, before time.Time) (int, error) {
	rows, err := tx.Query(ctx, `SELECT e.seq, e.at < $2
			AND e.position <= coalesce((SELECT min(position) FROM cursors), e.position)
			AND NOT EXISTS (SELECT 1 FROM open_calls o WHERE o.call_id = e.call_id)
			AND NOT EXISTS (SELECT 1 FROM events l WHERE l.call_id = e.call_id AND l.call_id <> '' AND l.last AND l.at >= $2)
		FROM events e
		WHERE e.account = $1 AND e.seq < (SELECT max(seq) FROM events WHERE account = $1)
		ORDER BY e.seq LIMIT $3`, string(account), Micros(before), forgetting)
	if err != nil {
		return 0, err
	}
	end := int64(0)
	for old := true; old && rows.Next(); {
		var seq int64
		if err := rows.Scan(&seq, &old); err != nil {
			return 0, tx.explain(err)
		}
		if old {
			end = seq
		}
	}
	rows.Close()
	if err := rows.Err(); err != nil {
		return 0, tx.explain(err)
	}
	tx.redacts = true
	n, err := tx.Exec(ctx, `DELETE FROM events WHERE account = $1 AND seq <= $2`, string(account), end)
	return int(n), err
}
