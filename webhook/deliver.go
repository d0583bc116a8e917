package webhook

import (
	"context"
	"database/sql"
	"errors"
	"net/http"
	"time"

	"webtrunk/store"
)

// deliver attempts a claimed delivery once and keeps how it went.
func (s *Sender) deliver(ctx context.Context, c claimed) {
	envelope, err := s.envelope(ctx, c.event)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		s.keep(ctx, c, outcome{at: time.Now(), lost: true, problem: "The event is no longer in the log, whose retention has ended."})
		return
	case err != nil:
		s.Log.Warn("a webhook delivery waits: its event cannot be read", "delivery", c.id, "call", c.call, "err", err)
		return // due again when the lease ends
	}
	out := s.post(ctx, c, envelope)
	if ctx.Err() != nil && out.code == 0 {
		s.release(c)
		return
	}
	s.counted.add(out)
	s.keep(ctx, c, out)
}

// release gives back what Run's end has cut off: it is due at once, for
// whoever runs next, and the attempt does not count.
func (s *Sender) release(c claimed) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if err := s.DB.Tx(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE webhook_deliveries SET claim = '', next_at = $1 WHERE id = $2 AND claim = $3`, store.Micros(time.Now()), c.id, c.claim)
		return err
	}); err != nil {
		s.Log.Warn("a webhook delivery waits for its lease to end", "delivery", c.id, "call", c.call, "err", err)
	}
}

// keep writes an attempt down, again and again until the database takes it or the
// lease has ended, for else a receiver that is well would get the event twice.
func (s *Sender) keep(ctx context.Context, c claimed, out outcome) {
	ctx, cancel := context.WithDeadline(context.WithoutCancel(ctx), c.until)
	defer cancel()
	for {
		err := s.DB.Tx(ctx, func(tx *store.Tx) error { return s.settle(ctx, tx, c, out) })
		if err == nil {
			return
		}
		select {
		case <-ctx.Done():
			s.Log.Error("the outcome of a webhook delivery is lost; it will be sent again", "delivery", c.id, "call", c.call, "err", err)
			return
		case <-time.After(s.Poll):
		}
	}
}

// settle writes the attempt and what becomes of the delivery. A claim that is
// not ours any more changes nothing. A delivery that was given up meanwhile
// stays so unless this attempt has succeeded.
func (s *Sender) settle(ctx context.Context, tx *store.Tx, c claimed, out outcome) error {
	end := out.at.Add(out.took)
	status, failures, next, ended := Delivered, c.failures, int64(0), store.Micros(end)
	if out.problem != "" {
		status, failures = Failed, c.failures+1
		wait, again := s.Schedule.next(failures, end.Sub(c.begun), out.retryAfter)
		if again && out.code != http.StatusGone && !out.lost {
			status, next, ended = Pending, store.Micros(end.Add(wait)), 0
		}
	}
	number := 0
	rows, err := tx.Query(ctx, `UPDATE webhook_deliveries SET attempts = attempts + 1, failures = $1, code = $2, error = $3, claim = '',
		next_at = $4, ended = CASE WHEN status = 'failed' AND $5 = 'pending' THEN ended ELSE $6 END,
		status = CASE WHEN status = 'failed' AND $5 = 'pending' THEN status ELSE $5 END
		WHERE id = $7 AND claim = $8 RETURNING attempts`,
		failures, out.code, out.problem, next, string(status), ended, c.id, c.claim)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := rows.Scan(&number); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil || number == 0 {
		return err
	}
	if _, err := tx.Exec(ctx, `INSERT INTO webhook_attempts (delivery, number, at, code, duration, response, error) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		c.id, number, store.Micros(out.at), out.code, out.took.Microseconds(), out.response, out.problem); err != nil {
		return err
	}
	if out.code == http.StatusGone {
		return disable(ctx, tx, c.endpoint, out.problem)
	}
	return nil
}
