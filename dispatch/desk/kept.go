package desk

import (
	"context"
	"encoding/json"
	"time"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/dispatch"
	"webtrunk/dispatch/floor"
	"webtrunk/store"
)

// A kept is a promise to call somebody back as it outlives the process: who, from
// where in which queue, and what travels with the call.
type kept struct {
	entry   floor.Entry
	number  webtrunk.Address
	context map[string]string
	tried   bool // once, and the process ended before the caller had answered
}

// keep records a promise, and has it told then.
func (r *room) keep(now time.Time, f *following) {
	e, waits := r.entry(now, f.id)
	if !waits {
		r.tell(f.id, call.CallbackSettled{Promised: true}) // an agent has taken it already
		return
	}
	needs, _ := json.Marshal(e.Needs) // maps of texts and numbers can be written
	context, _ := json.Marshal(f.view.Context)
	r.scribe.put(note{rows: f.row(`INSERT INTO callback_promises (call, account, test, queue, number, since, priority, needs, context)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (call) DO NOTHING`, string(f.id), string(r.of.Account), r.of.Test,
		e.Queue, f.number.String(), store.Micros(e.Since), e.Priority, string(needs), string(context)), then: r.promised(f.id)})
}

// row changes the row of a promise.
func (f *following) row(query string, args ...any) func(context.Context, *store.Tx) error {
	return func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Exec(ctx, query, args...)
		return err
	}
}

// movePromise: who is to be called back waits in another queue.
func (r *room) movePromise(f *following, queue string) {
	f.queued.Queue = queue
	r.scribe.put(note{rows: f.row(`UPDATE callback_promises SET queue = $1 WHERE call = $2`, queue, string(f.id))})
}

// dropPromise: a promise is kept, or is none any more.
func (r *room) dropPromise(f *following) {
	delete(r.promise, f.id)
	r.scribe.put(f.gone())
}

// gone deletes the row of a promise.
func (f *following) gone() note {
	return note{rows: f.row(`DELETE FROM callback_promises WHERE call = $1`, string(f.id))}
}

// tryPromise: an agent is there, and the caller is dialled. Where the process ends before
// the caller has answered, the next one calls again, once: whoever cannot be reached is
// not rung at each start.
func (r *room) tryPromise(f *following) {
	if f.tried {
		r.dropPromise(f)
		return
	}
	delete(r.promise, f.id)
	r.trying[f.id] = f
	r.scribe.put(note{rows: f.row(`UPDATE callback_promises SET tried = $1 WHERE call = $2`, true, string(f.id))})
}

// again reports whether a caller waits once more, who was on record as called back.
func (r *room) again(id webtrunk.CallID) bool {
	f := r.promise[id]
	return f != nil && f.tried
}

// tried: the caller of a promise has answered, or the call is over without that. Only the
// process's own end leaves the promise to the next.
func (r *room) tried(back webtrunk.CallID, why call.Cause) {
	f := r.trying[back]
	if f == nil {
		return
	}
	delete(r.trying, back)
	if why != call.Shutdown && why != call.NodeLost {
		r.scribe.put(f.gone())
	}
}

// promises reads what a tenant's callers were promised before this process began.
func (d *Desk) promises(ctx context.Context, of dispatch.Tenant) ([]kept, error) {
	rows, err := d.o.DB.Query(ctx, `SELECT call, queue, number, since, priority, needs, context, tried FROM callback_promises WHERE account = $1 AND test = $2 ORDER BY since, call`,
		string(of.Account), of.Test)
	return store.All(rows, err, readPromise)
}

func readPromise(from store.Row) (k kept, err error) {
	var id, number, needs, context string
	var since int64
	if err := from.Scan(&id, &k.entry.Queue, &number, &since, &k.entry.Priority, &needs, &context, &k.tried); err != nil {
		return k, err
	}
	k.entry.ID, k.entry.Since, k.entry.Callback = webtrunk.CallID(id), store.Time(since), true
	if k.number, err = webtrunk.ParseAddress(number); err != nil {
		return k, err
	}
	if err := json.Unmarshal([]byte(needs), &k.entry.Needs); err != nil {
		return k, err
	}
	return k, json.Unmarshal([]byte(context), &k.context)
}

// restore has somebody wait again who was promised a call before a restart.
func (r *room) restore(k kept) {
	e := k.entry
	r.promise[e.ID] = &following{
		id: e.ID, number: k.number, tried: k.tried, legs: map[call.LegID]*sitting{},
		queued: call.CallQueued{Queue: e.Queue, Priority: e.Priority, Needs: e.Needs},
		view:   call.View{ID: e.ID, Account: r.of.Account, Test: r.of.Test, From: k.number, Context: k.context},
	}
	r.step(floor.Enter{Entry: e})
}

// Forget breaks a promise of an account's, and reports whether there was one: whoever
// was promised the call is not to be known here any more.
func (d *Desk) Forget(ctx context.Context, account webtrunk.AccountID, id webtrunk.CallID) (n int, err error) {
	for _, test := range []bool{false, true} {
		d.look(ctx, dispatch.Tenant{Account: account, Test: test}, func(r *room, _ time.Time) {
			if r.promise[id] != nil {
				n = 1
				r.step(floor.Leave{Entry: id, Why: floor.Canceled})
			}
		})
	}
	err = d.o.DB.Tx(ctx, func(tx *store.Tx) error {
		gone, err := tx.Exec(ctx, `DELETE FROM callback_promises WHERE call = $1 AND account = $2`, string(id), string(account))
		n = max(n, int(gone))
		return err
	})
	return n, err
}

// Prune forgets who waited in a tenant's queues and left before a time.
func (d *Desk) Prune(ctx context.Context, of dispatch.Tenant, before time.Time) (n int, err error) {
	err = d.o.DB.Tx(ctx, func(tx *store.Tx) error {
		gone, err := tx.Exec(ctx, `DELETE FROM queue_entries WHERE account = $1 AND test = $2 AND ended < $3`, string(of.Account), of.Test, store.Micros(before))
		n = int(gone)
		return err
	})
	return n, err
}
