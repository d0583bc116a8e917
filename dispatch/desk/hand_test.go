package desk_test

import (
	"testing"
	"time"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/directory"
	"webtrunk/dispatch"
)

// stands waits until a caller stands at a place of a queue, and returns how.
func (w *world) stands(id webtrunk.CallID, queue string, place int) (found dispatch.Waiting) {
	w.t.Helper()
	w.eventually("the caller stands there", func() bool {
		for _, e := range w.Waiting(w.ctx, w.of) {
			if e.Call == id && e.Queue == queue && e.Place == place {
				found = e
				return true
			}
		}
		return false
	})
	return found
}

// Whoever runs the desk moves a caller to another queue, gives one to an agent of
// no queue at all, and ends a third.
func TestCallersAreSeenAndLedByHand(t *testing.T) {
	each(t, func(w *world) {
		sales, err := w.book.CreateQueue(w.ctx, w.shop, dispatch.Queue{Name: "Sales"})
		w.check(err)
		first, second := w.calls("+15550100101"), w.calls("+15550100109")
		e := w.stands(second.id, w.queue.ID, 1) // whose priority is higher
		if e.Priority != 1 || e.Since.IsZero() || e.Joined.IsZero() || e.View.From.Value != "+15550100109" || e.Callback || len(e.Offered) != 0 {
			t.Errorf("the caller is seen as %+v", e)
		}
		w.stands(first.id, w.queue.ID, 2)
		w.eventually("the queue is known", func() bool { return w.Move(w.ctx, w.of, second.id, sales.ID) == nil })
		w.until("queue.entry_left", "call", string(second.id), "queue", w.queue.ID, "reason", "moved")
		w.until("queue.entry_added", "call", string(second.id), "queue", sales.ID, "position", "1")
		w.stands(first.id, w.queue.ID, 1)

		p, _, err := w.people.CreatePerson(w.ctx, w.shop, directory.NewPerson{Email: "ada@example.com", Name: "Ada", Role: directory.Agent})
		w.check(err)
		row, err := w.book.CreateAgent(w.ctx, w.shop, dispatch.Agent{Person: p.ID})
		w.check(err)
		ada := row.ID
		w.Here(at(ada), true)
		w.choose(ada, dispatch.Available)
		w.check(w.Offer(w.ctx, w.of, second.id, ada))
		page := w.ring()
		if page.leg.Address != at(ada) || page.id != second.id {
			t.Fatalf("%v rings for %s", page.leg.Address, page.id)
		}
		w.refuses(webtrunk.Conflict, w.Offer(w.ctx, w.of, second.id, ada))
		w.refuses(webtrunk.Conflict, w.Offer(w.ctx, w.of, first.id, ada))
		page.answer()
		w.until("queue.entry_left", "call", string(second.id), "reason", "answered", "agent", ada)

		w.check(w.Dismiss(w.ctx, w.of, first.id))
		w.until("queue.entry_left", "call", string(first.id), "reason", "canceled")
		if why := first.stops(); why != call.Canceled {
			t.Errorf("the caller was told %s", why)
		}
		if l := w.Live(w.ctx, w.of)[0]; l.Abandoned != 0 || l.Waiting != 0 {
			t.Errorf("the queue is %+v", l)
		}
	})
}

// Moved while they ring at somebody, the caller waits in the other queue and the
// agent is dismissed.
func TestACallerIsMovedWhileTheyRing(t *testing.T) {
	each(t, func(w *world) {
		sales, err := w.book.CreateQueue(w.ctx, w.shop, dispatch.Queue{Name: "Sales"})
		w.check(err)
		ada := w.agent("Ada")
		caller := w.calls("+15550100101")
		page := w.ring()
		w.eventually("the queue is known", func() bool { return w.Move(w.ctx, w.of, caller.id, sales.ID) == nil })
		if why := page.stops(); why != call.Canceled {
			t.Errorf("the page was told %s", why)
		}
		w.until("offer.rescinded", "agent", ada, "reason", "moved")
		w.until("agent.presence_changed", "agent", ada, "presence", "available")
		w.stands(caller.id, sales.ID, 1)
	})
}

// Who is to be called back stays in their queue, is given to an agent as anybody
// else, or is called no more.
func TestPromisesAreLedByHand(t *testing.T) {
	each(t, func(w *world) {
		sales, err := w.book.CreateQueue(w.ctx, w.shop, dispatch.Queue{Name: "Sales"})
		w.check(err)
		first := w.asks("+15550100101")
		w.eventually("the promise stands", func() bool { all := w.Waiting(w.ctx, w.of); return len(all) == 1 && all[0].Callback })
		if e := w.stands(first.id, w.queue.ID, 1); e.Number.Value != "+15550100101" {
			t.Errorf("the promise is seen as %+v", e)
		}
		w.eventually("the queue is known", func() bool { return len(w.Live(w.ctx, w.of)) == 2 })
		w.refuses(webtrunk.Conflict, w.Move(w.ctx, w.of, first.id, sales.ID))
		w.check(w.Dismiss(w.ctx, w.of, first.id))
		w.until("queue.entry_left", "call", string(first.id), "reason", "canceled")
		if all := w.Waiting(w.ctx, w.of); len(all) != 0 {
			t.Errorf("%+v wait", all)
		}
	})
}

// What is not there, or is another tenant's, is not found.
func TestNobodyElsesCallersAreLed(t *testing.T) {
	each(t, func(w *world) {
		other, err := w.people.CreateAccount(w.ctx, directory.NewAccount{Name: "Other"})
		w.check(err)
		stranger := dispatch.Tenant{Account: other.ID}
		caller := w.calls("+15550100101")
		w.stands(caller.id, w.queue.ID, 1)
		for _, of := range []dispatch.Tenant{stranger, {Account: w.of.Account, Test: true}} {
			w.refuses(webtrunk.NotFound, w.Move(w.ctx, of, caller.id, w.queue.ID))
			w.refuses(webtrunk.NotFound, w.Offer(w.ctx, of, caller.id, "agent_x"))
			w.refuses(webtrunk.NotFound, w.Dismiss(w.ctx, of, caller.id))
			if all := w.Waiting(w.ctx, of); len(all) != 0 {
				t.Errorf("%+v sees %+v", of, all)
			}
		}
		w.refuses(webtrunk.NotFound, w.Move(w.ctx, w.of, caller.id, "queue_gone"))
		w.refuses(webtrunk.NotFound, w.Offer(w.ctx, w.of, caller.id, "agent_gone"))
		w.refuses(webtrunk.NotFound, w.Dismiss(w.ctx, w.of, webtrunk.NewCallID()))
		w.check(w.Move(w.ctx, w.of, caller.id, w.queue.ID)) // where they are
		w.stands(caller.id, w.queue.ID, 1)
	})
}

func (w *world) refuses(kind webtrunk.Kind, err error) {
	w.t.Helper()
	if err == nil || webtrunk.KindOf(err) != kind {
		w.t.Errorf("got %v, want %v", err, kind)
	}
}

// eventually waits for what another goroutine is about to do.
func (w *world) eventually(what string, so func() bool) {
	w.t.Helper()
	for end := time.Now().Add(patience); !so(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			w.t.Fatal("in vain: ", what)
		}
	}
}
