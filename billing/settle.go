package billing

import (
	"context"
	"errors"
	"time"

	"webtrunk"
	"webtrunk/billing/ledger"
	"webtrunk/billing/meter"
	"webtrunk/event"
	"webtrunk/store"
)

// Consumer is the name of the cursor by which the book follows the log.
const Consumer = "billing"

// Handle implements event.Handler: a call that has ended and that no session of this process
// bills is settled by its last tick. That is how calls end whose process died.
func (b *Book) Handle(ctx context.Context, recs []event.Record) error {
	for _, r := range recs {
		if r.Type != "call.ended" || b.bills(r.Call) {
			continue
		}
		if err := b.settleLost(ctx, r.Call); err != nil {
			return err
		}
	}
	return nil
}

// bills reports whether a session of this process bills a call.
func (b *Book) bills(id webtrunk.CallID) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.running[id] != nil
}

// settleLost closes a session by what was posted of it, and gives back what its hold has left.
func (b *Book) settleLost(ctx context.Context, id webtrunk.CallID) error {
	rows, err := b.o.DB.Query(ctx, sessionColumns+`WHERE call_id = $1 AND state NOT IN ('settled', 'voided')`, string(id))
	open, err := store.All(rows, err, scanSession)
	for _, s := range open {
		if err := b.closeLost(ctx, s); err != nil {
			return err
		}
	}
	return err
}

func (b *Book) closeLost(ctx context.Context, s Session) error {
	q, err := b.Quote(ctx, s.Tenant, s.Quote)
	if err != nil {
		return err
	}
	if s.State = meter.Settled; s.Charged == 0 {
		s.State = meter.Voided
	}
	s.Updated = b.Now()
	_, err = b.o.Ledger.Post(ctx, ledger.Entry{
		Transfers: []ledger.Transfer{{ID: s.ID + ".lost", Op: ledger.Release, Hold: s.Hold, Call: s.Call, Subject: s.ID}},
		With: func(ctx context.Context, tx *store.Tx, _ []ledger.Result) error {
			if err := s.keep(ctx, tx); err != nil {
				return err
			}
			return emit(tx, q, "billing.settled", s.told())
		},
	})
	return err
}

// sweepEvery is how often the book looks for what nobody settled.
const sweepEvery = time.Minute

// Run settles what was left over, now and then: sessions whose calls have ended, though this
// process missed it, and holds whose time is over. It ends with ctx.
func (b *Book) Run(ctx context.Context) {
	t := time.NewTicker(sweepEvery)
	defer t.Stop()
	for {
		if err := b.Sweep(ctx); err != nil && ctx.Err() == nil {
			b.o.Log.Error("billing: what was left over could not be settled; it is tried again", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
	}
}

// begun is how old a session is at least whose call may be missing in the log: a call is on
// record before it is asked whether it may be made.
const begun = time.Minute

// Sweep settles what was left over.
func (b *Book) Sweep(ctx context.Context) error {
	rows, err := b.o.DB.Query(ctx, sessionColumns+`WHERE state NOT IN ('settled', 'voided')`)
	open, err := store.All(rows, err, scanSession)
	var failed []error
	for _, s := range open {
		if b.bills(s.Call) || s.Created.After(b.Now().Add(-begun)) {
			continue
		}
		if ended, err := b.hasEnded(ctx, s.Call); err != nil {
			failed = append(failed, err)
		} else if ended {
			failed = append(failed, b.closeLost(ctx, s))
		}
	}
	_, late := b.o.Ledger.ExpireOverdue(ctx)
	return errors.Join(append(failed, err, late)...)
}

// hasEnded reports a call whose end is on record, or that is not on record at all.
func (b *Book) hasEnded(ctx context.Context, id webtrunk.CallID) (bool, error) {
	ended := true
	for r, err := range b.o.DB.Read(ctx, event.Stream{Call: id}, 0) {
		if err != nil {
			return false, err
		}
		ended = r.Type == "call.ended"
	}
	return ended, nil
}
