package webhook

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"webtrunk"
	"webtrunk/store"
)

// A Status is how far a delivery has come.
type Status string

const (
	Pending   Status = "pending"   // not tried yet, or to be tried again
	Delivered Status = "delivered" // answered with 2xx
	Failed    Status = "failed"    // given up; only a replay tries it again
)

// A Delivery is one event on its way to one endpoint.
type Delivery struct {
	ID       string // "dlv_…"
	Endpoint string
	Account  webtrunk.AccountID
	Test     bool
	Event    string // the event's ID
	Type     string
	Seq      int64 // the event's place in its account
	Call     webtrunk.CallID
	CallSeq  int64
	Status   Status
	Attempts int    // made so far, in all
	Code     int    // the last attempt's HTTP status, 0 if it got none
	Error    string // why the last attempt failed, or why it was given up: a sentence
	Created  time.Time
	Next     time.Time // of a pending one: when it is due, or until when an attempt may take
	Ended    time.Time // when it was delivered or given up
}

// An Attempt is one try of a delivery.
type Attempt struct {
	Number   int
	Time     time.Time
	Code     int // HTTP status, 0 if there was no answer
	Duration time.Duration
	Response string // the beginning of the answer's body, at most 1 KiB
	Error    string // why it failed, a sentence; empty if it did not
}

// A Filter chooses deliveries; an empty field chooses all.
type Filter struct {
	Endpoint string
	Status   Status
	Event    string
	Call     webtrunk.CallID
}

// Deliveries are the log of what was sent. It may be used from any goroutine.
type Deliveries struct{ DB *store.DB }

const selectDelivery = `SELECT id, endpoint, account, test, event_id, type, seq, call_id, call_seq, status, attempts, code, error, created, next_at, ended FROM webhook_deliveries `

// List returns at most limit deliveries, newest first, after the one named
// after, or from the newest.
func (d *Deliveries) List(ctx context.Context, in Scope, f Filter, after string, limit int) ([]Delivery, error) {
	var c store.Clause
	c.Where(`account = ? AND test = ?`, string(in.Account), in.Test)
	for _, wanted := range []struct{ condition, value string }{
		{`endpoint = ?`, f.Endpoint}, {`status = ?`, string(f.Status)}, {`event_id = ?`, f.Event}, {`call_id = ?`, string(f.Call)}, {`id < ?`, after},
	} {
		if wanted.value != "" {
			c.Where(wanted.condition, wanted.value)
		}
	}
	rows, err := d.DB.Query(ctx, selectDelivery+`WHERE `+c.All()+fmt.Sprintf(` ORDER BY id DESC LIMIT %d`, limit), c.Args...)
	return store.All(rows, err, scanDelivery)
}

// Get returns a delivery, or fails with webtrunk.NotFound.
func (d *Deliveries) Get(ctx context.Context, in Scope, id string) (Delivery, error) {
	one, err := scanDelivery(d.DB.QueryRow(ctx, selectDelivery+`WHERE id = $1 AND account = $2 AND test = $3`, id, string(in.Account), in.Test))
	if errors.Is(err, sql.ErrNoRows) {
		return Delivery{}, unknown("delivery", id)
	}
	return one, err
}

// Attempts returns a delivery's attempts, newest first, at most 100.
func (d *Deliveries) Attempts(ctx context.Context, in Scope, id string) (all []Attempt, err error) {
	rows, err := d.DB.Query(ctx, `SELECT a.number, a.at, a.code, a.duration, a.response, a.error FROM webhook_attempts a
		JOIN webhook_deliveries d ON d.id = a.delivery WHERE d.id = $1 AND d.account = $2 AND d.test = $3
		ORDER BY a.number DESC LIMIT 100`, id, string(in.Account), in.Test)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var a Attempt
		var at, duration int64
		if err := rows.Scan(&a.Number, &at, &a.Code, &duration, &a.Response, &a.Error); err != nil {
			return nil, err
		}
		a.Time, a.Duration = store.Time(at), time.Duration(duration)*time.Microsecond
		all = append(all, a)
	}
	return all, rows.Err()
}

func scanDelivery(row store.Row) (d Delivery, err error) {
	var created, next, ended int64
	err = row.Scan(&d.ID, &d.Endpoint, &d.Account, &d.Test, &d.Event, &d.Type, &d.Seq, &d.Call, &d.CallSeq, &d.Status, &d.Attempts, &d.Code, &d.Error, &created, &next, &ended)
	d.Created, d.Ended = store.Time(created), store.Time(ended)
	if d.Status == Pending {
		d.Next = store.Time(next)
	}
	return d, err
}

// giveUp ends an endpoint's pending deliveries, with a sentence. An attempt
// that is under way may still succeed and then counts.
func giveUp(ctx context.Context, tx *store.Tx, endpoint, why string) error {
	_, err := tx.Exec(ctx, `UPDATE webhook_deliveries SET status = 'failed', error = $1, ended = $2 WHERE endpoint = $3 AND status = 'pending'`,
		why, store.Micros(time.Now()), endpoint)
	return err
}
