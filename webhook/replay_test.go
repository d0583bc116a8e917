package webhook

import (
	"slices"
	"strings"
	"testing"
	"time"

	"webtrunk"
	"webtrunk/event"
	"webtrunk/store"
)

// seqs are the places of what a receiver got, sorted.
func seqs(got []message) (all []int64) {
	for _, m := range got {
		all = append(all, m.Seq)
	}
	slices.Sort(all)
	return all
}

// A range is sent by seq and by time; what has arrived is left out on request,
// and what is not wanted always.
func TestReplayOfARange(t *testing.T) {
	onEach(t, func(w *world) {
		r := newReceiver(w)
		begin := time.Now().UTC().Truncate(time.Second).Add(-24 * time.Hour)
		for i := range 20 { // one an hour, of before the endpoint was made; the tenth is not wanted
			rec := w.record("call.ended", nil)
			if i == 9 {
				rec.Type = "trunk.up"
			}
			rec.Time = begin.Add(time.Duration(i) * time.Hour)
			w.append(rec)
		}
		ep, _ := w.endpoint(r.url(), "call.*")
		w.run(w.sender())
		replay := func(g Range, want int) {
			w.Helper()
			if n, err := w.deliveries.ReplayRange(w.ctx, w.in, ep.ID, g); err != nil || n != want {
				w.Fatalf("%d queued of %+v, %v; want %d", n, g, err, want)
			}
		}
		replay(Range{FromSeq: 3, ToSeq: 5}, 3)
		if got := seqs(r.wait(w, 3)); !slices.Equal(got, []int64{3, 4, 5}) {
			w.Fatal(got)
		}
		w.settled(3, Delivered)
		replay(Range{FromSeq: 4, ToSeq: 6, Undelivered: true}, 1)
		r.wait(w, 4)
		w.settled(4, Delivered)
		replay(Range{From: begin.Add(7 * time.Hour), To: begin.Add(11 * time.Hour)}, 3) // 8, 9 and 11
		if got := seqs(r.wait(w, 7)); !slices.Equal(got, []int64{3, 4, 5, 6, 8, 9, 11}) {
			w.Fatal(got)
		}
		w.settled(7, Delivered)
		replay(Range{From: begin.Add(15 * time.Hour), FromSeq: 18}, 3)
		w.settled(10, Delivered)
		replay(Range{FromSeq: 1}, 19)
		w.until("all have come", func() bool { return len(r.messages()) == 29 })
		w.settled(19, Delivered)
		replay(Range{FromSeq: 21}, 0)
		replay(Range{From: time.Now().Add(time.Hour)}, 0)
		replay(Range{FromSeq: 9, ToSeq: 8}, 0)

		stranger := newWorld(w.T, w.db)
		_, err := w.deliveries.ReplayRange(w.ctx, stranger.in, ep.ID, Range{FromSeq: 1})
		kind(w, err, webtrunk.NotFound)
		_, err = w.deliveries.ReplayRange(w.ctx, Scope{w.in.Account, true}, ep.ID, Range{FromSeq: 1})
		kind(w, err, webtrunk.NotFound)
		no := false
		if _, err := w.endpoints.Update(w.ctx, w.in, ep.ID, Change{Enabled: &no}); err != nil {
			w.Fatal(err)
		}
		_, err = w.deliveries.ReplayRange(w.ctx, w.in, ep.ID, Range{FromSeq: 1})
		kind(w, err, webtrunk.Conflict)
	})
}

// A replayed call comes in its order, too.
func TestReplayKeepsACallsOrder(t *testing.T) {
	onEach(t, func(w *world) {
		r := newReceiver(w)
		ep, _ := w.endpoint(r.url())
		for range 5 {
			w.call(6)
		}
		if n, err := w.deliveries.ReplayRange(w.ctx, w.in, ep.ID, Range{FromSeq: 1}); err != nil || n != 30 {
			w.Fatal(n, err)
		}
		w.run(w.sender())
		inOrder(w, r.wait(w, 30))
		w.settled(30, Delivered)
		if r.requests() != 30 {
			w.Fatalf("%d requests", r.requests())
		}
	})
}

