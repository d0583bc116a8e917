package webhook

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"webtrunk"
	"webtrunk/event"
	"webtrunk/store"
	"webtrunk/store/storetest"
)

// The process ends between the rows and their delivery; the next one delivers.
func TestRestartBetweenRowAndDelivery(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		db, err := store.Open(t.Context(), url, store.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if err := db.Claim(t.Context(), storetest.Node); err != nil {
			t.Fatal(err)
		}
		w := newWorld(t, db)
		r := newReceiver(t)
		w.endpoint(r.url())
		_, recs := w.call(7)
		if err := w.sender().Handle(w.ctx, w.logged(len(recs))); err != nil { // and dies before Run and before the cursor is saved
			t.Fatal(err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		w.db = storetest.Open(t, url)
		w.deliveries.DB = w.db
		w.run(w.sender())
		got := r.wait(w, 7)
		w.settled(7, Delivered)
		inOrder(w, got)
		if n := len(w.all(Filter{})); n != 7 || r.requests() != 7 {
			t.Fatalf("%d deliveries, %d requests: the rows were made twice", n, r.requests())
		}
	})
}

// logged returns the log's first n records, with the places that it gave them.
func (w *world) logged(n int) (recs []event.Record) {
	w.Helper()
	for rec, err := range w.db.Read(w.ctx, event.Stream{Account: w.in.Account}, 0) {
		if err != nil {
			w.Fatal(err)
		}
		recs = append(recs, rec)
	}
	if len(recs) < n {
		w.Fatalf("the log has %d records", len(recs))
	}
	return recs[:n]
}

// The process dies in the middle of an attempt. When the lease ends another one
// makes it, and the later events of the call wait for that.
func TestDeathInTheMiddleOfAnAttempt(t *testing.T) {
	onEach(t, func(w *world) {
		r := newReceiver(w)
		ep, _ := w.endpoint(r.url())
		_, recs := w.call(3)
		dead := w.sender()
		dead.Lease = 400 * time.Millisecond
		if err := dead.Handle(w.ctx, w.logged(len(recs))); err != nil {
			w.Fatal(err)
		}
		var claim []claimed
		died := time.Now()
		if err := w.db.Tx(w.ctx, func(tx *store.Tx) (err error) {
			claim, err = dead.claim(w.ctx, tx, ep.ID, 10)
			return err
		}); err != nil || len(claim) != 1 {
			w.Fatalf("%d claimed, %v: only the first of a call may be", len(claim), err)
		}
		w.run(w.sender())
		got := r.wait(w, 3)
		inOrder(w, got)
		if time.Since(died) < 400*time.Millisecond {
			w.Fatal("the claim of another was not respected")
		}
		late := returned{claim[0], outcome{at: time.Now(), code: 500, problem: "late"}}
		if err := w.db.Tx(w.ctx, func(tx *store.Tx) error { return dead.settle(w.ctx, tx, late.claimed, late.outcome) }); err != nil {
			w.Fatal(err)
		}
		for _, d := range w.settled(3, Delivered) {
			if d.Attempts != 1 || d.Error != "" {
				w.Fatalf("an outcome after the lease changed %+v", d)
			}
		}
	})
}

// Two processes share the work: nothing is sent twice, a call's events are not
// under way at once, and the endpoint's bound holds for both together.
func TestTwoProcesses(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		w := newWorld(t, storetest.Open(t, url))
		second := *w
		second.db = storetest.OpenUnclaimed(t, url)
		r := newReceiver(t)
		r.answers(func(int, message) answer { return answer{code: 200, after: 5 * time.Millisecond} })
		_, secret := w.endpoint(r.url())
		r.trusts(secret)
		one, two := w.sender(), second.sender()
		one.PerEndpoint, two.PerEndpoint = 3, 3
		w.run(one)
		second.run(two)
		var sent int
		for range 12 {
			_, recs := w.call(5)
			sent += len(recs)
		}
		got := r.wait(w, sent)
		w.settled(sent, Delivered)
		inOrder(w, got)
		if r.requests() != sent {
			t.Errorf("%d requests for %d events", r.requests(), sent)
		}
		if r.most > 3 {
			t.Errorf("%d attempts at once, of two processes that are bound to 3", r.most)
		}
		a, b := one.Counters(), two.Counters()
		if a.Attempts+b.Attempts != int64(sent) {
			t.Errorf("attempts %+v and %+v, want %d", a, b, sent)
		}
	})
}

