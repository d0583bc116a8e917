package desk_test

import (
	"testing"
	"time"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/dispatch"
)

// A caller waits, an agent comes, is rung and answers; the call ends, and everything
// is on record.
func TestACallerIsBroughtToAnAgent(t *testing.T) {
	each(t, func(w *world) {
		caller := w.calls("+15550100101")
		w.until("queue.entry_added", "call", string(caller.id), "queue", w.queue.ID, "position", "1")
		ada := w.agent("Ada")
		page := w.ring()
		if page.id != caller.id || page.leg.Address != at(ada) {
			t.Fatalf("%v rings for %s", page.leg.Address, page.id)
		}
		offer := w.until("offer.created", "agent", ada, "status", "pending")
		if p := w.Presence(w.ctx, w.of, ada); p.State != dispatch.Offered || p.Call != caller.id || p.Places != 1 {
			t.Errorf("Ada is %+v", p)
		}
		page.answer()
		accepted := w.until("offer.accepted", "agent", ada)
		if accepted["id"] != offer["id"] || accepted["call"] != string(caller.id) {
			t.Errorf("accepted %v of the offer %v", accepted, offer)
		}
		left := w.until("queue.entry_left", "reason", "answered", "agent", ada)
		if waited, ok := left["waited_seconds"].(float64); !ok || waited <= 0 {
			t.Errorf("left %v", left)
		}
		w.until("agent.presence_changed", "agent", ada, "presence", "on_call")
		caller.hangs()
		if why := page.stops(); why != call.Hangup {
			t.Errorf("the page was told %s", why)
		}
		w.until("agent.presence_changed", "agent", ada, "presence", "available")
		if l := w.Live(w.ctx, w.of); len(l) != 1 || l[0].Entered != 1 || l[0].Answered != 1 || l[0].InTime != 1 || l[0].Available != 1 || l[0].Waiting != 0 {
			t.Errorf("the queue is %+v", l)
		}
	})
}

// Who declines is free for others; their caller comes to the next, and to them
// again only later. One who cannot be rung is passed over.
func TestAnAgentDeclines(t *testing.T) {
	each(t, func(w *world) {
		ada := w.agent("Ada")
		caller := w.calls("+15550100101")
		page := w.ring()
		bert := w.agent("Bert")
		page.decline()
		w.until("offer.declined", "agent", ada)
		next := w.ring()
		if next.leg.Address != at(bert) || next.id != caller.id {
			t.Fatalf("%v rings next", next.leg.Address)
		}
		next.report(call.LegEnded{Leg: next.leg.ID, Cause: call.Busy})
		w.until("offer.declined", "agent", bert, "reason", "unreachable")
		other := w.calls("+15550100102")
		if third := w.ring(); third.leg.Address != at(ada) || third.id != other.id {
			t.Fatalf("%v rings for %s", third.leg.Address, third.id)
		}
	})
}

// An agent who lets it ring becomes unresponsive.
func TestAnAgentLetsItRing(t *testing.T) {
	each(t, func(w *world) {
		ada := w.agent("Ada")
		caller := w.calls("+15550100101")
		page := w.ring()
		w.until("offer.created", "agent", ada)
		w.clock.move(20 * time.Second)
		page.report(call.LegEnded{Leg: page.leg.ID, Cause: call.NoAnswer})
		w.until("offer.timed_out", "agent", ada)
		w.until("agent.presence_changed", "agent", ada, "presence", "unresponsive")
		w.choose(ada, dispatch.Available)
		if again := w.ring(); again.id != caller.id {
			t.Errorf("%s rings", again.id)
		}
	})
}

// Two agents answer at the same instant: one has the call, the other is told, and is
// rung for the next.
func TestTwoAgentsAnswerAtOnce(t *testing.T) {
	each(t, func(w *world) {
		var err error
		w.queue, err = w.book.UpdateQueue(w.ctx, w.shop, w.queue.ID, func(q *dispatch.Queue) { q.Strategy = dispatch.RingAll })
		w.check(err)
		ada, bert := w.agent("Ada"), w.agent("Bert")
		caller := w.calls("+15550100101")
		pages := w.rung(2)
		start := make(chan struct{})
		for _, page := range pages {
			go func() {
				<-start
				page.answer()
			}()
		}
		close(start)
		won := w.until("offer.accepted", "call", string(caller.id))["agent"].(string)
		lost := map[string]string{ada: bert, bert: ada}[won]
		w.until("offer.rescinded", "agent", lost, "reason", "answered_elsewhere")
		if why := pages[lost].stops(); why != call.Answered {
			t.Errorf("the other page was told %s", why)
		}
		w.until("agent.presence_changed", "agent", lost, "presence", "available")
		next := w.calls("+15550100102")
		if page := w.ring(); page.leg.Address != at(lost) || page.id != next.id {
			t.Errorf("%v rings for %s", page.leg.Address, page.id)
		}
		if p := w.Presence(w.ctx, w.of, won); p.State != dispatch.OnCall || p.Call != caller.id {
			t.Errorf("the winner is %+v", p)
		}
	})
}

// An agent logs out, or their browser dies, or they are dismissed, while it rings:
// the ringing stops, and the caller comes to the next.
func TestAgentsLeaveWhileOffered(t *testing.T) {
	each(t, func(w *world) {
		caller := w.calls("+15550100101")
		for _, leave := range []func(agent string){
			func(agent string) { w.choose(agent, dispatch.Offline) },
			func(agent string) { w.Here(at(agent), false) },
			func(agent string) { w.check(w.book.DeleteAgent(w.ctx, w.shop, agent)) },
		} {
			agent := w.agent("Ada")
			page := w.ring()
			if page.id != caller.id || page.leg.Address != at(agent) {
				t.Fatalf("%v rings for %s", page.leg.Address, page.id)
			}
			leave(agent)
			w.until("offer.rescinded", "agent", agent, "reason", "agent_left")
			page.stops()
		}
		last := w.agent("Dora")
		w.ring().answer()
		w.until("queue.entry_left", "call", string(caller.id), "reason", "answered", "agent", last)
	})
}

