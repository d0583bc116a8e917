package webhook

import (
	"context"
	"net/netip"
	"sync"
	"testing"
	"time"

	"webtrunk"
	"webtrunk/event"
	"webtrunk/store"
	"webtrunk/store/storetest"
)

// loopback is what the operator allows where receivers are tests.
var loopback = Reach{Plain: true, Networks: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32"), netip.MustParsePrefix("127.0.0.5/32")}}

// brisk is the schedule of tests. It ends late, for machines are slow at times.
var brisk = Schedule{Delays: []time.Duration{50 * time.Millisecond, 100 * time.Millisecond}, Every: 150 * time.Millisecond, For: time.Hour, Jitter: -1}

// A world is a database with an account, whose events a Sender delivers.
type world struct {
	*testing.T
	ctx        context.Context
	db         *store.DB
	in         Scope
	endpoints  *Endpoints
	deliveries *Deliveries
}

// onEach runs a test on each database.
func onEach(t *testing.T, f func(w *world)) {
	t.Helper()
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) { f(newWorld(t, db)) })
}

func newWorld(t *testing.T, db *store.DB) *world {
	return &world{T: t, ctx: t.Context(), db: db, in: Scope{Account: webtrunk.NewAccountID()},
		endpoints: &Endpoints{DB: db, Reach: loopback}, deliveries: &Deliveries{DB: db}}
}

// sender returns one with the times of tests.
func (w *world) sender() *Sender {
	return &Sender{DB: w.db, Reach: loopback, Schedule: brisk, Timeout: 10 * time.Second, Poll: 20 * time.Millisecond}
}

// run runs a Sender, and its consumer, until the test ends or stop is called.
func (w *world) run(s *Sender) (stop func()) {
	w.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	var all sync.WaitGroup
	all.Go(func() { s.Run(ctx) })
	all.Go(func() {
		(&event.Consumer{Name: Consumer, Log: s.DB, Cursors: s.DB, Handler: s, LeastWait: time.Millisecond}).Run(ctx)
	})
	stop = sync.OnceFunc(func() { cancel(); all.Wait() })
	w.Cleanup(stop)
	return stop
}

// endpoint makes an endpoint for a URL.
func (w *world) endpoint(url string, events ...string) (Endpoint, Secret) {
	w.Helper()
	ep, secret, err := w.endpoints.Create(w.ctx, w.in, Draft{URL: url, Events: events})
	if err != nil {
		w.Fatal(err)
	}
	return ep, secret
}

// call appends n events of a new call, as its machine would.
func (w *world) call(n int) (webtrunk.CallID, []event.Record) {
	w.Helper()
	id := webtrunk.NewCallID()
	return id, w.goOn(id, 1, n)
}

// goOn appends a call's events from one place to another.
func (w *world) goOn(id webtrunk.CallID, from, to int) (recs []event.Record) {
	w.Helper()
	for i := from; i <= to; i++ {
		rec := w.record("call.held", map[string]any{"call": id, "step": i})
		rec.Call, rec.CallSeq = id, int64(i)
		recs = append(recs, rec)
	}
	w.append(recs...)
	return recs
}

func (w *world) record(kind string, data any) event.Record {
	w.Helper()
	rec, err := event.New(w.in.Account, w.in.Test, kind, data)
	if err != nil {
		w.Fatal(err)
	}
	return rec
}

func (w *world) append(recs ...event.Record) {
	w.Helper()
	if err := w.db.Append(w.ctx, recs...); err != nil {
		w.Fatal(err)
	}
}

// all returns the account's deliveries that a filter chooses.
func (w *world) all(f Filter) []Delivery {
	w.Helper()
	list, err := w.deliveries.List(w.ctx, w.in, f, "", 10_000)
	if err != nil {
		w.Fatal(err)
	}
	return list
}

// until waits for something to become true.
func (w *world) until(what string, f func() bool) {
	w.Helper()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if f() {
			return
		}
	}
	w.Fatalf("still not so: %s", what)
}

// settled waits until n deliveries have a status.
func (w *world) settled(n int, s Status) []Delivery {
	w.Helper()
	w.until("deliveries are "+string(s), func() bool { return len(w.all(Filter{Status: s})) >= n })
	return w.all(Filter{Status: s})
}

// kind fails the test unless err is of a kind and has a sentence.
func kind(t testing.TB, err error, want webtrunk.Kind) {
	t.Helper()
	if err == nil || webtrunk.KindOf(err) != want || webtrunk.MessageOf(err, "") == "" {
		t.Fatalf("got %v (%v), want one that is %v and has a sentence", err, webtrunk.KindOf(err), want)
	}
}
