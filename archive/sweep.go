package archive

import (
	"context"
	"errors"
	"time"

	"webtrunk"
	"webtrunk/store"
)

// again is how soon Run tries again what failed, and looks after requests that
// wait for what another process may do.
const again = time.Minute

// Run carries out requests for erasure as they come and sweeps at the start and
// then daily, until ctx ends.
func (a *Archive) Run(ctx context.Context) {
	sweep, erase := time.NewTimer(0), time.NewTimer(0)
	defer sweep.Stop()
	defer erase.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-sweep.C:
			sweep.Reset(a.o.Every)
			if a.failed(ctx, a.Sweep(ctx)) {
				sweep.Reset(min(again, a.o.Every))
			}
			continue
		case <-a.wake:
		case <-erase.C:
		}
		waiting, err := a.Erase(ctx)
		if a.failed(ctx, err) || waiting > 0 {
			erase.Reset(again)
		}
	}
}

// failed logs that something failed, if it did.
func (a *Archive) failed(ctx context.Context, err error) bool {
	if err == nil || ctx.Err() != nil {
		return false
	}
	a.o.Log.Error("not everything was erased that should be: it is tried again in a minute", "error", err)
	return true
}

// Sweep erases what the policies no longer keep. What fails does not keep the
// rest from being erased.
func (a *Archive) Sweep(ctx context.Context) error {
	policies, err := a.policies(ctx)
	for t, p := range policies {
		err = errors.Join(err, a.sweep(ctx, t, p))
	}
	return err
}

// sweep does one tenant. Identity goes before records, for a record is how the
// log's traces of a call are found.
func (a *Archive) sweep(ctx context.Context, t tenant, p Policy) error {
	var failed error
	for _, class := range []Class{Recordings, Transcripts, Identity, Records, Events} {
		before, limited := p.before(class, a.now())
		if !limited {
			continue
		}
		n, err := a.expire(ctx, t, class, before)
		failed = errors.Join(failed, err)
		if n > 0 {
			a.o.Log.Info("erased by policy", "account", t.account, "test", t.test, "what", class, "number", n)
		}
	}
	return failed
}

// expire erases what a tenant has of a class.
func (a *Archive) expire(ctx context.Context, t tenant, class Class, before time.Time) (n int, failed error) {
	for _, k := range a.o.Keepers {
		if k.Keeps() == class {
			erased, err := k.Expire(ctx, t.account, t.test, before)
			n, failed = n+erased, errors.Join(failed, err)
		}
	}
	switch class {
	case Identity:
		erased, err := a.expireIdentity(ctx, t, before)
		return n + erased, errors.Join(failed, err)
	case Records:
		erased, err := a.expireRecords(ctx, t, before)
		return n + erased, errors.Join(failed, err)
	case Events:
		erased, err := a.expireEvents(ctx, t, before)
		return n + erased, errors.Join(failed, err)
	}
	return n, failed
}

// expireIdentity erases the identity of calls that ended before a time.
func (a *Archive) expireIdentity(ctx context.Context, t tenant, before time.Time) (n int, err error) {
	for {
		c := &store.Clause{}
		c.Where("account = ? AND erased = 0 AND ended > 0 AND ended < ? AND test = ?", string(t.account), store.Micros(before), t.test)
		ids, err := a.some(ctx, c)
		if err != nil || len(ids) == 0 {
			return n, err
		}
		for _, id := range ids {
			done, err := a.eraseIdentity(ctx, id, "")
			if err != nil {
				return n, err
			}
			if done {
				n++
			}
		}
	}
}

// expireRecords deletes records. One that has a price stays, for money does.
func (a *Archive) expireRecords(ctx context.Context, t tenant, before time.Time) (n int, err error) {
	for {
		c := &store.Clause{}
		c.Where("account = ? AND erased > 0 AND ended > 0 AND ended < ? AND test = ? AND price_amount IS NULL", string(t.account), store.Micros(before), t.test)
		ids, err := a.some(ctx, c)
		if err != nil || len(ids) == 0 {
			return n, err
		}
		err = a.db.Tx(ctx, func(tx *store.Tx) error { return remove(ctx, tx, ids) })
		if err != nil {
			return n, err
		}
		n += len(ids)
	}
}

func remove(ctx context.Context, tx *store.Tx, ids []webtrunk.CallID) error {
	for _, id := range ids {
		for _, table := range []string{`call_terms WHERE id`, `wrap_ups WHERE call_id`, `call_mentions WHERE call_id`} {
			if _, err := tx.Exec(ctx, `DELETE FROM `+table+` = $1`, string(id)); err != nil {
				return err
			}
		}
		if _, err := tx.Exec(ctx, `DELETE FROM call_records WHERE id = $1`, string(id)); err != nil {
			return err
		}
	}
	return nil
}

// expireEvents deletes an account's oldest events. A log without gaps cannot
// lose test events alone, so only the live policy has this part.
func (a *Archive) expireEvents(ctx context.Context, t tenant, before time.Time) (n int, err error) {
	for {
		gone := 0
		err := a.db.Tx(ctx, func(tx *store.Tx) (err error) {
			gone, err = tx.Forget(ctx, t.account, before)
			return err
		})
		n += gone
		if err != nil || gone == 0 {
			return n, err
		}
	}
}

// some returns up to a hundred of the calls that a clause gives.
func (a *Archive) some(ctx context.Context, c *store.Clause) (ids []webtrunk.CallID, err error) {
	rows, err := a.db.Query(ctx, `SELECT id FROM call_records WHERE `+c.All()+` LIMIT 100`, c.Args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var id webtrunk.CallID
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}
