package webhook

import (
	"context"
	"database/sql"
	"errors"
	"net/http"
	"time"

	"webtrunk/store"
)

// attempt tries a claimed delivery once. ctx ends what the end of Run cuts off.
func (s *Sender) attempt(ctx context.Context, c claimed) outcome {
	e, err := s.envelope(ctx, c.event)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return outcome{at: time.Now(), fate: lost, problem: "The event is no longer in the log: its retention has ended."}
	case err != nil:
		return outcome{at: time.Now(), took: s.Poll, fate: untried}
	}
	out := s.post(ctx, c, e)
	if ctx.Err() != nil && out.code == 0 {
		out.fate = untried
		return out
	}
	s.counted.add(out)
	return out
}

// settle writes the attempt and what becomes of the delivery. A claim that is
// not ours any more changes nothing. A delivery that was given up meanwhile
// stays so unless this attempt has succeeded.
func (s *Sender) settle(ctx context.Context, tx *store.Tx, c claimed, out outcome) error {
	end := out.at.Add(out.took)
	if out.fate == untried {
		_, err := tx.Exec(ctx, `UPDATE webhook_deliveries SET claim = '', next_at = $1 WHERE id = $2 AND claim = $3`, store.Micros(end), c.id, c.claim)
		return err
	}
	status, failures, next, ended := Delivered, c.failures, int64(0), store.Micros(end)
	if out.problem != "" {
		status, failures = Failed, c.failures+1
		wait, again := s.Schedule.next(failures, end.Sub(c.begun), out.retryAfter)
		if again && out.code != http.StatusGone && out.fate != lost {
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
