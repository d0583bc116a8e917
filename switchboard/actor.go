package switchboard

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"

	"webtrunk"
	"webtrunk/call"
)

// An actor is one call being run: the only goroutine that touches the call.
type actor struct {
	board  *Switchboard
	id     webtrunk.CallID
	log    *slog.Logger
	mail   *mailbox
	call   call.Call
	legs   map[call.LegID]Leg
	timers timers
	sound  sound
	asking sync.WaitGroup // questions under way
}

func newActor(s *Switchboard, id webtrunk.CallID, first Leg) *actor {
	a := &actor{
		board: s, id: id, log: s.cfg.Log.With("call", id), mail: newMailbox(),
		legs: map[call.LegID]Leg{},
	}
	a.timers = timers{mail: a.mail, running: map[call.Timer]*timer{}}
	a.sound = sound{stops: map[call.LegID]func(){}}
	if first != nil {
		a.legs[1] = first
	}
	return a
}

// reportFor returns how an edge reports on one leg: every input that names a
// leg is made to name this one, so that no edge can speak for another's.
func (a *actor) reportFor(id call.LegID) func(call.Input) {
	return func(in call.Input) { a.mail.put(call.ForLeg(in, id)) }
}

// run steps the call until it has ended. A panic ends this call, never the process.
func (a *actor) run(first call.Input) {
	ctx, cancel := context.WithCancel(context.Background())
	defer a.close()
	defer cancel() // before close waits for what was asked
	defer func() {
		if r := recover(); r != nil {
			a.log.Error("call ended by a panic", "panic", r, "stack", string(debug.Stack()))
			a.abandon()
		}
	}()
	a.step(ctx, first)
	for !a.call.Ended() {
		for _, in := range a.mail.take() {
			if in, current := a.timers.current(in); current {
				a.step(ctx, in)
			}
		}
	}
}

// step takes one input through the call: its events are kept, then its orders
// carried out. Orders that end something do not wait for the journal.
func (a *actor) step(ctx context.Context, in call.Input) {
	out := a.call.Step(in)
	if len(out.Events) == 0 && len(out.Orders) == 0 {
		return
	}
	for _, o := range out.Orders {
		if call.Ends(o) {
			a.carryOut(ctx, o)
		}
	}
	err := a.keep(out.Events)
	for _, o := range out.Orders {
		switch {
		case call.Ends(o):
		case err != nil && call.Starts(o):
			a.failed(o, err)
		default:
			a.carryOut(ctx, o)
		}
	}
}

// keep appends the events to the journal.
func (a *actor) keep(events []call.Event) error {
	if a.board.cfg.Journal == nil || len(events) == 0 {
		return nil
	}
	ctx, done := context.WithTimeout(context.Background(), a.board.cfg.AskTime)
	defer done()
	if err := a.board.cfg.Journal.Append(ctx, a.call.View(), events); err != nil {
		a.log.Error("events not kept", "error", err)
		return &webtrunk.Error{Op: "journal", Kind: webtrunk.Unavailable, Message: "the gateway cannot record calls at the moment: try again in a minute", Err: err}
	}
	return nil
}

// failed returns an order to the call as not carried out.
func (a *actor) failed(o call.Order, err error) {
	name, leg := call.Describe(o)
	a.log.Warn("order not carried out", "order", name, "leg", leg, "error", err)
	message := webtrunk.MessageOf(err, fmt.Sprintf("the gateway could not carry out %s", name))
	a.mail.put(call.OrderFailed{Order: o, Message: message})
}

// abandon hangs up what a panic left behind and records the end.
func (a *actor) abandon() {
	for id, l := range a.legs {
		a.hangUp(id, l, call.HangUpLeg{Leg: id, Cause: call.Failed})
	}
	defer func() {
		if r := recover(); r != nil {
			a.log.Error("the end of the call could not be recorded", "panic", r)
		}
	}()
	if !a.call.Ended() {
		out := a.call.Step(call.HangUp{Cause: call.Failed})
		if err := a.keep(out.Events); err != nil {
			a.log.Error("the end of the call could not be recorded", "error", err)
		}
	}
}

// close releases everything that the call held.
func (a *actor) close() {
	a.mail.close()
	a.timers.stopAll()
	a.sound.silence()
	a.asking.Wait()
	a.board.forget(a.id)
}
