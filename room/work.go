package room

import (
	"context"
	"slices"
	"time"

	"webtrunk"
)

// A task is what is to be done, and until when whoever asked for it waits.
type task struct {
	f     func(context.Context)
	until time.Time
}

// do has the room's worker run f, after what waits already. Rooms.mu is held.
func (at *room) do(f func(context.Context)) {
	r := at.rooms
	if r.closed {
		return
	}
	at.todo = append(at.todo, task{f, time.Now().Add(r.o.Keep)})
	if !at.busy {
		at.busy = true
		r.working.Go(at.work)
	}
}

// work does what is to be done, and ends when there is nothing more.
func (at *room) work() {
	for next := at.next(); next.f != nil; next = at.next() {
		ctx, done := context.WithDeadline(at.rooms.ctx, next.until)
		next.f(ctx)
		done()
	}
}

// next takes what is to be done next; nothing ends the worker.
func (at *room) next() task {
	at.rooms.mu.Lock()
	defer at.rooms.mu.Unlock()
	if len(at.todo) == 0 {
		at.busy = false
		at.closeIfDone()
		return task{}
	}
	next := at.todo[0]
	at.todo = at.todo[1:]
	return next
}

// ready reads what the room holds, if that is not known, and has everybody know it
// who is there.
func (at *room) ready(ctx context.Context) error {
	if at.state == nil {
		log, err := at.rooms.load(ctx, at.call)
		if err != nil {
			return err
		}
		at.state = Replay(log)
	}
	at.publish()
	return nil
}

// publish tells each member what it was not told yet.
func (at *room) publish() {
	at.tell(func(s *Seat) []Operation {
		news := at.state.After(s.told)
		s.told = at.state.Last()
		return news
	})
}

// tell tells each member the operations that are for them, if any.
func (at *room) tell(which func(*Seat) []Operation) {
	at.rooms.mu.Lock()
	defer at.rooms.mu.Unlock()
	for _, s := range at.seats {
		if told := which(s); len(told) > 0 {
			at.tellOne(s, told)
		}
	}
}

// tellOne tells a member some operations, and how many others there are. Rooms.mu is held.
func (at *room) tellOne(s *Seat, some []Operation) {
	told := slices.Clone(some)
	for i := range told {
		told[i].By.Name = at.names[told[i].By.Leg]
	}
	s.tell(News{You: s.member, Others: len(at.seats) - 1, Operations: told})
}

// greet is work for who has come.
func (at *room) greet(ctx context.Context) {
	if err := at.ready(ctx); err != nil {
		at.rooms.o.Log.Warn("what was written in a call cannot be read: it is tried again when somebody writes", "call", at.call.ID, "error", err)
	}
}

// replay tells a member what stands behind a place, also where nothing does.
func (at *room) replay(ctx context.Context, to *Seat, after int64) error {
	if err := at.ready(ctx); err != nil {
		return unkept(err)
	}
	at.rooms.mu.Lock()
	defer at.rooms.mu.Unlock()
	if slices.Contains(at.seats, to) {
		at.tellOne(to, at.state.After(after))
	}
	return nil
}

// drawnEvery is how often the log is told at most that somebody draws in a call.
const drawnEvery = 5 * time.Second

// post decides about a draft, keeps what becomes of it, and tells everybody.
func (at *room) post(ctx context.Context, by *Seat, d Draft) error {
	if err := at.ready(ctx); err != nil {
		return unkept(err)
	}
	if err := at.rooms.listed(ctx, at.call, by.member, &d); err != nil {
		return err
	}
	o, fresh, err := at.state.Accept(by.member, d, at.rooms.o.Now().UTC().Truncate(time.Microsecond), at.rooms.o.Limits)
	switch {
	case err != nil:
		return err
	case !o.Kind.kept():
		at.tell(only(o, func(s *Seat) bool { return s != by }))
		return nil
	case !fresh && o.Seq == 0:
		return nil
	case !fresh:
		at.tell(only(o, func(s *Seat) bool { return s == by }))
		return nil
	}
	quiet := o.Kind.onBoard() && o.At.Sub(at.drawn) < drawnEvery
	if err := at.rooms.keep(ctx, at.call, o, quiet); err != nil {
		at.state = nil // whether it was kept is not known: it is read again
		at.rooms.o.Log.Warn("what was written in a call cannot be kept: its page is told", "call", at.call.ID, "error", err)
		return unkept(err)
	}
	if o.Kind.onBoard() && !quiet {
		at.drawn = o.At
	}
	at.state.Apply(o)
	at.publish()
	return nil
}

// only is one operation for some.
func only(o Operation, which func(*Seat) bool) func(*Seat) []Operation {
	return func(s *Seat) []Operation {
		if !which(s) {
			return nil
		}
		return []Operation{o}
	}
}

// unkept says that the database could not be asked.
func unkept(err error) error {
	return &webtrunk.Error{Op: "room", Kind: webtrunk.Unavailable, Message: "What was written could not be kept. Send it again in a moment.", Err: err}
}
