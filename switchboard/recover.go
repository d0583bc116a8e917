package switchboard

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"

	"webtrunk"
	"webtrunk/call"
)

// A Reader reads the calls that a former process of this node left open.
type Reader interface {
	Orphans(ctx context.Context) ([]webtrunk.CallID, error)
	Events(ctx context.Context, id webtrunk.CallID) ([]call.Event, error)
}

// A Journal that is an Undertaker can end a call of which it cannot make sense,
// so that none stays open for ever.
type Undertaker interface {
	Bury(ctx context.Context, id webtrunk.CallID, end call.CallEnded) error
}

// recovering bounds how many ends are being appended at once: enough for a
// group commit.
const recovering = 64

// Recover ends the calls that a former process left open, with
// call.NodeLost, and returns how many. It must come before the first call.
//
// First all far ends are told: each leg whose Dialog is on record is given to
// its edge, if that is a Rescuer, to be hung up. No carrier waits for a
// database's commit. Then the ends are appended to the journal. Of a call that
// cannot be read, because a newer version of the gateway wrote it or its records
// are damaged, nobody can be told, and only its end is recorded, if the journal
// is an Undertaker. One that cannot be ended keeps no other waiting; the error
// names it.
func Recover(ctx context.Context, r Reader, j Journal, edges map[call.Kind]Edge, log *slog.Logger) (ended int, err error) {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	ids, err := r.Orphans(ctx)
	if err != nil {
		return 0, fmt.Errorf("reading which calls were left open: %w", err)
	}
	var lost []wreck
	var errs []error
	for _, id := range ids {
		w, err := find(ctx, r, id)
		if err != nil {
			log.Error("a call that was left open cannot be read: its carrier cannot be told of its end, and bills it until it notices", "call", id, "error", err)
			if err := bury(ctx, j, id, err); err != nil {
				errs = append(errs, fmt.Errorf("call %s: %w", id, err))
			}
			continue
		}
		log.Warn("ending a call whose process died", "call", id, "legs", len(w.legs))
		w.rescue(edges, log)
		lost = append(lost, w)
	}
	errs = append(errs, keepAll(ctx, j, lost)...)
	return len(ids) - len(errs), errors.Join(errs...)
}

// A wreck is a call whose process died: its end, and the legs that are to be
// told.
type wreck struct {
	id     webtrunk.CallID
	after  call.View
	events []call.Event
	legs   []call.Leg
}

// find replays a call and ends it. A record that makes no sense is an error.
func find(ctx context.Context, r Reader, id webtrunk.CallID) (w wreck, err error) {
	events, err := r.Events(ctx, id)
	if err != nil {
		return w, err
	}
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("its events make no call: %v", p)
		}
	}()
	c := call.Replay(events)
	before := c.View().Legs
	out := c.Step(call.NodeDied{})
	w = wreck{id: id, after: c.View(), events: out.Events}
	for _, o := range out.Orders {
		if h, ok := o.(call.HangUpLeg); ok {
			w.legs = append(w.legs, before[h.Leg-1])
		}
	}
	return w, nil
}

// bury ends a call that cannot be read.
func bury(ctx context.Context, j Journal, id webtrunk.CallID, unread error) error {
	u, can := j.(Undertaker)
	if !can || webtrunk.KindOf(unread) == webtrunk.Unavailable {
		return unread
	}
	return u.Bury(ctx, id, call.CallEnded{Status: call.StatusFailed, Reason: call.NodeLost})
}

// rescue has the edges hang up what they can.
func (w wreck) rescue(edges map[call.Kind]Edge, log *slog.Logger) {
	for _, l := range w.legs {
		rescuer, can := edges[l.Kind].(Rescuer)
		if len(l.Dialog) == 0 || !can {
			continue
		}
		func() {
			defer func() {
				if p := recover(); p != nil {
					log.Error("a leg could not be rescued", "call", w.id, "leg", l.ID, "panic", p)
				}
			}()
			rescuer.Rescue(l)
		}()
	}
}

// keepAll appends the ends of calls, many at once.
func keepAll(ctx context.Context, j Journal, lost []wreck) (errs []error) {
	var (
		mu    sync.Mutex
		wg    sync.WaitGroup
		slots = make(chan struct{}, recovering)
	)
	for _, w := range lost {
		if len(w.events) == 0 {
			continue // its end is on record
		}
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			if err := j.Append(ctx, w.after, w.events); err != nil {
				mu.Lock()
				errs = append(errs, fmt.Errorf("call %s: %w", w.id, err))
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	return errs
}
