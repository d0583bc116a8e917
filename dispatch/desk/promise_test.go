package desk_test

import (
	"testing"
	"time"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/dispatch"
)

// asks has somebody call, and hang up to be called back.
func (w *world) asks(number string) *far {
	w.t.Helper()
	f := w.calls(number)
	w.until("queue.entry_added", "call", string(f.id))
	f.report(call.LegDigit{Leg: 1, Digit: "1"})
	w.until("queue.callback_requested")
	f.report(call.LegEnded{Leg: 1, Cause: call.Hangup})
	return f
}

// A number that may not be called is called by nobody, and costs no agent: the next
// caller rings at once.
func TestANumberThatMayNotBeCalledBack(t *testing.T) {
	each(t, func(w *world) {
		refused := w.asks(premium)
		next := w.asks("+15550100101")
		ada := w.agent("Ada")
		w.until("queue.entry_left", "call", string(refused.id), "reason", "canceled")
		page := w.ring()
		if page.leg.Address != at(ada) || page.leg.From.Value != "+15550100101" {
			t.Fatalf("%v rings for %v", page.leg.Address, page.leg.From)
		}
		page.answer()
		w.until("offer.accepted", "agent", ada, "call", string(next.id))
	})
}

// Where a call cannot be made just now, its promise stays, and others come first.
func TestACallBackThatHasToWait(t *testing.T) {
	each(t, func(w *world) {
		waits := w.asks(later)
		ada := w.agent("Ada")
		w.until("offer.declined", "call", string(waits.id), "agent", ada, "reason", "unreachable")
		if p := w.Presence(w.ctx, w.of, ada); p.State != dispatch.Available {
			t.Errorf("Ada is %+v", p)
		}
		if l := w.Live(w.ctx, w.of)[0]; l.Waiting != 1 || l.Left != 0 {
			t.Errorf("the queue is %+v", l)
		}
	})
}

// A number is called back once, in the place of whoever asked first.
func TestANumberIsPromisedOneCall(t *testing.T) {
	each(t, func(w *world) {
		first, again := w.asks("+15550100101"), w.asks("+15550100101")
		w.until("queue.entry_left", "call", string(again.id), "reason", "canceled")
		ada := w.agent("Ada")
		w.ring().answer()
		w.until("offer.accepted", "agent", ada, "call", string(first.id))
		w.ring().answer()
		if l := w.Live(w.ctx, w.of)[0]; l.Waiting != 0 || l.Answered != 1 {
			t.Errorf("the queue is %+v", l)
		}
	})
}

// Who has a page and a telephone is rung at one of them for a call-back: that it
// cannot be reached is the end of the offer.
func TestAnAgentWithATelephoneCallsBack(t *testing.T) {
	each(t, func(w *world) {
		caller := w.asks("+15550100101")
		ada := w.sitsDown(dispatch.Agent{Name: "Ada", Phone: webtrunk.Address{Scheme: webtrunk.Tel, Value: "+15550100177"}})
		page := w.ring()
		if page.leg.Address != at(ada) {
			t.Fatalf("%v rings", page.leg.Address)
		}
		page.report(call.LegEnded{Leg: page.leg.ID, Cause: call.Unreachable})
		w.until("offer.declined", "agent", ada, "call", string(caller.id), "reason", "unreachable")
	})
}

// Whoever is dismissed and hired again while their page is open is reached there.
func TestAnAgentIsMadeAgain(t *testing.T) {
	each(t, func(w *world) {
		ada := w.agent("Ada")
		row, err := w.book.Agent(w.ctx, w.shop, ada)
		w.check(err)
		w.check(w.book.DeleteAgent(w.ctx, w.shop, ada))
		w.until("agent.presence_changed", "agent", ada, "presence", "offline")
		again, err := w.book.CreateAgent(w.ctx, w.shop, dispatch.Agent{Person: row.Person, Queues: row.Queues})
		w.check(err)
		w.choose(again.ID, dispatch.Available)
		w.until("agent.presence_changed", "agent", again.ID, "presence", "available")
		w.calls("+15550100101")
		if page := w.ring(); page.leg.Address != at(ada) {
			t.Errorf("%v rings", page.leg.Address)
		}
	})
}

// Where a queue calls no more callers back, who asks is told so at once and keeps
// waiting on the line: agents ring for both, in their order.
func TestWhoIsNotCalledBackWaitsOn(t *testing.T) {
	each(t, func(w *world) {
		var err error
		w.queue, err = w.book.CreateQueue(w.ctx, w.shop, dispatch.Queue{Name: "Small", Most: 1})
		w.check(err)
		for len(w.Live(w.ctx, w.of)) < 2 {
			w.check(w.ctx.Err())
			time.Sleep(time.Millisecond)
		}
		promised := w.asks("+15550100101")
		caller := w.calls("+15550100102")
		w.until("queue.entry_added", "call", string(caller.id))
		for range 2 { // once more changes nothing
			caller.report(call.LegDigit{Leg: 1, Digit: "1"})
			w.until("queue.callback_refused", "call", string(caller.id))
		}
		ada := w.agent("Ada")
		w.ring().answer()
		w.until("offer.accepted", "agent", ada, "call", string(promised.id))
		bert := w.agent("Bert")
		page := w.ring()
		for page.leg.From.Value != "+15550100102" {
			page = w.ring() // the one whom Ada calls back rings, too
		}
		page.answer()
		w.until("offer.accepted", "agent", bert, "call", string(caller.id))
	})
}
