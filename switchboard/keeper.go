package switchboard

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"webtrunk"
	"webtrunk/call"
)

// A keeper has one call's events kept, in their order, without holding up the
// call: what comes while the journal is busy is given to it together.
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

	failing bool // run's own: the last append failed
}

// recorded is the input that a step's events are kept, or not.
type recorded struct {
	call.Input
	step *waiting
	err  error
}

// put takes a step's events. It reports whether the step is to wait for
// recorded.
func (k *keeper) put(v call.View, events []call.Event, step *waiting) bool {
	if k.journal == nil || len(events) == 0 {
		return false
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.view, k.events = v, append(k.events, events...)
	k.steps = append(k.steps, step)
	if !k.busy {
		k.busy = true
		k.running.Go(k.run)
	}
	return true
}

// run gives the journal what there is until there is no more.
func (k *keeper) run() {
	for {
		k.mu.Lock()
		view, events, steps := k.view, k.events, k.steps
		k.events, k.steps = nil, nil
		k.busy = len(events) > 0
		k.mu.Unlock()
		if len(events) == 0 {
			return
		}
		err := k.keep(view, events)
		for _, step := range steps {
			k.mail.put(recorded{step: step, err: err})
		}
	}
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
	return &webtrunk.Error{Op: "journal", Kind: webtrunk.Unavailable, Message: "the gateway cannot record calls at the moment: try again in a minute", Err: err}
}
