package archive

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"webtrunk"
	"webtrunk/store"
)

// load returns a call's row as the transaction sees it, empty when there is none.
func load(ctx context.Context, tx *store.Tx, id webtrunk.CallID) (*row, error) {
	r, err := scan(tx.QueryRow(ctx, `SELECT body, price_amount, price_currency, call_seq FROM call_records WHERE id = $1`, string(id)))
	if errors.Is(err, sql.ErrNoRows) {
		return &row{}, nil
	}
	return r, err
}

// scan reads a row of body, price_amount, price_currency and call_seq.
func scan(from interface{ Scan(...any) error }) (*row, error) {
	var body string
	var amount sql.NullInt64
	var currency sql.NullString
	var seq int64
	if err := from.Scan(&body, &amount, &currency, &seq); err != nil {
		return nil, err
	}
	r := &row{}
	if err := json.Unmarshal([]byte(body), r); err != nil {
		return nil, err
	}
	r.Seq = seq
	if amount.Valid {
		r.Price = &Price{Amount: amount.Int64, Currency: currency.String}
	}
	return r, nil
}

// save writes a row and the terms by which it is found; before are the terms that
// are there. It leaves alone the price and what was noted, which have columns and
// rows of their own.
func save(ctx context.Context, tx *store.Tx, r *row, before []string) error {
	stored := *r
	stored.Price, stored.WrapUps = nil, nil
	body, err := json.Marshal(stored)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO call_records (id, account, test, created, answered, ended, talk_ms, status, end_reason, direction, reference, via, call_seq, erased, body)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
		ON CONFLICT (id) DO UPDATE SET created = excluded.created, answered = excluded.answered, ended = excluded.ended, talk_ms = excluded.talk_ms,
		status = excluded.status, end_reason = excluded.end_reason, direction = excluded.direction, reference = excluded.reference, via = excluded.via,
		call_seq = excluded.call_seq, erased = excluded.erased, body = excluded.body`,
		string(r.ID), string(r.Account), !r.Livemode, store.Micros(r.Created), micros(r.Answered), micros(r.Ended), r.TalkMS, string(r.Status),
		string(r.EndReason), string(r.Direction), r.Reference, r.Via, r.Seq, micros(r.Erased), string(body))
	if err != nil {
		return err
	}
	return saveTerms(ctx, tx, r, before)
}

// saveTerms brings the terms up to date.
func saveTerms(ctx context.Context, tx *store.Tx, r *row, before []string) error {
	after := r.terms()
	lost, err := stillSaid(ctx, tx, r, without(before, after))
	if err != nil {
		return err
	}
	for gone := range slices.Chunk(lost, 100) {
		c := &store.Clause{}
		c.Where("account = ? AND created = ? AND id = ?", string(r.Account), store.Micros(r.Created), string(r.ID))
		c.Where("term IN (?"+strings.Repeat(", ?", len(gone)-1)+")", asBytes(gone)...)
		if _, err := tx.Exec(ctx, `DELETE FROM call_terms WHERE `+c.All(), c.Args...); err != nil {
			return err
		}
	}
	for come := range slices.Chunk(without(after, before), 100) {
		c := &store.Clause{}
		for _, term := range come {
			c.Where("(?, ?, ?, ?)", string(r.Account), []byte(term), store.Micros(r.Created), string(r.ID))
		}
		if _, err := tx.Exec(ctx, `INSERT INTO call_terms (account, term, created, id) VALUES `+strings.Join(c.Conditions, ", ")+` ON CONFLICT DO NOTHING`, c.Args...); err != nil {
			return err
		}
	}
	return nil
}

// without returns the terms that others, which are sorted, do not have.
func without(terms, others []string) (rest []string) {
	for _, term := range terms {
		if _, there := slices.BinarySearch(others, term); !there {
			rest = append(rest, term)
		}
	}
	return rest
}

func asBytes(terms []string) (args []any) {
	for _, term := range terms {
		args = append(args, []byte(term))
	}
	return args
}

func micros(t *time.Time) int64 {
	if t == nil {
		return 0
	}
	return store.Micros(*t)
}
