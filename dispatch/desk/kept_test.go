package desk_test

import (
	"slices"
	"testing"
	"time"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/dispatch"
	"webtrunk/store"
)

// Who was promised a call is called after a restart, in the order in which they began
// to wait, as the number that they named; who has been called is not called again.
func TestPromisesOutliveARestart(t *testing.T) {
	each(t, func(w *world) {
		first, second := w.asks("+15550100101"), w.asks("+15550100102")
		w.until("call.ended", "call", string(first.id))
		w.until("call.ended", "call", string(second.id))
		w.restart()
		w.eventually("both still wait", func() bool { return len(w.Waiting(w.ctx, w.of)) == 2 })
		all := w.Waiting(w.ctx, w.of)
		if all[0].Call != first.id || all[1].Call != second.id || all[0].Number.Value != "+15550100101" || !all[0].Callback || time.Since(all[0].Since) > patience {
			t.Errorf("after the restart %+v wait", all)
		}
		ada := w.agent("Ada")
		page := w.ring()
		page.answer()
		w.until("offer.accepted", "agent", ada, "call", string(first.id))
		back := w.ring()
		if back.leg.Address.Value != "+15550100101" {
			t.Errorf("%v is called first", back.leg.Address)
		}
		w.until("queue.entry_left", "call", string(first.id), "reason", "answered")
		back.answer()
		w.eventually("the promise is kept", func() bool { return w.promised() == 1 })
		w.restart()
		w.eventually("one still waits", func() bool { return len(w.Waiting(w.ctx, w.of)) == 1 })
		if left := w.Waiting(w.ctx, w.of)[0]; left.Call != second.id {
			t.Errorf("%s waits", left.Call)
		}
	})
}

// A process that ends when the agent has answered and the caller has not leaves the
// promise to the next, which calls again: once, and nobody rings at each start.
func TestAPromiseIsTriedAgainOnce(t *testing.T) {
	each(t, func(w *world) {
		caller := w.asks("+15550100101")
		w.until("call.ended", "call", string(caller.id))
		ada := w.agent("Ada")
		for range 2 {
			page := w.ring()
			page.answer()
			w.until("queue.entry_left", "call", string(caller.id), "reason", "answered", "agent", ada)
			if back := w.ring(); back.leg.Address.Value != "+15550100101" {
				t.Errorf("%v is called back", back.leg.Address)
			}
			w.restart()
			page.hangs() // what a process does that died, its calls do with it
			w.Here(at(ada), true)
			w.choose(ada, dispatch.Available)
		}
		w.until("agent.presence_changed", "agent", ada, "presence", "available")
		if n := w.promised(); n != 0 {
			t.Errorf("%d promises are left to a third", n)
		}
	})
}

// Who did not answer has been called: that is what was promised.
func TestAPromiseIsKeptWhoeverAnswers(t *testing.T) {
	each(t, func(w *world) {
		w.asks("+15550100101")
		w.agent("Ada")
		w.ring().answer()
		back := w.ring()
		if n := w.promised(); n != 1 {
			t.Errorf("before the caller answers there are %d promises", n)
		}
		back.decline()
		w.eventually("the promise is kept", func() bool { return w.promised() == 0 })
	})
}

// promised is how many promises are on record.
func (w *world) promised() (n int) {
	w.t.Helper()
	rows, err := w.db.Query(w.ctx, `SELECT call FROM callback_promises`)
	all, err := store.All(rows, err, func(row store.Row) (id string, err error) { return id, row.Scan(&id) })
	w.check(err)
	return len(all)
}

// What is erased with a person is not called: neither now nor after a restart.
func TestAPromiseIsForgotten(t *testing.T) {
	each(t, func(w *world) {
		caller, other := w.asks("+15550100101"), w.asks("+15550100102")
		w.until("call.ended", "call", string(other.id))
		for _, account := range []webtrunk.AccountID{"acct_other", w.of.Account} {
			n, err := w.Forget(w.ctx, account, caller.id)
			w.check(err)
			if own := account == w.of.Account; own != (n == 1) {
				t.Errorf("%s: %d promises are forgotten", account, n)
			}
		}
		w.until("queue.entry_left", "call", string(caller.id), "reason", "canceled")
		w.restart()
		w.eventually("the other still waits", func() bool { return len(w.Waiting(w.ctx, w.of)) == 1 })
		if left := w.Waiting(w.ctx, w.of)[0]; left.Call != other.id {
			t.Errorf("%s waits", left.Call)
		}
	})
}

// A queue that was deleted meanwhile keeps no promise, and what is over is pruned.
func TestPromisesOfAQueueThatIsGone(t *testing.T) {
	each(t, func(w *world) {
		caller := w.asks("+15550100101")
		w.until("call.ended", "call", string(caller.id))
		w.stop()
		w.check(w.book.DeleteQueue(w.ctx, w.shop, w.queue.ID))
		_, err := w.book.CreateQueue(w.ctx, w.shop, dispatch.Queue{Name: "Other"})
		w.check(err)
		w.restart()
		w.until("queue.entry_left", "call", string(caller.id), "reason", "queue_deleted")
		for want, before := range []time.Time{w.clock.now().Add(-time.Hour), w.clock.now().Add(time.Hour)} {
			if n, err := w.Prune(w.ctx, w.of, before); err != nil || n != want {
				t.Errorf("%d rows are pruned, want %d: %v", n, want, err)
			}
		}
	})
}

// A caller hears of a promise when it is on record: who hangs up because of it is called,
// whatever becomes of this process.
func TestAPromiseIsOnRecordBeforeItIsTold(t *testing.T) {
	each(t, func(w *world) {
		told := make(chan int, 10)
		look := func(id webtrunk.CallID, in call.Input) {
			if settled, is := in.(call.CallbackSettled); !is || !settled.Promised {
				return
			}
			rows := -1
			_ = w.db.QueryRow(w.ctx, `SELECT count(*) FROM callback_promises WHERE account = $1`, string(w.of.Account)).Scan(&rows)
			told <- rows
		}
		w.tells.Store(&look)
		w.asks("+15550100101")
		again := w.asks("+15550100101") // the same number: one promise for both
		w.until("queue.entry_left", "call", string(again.id), "reason", "canceled")
		for range 2 {
			select {
			case rows := <-told:
				if rows != 1 {
					t.Errorf("a promise is told while %d are on record", rows)
				}
			case <-w.ctx.Done():
				t.Fatal("no promise is told")
			}
		}
		if all, err := w.book.Tenants(w.ctx); err != nil || !slices.Contains(all, w.of) {
			t.Errorf("those with promises are %v, %v", all, err)
		}
	})
}
