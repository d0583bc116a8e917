package desk

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/dispatch"
	"webtrunk/event"
	"webtrunk/store"
)

// Calls are the calls of this process. The switchboard's are such, with what a
// call is seen as.
type Calls interface {
	call.Commander
	Request(in call.Requested) error
	Views() []call.View // of the calls that run
}

// Options is what a Desk works with.
type Options struct {
	Book  *dispatch.Book
	DB    *store.DB // keeps presence and who waited; its log takes the events
	Hub   *event.Hub
	Calls Calls

	// Place returns where an agent's browsers are called. Telephone returns how an
	// agent's telephone is rung for a call, as far as their account may; it may ask
	// the database.
	Place     func(ctx context.Context, of dispatch.Tenant, agent string) (webtrunk.Address, error)
	Telephone func(ctx context.Context, c call.View, number webtrunk.Address) (call.Target, error)

	Log     *slog.Logger                                       // nil discards
	Now     func() time.Time                                   // nil is time.Now
	After   func(d time.Duration, f func()) (stop func() bool) // nil is time.AfterFunc
	Compare time.Duration                                      // how often floors are compared with the calls that run; 0 is 5 s
}

// A Desk runs the queues of all accounts. Run it; it may be asked meanwhile from
// any goroutine.
type Desk struct {
	o Options

	mu     sync.RWMutex
	rooms  map[dispatch.Tenant]*room
	pages  map[webtrunk.Address]int // of agents, that are open
	owners map[webtrunk.Address]owner
	wanted *mailbox[dispatch.Tenant]
	closed bool
	work   sync.WaitGroup
}

// An owner is whom an agent's address is of.
type owner struct {
	room  *room
	agent string
}

// New returns a desk that nobody sits at until it is run.
func New(o Options) *Desk {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.After == nil {
		o.After = func(d time.Duration, f func()) func() bool { return time.AfterFunc(d, f).Stop }
	}
	if o.Compare == 0 {
		o.Compare = 5 * time.Second
	}
	return &Desk{o: o, rooms: map[dispatch.Tenant]*room{}, pages: map[webtrunk.Address]int{}, owners: map[webtrunk.Address]owner{}, wanted: newMailbox[dispatch.Tenant]()}
}

// Run opens the rooms and follows the rows until ctx ends; then it closes them and
// waits for what they still record.
func (d *Desk) Run(ctx context.Context) error {
	defer d.close()
	d.work.Go(func() { d.readWanted(ctx) })
	for ctx.Err() == nil {
		if err := d.follow(ctx); err != nil && ctx.Err() == nil {
			d.o.Log.Warn("the queues' rows could not be followed", "error", err)
			pause(ctx, time.Second)
		}
	}
	return nil
}

