package webhook

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"webtrunk"
	"webtrunk/event"
	"webtrunk/store"
)

// Endpoints are where the accounts' events go. It may be used from any goroutine.
type Endpoints struct {
	DB    *store.DB
	Reach Reach
	Max   int // how many an account may have in each mode; 0 is 50
}

// Create makes an endpoint, which gets what happens from now on. The secret is
// not shown again. Made again by the same ID, as after a request whose answer
// was lost, it is what it was.
func (e *Endpoints) Create(ctx context.Context, in Scope, d Draft) (Endpoint, Secret, error) {
	if d.Format == "" {
		d.Format = Webtrunk
	}
	now := time.Now().UTC().Truncate(time.Microsecond)
	ep := Endpoint{ID: or(d.ID, webtrunk.NewID("we")), Account: in.Account, Test: in.Test, Enabled: true, Created: now, Updated: now}
	if err := ep.apply(Change{URL: &d.URL, Description: &d.Description, Events: &d.Events, Format: &d.Format}, e.Reach); err != nil {
		return Endpoint{}, Secret{}, err
	}
	secret := NewSecret()
	err := e.DB.Tx(ctx, func(tx *store.Tx) error {
		if err := e.room(ctx, tx, in, ep.ID); err != nil {
			return err
		}
		n, err := insert(ctx, tx, ep)
		if err != nil {
			return err
		}
		if n == 0 {
			ep, secret, err = made(ctx, tx, in, ep.ID)
			return err
		}
		return addSecret(ctx, tx, ep.ID, secret)
	})
	if err != nil {
		return Endpoint{}, Secret{}, err
	}
	return ep, secret, nil
}

// made returns what a former Create has made.
func made(ctx context.Context, tx *store.Tx, in Scope, id string) (Endpoint, Secret, error) {
	ep, err := own(ctx, tx, in, id)
	if err != nil {
		return Endpoint{}, Secret{}, err
	}
	all, err := secrets(tx.Query(ctx, selectSecrets, id, store.Micros(time.Now())))
	if err != nil || len(all) == 0 {
		return Endpoint{}, Secret{}, err
	}
	return ep, all[0], nil
}

// room refuses one endpoint too many.
func (e *Endpoints) room(ctx context.Context, tx *store.Tx, in Scope, id string) error {
	limit, n := e.Max, 0
	if limit == 0 {
		limit = 50
	}
	err := tx.QueryRow(ctx, `SELECT count(*) FROM webhook_endpoints WHERE account = $1 AND test = $2 AND id <> $3`, string(in.Account), in.Test, id).Scan(&n)
	if err == nil && n >= limit {
		err = &webtrunk.Error{Op: "webhook endpoint", Kind: webtrunk.Exhausted, Message: fmt.Sprintf("This account has %d webhook endpoints already, which is the most it may have. Delete one.", n)}
	}
	return err
}

// Get returns an endpoint, or fails with webtrunk.NotFound.
func (e *Endpoints) Get(ctx context.Context, in Scope, id string) (Endpoint, error) {
	return get(e.DB.QueryRow(ctx, selectEndpoint+`WHERE id = $1 AND account = $2 AND test = $3`, id, string(in.Account), in.Test), id)
}

// List returns at most limit endpoints, newest first, after the one named
// after, or from the newest.
func (e *Endpoints) List(ctx context.Context, in Scope, after string, limit int) ([]Endpoint, error) {
	return endpoints(e.DB.Query(ctx, selectEndpoint+`WHERE account = $1 AND test = $2 AND ($3 = '' OR id < $3) ORDER BY id DESC LIMIT $4`,
		string(in.Account), in.Test, after, limit))
}

// Update changes an endpoint. One that becomes disabled gives up what it had
// not been sent; one that becomes enabled gets what happens from then on.
func (e *Endpoints) Update(ctx context.Context, in Scope, id string, c Change) (ep Endpoint, err error) {
	err = e.DB.Tx(ctx, func(tx *store.Tx) error {
		if ep, err = own(ctx, tx, in, id); err != nil {
			return err
		}
		if err := ep.apply(c, e.Reach); err != nil {
			return err
		}
		ep.Updated = time.Now().UTC().Truncate(time.Microsecond)
		if _, err := tx.Exec(ctx, `UPDATE webhook_endpoints SET url = $1, description = $2, events = $3, format = $4, updated = $5 WHERE id = $6`,
			ep.URL, ep.Description, strings.Join(ep.Events, " "), string(ep.Format), store.Micros(ep.Updated), id); err != nil {
			return err
		}
		switch {
		case c.Enabled == nil || *c.Enabled == ep.Enabled:
			return nil
		case *c.Enabled:
			ep.Enabled, ep.Reason = true, ""
			_, err := tx.Exec(ctx, `UPDATE webhook_endpoints SET enabled = $1, reason = '' WHERE id = $2`, true, id)
			return err
		}
		ep.Enabled, ep.Reason = false, "It was disabled by its owner."
		return disable(ctx, tx, ep, ep.Reason)
	})
	return ep, err
}

