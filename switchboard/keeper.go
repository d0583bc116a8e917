package switchboard

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"webtrunk"
	"webtrunk/call"
)

// A keeper has one call's events kept, in their order, without holding up the
// call. What comes while the journal is busy is given to it together, and what
// will soon be followed by more waits a moment for that: that a call was admitted
// is one commit with the leg that is then dialled, and that a telephone rang one
// with the answer that came at once.
type keeper struct {
	journal  Journal // nil keeps nothing
	patience time.Duration
	log      *slog.Logger
	mail     *mailbox
	running  *sync.WaitGroup

	mu     sync.Mutex
	events []call.Event
	view   call.View
	steps  []*waiting // that wait for these events
	busy   bool
	hurry  bool          // nothing is to be waited for
	haste  chan struct{} // holds a token when that becomes so

	failing bool // run's own: the last append failed
}

// recorded is the input that a step's events are kept, or not.
type recorded struct {
	call.Input
	step *waiting
	err  error
}

// lull is how long events wait for those that follow: longer than the way of a
// call takes to be found, less than anybody who reads them notices.
const lull = 10 * time.Millisecond

// awaitsMore reports whether more events will soon follow those of a step, and
// nobody waits for these: the way is being looked up, or a telephone rings, which
// many answer as they ring.
func awaitsMore(v call.View, out call.Output) bool {
	if slices.ContainsFunc(out.Orders, call.Looks) {
		return true
	}
	more := func(e call.Event) bool { return !rings(v, e) }
	return len(out.Events) > 0 && !slices.ContainsFunc(out.Events, more) && !slices.ContainsFunc(out.Orders, call.Starts)
}

// rings reports whether an event is of a leg that rings. Its dialog is among them,
// which is kept with the next record that there is.
func rings(v call.View, e call.Event) bool {
	switch e := e.(type) {
	case call.LegRang, call.CallRinging:
		return true
	case call.DialogSaved:
		return v.Legs[e.Leg-1].State != call.Connected
	}
	return false
}

// put takes a step's events. It reports whether they are kept at all, so that
// the step can wait for recorded. Without hurry they may wait for more.
func (k *keeper) put(v call.View, events []call.Event, step *waiting, hurry bool) bool {
	if k.journal == nil || len(events) == 0 {
		return false
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.view, k.events = v, append(k.events, events...)
	k.steps = append(k.steps, step)
	if hurry && !k.hurry {
		k.hurry = true
		k.haste <- struct{}{}
	}
	if !k.busy {
		k.busy = true
		k.running.Go(k.run)
	}
	return true
}

// run gives the journal what there is until there is no more.
func (k *keeper) run() {
	for {
		k.gather()
		view, events, steps := k.take()
		if len(events) == 0 {
			return
		}
		err := k.keep(view, events)
		for _, step := range steps {
			k.mail.put(recorded{step: step, err: err})
		}
	}
}

// gather waits for a lull, or until there is hurry.
func (k *keeper) gather() {
	k.mu.Lock()
	none := len(k.events) == 0
	k.mu.Unlock()
	if none {
		return
	}
	select {
	case <-k.haste:
	case <-time.After(lull):
	}
}

// take takes what there is.
func (k *keeper) take() (call.View, []call.Event, []*waiting) {
	k.mu.Lock()
	defer k.mu.Unlock()
	events, steps := k.events, k.steps
	k.events, k.steps = nil, nil
	k.busy = len(events) > 0
	if k.hurry {
		k.hurry = false
		select { // the token, where it came after the lull
		case <-k.haste:
		default:
		}
	}
	return k.view, events, steps
}

func (k *keeper) keep(v call.View, events []call.Event) (err error) {
	ctx, done := context.WithTimeout(context.Background(), k.patience)
	defer done()
	defer func() {
		if r := recover(); r != nil {
			k.log.Error("the journal panicked", "panic", r, "stack", string(debug.Stack()))
			err = cannotRecord(fmt.Errorf("panic: %v", r))
		}
	}()
	err = k.journal.Append(ctx, v, events)
	if err == nil {
		k.failing = false
		return nil
	}
	if !k.failing { // said once, however long the database is away
		k.log.Error("events not kept", "events", len(events), "error", err)
	}
	k.failing = true
	return cannotRecord(err)
}

func cannotRecord(err error) error {
	return &webtrunk.Error{Op: "journal", Kind: webtrunk.Unavailable, Message: "The gateway cannot record calls at the moment. Try again in a minute.", Err: err}
}
