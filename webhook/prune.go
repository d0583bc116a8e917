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

// Forget removes what receivers answered to a call's events, for an erasure.
// What the events themselves say is in the log alone.
func (d *Deliveries) Forget(ctx context.Context, call webtrunk.CallID) error {
	return d.DB.Tx(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE webhook_attempts SET response = '' WHERE delivery IN (SELECT id FROM webhook_deliveries WHERE call_id = $1 AND call_id <> '')`, string(call))
		return err
	})
}