func TestReplayOfOneIsRefused(t *testing.T) {
	onEach(t, func(w *world) {
		ep, _ := w.endpoint("http://127.0.0.1:1/")
		w.append(w.record("trunk.up", nil))
		s := w.sender()
		if err := s.Handle(w.ctx, w.logged(1)); err != nil {
			w.Fatal(err)
		}
		d := w.all(Filter{})[0]
		stranger := newWorld(w.T, w.db)
		_, err := w.deliveries.Replay(w.ctx, stranger.in, d.ID)
		kind(w, err, webtrunk.NotFound)
		s.init()
		if err := w.db.Tx(w.ctx, func(tx *store.Tx) error { _, err := s.claim(w.ctx, tx, ep.ID, 1); return err }); err != nil {
			w.Fatal(err)
		}
		_, err = w.deliveries.Replay(w.ctx, w.in, d.ID)
		kind(w, err, webtrunk.Conflict) // it is being sent
		if err := w.endpoints.Delete(w.ctx, w.in, ep.ID); err != nil {
			w.Fatal(err)
		}
		if d = w.all(Filter{})[0]; d.Status != Failed || !strings.Contains(d.Error, "deleted") {
			w.Fatalf("%+v", d)
		}
		_, err = w.deliveries.Replay(w.ctx, w.in, d.ID)
		kind(w, err, webtrunk.Conflict)
	})
}

// What has ended goes after its time, with its attempts; what is pending stays.
func TestOldDeliveriesGo(t *testing.T) {
	onEach(t, func(w *world) {
		r := newReceiver(w)
		w.endpoint(r.url())
		waits, _ := w.endpoint("http://127.0.0.1:1/")
		s := w.sender()
		s.Schedule.Delays = []time.Duration{time.Hour}
		s.Schedule.For = 2 * time.Hour
		stop := w.run(s)
		id, _ := w.call(3)
		w.settled(3, Delivered)
		w.until("three wait", func() bool { return w.waiting(waits.ID) == 3 })
		stop()
		if _, err := w.deliveries.Forget(w.ctx, id); err != nil {
			w.Fatal(err)
		}
		if err := s.Prune(w.ctx); err != nil || len(w.all(Filter{})) != 6 {
			w.Fatal(len(w.all(Filter{})), err)
		}
		later := w.sender()
		later.Keep = time.Nanosecond
		if err := later.Prune(w.ctx); err != nil {
			w.Fatal(err)
		}
		left := w.all(Filter{})
		if len(left) != 3 || left[0].Endpoint != waits.ID {
			w.Fatalf("left %+v", left)
		}
		var attempts, responses int
		if err := w.db.QueryRow(w.ctx, `SELECT count(*), count(CASE WHEN response <> '' THEN 1 END) FROM webhook_attempts`).Scan(&attempts, &responses); err != nil || attempts != 3 || responses != 0 {
			w.Fatalf("%d attempts, %d responses, %v", attempts, responses, err)
		}
	})
}

// waiting counts an endpoint's deliveries that have failed and will be tried.
func (w *world) waiting(endpoint string) (n int64) {
	w.Helper()
	all, err := w.deliveries.Backlog(w.ctx, endpoint)
	if err != nil {
		w.Fatal(err)
	}
	for _, b := range all {
		n += b.Retrying
	}
	return n
}

// A test goes to the endpoint that is tested, whatever that wants.
func TestOfAnEndpoint(t *testing.T) {
	onEach(t, func(w *world) {
		r, other := newReceiver(w), newReceiver(w)
		ep, _ := w.endpoint(r.url(), "call.ended")
		w.endpoint(other.url())
		w.run(w.sender())
		rec, err := w.endpoints.Test(w.ctx, w.in, ep.ID)
		if err != nil {
			w.Fatal(err)
		}
		w.append(w.record("trunk.up", nil)) // behind it in the log
		if m := r.wait(w, 1)[0]; m.ID != rec.ID || m.Type != Tested || !strings.Contains(string(m.Data), ep.ID) {
			w.Fatalf("%s", m.raw)
		}
		if m := other.wait(w, 1); len(m) != 1 || m[0].Type != "trunk.up" {
			w.Fatalf("the other got %s", m[0].raw)
		}
		_, err = w.endpoints.Test(w.ctx, newWorld(w.T, w.db).in, ep.ID)
		kind(w, err, webtrunk.NotFound)
	})
}

// An event of a call that a Sender has not been asked for stays away when the
// log is read from its beginning by a new consumer.
func TestNewConsumerSendsNothingOld(t *testing.T) {
	onEach(t, func(w *world) {
		w.call(5)
		r := newReceiver(w)
		w.endpoint(r.url())
		s := w.sender()
		w.run(s)
		w.append(w.record("trunk.up", nil))
		if got := r.wait(w, 1); len(got) != 1 || got[0].Type != "trunk.up" {
			w.Fatalf("got %s", got[0].raw)
		}
		if n := len(w.all(Filter{})); n != 1 {
			w.Fatalf("%d deliveries", n)
		}
	})
}

var _ event.Handler = (*Sender)(nil)
