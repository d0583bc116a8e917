package archive

import (
	"context"
	"log/slog"
	"slices"
	"sync/atomic"
	"time"

	"webtrunk"
	"webtrunk/event"
	"webtrunk/store"
)

// Consumer is the name under which the archive's cursor is kept: whoever runs
// the archive's event.Consumer gives it this name.
const Consumer = "archive"

// Options are what an archive works with, beside its database.
type Options struct {
	Keepers []Keeper         // what else is kept of calls; may be none
	Now     func() time.Time // nil is time.Now
	Every   time.Duration    // from one sweep to the next; 0 is a day
	Log     *slog.Logger     // nil discards
}

// An Archive keeps the records of calls. It may be used from any goroutine.
type Archive struct {
	db   *store.DB
	o    Options
	wake chan struct{} // an erasure may have something to do

	handled atomic.Int64 // position of the last record that this process folded
	behind  atomic.Bool  // an erasure waits for records that are not folded yet
}

// New returns an archive over a database.
func New(db *store.DB, o Options) *Archive {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Every == 0 {
		o.Every = 24 * time.Hour
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Archive{db: db, o: o, wake: make(chan struct{}, 1)}
}

// Batch is how many records its consumer best gives the archive at once: enough
// for a busy second, so that a short call's row is written once and not for each
// handful of its records.
const Batch = 8192

// together is how many calls share a transaction: few, for a call that is being
// set up waits for it with its own.
const together = 3

// Handle implements event.Handler: it folds records of calls into rows, in a few
// transactions. Records that a row has already are skipped.
func (a *Archive) Handle(ctx context.Context, recs []event.Record) error {
	for calls := range slices.Chunk(byCall(recs), together) {
		if err := a.db.Tx(ctx, func(tx *store.Tx) error { return a.fold(ctx, tx, calls) }); err != nil {
			return err
		}
	}
	if err := a.mention(ctx, recs); err != nil {
		return err
	}
	if len(recs) > 0 {
		a.handled.Store(recs[len(recs)-1].Position)
	}
	ended := func(e event.Record) bool { return e.Last }
	if slices.ContainsFunc(recs, ended) || a.behind.Load() {
		a.nudge()
	}
	return nil
}

// byCall sorts records by their calls, which are in the order of their first
// mention, so that two writers lock alike.
func byCall(recs []event.Record) (calls [][]event.Record) {
	place := map[webtrunk.CallID]int{}
	for _, e := range recs {
		if e.Call == "" {
			continue
		}
		i, known := place[e.Call]
		if !known {
			i = len(calls)
			place[e.Call], calls = i, append(calls, nil)
		}
		calls[i] = append(calls[i], e)
	}
	return calls
}

// fold folds the records of each call into its row.
func (a *Archive) fold(ctx context.Context, tx *store.Tx, calls [][]event.Record) error {
	for _, recs := range calls {
		r, err := load(ctx, tx, recs[0].Call)
		if err != nil {
			return err
		}
		f := &folding{row: r}
		before := r.terms()
		for _, e := range recs {
			if err := f.take(e); err != nil {
				a.o.Log.Error("a record of a call cannot be read: its call record lacks it", "call", e.Call, "type", e.Type, "position", e.Position, "error", err)
			}
		}
		if !f.changed {
			continue
		}
		if err := save(ctx, tx, r, before); err != nil {
			return err
		}
	}
	return nil
}

// A folding is a row while records are folded into it.
type folding struct {
	row     *row
	changed bool
}

// take folds a record that is the row's next. A call whose beginning the log
// no longer has gets no row.
func (f *folding) take(e event.Record) error {
	if e.CallSeq != f.row.Seq+1 || e.CallSeq == 1 && e.Type != "call.created" {
		return nil
	}
	f.changed = true
	err := f.row.fold(e)
	f.row.Seq = e.CallSeq
	return err
}

// Rebuild folds the log again from its beginning: it has the archive's consumer
// begin anew, and every call that the log still tells from its first record on
// be folded anew. Other calls' records stay as they are, and so do prices. The
// consumer must not run meanwhile.
func (a *Archive) Rebuild(ctx context.Context) error {
	err := a.db.Tx(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE call_records SET call_seq = 0`)
		return err
	})
	if err != nil {
		return err
	}
	return a.db.SaveCursor(ctx, Consumer, 0)
}

// SetPrice writes what a call cost into its record, in the transaction of
// whoever bills it. A call without a record is webtrunk.NotFound: its
// consumer has not come to it yet, or the account no longer keeps it.
func (a *Archive) SetPrice(ctx context.Context, tx *store.Tx, id webtrunk.CallID, p Price) error {
	n, err := tx.Exec(ctx, `UPDATE call_records SET price_amount = $1, price_currency = $2 WHERE id = $3`, p.Amount, p.Currency, string(id))
	if err == nil && n == 0 {
		err = &webtrunk.Error{Op: "archive", Kind: webtrunk.NotFound, Message: "there is no record of this call"}
	}
	return err
}

// nudge tells Run that an erasure may have something to do.
func (a *Archive) nudge() {
	select {
	case a.wake <- struct{}{}:
	default:
	}
}
