package desk_test

import (
	"encoding/json"
	"testing"
	"time"

	"webtrunk/dispatch"
	"webtrunk/dispatch/hours"
)

// What a queue's row says is what happens to its callers: each setting here changes
// what the desk does. How, package floor's transcripts tell.

// Who has waited for max_wait_seconds comes to what last says.
func TestWhoHasWaitedTooLong(t *testing.T) {
	each(t, func(w *world) {
		sales, err := w.book.CreateQueue(w.ctx, w.shop, dispatch.Queue{Name: "Sales"})
		w.check(err)
		for i, c := range []struct {
			last  dispatch.Last
			comes []string // the event that tells what came of it
		}{
			{dispatch.LastHangup, []string{"queue.entry_left", "reason", "max_wait"}},
			{dispatch.LastVoicemail, []string{"voicemail.failed", "box", w.queue.ID}}, // this switchboard keeps none
			{dispatch.LastCallback, []string{"queue.callback_requested"}},
			{dispatch.LastQueue, []string{"queue.entry_added", "queue", sales.ID, "reason", "moved"}},
		} {
			w.settings(func(q *dispatch.Queue) {
				q.MaxWait, q.Last, q.Overflow = 60, c.last, []dispatch.Overflow{{After: 600, Queue: sales.ID}}
			})
			caller := w.calls("+1555010010" + string(rune('0'+i)))
			w.until("queue.entry_added", "call", string(caller.id), "queue", w.queue.ID)
			w.clock.move(61 * time.Second)
			w.stirs()
			if c.comes[0] == "queue.entry_left" || c.comes[0] == "queue.entry_added" {
				c.comes = append(c.comes, "call", string(caller.id))
			}
			w.until(c.comes[0], c.comes[1:]...)
			caller.hangs()
		}
	})
}

// A queue that is full turns away who comes, and nobody else.
func TestAQueueIsFull(t *testing.T) {
	each(t, func(w *world) {
		w.settings(func(q *dispatch.Queue) { q.Most = 1 })
		first := w.calls("+15550100101")
		w.until("queue.entry_added", "call", string(first.id))
		second := w.calls("+15550100102")
		w.until("queue.entry_left", "call", string(second.id), "reason", "queue_full")
		w.agent("Ada")
		if page := w.ring(); page.id != first.id {
			t.Errorf("%s rings, want %s", page.id, first.id)
		}
	})
}

// Callers wait in another queue after the time that overflow says, and an agent of
// that one answers.
func TestCallersOverflow(t *testing.T) {
	each(t, func(w *world) {
		sales, err := w.book.CreateQueue(w.ctx, w.shop, dispatch.Queue{Name: "Sales"})
		w.check(err)
		w.settings(func(q *dispatch.Queue) { q.Overflow = []dispatch.Overflow{{After: 30, Queue: sales.ID}} })
		ada := w.agent("Ada")
		_, err = w.book.UpdateAgent(w.ctx, w.shop, ada, func(a *dispatch.Agent) { a.Queues = []string{sales.ID} })
		w.check(err)
		w.settings(func(*dispatch.Queue) {})
		caller := w.calls("+15550100101")
		w.until("queue.entry_added", "call", string(caller.id), "queue", w.queue.ID)
		w.clock.move(31 * time.Second)
		w.stirs()
		w.until("queue.entry_added", "call", string(caller.id), "queue", sales.ID)
		if page := w.ring(); page.id != caller.id || page.leg.Address != at(ada) {
			t.Errorf("%v rings for %s", page.leg.Address, page.id)
		}
	})
}

