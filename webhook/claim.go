package webhook

import (
	"context"
	"time"

	"webtrunk"
	"webtrunk/store"
)

// A claimed delivery is this process's to attempt until the lease ends.
type claimed struct {
	claim    string
	id       string
	event    string
	call     webtrunk.CallID
	failures int
	begun    time.Time
	until    time.Time
	endpoint Endpoint
	secrets  []Secret
}

// free is what a due delivery d must fulfil to be attempted at time $1. Of its
// call and endpoint nothing is under way; if it is new, no earlier event of the
// call is; if it has failed, none at all is new, and none that failed has been
// due for longer. So a call's events go out in order, one that failed is passed
// by, and however slow attempts are, none keeps the others waiting for ever.
const free = `d.status = 'pending' AND d.next_at <= $1 AND (d.call_id = '' OR NOT EXISTS (
	SELECT 1 FROM webhook_deliveries o
	WHERE o.status = 'pending' AND o.endpoint = d.endpoint AND o.call_id = d.call_id AND o.id <> d.id
	AND ((o.claim <> '' AND o.next_at > $1)
		OR (o.failures = 0 AND (d.failures > 0 OR o.call_seq < d.call_seq))
		OR (o.failures > 0 AND d.failures > 0 AND (o.next_at < d.next_at OR (o.next_at = d.next_at AND o.call_seq < d.call_seq))))))`

// waiting returns the endpoints that something could be sent to now.
func (s *Sender) waiting(ctx context.Context) (ids []string, err error) {
	rows, err := s.DB.Query(ctx, `SELECT e.id FROM webhook_endpoints e WHERE e.enabled = $2
		AND EXISTS (SELECT 1 FROM webhook_deliveries d WHERE d.endpoint = e.id AND `+free+`)`, store.Micros(time.Now()), true)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}

// claim takes up to n deliveries of one endpoint, oldest first. The endpoint's
// bound counts the attempts of all processes; since transactions leave the
// database as if each ran alone, two processes break neither the bound nor a
// call's order.
func (s *Sender) claim(ctx context.Context, tx *store.Tx, endpoint string, n int) ([]claimed, error) {
	now, under := time.Now(), 0
	ep, err := get(tx.QueryRow(ctx, selectEndpoint+`WHERE id = $1`, endpoint), endpoint)
	if webtrunk.KindOf(err) == webtrunk.NotFound || err == nil && !ep.Enabled {
		return nil, nil // since it was found waiting
	}
	if err != nil {
		return nil, err
	}
	if err := tx.QueryRow(ctx, `SELECT count(*) FROM webhook_deliveries WHERE endpoint = $1 AND status = 'pending' AND next_at > $2 AND claim <> ''`,
		endpoint, store.Micros(now)).Scan(&under); err != nil {
		return nil, err
	}
	if n = min(n, s.PerEndpoint-under); n <= 0 {
		return nil, nil
	}
	keys, err := secrets(tx.Query(ctx, selectSecrets, endpoint, store.Micros(now)))
	if err != nil {
		return nil, err
	}
	return s.take(ctx, tx, claimed{claim: webtrunk.NewID("claim"), until: now.Add(s.Lease), endpoint: ep, secrets: keys}, now, n)
}

// take marks the rows and returns a copy of like for each.
func (s *Sender) take(ctx context.Context, tx *store.Tx, like claimed, now time.Time, n int) (batch []claimed, err error) {
	rows, err := tx.Query(ctx, `UPDATE webhook_deliveries SET claim = $2, next_at = $3
		WHERE id IN (SELECT d.id FROM webhook_deliveries d WHERE d.endpoint = $4 AND `+free+` ORDER BY d.next_at, d.seq LIMIT $5)
		RETURNING id, event_id, call_id, failures, begun`, store.Micros(now), like.claim, store.Micros(like.until), like.endpoint.ID, n)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		c, begun := like, int64(0)
		if err := rows.Scan(&c.id, &c.event, &c.call, &c.failures, &begun); err != nil {
			return nil, err
		}
		c.begun = store.Time(begun)
		batch = append(batch, c)
	}
	return batch, rows.Err()
}