// Run ends while a receiver thinks: the attempt is cut off after its grace,
// does not count, and is due at once for whoever runs next.
func TestRunEndsDuringAnAttempt(t *testing.T) {
	onEach(t, func(w *world) {
		r := newReceiver(w)
		w.endpoint(r.url())
		r.answers(func(n int, _ message) answer {
			if n == 1 {
				return answer{code: 200, after: time.Minute}
			}
			return answer{code: 200}
		})
		s := w.sender()
		s.Grace, s.Timeout = 50*time.Millisecond, 30*time.Second
		stop := w.run(s)
		w.append(w.record("trunk.up", nil))
		w.until("the receiver is asked", func() bool { return r.requests() == 1 })
		began := time.Now()
		stop()
		if took := time.Since(began); took > 20*time.Second { // the receiver thinks for longer
			w.Fatalf("Run took %v to end", took)
		}
		if d := w.all(Filter{})[0]; d.Status != Pending || d.Attempts != 0 || d.Next.After(time.Now()) {
			w.Fatalf("left behind %+v", d)
		}
		w.run(w.sender())
		if d := w.settled(1, Delivered)[0]; d.Attempts != 1 {
			w.Fatalf("%+v", d)
		}
	})
}

// A batch that is given again makes no second delivery, nor does half of one.
func TestHandleIsIdempotent(t *testing.T) {
	onEach(t, func(w *world) {
		w.endpoint("http://127.0.0.1:1/")
		w.endpoint("http://127.0.0.1:2/", "leg.*")
		w.call(4)
		recs := w.logged(4)
		for _, batch := range [][]event.Record{recs, recs, recs[2:], nil} {
			if err := w.sender().Handle(w.ctx, batch); err != nil {
				w.Fatal(err)
			}
		}
		if n := len(w.all(Filter{})); n != 4 {
			w.Fatalf("%d deliveries of 4 events to the one endpoint that wants them", n)
		}
	})
}

// Who gets what: the account, the mode, the types; nothing of before.
func TestOnlyWhoShouldGets(t *testing.T) {
	onEach(t, func(w *world) {
		w.append(w.record("call.created", nil)) // before any endpoint
		other := newWorld(w.T, w.db)
		test := newWorld(w.T, w.db)
		test.in = Scope{w.in.Account, true}
		all, _ := w.endpoint("http://127.0.0.1:1/")
		some, _ := w.endpoint("http://127.0.0.1:1/", "leg.left", "call.*")
		w.append(w.record("call.ended", nil), w.record("leg.left", nil), w.record("leg.joined", nil))
		other.endpoint("http://127.0.0.1:1/")
		test.endpoint("http://127.0.0.1:1/")
		off, _ := w.endpoint("http://127.0.0.1:1/")
		no := false
		if _, err := w.endpoints.Update(w.ctx, w.in, off.ID, Change{Enabled: &no}); err != nil {
			w.Fatal(err)
		}
		test.append(test.record("test.only", nil))
		if err := w.sender().Handle(w.ctx, w.logged(6)); err != nil {
			w.Fatal(err)
		}
		types := func(w *world, f Filter) string {
			var got []string
			for _, d := range w.all(f) {
				got = append(got, d.Type)
			}
			slices.Sort(got)
			return strings.Join(got, " ")
		}
		if got := types(w, Filter{Endpoint: all.ID}); got != "call.ended leg.joined leg.left webhook_endpoint.disabled" {
			w.Errorf("all: %s", got)
		}
		if got := types(w, Filter{Endpoint: some.ID}); got != "call.ended leg.left" {
			w.Errorf("some: %s", got)
		}
		if got := types(other, Filter{}) + types(w, Filter{Endpoint: off.ID}); got != "" {
			w.Errorf("another account, a disabled one: %s", got)
		}
		if got := types(test, Filter{}); got != "test.only" {
			w.Errorf("test mode: %s", got)
		}
	})
}

// A forged message is not accepted, whoever sent it, and a played-back one only
// within its five minutes.
func TestForgedIsNotAccepted(t *testing.T) {
	onEach(t, func(w *world) {
		r := newReceiver(w)
		_, secret := w.endpoint(r.url())
		r.trusts(secret)
		w.run(w.sender())
		w.append(w.record("call.created", map[string]string{"to": "ref_shop"}))
		real := r.wait(w, 1)[0]
		forged := map[string]http.Header{"unsigned": {}, "signed by another": {}}
		Sign(forged["signed by another"], real.ID, time.Now(), real.raw, NewSecret())
		old := http.Header{}
		Sign(old, real.ID, time.Now().Add(-6*time.Minute), real.raw, secret)
		forged["played back late"] = old
		for name, h := range forged {
			if code := r.forge(w.ctx, h, string(real.raw)); code != 400 {
				w.Errorf("%s: %d", name, code)
			}
			if err := Verify(h, real.raw, time.Now(), secret); webtrunk.KindOf(err) != webtrunk.Forbidden {
				w.Errorf("%s: Verify says %v", name, err)
			}
		}
		if code := r.forge(w.ctx, real.header, strings.Replace(string(real.raw), "ref_shop", "ref_evil", 1)); code != 400 {
			w.Errorf("a changed body: %d", code)
		}
		if err := Verify(real.header, real.raw, time.Now(), secret); err != nil {
			w.Error(err)
		}
		if n := len(r.messages()); n != 1 {
			w.Errorf("%d messages accepted", n)
		}
	})
}

