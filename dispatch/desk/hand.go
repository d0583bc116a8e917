package desk

import (
	"context"
	"fmt"
	"time"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/dispatch"
	"webtrunk/dispatch/floor"
)

// What whoever runs the desk sees of those who wait, and does for them.

// Waiting returns who waits, queue by queue and in order.
func (d *Desk) Waiting(ctx context.Context, of dispatch.Tenant) (all []dispatch.Waiting) {
	d.look(ctx, of, func(r *room, now time.Time) {
		for _, q := range r.floor.Look(now).Queues {
			for _, e := range q.Waiting {
				all = append(all, r.waiting(e))
			}
		}
	})
	return all
}

func (r *room) waiting(e floor.EntryView) dispatch.Waiting {
	w := dispatch.Waiting{Call: e.ID, Queue: e.Queue, Place: e.Place, Since: e.Since, Joined: e.Joined, Priority: e.Priority, Needs: e.Needs, Callback: e.Callback, Offered: e.Offered}
	if f := r.caller(e.ID); f != nil {
		w.View, w.Number = f.view, f.number
	}
	return w
}

// Move has a caller wait in another queue.
func (d *Desk) Move(ctx context.Context, of dispatch.Tenant, id webtrunk.CallID, queue string) error {
	return d.byHand(ctx, of, id, func(r *room, now time.Time, e floor.EntryView) error {
		switch _, there := r.queues[queue]; {
		case !there:
			return handed(webtrunk.NotFound, "There is no such queue.")
		case e.Callback:
			return handed(webtrunk.Conflict, "Who is to be called back stays in the queue that promised it.")
		case e.Queue != queue:
			r.step(floor.Send{Entry: id, Queue: queue})
		}
		return nil
	})
}

// Offer rings an agent for a caller, whomever the queue would choose.
func (d *Desk) Offer(ctx context.Context, of dispatch.Tenant, id webtrunk.CallID, agent string) error {
	return d.byHand(ctx, of, id, func(r *room, now time.Time, e floor.EntryView) error {
		a, there := r.agents[agent]
		switch {
		case !there:
			return handed(webtrunk.NotFound, "There is no such agent.")
		case len(e.Offered) > 0:
			return handed(webtrunk.Conflict, "This caller rings at somebody just now. Wait until that is over.")
		}
		r.step(floor.Give{Entry: id, Agent: agent})
		if e, _ = r.entry(now, id); len(e.Offered) == 0 {
			return handed(webtrunk.Conflict, fmt.Sprintf("%s cannot be rung just now: they are not available, or could not be reached a moment ago.", a.Name))
		}
		return nil
	})
}

// Dismiss ends a caller's waiting: whoever holds the line is hung up, and whoever is
// to be called back is called no more.
func (d *Desk) Dismiss(ctx context.Context, of dispatch.Tenant, id webtrunk.CallID) error {
	return d.byHand(ctx, of, id, func(r *room, now time.Time, e floor.EntryView) error {
		r.step(floor.Leave{Entry: id, Why: floor.Canceled})
		if f := r.calls[id]; f != nil && !e.Callback {
			f.given = true
			r.tell(id, dismissed)
		}
		return nil
	})
}

// dismissed ends a call that waits, and no other: an agent may have answered meanwhile.
// Where an agent waits with a caller of theirs, only that they do ends.
var dismissed = call.Goodbye{Cause: call.Canceled, Message: "Whoever runs the queue has ended the call."}

// byHand does something for a caller who waits.
func (d *Desk) byHand(ctx context.Context, of dispatch.Tenant, id webtrunk.CallID, do func(*room, time.Time, floor.EntryView) error) error {
	err := handed(webtrunk.NotFound, "This call does not wait in a queue: somebody has answered it, or it is over.")
	d.look(ctx, of, func(r *room, now time.Time) {
		if e, waits := r.entry(now, id); waits {
			err = do(r, now, e)
		}
	})
	return err
}

// entry is a caller who waits, as they stand.
func (r *room) entry(now time.Time, id webtrunk.CallID) (floor.EntryView, bool) {
	for _, q := range r.floor.Look(now).Queues {
		for _, e := range q.Waiting {
			if e.ID == id {
				return e, true
			}
		}
	}
	return floor.EntryView{}, false
}

func handed(kind webtrunk.Kind, message string) error {
	return &webtrunk.Error{Op: "queue entry", Kind: kind, Message: message}
}