// A queue is deleted while it is full: who can be moved is, and who cannot is told.
func TestAQueueIsDeletedWhileFull(t *testing.T) {
	each(t, func(w *world) {
		sales, err := w.book.CreateQueue(w.ctx, w.shop, dispatch.Queue{Name: "Sales", Most: 2})
		w.check(err)
		_, err = w.book.UpdateQueue(w.ctx, w.shop, w.queue.ID, func(q *dispatch.Queue) {
			q.Overflow = []dispatch.Overflow{{After: 600, Queue: sales.ID}}
		})
		w.check(err)
		ada := w.agent("Ada")
		var all []*far
		for _, number := range []string{"+15550100101", "+15550100102", "+15550100103"} {
			f := w.calls(number)
			w.until("queue.entry_added", "call", string(f.id))
			all = append(all, f)
		}
		page := w.ring()
		w.check(w.book.DeleteQueue(w.ctx, w.shop, w.queue.ID))
		page.stops()
		for _, f := range all[:2] {
			w.until("queue.entry_added", "call", string(f.id), "queue", sales.ID, "reason", "moved")
		}
		w.until("queue.entry_left", "call", string(all[2].id), "reason", "queue_deleted")
		all[2].stops()
		_, err = w.book.UpdateAgent(w.ctx, w.shop, ada, func(a *dispatch.Agent) { a.Queues = []string{sales.ID} })
		w.check(err)
		if next := w.ring(); next.id != all[0].id {
			t.Errorf("%s rings, not who has waited longest", next.id)
		}
	})
}

// An agent's telephone rings beside the browser; a word said at one counts for both.
func TestAnAgentsTelephoneRingsBesideTheBrowser(t *testing.T) {
	each(t, func(w *world) {
		number := webtrunk.Address{Scheme: webtrunk.Tel, Value: "+15550100177"}
		ada := w.sitsDown(dispatch.Agent{Name: "Ada", Phone: number})
		caller := w.calls("+15550100101")
		places := w.rung(2)
		if l := places[number.Value].leg; l.Shown != at(ada) {
			t.Errorf("others are told that %v is called", l.Shown)
		}
		places[number.Value].report(call.LegEnded{Leg: places[number.Value].leg.ID, Cause: call.Busy})
		places[ada].answer()
		w.until("offer.accepted", "agent", ada, "call", string(caller.id))

		caller.hangs()
		w.until("agent.presence_changed", "agent", ada, "presence", "available")
		w.calls("+15550100102")
		places = w.rung(2)
		places[number.Value].decline()
		w.until("offer.declined", "agent", ada)
		places[ada].stops()
	})
}

// Who would rather be called back keeps the place: an agent is rung first, then the
// caller's telephone, and both are connected.
func TestACallerIsCalledBack(t *testing.T) {
	each(t, func(w *world) {
		caller := w.calls("+15550100101")
		w.until("queue.entry_added", "call", string(caller.id))
		caller.report(call.LegDigit{Leg: 1, Digit: "1"})
		w.until("queue.callback_requested")
		caller.report(call.LegEnded{Leg: 1, Cause: call.Hangup})
		other := w.calls("+15550100102")
		w.until("queue.entry_added", "call", string(other.id), "position", "2")
		ada := w.agent("Ada")
		page := w.ring()
		if page.leg.Address != at(ada) || page.id == caller.id || page.id == other.id {
			t.Fatalf("%v rings for %s", page.leg.Address, page.id)
		}
		page.answer()
		w.until("offer.accepted", "agent", ada, "call", string(caller.id))
		back := w.ring()
		if back.leg.Address.Value != "+15550100101" || back.id != page.id {
			t.Fatalf("%v rings for %s", back.leg.Address, back.id)
		}
		back.answer()
		w.until("agent.presence_changed", "agent", ada, "presence", "on_call")
		back.hangs()
		if next := w.ring(); next.id != other.id {
			t.Errorf("%s rings", next.id)
		}
	})
}

// A call ends and the desk is not told: it finds out by itself, and offers nobody
// a caller who is gone.
func TestACallEndsUnheard(t *testing.T) {
	each(t, func(w *world) {
		gone := w.calls("+15550100101")
		w.until("queue.entry_added", "call", string(gone.id))
		w.deaf.Store(true)
		gone.hangs()
		w.until("queue.entry_left", "call", string(gone.id), "reason", "abandoned")
		w.deaf.Store(false)
		next := w.calls("+15550100102")
		w.agent("Ada")
		if page := w.ring(); page.id != next.id {
			t.Errorf("%s rings", page.id)
		}
	})
}

// Who leaves a message instead of waiting is out of the queue, and nobody is rung
// for them.
func TestACallerLeavesAMessageInstead(t *testing.T) {
	each(t, func(w *world) {
		caller := w.calls("+15550100101")
		w.until("queue.entry_added", "call", string(caller.id))
		caller.report(call.LegDigit{Leg: 1, Digit: "2"})
		w.until("queue.entry_left", "call", string(caller.id), "reason", "voicemail")
		next := w.calls("+15550100102")
		w.agent("Ada")
		if page := w.ring(); page.id != next.id {
			t.Errorf("%s rings", page.id)
		}
	})
}