// Delete removes an endpoint. Its deliveries stay in the log as long as others;
// those that had not arrived have failed.
func (e *Endpoints) Delete(ctx context.Context, in Scope, id string) error {
	return e.DB.Tx(ctx, func(tx *store.Tx) error {
		if _, err := own(ctx, tx, in, id); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `DELETE FROM webhook_endpoints WHERE id = $1`, id); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `DELETE FROM webhook_secrets WHERE endpoint = $1`, id); err != nil {
			return err
		}
		return giveUp(ctx, tx, id, "The endpoint was deleted before this arrived.")
	})
}

// Tested is the type of the event that Test makes. It is sent to the endpoint
// that is tested, whatever events that wants, and to no other.
const Tested = "webhook_endpoint.tested"

// Test makes an event for an endpoint and returns it; how its delivery went is
// in the log of deliveries.
func (e *Endpoints) Test(ctx context.Context, in Scope, id string) (rec event.Record, err error) {
	err = e.DB.Tx(ctx, func(tx *store.Tx) error {
		ep, err := own(ctx, tx, in, id)
		if err != nil {
			return err
		}
		if !ep.Enabled {
			return conflict("test", "The endpoint is disabled, so that nothing is sent to it. Enable it first.")
		}
		if rec, err = event.New(ep.Account, ep.Test, Tested, about{ep.ID, ep.URL, ""}); err != nil {
			return err
		}
		tx.Emit(rec)
		return nil
	})
	return rec, err
}

// about is the data of an event of an endpoint.
type about struct {
	Endpoint string `json:"webhook_endpoint"`
	URL      string `json:"url"`
	Reason   string `json:"reason,omitempty"`
}

// Disabled is the type of the event of an endpoint that was disabled, by its
// owner or because it answered 410.
const Disabled = "webhook_endpoint.disabled"

// disable stops an endpoint and says so, once.
func disable(ctx context.Context, tx *store.Tx, ep Endpoint, reason string) error {
	n, err := tx.Exec(ctx, `UPDATE webhook_endpoints SET enabled = $1, reason = $2, updated = $3 WHERE id = $4 AND enabled = $5`,
		false, reason, store.Micros(time.Now()), ep.ID, true)
	if err != nil || n == 0 {
		return err
	}
	rec, err := event.New(ep.Account, ep.Test, Disabled, about{ep.ID, ep.URL, reason})
	if err != nil {
		return err
	}
	tx.Emit(rec)
	return giveUp(ctx, tx, ep.ID, "The endpoint was disabled before this arrived: "+reason)
}

const selectEndpoint = `SELECT id, account, test, url, description, events, format, enabled, reason, created, updated FROM webhook_endpoints `

func insert(ctx context.Context, tx *store.Tx, ep Endpoint) (int64, error) {
	return tx.Exec(ctx, `INSERT INTO webhook_endpoints (id, account, test, url, description, events, format, enabled, reason, created, updated)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (id) DO NOTHING`, ep.ID, string(ep.Account), ep.Test, ep.URL, ep.Description,
		strings.Join(ep.Events, " "), string(ep.Format), ep.Enabled, ep.Reason, store.Micros(ep.Created), store.Micros(ep.Updated))
}

// own reads an endpoint of a scope in a transaction.
func own(ctx context.Context, tx *store.Tx, in Scope, id string) (Endpoint, error) {
	return get(tx.QueryRow(ctx, selectEndpoint+`WHERE id = $1 AND account = $2 AND test = $3`, id, string(in.Account), in.Test), id)
}

func get(row *sql.Row, id string) (Endpoint, error) {
	ep, err := scanEndpoint(row)
	if errors.Is(err, sql.ErrNoRows) {
		return Endpoint{}, unknown("webhook endpoint", id)
	}
	return ep, err
}

func scanEndpoint(row store.Row) (ep Endpoint, err error) {
	var patterns string
	var created, updated int64
	err = row.Scan(&ep.ID, &ep.Account, &ep.Test, &ep.URL, &ep.Description, &patterns, &ep.Format, &ep.Enabled, &ep.Reason, &created, &updated)
	ep.Events, ep.Created, ep.Updated = strings.Fields(patterns), store.Time(created), store.Time(updated)
	return ep, err
}

// endpoints reads all rows of a query.
func endpoints(rows *sql.Rows, err error) ([]Endpoint, error) {
	return store.All(rows, err, scanEndpoint)
}