func pause(ctx context.Context, long time.Duration) {
	t := time.NewTimer(long)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

// rows are the events that change a floor.
var rows = event.Types{"queue.created", "queue.updated", "queue.deleted", "hours.updated", "agent.created", "agent.updated", "agent.deleted"}

// follow reads all tenants' rows, and those of each that changes. It subscribes
// first, so that no change falls between the two.
func (d *Desk) follow(ctx context.Context) error {
	sub, err := d.o.Hub.Subscribe(ctx, event.Filter{Types: rows}, event.Stream{}, event.Latest)
	if err != nil {
		return err
	}
	defer sub.Close()
	tenants, err := d.o.Book.Tenants(ctx)
	if err != nil {
		return err
	}
	for _, t := range tenants {
		err = errors.Join(err, d.read(ctx, t)) // one that cannot be read keeps no other from its news
	}
	if err != nil {
		return err
	}
	for {
		r, err := sub.Next(ctx)
		if err != nil {
			return err
		}
		if err := d.read(ctx, dispatch.Tenant{Account: r.Account, Test: r.Test}); err != nil {
			return err
		}
	}
}

// read gives a tenant's rows to its room, which is opened for the first.
func (d *Desk) read(ctx context.Context, t dispatch.Tenant) error {
	r := d.room(t)
	if r == nil {
		return nil
	}
	begun, places := false, map[string]webtrunk.Address{}
	r.ask(ctx, func() {
		begun = r.begun
		for at, agent := range r.at {
			places[agent] = at
		}
	})
	k, err := d.know(ctx, t, places)
	if err == nil && !begun {
		if k.today, err = d.today(ctx, t, k.Queues); err == nil {
			k.kept, err = d.promises(ctx, t)
		}
	}
	if err != nil {
		return err
	}
	if !r.ask(ctx, func() { r.take(k); d.settle(r, k.places) }) {
		return context.Cause(ctx) // nil where the room is closed
	}
	return nil
}

// know reads a tenant's rows. Where an agent's browsers are called does not change: only
// who is new is looked up.
func (d *Desk) know(ctx context.Context, t dispatch.Tenant, places map[string]webtrunk.Address) (k known, err error) {
	if k.Staff, err = d.o.Book.Staff(ctx, t); err != nil {
		return k, err
	}
	if k.chosen, err = d.chosen(ctx, t); err != nil {
		return k, err
	}
	k.places = map[string]webtrunk.Address{}
	for _, a := range k.Agents {
		if at, known := places[a.ID]; known {
			k.places[a.ID] = at
			continue
		}
		if k.places[a.ID], err = d.o.Place(ctx, t, a.ID); err != nil {
			return k, err
		}
	}
	return k, nil
}

// room returns a tenant's room, and opens it. It is nil once the desk is closed.
func (d *Desk) room(t dispatch.Tenant) *room {
	d.mu.Lock()
	defer d.mu.Unlock()
	r := d.rooms[t]
	if r == nil && !d.closed {
		r = newRoom(d, t)
		d.rooms[t] = r
		d.work.Go(r.run)
		d.work.Go(r.scribe.run)
	}
	return r
}

// settle tells the room, on its goroutine, of pages that were open before anybody
// knew whose they are: whoever finds an agent in the room finds their pages there.
func (d *Desk) settle(r *room, places map[string]webtrunk.Address) {
	for _, agent := range d.own(r, places) {
		r.came(agent)
	}
}

// own notes whose the addresses are, and returns the new agents, each for every page
// that is open. Who is no agent any more, and becomes one again, is a new one.
func (d *Desk) own(r *room, places map[string]webtrunk.Address) (came []string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	maps.DeleteFunc(d.owners, func(at webtrunk.Address, o owner) bool { return o.room == r && places[o.agent] != at })
	for agent, at := range places {
		if d.owners[at] == (owner{r, agent}) {
			continue
		}
		d.owners[at] = owner{r, agent}
		for range d.pages[at] {
			came = append(came, agent)
		}
	}
	return came
}

// Here tells that a page that can be called at an address is open, or no more. It
// returns at once.
func (d *Desk) Here(at webtrunk.Address, open bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.pages[at] += map[bool]int{true: 1, false: -1}[open]
	if d.pages[at] <= 0 {
		delete(d.pages, at)
	}
	o, known := d.owners[at]
	switch {
	case !known:
	case open:
		o.room.post(func() { o.room.came(o.agent) })
	default:
		o.room.post(func() { o.room.went(o.agent) })
	}
}

// Saw is told what happened in a call. It returns at once.
func (d *Desk) Saw(c call.View, events []call.Event) {
	t := dispatch.Tenant{Account: c.Account, Test: c.Test}
	d.mu.RLock()
	r := d.rooms[t]
	d.mu.RUnlock()
	if r == nil && slices.ContainsFunc(events, queues) {
		r = d.room(t) // its rows are not read yet: what happens waits for them
		d.wanted.put(t)
	}
	if r != nil {
		r.post(func() { r.saw(c, events) })
	}
}

func queues(e call.Event) bool { _, is := e.(call.CallQueued); return is }

// readWanted reads the rows of tenants who have callers before their rooms know them.
func (d *Desk) readWanted(ctx context.Context) {
	for wanted := d.wanted.take(); len(wanted) > 0; wanted = d.wanted.take() {
		for _, t := range wanted {
			for d.read(ctx, t) != nil && ctx.Err() == nil {
				pause(ctx, time.Second)
			}
		}
	}
}

// close ends the rooms and waits for them.
func (d *Desk) close() {
	d.mu.Lock()
	d.closed = true
	d.wanted.close()
	for _, r := range d.rooms {
		r.post(r.leave)
	}
	d.mu.Unlock()
	d.work.Wait()
}
