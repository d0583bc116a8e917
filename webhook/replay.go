package webhook

import (
	"context"
	"fmt"
	"time"

	"webtrunk"
	"webtrunk/event"
	"webtrunk/store"
)

// Replay sends a delivery again, whatever became of it, with a new schedule.
func (d *Deliveries) Replay(ctx context.Context, in Scope, id string) (Delivery, error) {
	one, err := d.Get(ctx, in, id)
	if err != nil {
		return Delivery{}, err
	}
	now := store.Micros(time.Now())
	err = d.DB.Tx(ctx, func(tx *store.Tx) error {
		ep, err := own(ctx, tx, in, one.Endpoint)
		if webtrunk.KindOf(err) == webtrunk.NotFound {
			return conflict("replay", "The endpoint of this delivery has been deleted. Make a new one and replay the range to it.")
		}
		if err != nil {
			return err
		}
		if !ep.Enabled {
			return conflict("replay", "The endpoint of this delivery is disabled. Enable it first.")
		}
		n, err := tx.Exec(ctx, `UPDATE webhook_deliveries SET status = 'pending', failures = 0, begun = $1, next_at = $1, ended = 0, claim = ''
			WHERE id = $2 AND NOT (status = 'pending' AND claim <> '' AND next_at > $1)`, now, id)
		if err == nil && n == 0 {
			err = conflict("replay", "The delivery is being sent at this moment. Look how it went, and replay it then if need be.")
		}
		return err
	})
	if err != nil {
		return Delivery{}, err
	}
	return d.Get(ctx, in, id)
}

// A Range is a part of an account's log: by Seq, inclusive, or by time, From
// inclusive and To exclusive. An end that is not set is open.
type Range struct {
	FromSeq, ToSeq int64
	From, To       time.Time
	// Undelivered leaves out what has arrived already.
	Undelivered bool
}

// maxReplay bounds the events that one ReplayRange looks at, so that it answers
// within seconds.
const maxReplay = 10_000

// ReplayRange sends an endpoint the events of a range that it wants, also those
// of before it was made and of while it was disabled, and returns how many. What
// is pending anyway is not counted.
func (d *Deliveries) ReplayRange(ctx context.Context, in Scope, endpoint string, r Range) (queued int, err error) {
	ep, err := get(d.DB.QueryRow(ctx, selectEndpoint+`WHERE id = $1 AND account = $2 AND test = $3`, endpoint, string(in.Account), in.Test), endpoint)
	if err != nil {
		return 0, err
	}
	if !ep.Enabled {
		return 0, conflict("replay", "The endpoint is disabled. Enable it first.")
	}
	first, last, err := d.span(ctx, in.Account, r)
	if err != nil {
		return 0, err
	}
	if last-first >= maxReplay {
		return 0, invalid("replay", fmt.Sprintf("The range has %d events; one replay takes at most %d. Replay it in parts.", last-first+1, maxReplay))
	}
	var batch []event.Record
	flush := func() error {
		n, err := d.requeue(ctx, ep, batch, r.Undelivered)
		queued, batch = queued+n, batch[:0]
		return err
	}
	for rec, err := range d.DB.Read(ctx, event.Stream{Account: in.Account}, first-1) {
		if err != nil {
			return queued, err
		}
		if rec.Seq > last {
			break
		}
		if rec.Test != ep.Test || !ep.Events.Match(rec.Type) || !r.holds(rec.Time) {
			continue
		}
		if batch = append(batch, rec); len(batch) == 500 {
			if err := flush(); err != nil {
				return queued, err
			}
		}
	}
	return queued, flush()
}

// holds reports whether a time lies in the range.
func (r Range) holds(t time.Time) bool {
	return (r.From.IsZero() || !t.Before(r.From)) && (r.To.IsZero() || t.Before(r.To))
}

// requeue makes one batch's deliveries pending, from the beginning.
func (d *Deliveries) requeue(ctx context.Context, ep Endpoint, recs []event.Record, undelivered bool) (queued int, err error) {
	err = d.DB.Tx(ctx, func(tx *store.Tx) error {
		queued = 0
		again := onReplay
		if undelivered {
			again += ` AND webhook_deliveries.status <> 'delivered'`
		}
		for _, rec := range recs {
			n, err := enqueue(ctx, tx, ep, rec, again)
			if err != nil {
				return err
			}
			queued += n
		}
		return nil
	})
	return queued, err
}

// span returns the seqs of the range's ends. Times follow seqs only roughly,
// since an event may reach the log late; so the search by time leaves slack.
func (d *Deliveries) span(ctx context.Context, account webtrunk.AccountID, r Range) (first, last int64, err error) {
	oldest, newest, err := d.DB.Bounds(ctx, event.Stream{Account: account})
	if err != nil || newest == 0 {
		return 1, 0, err
	}
	first, last = max(oldest, r.FromSeq), newest
	if r.ToSeq > 0 {
		last = min(last, r.ToSeq)
	}
	if !r.From.IsZero() {
		if first, err = d.search(ctx, account, first, last, r.From.Add(-slack)); err != nil {
			return 0, 0, err
		}
	}
	if !r.To.IsZero() {
		last, err = d.search(ctx, account, first, last, r.To.Add(slack))
	}
	return first, last, err
}

// slack is how late an event may be in the log, as after an outage of the database.
const slack = time.Hour

// search halves the seqs from low to high until it finds where t lies.
func (d *Deliveries) search(ctx context.Context, account webtrunk.AccountID, low, high int64, t time.Time) (int64, error) {
	for low < high {
		middle := low + (high-low)/2
		at, err := d.timeOf(ctx, account, middle)
		if err != nil {
			return 0, err
		}
		if at.Before(t) {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return low, nil
}

// timeOf returns when the event at a seq, or the first after it, happened.
func (d *Deliveries) timeOf(ctx context.Context, account webtrunk.AccountID, seq int64) (time.Time, error) {
	for rec, err := range d.DB.Read(ctx, event.Stream{Account: account}, seq-1) {
		return rec.Time, err
	}
	return time.Now(), nil
}
