package desk_test

import (
	"slices"
	"testing"
	"time"

	"webtrunk"
	"webtrunk/dispatch"
	"webtrunk/store"
)

// What became of the day's callers is on record: who was answered, who hung up, who
// was called back and who left a message because nobody came.
func TestTheDayIsOnRecord(t *testing.T) {
	each(t, func(w *world) {
		now := w.clock.now().UTC()
		w.clock.move(now.Truncate(24 * time.Hour).Add(12 * time.Hour).Sub(now)) // far from where the day ends
		ada := w.hire(dispatch.Agent{Name: "Ada"})
		_, err := w.book.UpdateQueue(w.ctx, w.shop, w.queue.ID, func(q *dispatch.Queue) { q.MaxWait, q.Last = 60, dispatch.LastVoicemail })
		w.check(err)
		w.until("queue.updated")

		gives := w.calls("+15550100101")
		w.until("queue.entry_added", "call", string(gives.id))
		w.clock.move(10 * time.Second)
		gives.hangs()
		w.until("queue.entry_left", "reason", "abandoned")

		waits := w.calls("+15550100102")
		w.until("queue.entry_added", "call", string(waits.id))
		w.clock.move(2 * time.Minute)
		w.Here(at(ada), true) // whatever happens has the floor look at the clock
		w.until("queue.entry_left", "reason", "max_wait")

		back := w.asks("+15550100103")
		w.clock.move(30 * time.Second)
		w.choose(ada, dispatch.Available)
		page := w.ring()
		page.answer()
		w.until("offer.accepted", "agent", ada, "call", string(back.id))
		w.until("queue.entry_left", "reason", "answered")
		w.ring().answer()
		w.eventually("the promise is kept", func() bool { return w.promised() == 0 })

		now = w.clock.now()
		past := dispatch.Past{From: now.Add(-time.Hour), To: now.Add(time.Hour), Zone: time.UTC}
		got := w.history(past, 3)
		want := dispatch.Figures{Offered: 3, Answered: 1, CalledBack: 1, Abandoned: 1, Voicemails: 1}
		sum := total(got)
		if sum.Longest < 2*time.Minute || sum.Waited < 160*time.Second {
			t.Errorf("they waited %+v", sum)
		}
		if sum.Waited, sum.Longest = 0, 0; sum != want {
			t.Errorf("got %+v, want %+v", sum, want)
		}
		past.Queue = "queue_other"
		if sum := total(w.history(past, 0)); sum.Offered != 0 {
			t.Errorf("another queue had %+v", sum)
		}
		for _, of := range []dispatch.Tenant{{Account: w.of.Account, Test: true}, {Account: "acct_other"}} {
			past.Queue = ""
			all, err := w.History(w.ctx, of, past)
			if w.check(err); total(all).Offered != 0 {
				t.Errorf("%+v sees %+v", of, total(all))
			}
		}

		// A restart counts them as before.
		before := w.Live(w.ctx, w.of)[0]
		w.restart()
		w.eventually("the day's callers are counted", func() bool { l := w.Live(w.ctx, w.of); return len(l) == 1 && l[0].Answered == 1 })
		if after := w.Live(w.ctx, w.of)[0]; after.Entered != before.Entered || after.Left != before.Left || after.Abandoned != 1 {
			t.Errorf("before it was %+v, then %+v", before, after)
		}
	})
}

// Entries fall into the hours and days of the zone that is asked for, and each
// counts as in time by its own queue's level.
func TestHistoryByZoneAndLevel(t *testing.T) {
	each(t, func(w *world) {
		strict, err := w.book.CreateQueue(w.ctx, w.shop, dispatch.Queue{Name: "Strict", ServiceLevel: 5})
		w.check(err)
		noon := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
		for _, e := range []struct {
			queue, why string
			waited     time.Duration
			ended      time.Time
		}{
			{w.queue.ID, "answered", 20 * time.Second, noon},
			{w.queue.ID, "answered", 20*time.Second + time.Millisecond, noon.Add(44 * time.Minute)},
			{strict.ID, "answered", 10 * time.Second, noon.Add(45 * time.Minute)},
			{strict.ID, "abandoned", time.Second, noon.Add(12 * time.Hour)},
			{"queue_gone", "answered", time.Second, noon.Add(59 * time.Minute)},
		} {
			w.check(w.db.Tx(w.ctx, func(tx *store.Tx) error {
				_, err := tx.Exec(w.ctx, `INSERT INTO queue_entries (call, queue, account, test, reason, waited, ended) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
					string(webtrunk.NewCallID()), e.queue, string(w.of.Account), false, e.why, e.waited.Milliseconds(), store.Micros(e.ended))
				return err
			}))
		}
		past := dispatch.Past{From: noon, To: noon.Add(2 * time.Hour), Zone: time.UTC}
		hours, err := w.History(w.ctx, w.of, past)
		w.check(err)
		if len(hours) != 2 || hours[0].Offered != 4 || hours[0].Answered != 4 || hours[0].InTime != 1 || hours[1].Offered != 0 {
			t.Errorf("by the hour: %+v", hours)
		}
		past.Queue = strict.ID
		if hours, err = w.History(w.ctx, w.of, past); err != nil || hours[0].Offered != 1 || hours[0].InTime != 0 || hours[0].Longest != 10*time.Second {
			t.Errorf("of one queue: %+v, %v", hours, err)
		}
		nepal, err := time.LoadLocation("Asia/Kathmandu") // 5:45 ahead
		w.check(err)
		past = dispatch.Past{From: noon, To: noon.Add(14 * time.Hour), Daily: true, Zone: nepal}
		days, err := w.History(w.ctx, w.of, past)
		w.check(err)
		if len(days) != 2 || days[0].Offered != 4 || days[1].Offered != 1 || days[1].Abandoned != 1 {
			t.Errorf("by the day in Nepal: %+v", days)
		}
		past = dispatch.Past{From: noon, To: noon.Add(time.Hour), Zone: nepal}
		if hours, err = w.History(w.ctx, w.of, past); err != nil || len(hours) != 2 || hours[0].Offered != 1 || hours[1].Offered != 3 {
			t.Errorf("by the hour in Nepal: %+v, %v", hours, err)
		}
	})
}

// history asks until so many are on record.
func (w *world) history(p dispatch.Past, offered int) (all []dispatch.Figures) {
	w.t.Helper()
	w.eventually("they are on record", func() bool {
		var err error
		all, err = w.History(w.ctx, w.of, p)
		w.check(err)
		return total(all).Offered >= offered
	})
	return slices.Clone(all)
}

func total(all []dispatch.Figures) (sum dispatch.Figures) {
	for _, f := range all {
		sum.Add(f)
	}
	return sum
}
