package switchboard

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"time"

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
	// collecting are the legs whose keys are heard by their tones, and how that ends.
	collecting map[call.LegID]func()
	recording  func(keep bool) // stops the message that is left; nil: none was
	bridged    call.Bridge     // who hears whom now
	rebuilt    time.Time       // when their conference was, because it had failed
	taping     taping
	queue      waitings
	keeper     keeper
	asking     sync.WaitGroup // questions under way, and the keeper

	since    time.Time
	answered time.Time
	samples  map[call.LegID]call.Quality // each connected leg's last
	held     bool                        // somebody had put the others on hold when they were taken
	clock    *time.Timer                 // until the next
	live     atomic.Pointer[Live]
}

func newActor(s *Switchboard, id webtrunk.CallID, first Leg) *actor {
	a := &actor{
		board: s, id: id, log: s.cfg.Log.With("call", id), mail: newMailbox(),
		legs: map[call.LegID]Leg{}, collecting: map[call.LegID]func(){}, samples: map[call.LegID]call.Quality{}, since: time.Now(),
	}
	a.keeper = keeper{journal: s.cfg.Journal, patience: s.cfg.AskTime, log: a.log, mail: a.mail, running: &a.asking, haste: make(chan struct{}, 1)}
	a.timers = timers{mail: a.mail, running: map[call.Timer]*timer{}}
	a.sound = sound{phrases: s.cfg.Phrases, mail: a.mail, plays: map[call.LegID]played{}}
	a.sound.room.Failed = func(why error) { a.mail.put(roomFailed{why: why}) }
	if first != nil {
		a.legs[1] = first
	}
	return a
}

// reportFor returns how an edge reports on one leg: every input that names a
// leg is made to name this one, so that no edge can speak for another's. An edge
// may keep it for as long as packets of an ended call can come; it holds nothing
// of the call but its mailbox.
func (a *actor) reportFor(id call.LegID) func(call.Input) {
	mail := a.mail
	return func(in call.Input) { mail.put(call.ForLeg(in, id)) }
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
	a.measureSoon()
	for !a.call.Ended() {
		for _, in := range a.mail.take() {
			a.take(ctx, in)
		}
	}
}

// take takes one letter of the mailbox.
func (a *actor) take(ctx context.Context, in call.Input) {
	switch in := in.(type) {
	case recorded:
		in.step.unsure, in.step.failed = false, in.err
		a.proceed(ctx)
		return
	case measure:
		for _, m := range a.measureLegs() {
			a.step(ctx, m)
		}
		a.publish(a.call.View())
		a.measureSoon()
		return
	case phraseEnded:
		if ended, current := a.sound.current(in); current {
			a.step(ctx, ended)
		}
		return
	case beepDue:
		a.beep(in)
		return
	case roomFailed:
		a.rebuild(in.why)
		return
	}
	if in, current := a.timers.current(in); current {
		a.step(ctx, in)
	}
}

func (a *actor) measureSoon() {
	a.clock = time.AfterFunc(a.board.cfg.Measure, func() { a.mail.put(measure{}) })
}

// step takes one input through the call: its events go to the record and its
// orders are carried out. Those that end something do not wait for the record.
func (a *actor) step(ctx context.Context, in call.Input) {
	out := a.call.Step(in)
	a.collect()
	if len(out.Events) == 0 && len(out.Orders) == 0 {
		return
	}
	view := a.call.View()
	w := &waiting{}
	recording := a.keeper.put(view, a.withQuality(out.Events), w, !awaitsMore(view, out))
	a.tell(view, out.Events)
	for _, o := range out.Orders {
		if call.Ends(o) {
			a.queue.undo(o)
			a.carryOut(ctx, o)
		} else {
			w.orders = append(w.orders, o)
		}
	}
	w.unsure = recording && slices.ContainsFunc(w.orders, call.Starts)
	a.note(out.Events)
	a.publish(view)
	a.queue.add(w)
	a.proceed(ctx)
}

// tell tells whoever follows calls as they happen.
func (a *actor) tell(view call.View, events []call.Event) {
	if saw := a.board.cfg.Saw; saw != nil && len(events) > 0 {
		saw(view, events)
	}
}

// note draws the switchboard's own conclusions from what happened.
func (a *actor) note(events []call.Event) {
	for _, e := range events {
		switch e := e.(type) {
		case call.CallAnswered:
			a.answered = time.Now()
		case call.PartChanged:
			if l, shares := a.legs[e.Leg].(Sharer); shares {
				l.Part(e.Part)
			}
		case call.LegLeft:
			a.queue.left(e.Leg)
			a.sound.stop(e.Leg)
			delete(a.legs, e.Leg)
			delete(a.samples, e.Leg)
		case call.QualityWarned:
			a.board.judge(e.Metric)
		case call.CallEnded:
			a.board.count(e)
		}
	}
}

// proceed carries out what need not wait, or has waited.
func (a *actor) proceed(ctx context.Context) {
	for w := a.queue.next(); w != nil; w = a.queue.next() {
		for _, o := range w.orders {
			if w.failed != nil && call.Starts(o) {
				a.failed(o, w.failed)
			} else {
				a.carryOut(ctx, o)
			}
		}
	}
}

// failed returns an order to the call as not carried out.
func (a *actor) failed(o call.Order, err error) {
	name, leg := call.Describe(o)
	a.log.Warn("order not carried out", "order", name, "leg", leg, "error", err)
	message := webtrunk.MessageOf(err, fmt.Sprintf("the gateway could not carry out %s", name))
	a.mail.put(call.OrderFailed{Order: o, Message: message})
}

// abandon hangs up what a panic left behind and has the end recorded.
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
		a.tell(a.call.View(), out.Events)
		a.keeper.put(a.call.View(), out.Events, &waiting{}, true)
		a.note(out.Events)
	}
}

// close releases everything that the call held. The call is over for all but
// its record, for which it waits.
func (a *actor) close() {
	a.mail.close()
	if a.clock != nil {
		a.clock.Stop()
	}
	a.timers.stopAll()
	a.sound.silence()
	a.stopRecording(false)
	a.endRecording()
	for leg := range a.collecting {
		a.stopCollecting(leg)
	}
	a.board.forget(a.id)
	a.asking.Wait()
}
