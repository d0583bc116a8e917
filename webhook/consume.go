package webhook

import (
	"context"
	"database/sql"
	"encoding/json"
	"slices"
	"time"

	"webtrunk"
	"webtrunk/event"
	"webtrunk/store"
)

// Consumer is the name under which a Sender follows the log.
const Consumer = "webhook"

// Handle implements event.Handler: it makes the deliveries of a batch of
// records, in one transaction, and wakes the workers. Where nobody is to hear of
// any of them there is no transaction, for which calls would have to wait.
func (s *Sender) Handle(ctx context.Context, recs []event.Record) error {
	if open, err := enabled(ctx, s.DB, recs); err != nil || !anyDue(open, recs) {
		return err
	}
	queued := 0
	err := s.DB.Tx(ctx, func(tx *store.Tx) error {
		queued = 0
		open, err := enabled(ctx, tx, recs)
		if err != nil {
			return err
		}
		for _, rec := range recs {
			for _, ep := range open[rec.Account] {
				if !ep.due(rec) {
					continue
				}
				n, err := enqueue(ctx, tx, ep, rec, onRepetition)
				if err != nil {
					return err
				}
				queued += n
			}
		}
		return nil
	})
	if err == nil && queued > 0 {
		s.Wake()
	}
	return err
}

// anyDue reports whether one of the records goes to one of the endpoints.
func anyDue(open map[webtrunk.AccountID][]Endpoint, recs []event.Record) bool {
	return slices.ContainsFunc(recs, func(rec event.Record) bool {
		return slices.ContainsFunc(open[rec.Account], func(ep Endpoint) bool { return ep.due(rec) })
	})
}

// A source is read from: the database, or a transaction.
type source interface {
	Query(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// enabled returns the endpoints that are open, of the accounts of some records.
func enabled(ctx context.Context, from source, recs []event.Record) (map[webtrunk.AccountID][]Endpoint, error) {
	open := map[webtrunk.AccountID][]Endpoint{}
	for _, rec := range recs {
		if _, known := open[rec.Account]; known {
			continue
		}
		list, err := endpoints(from.Query(ctx, selectEndpoint+`WHERE account = $1 AND enabled = $2`, string(rec.Account), true))
		if err != nil {
			return nil, err
		}
		open[rec.Account] = list
	}
	return open, nil
}

// due reports whether a record that has just been read goes to the endpoint.
// What happened before the endpoint was made does not; a replay sends it.
func (e *Endpoint) due(rec event.Record) bool {
	if rec.Test != e.Test || rec.Time.Before(e.Created) {
		return false
	}
	if rec.Type == Tested {
		var data about
		return json.Unmarshal(rec.Data, &data) == nil && data.Endpoint == e.ID
	}
	return e.Events.Match(rec.Type)
}

// What becomes of a delivery that exists already.
const (
	onRepetition = `DO NOTHING`
	onReplay     = `DO UPDATE SET status = 'pending', failures = 0, begun = excluded.begun, next_at = excluded.next_at, ended = 0, claim = ''
		WHERE webhook_deliveries.status <> 'pending'`
)

// enqueue makes a delivery. It holds nothing of what the event says: that is
// read from the log when it is sent, so that what has been erased there is not
// sent any more. enqueue returns 0 if nothing changed.
func enqueue(ctx context.Context, tx *store.Tx, ep Endpoint, rec event.Record, existing string) (int, error) {
	n, err := tx.Exec(ctx, `INSERT INTO webhook_deliveries (id, endpoint, account, test, event_id, type, seq, call_id, call_seq,
		status, failures, attempts, code, error, created, begun, next_at, ended, claim)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'pending', 0, 0, 0, '', $10, $10, $10, 0, '')
		ON CONFLICT (endpoint, event_id) `+existing,
		webtrunk.NewID("dlv"), ep.ID, string(rec.Account), rec.Test, rec.ID, rec.Type, rec.Seq, string(rec.Call), rec.CallSeq, store.Micros(time.Now()))
	return int(n), err
}
