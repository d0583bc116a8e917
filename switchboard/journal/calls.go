package journal

import (
	"context"
	"fmt"
	"time"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/event"
)

// An Orphanage knows which calls a former process of this node left open.
// *store.DB is one.
type Orphanage interface {
	Orphans(ctx context.Context) ([]webtrunk.CallID, error)
}

// Calls reads calls from the log. It is a switchboard.Reader, if Left is set.
type Calls struct {
	Log  event.Log
	Left Orphanage // needed for Orphans alone
}

// Orphans returns the calls that a former process of this node left open.
func (c Calls) Orphans(ctx context.Context) ([]webtrunk.CallID, error) { return c.Left.Orphans(ctx) }

// Events returns a call's events, which call.Replay folds. It fails with
// webtrunk.NotFound if there is no such call.
func (c Calls) Events(ctx context.Context, id webtrunk.CallID) ([]call.Event, error) {
	var all []call.Event
	for r, err := range c.Log.Read(ctx, streamOf(id), 0) {
		if err != nil {
			return nil, err
		}
		events, err := Events(r)
		if err != nil {
			return nil, err
		}
		all = append(all, events...)
	}
	if len(all) == 0 {
		return nil, noSuchCall(id)
	}
	return all, nil
}

func streamOf(id webtrunk.CallID) event.Stream { return event.Stream{Call: id} }

func noSuchCall(id webtrunk.CallID) error {
	return &webtrunk.Error{Op: "calls", Kind: webtrunk.NotFound, Message: fmt.Sprintf("There is no call %s.", id)}
}

// A Kept is a call as it is on record.
type Kept struct {
	View     call.View // with what only the gateway may know: hidden contacts, dialogs
	Created  time.Time
	Answered time.Time // zero if nobody answered
	Ended    time.Time // zero while it runs
	End      call.CallEnded
	Quality  map[call.LegID]call.Quality // of the legs that have left
	Seq      int64                       // call_seq of its last event
	hidden   hidden
}

// View reads a call. It fails with webtrunk.NotFound if there is no such call.
// Whose it is, the caller must check.
func (c Calls) View(ctx context.Context, id webtrunk.CallID) (Kept, error) {
	k, v := newKept(), Kept{Quality: map[call.LegID]call.Quality{}}
	for r, err := range c.Log.Read(ctx, streamOf(id), 0) {
		if err != nil {
			return Kept{}, err
		}
		events, err := Events(r)
		if err != nil {
			return Kept{}, err
		}
		for _, e := range events {
			k.fold(e, r.Time)
			v.note(e, r.Time)
		}
		v.Seq = r.CallSeq
	}
	if v.Seq == 0 {
		return Kept{}, noSuchCall(id)
	}
	v.View, v.Created, v.Answered, v.hidden = k.call.View(), k.created, k.answered, k.hidden
	return v, nil
}

// note keeps what an event says beside the call's state.
func (v *Kept) note(e call.Event, at time.Time) {
	switch e := e.(type) {
	case call.LegLeft:
		if e.Quality != nil {
			v.Quality[e.Leg] = *e.Quality
		}
	case call.CallEnded:
		v.End, v.Ended = e, at
	}
}
