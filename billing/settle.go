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
	var ended []webtrunk.CallID
	for _, r := range recs {
		if r.Type == "call.ended" && !b.bills(r.Call) {
			ended = append(ended, r.Call)
		}
	}
	if len(ended) == 0 {
		return nil
	}
	return b.settleLost(ctx, ended...)
}

// bills reports whether a session of this process bills a call.
func (b *Book) bills(id webtrunk.CallID) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.running[id] != nil
}

// settleLost closes the sessions of some calls, at least one, by what was posted of them, and
// gives back what their holds have left.
func (b *Book) settleLost(ctx context.Context, calls ...webtrunk.CallID) error {
	open, err := b.open(ctx, calls)
	for _, s := range open {
		if err := b.closeLost(ctx, s); err != nil {
			return err
		}
	}
	return err
}

// open returns the sessions that are not over: of some calls, or of all.
func (b *Book) open(ctx context.Context, calls []webtrunk.CallID) ([]Session, error) {
	c := &store.Clause{}
	store.OneOf(c, "call_id", calls)
	store.OneOf(c, "state", meter.Open)
	rows, err := b.o.DB.Query(ctx, sessionColumns+`WHERE `+c.All(), c.Args...)
	return store.All(rows, err, scanSession)
}

func (b *Book) closeLost(ctx context.Context, s Session) error {
	q, err := b.Quote(ctx, s.Tenant, s.Quote)
	if err != nil {
		return err
	}
	s.State, s.Updated = s.closed(), b.Now()
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
	for day := b.Now().YearDay(); ; {
		if today := b.Now().YearDay(); today != day {
			day = today
			b.newDay()
		}
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
	open, err := b.open(ctx, nil)
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