// The network to PostgreSQL is cut while receivers answer, and comes back: what
// they have is not sent again, and what they have not arrives.
func TestDatabaseIsCutOff(t *testing.T) {
	there := storetest.Postgres(t)
	u, err := url.Parse(there)
	if err != nil {
		t.Fatal(err)
	}
	network := newCable(t, u.Host)
	u.Host = network.addr
	w := newWorld(t, storetest.Open(t, there))
	r := newReceiver(t)
	proceed := make(chan struct{})
	r.answers(func(int, message) answer {
		r.mu.Unlock()
		defer r.mu.Lock()
		<-proceed
		return answer{code: 200}
	})
	w.endpoint(r.url())
	s := w.sender()
	s.DB = storetest.OpenUnclaimed(t, u.String())
	s.Timeout, s.Lease = 30*time.Second, time.Minute
	w.run(s)
	for range 3 {
		w.call(1)
	}
	w.until("all are being sent", func() bool { return r.requests() == 3 })
	network.cut()
	close(proceed)
	r.wait(w, 3)
	w.call(1) // of which the sender cannot know
	if n := len(w.all(Filter{Status: Delivered})); n != 0 {
		t.Fatalf("%d are written down over a cable that is cut", n)
	}
	network.mend()
	r.wait(w, 4)
	for _, d := range w.settled(4, Delivered) {
		if d.Attempts != 1 {
			t.Errorf("%+v", d)
		}
	}
	if r.requests() != 4 {
		t.Errorf("%d requests", r.requests())
	}
}

// A cable carries connections to an address until it is cut.
type cable struct {
	addr, to string
	mu       sync.Mutex
	broken   bool
	open     map[net.Conn]bool
}

func newCable(t testing.TB, to string) *cable {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := &cable{addr: l.Addr().String(), to: to, open: map[net.Conn]bool{}}
	var all sync.WaitGroup
	all.Go(func() {
		for {
			near, err := l.Accept()
			if err != nil {
				return
			}
			all.Go(func() { c.carry(near) })
		}
	})
	t.Cleanup(func() { l.Close(); c.cut(); all.Wait() })
	return c
}

func (c *cable) carry(near net.Conn) {
	defer near.Close()
	far, err := net.Dial("tcp", c.to)
	if err != nil {
		return
	}
	defer far.Close()
	c.mu.Lock()
	if c.broken {
		c.mu.Unlock()
		return
	}
	c.open[near], c.open[far] = true, true
	c.mu.Unlock()
	var both sync.WaitGroup
	both.Go(func() { io.Copy(far, near); far.Close() })
	both.Go(func() { io.Copy(near, far); near.Close() })
	both.Wait()
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.open, near)
	delete(c.open, far)
}

func (c *cable) cut() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.broken = true
	for conn := range c.open {
		conn.Close()
	}
}

func (c *cable) mend() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.broken = false
}

// The event leaves the log before it could be delivered: visibly failed.
func TestEventLeavesTheLog(t *testing.T) {
	onEach(t, func(w *world) {
		r := newReceiver(w)
		w.endpoint(r.url())
		w.append(w.record("trunk.up", nil))
		s := w.sender()
		if err := s.Handle(w.ctx, w.logged(1)); err != nil {
			w.Fatal(err)
		}
		if err := w.db.Tx(w.ctx, func(tx *store.Tx) error {
			_, err := tx.Exec(w.ctx, `DELETE FROM events`)
			return err
		}); err != nil {
			w.Fatal(err)
		}
		ctx, cancel := context.WithCancel(w.ctx)
		done := make(chan struct{})
		go func() { defer close(done); s.Run(ctx) }()
		d := w.settled(1, Failed)[0]
		cancel()
		<-done
		if !strings.Contains(d.Error, "no longer in the log") || r.requests() != 0 {
			w.Fatalf("%+v, %d requests", d, r.requests())
		}
	})
}
