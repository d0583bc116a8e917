package desk

import (
	"context"
	"log/slog"
	"runtime/debug"
	"time"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/dispatch"
	"webtrunk/dispatch/floor"
	"webtrunk/dispatch/hours"
)

// A room is one account's floor, in one mode. Its goroutine alone touches what
// stands below box.
type room struct {
	desk   *Desk
	of     dispatch.Tenant
	log    *slog.Logger
	scribe *scribe
	box    *mailbox[func()]

	floor   floor.Floor
	queues  map[string]dispatch.Queue
	agents  map[string]dispatch.Agent
	hours   map[string]*hours.Hours
	at      map[webtrunk.Address]string // agents by their browsers
	calls   map[webtrunk.CallID]*following
	promise map[webtrunk.CallID]*following // calls that are over, whose callers are to be called
	trying  map[webtrunk.CallID]*following // of these, who is being called
	led     []floor.Input                  // to what an order led
	ids     map[settling]string            // of offers
	became  map[string]time.Time           // when each agent's presence changed
	last    map[string]webtrunk.CallID     // each agent's last call
	tallies map[string]tally               // of queues, since since
	since   time.Time
	begun   bool        // the rows are known
	early   []func()    // what happened before
	tick    func() bool // stops the floor's clock
	compare func() bool // stops the next comparison; nil where none is to come
	over    bool
}

func newRoom(d *Desk, of dispatch.Tenant) *room {
	log := d.o.Log.With("account", of.Account, "test", of.Test)
	return &room{
		desk: d, of: of, log: log, scribe: newScribe(d.o.DB, log), box: newMailbox[func()](),
		queues: map[string]dispatch.Queue{}, agents: map[string]dispatch.Agent{}, at: map[webtrunk.Address]string{},
		calls: map[webtrunk.CallID]*following{}, promise: map[webtrunk.CallID]*following{}, trying: map[webtrunk.CallID]*following{}, ids: map[settling]string{},
		became: map[string]time.Time{}, last: map[string]webtrunk.CallID{}, tallies: map[string]tally{},
	}
}

// post has f run on the room's goroutine; false means that the room is closed.
func (r *room) post(f func()) bool { return r.box.put(f) }

// ask is post and waits until f has run. Where ctx ends before f has begun, it never
// does; false means that it did not.
func (r *room) ask(ctx context.Context, f func()) bool {
	done, turn := make(chan struct{}), make(chan struct{}, 1)
	turn <- struct{}{} // taken by who is first: f, or whoever gives up
	ok := r.post(func() {
		defer close(done)
		select {
		case <-turn:
			f()
		default:
		}
	})
	if !ok {
		return false
	}
	select {
	case <-done:
		return true
	case <-ctx.Done():
	}
	select {
	case <-turn:
		return false
	case <-done:
	}
	return true
}

// run is the room's goroutine. What was posted before the end still runs.
func (r *room) run() {
	for letters := r.box.take(); len(letters) > 0; letters = r.box.take() {
		for _, f := range letters {
			r.guard(f)
		}
	}
	r.scribe.box.close()
}

// guard runs f. A panic costs what f was about, not the room.
func (r *room) guard(f func()) {
	defer func() {
		if p := recover(); p != nil {
			r.log.Error("panic in the queues", "panic", p, "stack", string(debug.Stack()))
			r.led = nil
		}
	}()
	f()
}

// leave closes the room.
func (r *room) leave() {
	r.over = true
	for _, stop := range []func() bool{r.tick, r.compare} {
		if stop != nil {
			stop()
		}
	}
	r.box.close()
}

// step takes an input to the floor and carries out what it orders, and what comes
// of that.
func (r *room) step(in floor.Input) {
	r.led = append(r.led, in)
	if len(r.led) > 1 {
		return // an order's consequence: its turn comes below
	}
	for len(r.led) > 0 {
		now := r.desk.o.Now()
		for _, o := range r.floor.Step(now, r.led[0]) {
			r.carryOut(now, o)
		}
		r.led = r.led[1:]
	}
}

// carryOut carries out an order, or records a fact.
func (r *room) carryOut(now time.Time, o floor.Output) {
	switch o := o.(type) {
	case floor.Ring:
		r.ring(now, o)
	case floor.Rescind:
		r.rescind(o)
	case floor.Tell:
		r.do(o.Entry, call.Place{Position: o.Place, Wait: o.Wait, Say: o.Say})
	case floor.Promise:
		r.do(o.Entry, call.CallMeBack{})
	case floor.Promised:
		r.settle(now, o.Entry, true)
	case floor.Refused:
		r.settle(now, o.Entry, false)
	case floor.GiveUp:
		r.giveUp(o)
	case floor.Next:
		r.wakeAt(now, o.At)
	case floor.Moved:
		r.move(o)
		r.record(now, o)
	default:
		r.record(now, o)
	}
}

// do speaks to a call. One that is over waits no more.
func (r *room) do(id webtrunk.CallID, in call.Input) {
	err := r.desk.o.Calls.Do(r.ctx(), id, in)
	if webtrunk.KindOf(err) == webtrunk.NotFound && err != nil {
		r.step(floor.Leave{Entry: id, Why: floor.Abandoned})
	}
}

// wakeAt sets the floor's clock.
func (r *room) wakeAt(now, at time.Time) {
	if r.tick != nil {
		r.tick()
		r.tick = nil
	}
	if !at.IsZero() && !r.over {
		r.tick = r.desk.o.After(at.Sub(now), func() { r.post(func() { r.step(floor.Tick{}) }) })
	}
}
