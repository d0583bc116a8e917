package desk_test

import (
	"testing"
	"time"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/dispatch"
)

// hands has whoever has a call hand it over to the queue.
func (f *far) hands(consult bool) {
	f.report(call.Transfer{By: f.leg.ID, To: webtrunk.Address{Scheme: webtrunk.Queue, Value: f.w.queue.ID}, Consult: consult, Tell: true})
}

// talks has a caller and an agent talk.
func (w *world) talks(number string) (caller, page *far, agent string) {
	w.t.Helper()
	agent = w.agent("Ada")
	caller, page = w.talksTo(number)
	return caller, page, agent
}

// talksTo has a caller talk to the agent who is free.
func (w *world) talksTo(number string) (caller, page *far) {
	w.t.Helper()
	caller = w.calls(number)
	w.until("queue.entry_added", "call", string(caller.id))
	page = w.ring()
	page.answer()
	w.until("queue.entry_left", "call", string(caller.id), "reason", "answered")
	return caller, page
}

// An agent hands a caller over to the queue: the caller waits there, the agent is free,
// and the next one has the same call.
func TestACallerIsHandedToAQueue(t *testing.T) {
	each(t, func(w *world) {
		caller, page, ada := w.talks("+15550100101")
		page.hands(false)
		w.until("queue.entry_added", "call", string(caller.id), "queue", w.queue.ID)
		if why := page.stops(); why != call.Transferred {
			t.Errorf("the first page was told %s", why)
		}
		w.choose(ada, dispatch.Offline)
		bert := w.agent("Bert")
		next := w.ring()
		for next.leg.Address != at(bert) { // Ada was free for a moment, and rung
			next.stops()
			next = w.ring()
		}
		if next.id != caller.id || next.leg.Role != call.TransferTarget {
			t.Fatalf("%v rings for %s as %s", next.leg.Address, next.id, next.leg.Role)
		}
		next.answer()
		w.until("queue.entry_left", "call", string(caller.id), "reason", "answered", "agent", bert)
		w.until("transfer.completed", "call", string(caller.id))
		if p := w.Presence(w.ctx, w.of, bert); p.State != dispatch.OnCall || p.Call != caller.id {
			t.Errorf("Bert is %+v", p)
		}
		caller.hangs()
		w.until("agent.presence_changed", "agent", bert, "presence", "available")
	})
}

// An agent who asks a queue that has voicemail for its last is not counted as somebody
// who left a message.
func TestWhoConsultsLeavesNoMessage(t *testing.T) {
	each(t, func(w *world) {
		caller, page, _ := w.talks("+15550100101")
		w.settings(func(q *dispatch.Queue) { q.MaxWait, q.Last = 60, dispatch.LastVoicemail })
		page.hands(true)
		w.until("queue.entry_added", "call", string(caller.id), "queue", w.queue.ID)
		w.clock.move(61 * time.Second)
		w.stirs()
		w.until("queue.entry_left", "call", string(caller.id), "reason", "max_wait")
		w.eventually("it is on record", func() bool {
			var reason string
			err := w.db.QueryRow(w.ctx, `SELECT reason FROM queue_entries WHERE call = $1 AND reason <> 'answered'`, string(caller.id)).Scan(&reason)
			if err == nil && reason != "max_wait" {
				t.Fatalf("it is on record as %s", reason)
			}
			return err == nil
		})
	})
}

// Who was handed on leaves in every way in which a caller can.
func TestWhoWasHandedOnLeaves(t *testing.T) {
	each(t, func(w *world) {
		caller, page, ada := w.talks("+15550100101")
		w.choose(ada, dispatch.Away)
		page.hands(false)
		w.until("queue.entry_added", "call", string(caller.id))
		caller.hangs()
		w.until("queue.entry_left", "call", string(caller.id), "reason", "abandoned")

		w.choose(ada, dispatch.Available)
		again, page := w.talksTo("+15550100102")
		w.choose(ada, dispatch.Away)
		page.hands(false)
		w.until("queue.entry_added", "call", string(again.id))
		again.report(call.LegDigit{Leg: 1, Digit: "2"})
		w.until("queue.entry_left", "call", string(again.id), "reason", "voicemail")
	})
}

// Who was handed on would rather be called back, and is, in their place.
func TestWhoWasHandedOnIsCalledBack(t *testing.T) {
	each(t, func(w *world) {
		caller, page, ada := w.talks("+15550100101")
		w.choose(ada, dispatch.Away)
		page.hands(false)
		w.until("queue.entry_added", "call", string(caller.id))
		caller.report(call.LegDigit{Leg: 1, Digit: "1"})
		w.until("queue.callback_requested", "call", string(caller.id), "number", "tel:+15550100101")
		caller.report(call.LegEnded{Leg: 1, Cause: call.Hangup})
		w.until("call.ended", "call", string(caller.id))
		w.choose(ada, dispatch.Available)
		page = w.ring()
		page.answer()
		w.until("queue.entry_left", "call", string(caller.id), "reason", "answered", "agent", ada)
		if back := w.ring(); back.leg.Address.Value != "+15550100101" {
			t.Errorf("%v is called back", back.leg.Address)
		}
	})
}

// An agent asks the queue first and thinks better of it: nobody waits there any more,
// who rang stops, and the agent can hand the call over after all.
func TestAnAgentAsksAQueue(t *testing.T) {
	each(t, func(w *world) {
		caller, page, ada := w.talks("+15550100101")
		page.hands(true)
		w.until("queue.entry_added", "call", string(caller.id))
		bert := w.agent("Bert")
		asked := w.ring()
		if asked.leg.Address != at(bert) {
			t.Fatalf("%v rings", asked.leg.Address)
		}
		page.report(call.CancelTransfer{By: page.leg.ID})
		w.until("queue.entry_left", "call", string(caller.id), "reason", "canceled")
		asked.stops()
		w.until("agent.presence_changed", "agent", bert, "presence", "available")

		page.hands(true)
		asked = w.ring()
		asked.answer()
		w.until("queue.entry_left", "call", string(caller.id), "reason", "answered", "agent", bert)
		w.until("transfer.consulting", "call", string(caller.id))
		page.report(call.CompleteTransfer{By: page.leg.ID})
		w.until("agent.presence_changed", "agent", ada, "presence", "available")
		caller.hangs()
		w.until("agent.presence_changed", "agent", bert, "presence", "available")
	})
}
