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

// Prune removes deliveries that ended before Keep, with their attempts, and
// the payloads that nothing refers to any more.
func (s *Sender) Prune(ctx context.Context) error {
	s.init()
	before := store.Micros(time.Now().Add(-s.Keep))
	for _, step := range [][]string{
		{`DELETE FROM webhook_attempts WHERE delivery IN (SELECT id FROM webhook_deliveries WHERE status <> 'pending' AND ended < $1 ORDER BY ended, id LIMIT $2)`,
			`DELETE FROM webhook_deliveries WHERE id IN (SELECT id FROM webhook_deliveries WHERE status <> 'pending' AND ended < $1 ORDER BY ended, id LIMIT $2)`},
		{`DELETE FROM webhook_payloads WHERE event_id IN (SELECT p.event_id FROM webhook_payloads p WHERE p.created < $1
			AND NOT EXISTS (SELECT 1 FROM webhook_deliveries d WHERE d.event_id = p.event_id) LIMIT $2)`},
	} {
		for removed := int64(pruneBatch); removed >= pruneBatch; {
			if err := s.DB.Tx(ctx, func(tx *store.Tx) (err error) {
				for _, statement := range step {
					if removed, err = tx.Exec(ctx, statement, before, pruneBatch); err != nil {
						return err
					}
				}
				return nil
			}); err != nil {
				return err
			}
		}
	}
	return nil
}

// Forget removes what a call's events said, and what receivers answered to
// them, for an erasure. What has not been sent yet is not sent any more.
func (d *Deliveries) Forget(ctx context.Context, call webtrunk.CallID) error {
	return d.DB.Tx(ctx, func(tx *store.Tx) error {
		for _, statement := range []string{
			`DELETE FROM webhook_payloads WHERE call_id = $1`,
			`DELETE FROM webhook_attempts WHERE delivery IN (SELECT id FROM webhook_deliveries WHERE call_id = $1)`,
			`DELETE FROM webhook_deliveries WHERE call_id = $1`,
		} {
			if _, err := tx.Exec(ctx, statement, string(call)); err != nil {
				return err
			}
		}
		return nil
	})
}
