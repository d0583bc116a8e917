package webhook

import (
	"context"
	"time"

	"webtrunk"
	"webtrunk/store"
)

// pruneBatch is how many rows one transaction removes: calls wait behind it.
const pruneBatch = 500

// prune removes what is older than Keep, at once and then every hour.
func (s *Sender) prune(ctx context.Context) {
	hourly := time.NewTicker(time.Hour)
	defer hourly.Stop()
	for {
		if err := s.Prune(ctx); err != nil && ctx.Err() == nil {
			s.Log.Warn("old webhook deliveries could not be removed; the next try is in an hour", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-hourly.C:
		}
	}
}

// Prune removes deliveries that ended before Keep, with their attempts.
func (s *Sender) Prune(ctx context.Context) error {
	s.init()
	before := store.Micros(time.Now().Add(-s.Keep))
	const old = `(SELECT id FROM webhook_deliveries WHERE status <> 'pending' AND ended < $1 ORDER BY ended, id LIMIT $2)`
	for removed := int64(pruneBatch); removed == pruneBatch; {
		if err := s.DB.Tx(ctx, func(tx *store.Tx) (err error) {
			if _, err = tx.Exec(ctx, `DELETE FROM webhook_attempts WHERE delivery IN `+old, before, pruneBatch); err == nil {
				removed, err = tx.Exec(ctx, `DELETE FROM webhook_deliveries WHERE id IN `+old, before, pruneBatch)
			}
			return err
		}); err != nil {
			return err
		}
	}
	return nil
}

// Forget removes what receivers answered to a call's events, for an erasure, and
// returns how many answers these were. What the events themselves say is in the
// log alone.
func (d *Deliveries) Forget(ctx context.Context, call webtrunk.CallID) (int, error) {
	return d.forget(ctx, `call_id = $1 AND call_id <> ''`, string(call))
}

// ForgetBefore removes what receivers answered to events of before a time.
func (d *Deliveries) ForgetBefore(ctx context.Context, in Scope, before time.Time) (int, error) {
	return d.forget(ctx, `account = $1 AND test = $2 AND created < $3`, string(in.Account), in.Test, store.Micros(before))
}

func (d *Deliveries) forget(ctx context.Context, which string, args ...any) (answers int, err error) {
	err = d.DB.Tx(ctx, func(tx *store.Tx) error {
		n, err := tx.Exec(ctx, `UPDATE webhook_attempts SET response = '' WHERE response <> '' AND delivery IN (SELECT id FROM webhook_deliveries WHERE `+which+`)`, args...)
		answers = int(n)
		return err
	})
	return answers, err
}