// A queue that is closed is not overflowed into: the next of the list is. The one that
// was closed is as soon as its hours are others.
func TestNobodyOverflowsIntoAClosedQueue(t *testing.T) {
	each(t, func(w *world) {
		never, err := w.book.CreateHours(w.ctx, w.shop, dispatch.Hours{Name: "Never", Table: hours.Table{Zone: "UTC"}})
		w.check(err)
		night, err := w.book.CreateQueue(w.ctx, w.shop, dispatch.Queue{Name: "Night", Hours: never.ID})
		w.check(err)
		sales, err := w.book.CreateQueue(w.ctx, w.shop, dispatch.Queue{Name: "Sales"})
		w.check(err)
		w.settings(func(q *dispatch.Queue) {
			q.Overflow = []dispatch.Overflow{{After: 30, Queue: night.ID}, {After: 60, Queue: sales.ID}}
		})
		first := w.calls("+15550100101")
		w.until("queue.entry_added", "call", string(first.id), "queue", w.queue.ID)
		w.clock.move(61 * time.Second)
		w.stirs()
		w.until("queue.entry_added", "call", string(first.id), "queue", sales.ID, "reason", "moved")

		second := w.calls("+15550100102")
		w.until("queue.entry_added", "call", string(second.id), "queue", w.queue.ID)
		w.clock.move(31 * time.Second)
		w.stirs()
		_, err = w.book.UpdateHours(w.ctx, w.shop, never.ID, func(h *dispatch.Hours) { h.Week = always(t) })
		w.check(err)
		w.until("queue.entry_added", "call", string(second.id), "queue", night.ID, "reason", "moved")
	})
}

// Whatever changes, an agent's address is looked up once: an account may have thousands
// of agents, and its rows change all day.
func TestAnAgentsAddressIsLookedUpOnce(t *testing.T) {
	each(t, func(w *world) {
		w.agent("Ada")
		w.agent("Bert")
		w.settings(func(q *dispatch.Queue) { q.Priority = 1 }) // hires a third
		if n := w.looked.Load(); n != 3 {
			t.Errorf("%d addresses were looked up for three agents", n)
		}
	})
}

// always is a week without an end.
func always(t *testing.T) (week []hours.Weekly) {
	t.Helper()
	text := `[{"day":"monday","from":"00:00","to":"24:00"},{"day":"tuesday","from":"00:00","to":"24:00"},{"day":"wednesday","from":"00:00","to":"24:00"},
		{"day":"thursday","from":"00:00","to":"24:00"},{"day":"friday","from":"00:00","to":"24:00"},{"day":"saturday","from":"00:00","to":"24:00"},{"day":"sunday","from":"00:00","to":"24:00"}]`
	if err := json.Unmarshal([]byte(text), &week); err != nil {
		t.Fatal(err)
	}
	return week
}

// Of two agents who can, skills chooses the one who has less beyond what the caller
// needs; whom nobody can serve is served by less after a while.
func TestSkillsAndRelaxation(t *testing.T) {
	each(t, func(w *world) {
		w.settings(func(q *dispatch.Queue) {
			q.Strategy, q.Relax = dispatch.Skills, []dispatch.Relax{{After: 30, By: 3}}
		})
		bert := w.sitsDown(dispatch.Agent{Name: "Bert", Skills: map[string]int{"german": 6}}) // idle for longest
		ada := w.sitsDown(dispatch.Agent{Name: "Ada", Skills: map[string]int{"german": 4}})
		w.needs = map[string]int{"german": 3}
		easy := w.calls("+15550100101")
		page := w.ring()
		if page.leg.Address != at(ada) || page.id != easy.id {
			t.Fatalf("%v rings for %s", page.leg.Address, page.id)
		}
		page.answer()
		w.until("offer.accepted", "agent", ada)

		w.needs = map[string]int{"german": 9}
		hard := w.calls("+15550100102")
		w.until("queue.entry_added", "call", string(hard.id))
		w.needs = map[string]int{"dutch": 1}
		w.stirs()
		if len(w.rings) > 0 {
			t.Error("an agent rings who has half of what is needed")
		}
		w.clock.move(31 * time.Second)
		w.stirs()
		if page := w.ring(); page.leg.Address != at(bert) || page.id != hard.id {
			t.Errorf("%v rings for %s", page.leg.Address, page.id)
		}
	})
}

// settings changes the queue, and waits until the desk knows: it then knows somebody
// who was hired later.
func (w *world) settings(f func(*dispatch.Queue)) {
	w.t.Helper()
	_, err := w.book.UpdateQueue(w.ctx, w.shop, w.queue.ID, f)
	w.check(err)
	w.choose(w.hire(dispatch.Agent{Name: "Zoe"}), dispatch.Away)
}

// stirs has something happen, so that the desk looks at its clock, which a test has
// moved: somebody calls, and hangs up.
func (w *world) stirs() {
	w.t.Helper()
	passer := w.calls("+15550100109")
	w.until("queue.entry_added", "call", string(passer.id))
	passer.hangs()
	w.until("queue.entry_left", "call", string(passer.id))
}
