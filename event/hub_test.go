package event_test

import (
	"context"
	"errors"
	"iter"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"webtrunk"
	"webtrunk/event"
	"webtrunk/store"
)

// follow subscribes, or fails.
func follow(t testing.TB, h *event.Hub, f event.Filter, s event.Stream, after int64) *event.Subscription {
	t.Helper()
	sub, err := h.Subscribe(t.Context(), f, s, after)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sub.Close)
	return sub
}

// take reads n records.
func take(t testing.TB, sub *event.Subscription, n int) (recs []event.Record) {
	t.Helper()
	ctx := soon(t)
	for len(recs) < n {
		r, err := sub.Next(ctx)
		if err != nil {
			t.Fatalf("after %d of %d records: %v", len(recs), n, err)
		}
		recs = append(recs, r)
	}
	return recs
}

// resync fails unless a subscription ends for a reason; it returns the place.
func resync(t testing.TB, err error, why event.Reason) int64 {
	t.Helper()
	var end *event.Resync
	if !errors.Is(err, event.ErrResync) || !errors.As(err, &end) || end.Reason != why {
		t.Fatalf("%v, want %s", err, why)
	}
	return end.Place
}

func TestASubscriberGetsWhatWasAndWhatComes(t *testing.T) {
	db := open(t)
	makeCalls(t, db, "acct_a", 10, 4)
	h := &event.Hub{Log: db, Keep: 20}
	background(t, h.Run)
	sub := follow(t, h, event.Filter{}, event.Stream{Account: "acct_a"}, 0)
	got := take(t, sub, 80)
	happen(t, db, "acct_b", 3)
	makeCalls(t, db, "acct_a", 2, 2)
	got = append(got, take(t, sub, 16)...)
	same(t, got, written(t, db, event.Stream{Account: "acct_a"}))
	if sub.Place() != 96 || sub.Ready() {
		t.Errorf("it is at %d, and another is ready: %v", sub.Place(), sub.Ready())
	}
	for _, r := range got {
		if r.Private != nil {
			t.Fatalf("%v is told what is private", r)
		}
	}
}

func TestStreamsAndFiltersGiveTheirOwnOnly(t *testing.T) {
	db := open(t)
	h := &event.Hub{Log: db}
	background(t, h.Run)
	makeCalls(t, db, "acct_a", 1, 1)
	one := written(t, db, event.Stream{})[0].Call
	ended := event.Types{"call.ended"}
	whole := follow(t, h, event.Filter{}, event.Stream{}, 0)
	account := follow(t, h, event.Filter{Types: ended}, event.Stream{Account: "acct_a"}, 0)
	byCall := follow(t, h, event.Filter{Call: one}, event.Stream{Account: "acct_a"}, 2)
	call := follow(t, h, event.Filter{}, event.Stream{Call: one}, 5)
	foreign := follow(t, h, event.Filter{Account: "acct_b"}, event.Stream{Call: one}, 0)
	makeCalls(t, db, "acct_a", 4, 4)
	makeCalls(t, db, "acct_b", 2, 2)

	same(t, take(t, whole, 56), written(t, db, event.Stream{}))
	for _, r := range take(t, account, 5) {
		if r.Type != "call.ended" || r.Account != "acct_a" {
			t.Errorf("%v", r)
		}
	}
	same(t, take(t, byCall, 6), written(t, db, event.Stream{Call: one})[2:])
	same(t, take(t, call, 3), written(t, db, event.Stream{Call: one})[5:])
	for _, sub := range []*event.Subscription{whole, account, byCall, call, foreign} {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		if r, err := sub.Next(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("there is more: %v, %v", r, err)
		}
		cancel()
	}
	if account.Place() != 40 {
		t.Errorf("whoever wants few events need not look at the others again: it is at %d of 40", account.Place())
	}
}

// The reason why a Hub exists: who was cut off a hundred times, whenever that
// was, has seen each record once, in order.
func TestASubscriberThatIsCutAHundredTimesSeesExactlyTheLog(t *testing.T) {
	db := open(t)
	h := &event.Hub{Log: db, Keep: 64, Unread: 16} // so small that all of window, log and cutting off happen
	background(t, h.Run)
	var calls sync.WaitGroup
	calls.Go(func() { makeCalls(t, db, "acct_a", 200, 30) })
	const all, cuts = 200 * 8, 100

	for _, s := range []event.Stream{{}, {Account: "acct_a"}} {
		calls.Go(func() {
			var got []event.Record
			for cut, place := 0, int64(0); len(got) < all; cut++ {
				sub, err := h.Subscribe(t.Context(), event.Filter{}, s, place)
				if err != nil {
					t.Error(err)
					return
				}
				patience, read := time.Duration(rand.N(int64(30*time.Millisecond))), 1+rand.N(2*all/cuts)
				if cut >= cuts {
					patience, read = 20*time.Second, all
				}
				ctx, cancel := context.WithTimeout(t.Context(), patience)
				for ; read > 0 && len(got) < all; read-- {
					r, err := sub.Next(ctx)
					if err != nil {
						break
					}
					got, place = append(got, r), s.Place(r)
				}
				cancel()
				sub.Close()
			}
			same(t, got, written(t, db, s))
		})
	}
	calls.Wait()
	if n := h.Stats().Subscribers; n != 0 {
		t.Errorf("%d subscribers are left", n)
	}
}

func TestASubscriberThatStopsReadingSlowsNobody(t *testing.T) {
	db := open(t)
	h := &event.Hub{Log: db, Keep: 1000, Unread: 100}
	background(t, h.Run)
	s := event.Stream{Account: "acct_a"}
	stuck, brisk := follow(t, h, event.Filter{}, s, 0), follow(t, h, event.Filter{}, s, 0)
	happen(t, db, "acct_a", 5)
	take(t, stuck, 3)

	var got []event.Record
	for range 50 {
		happen(t, db, "acct_a", 10)
		got = append(got, take(t, brisk, 10)...) // each time all there is, at once
	}
	got = append(got, take(t, brisk, 5)...)
	same(t, got, written(t, db, s))
	if st := h.Stats(); st.CutOff != 1 || st.Subscribers != 1 {
		t.Errorf("%+v", st)
	}

	// What it had taken it still gets; then it hears that it was cut off, and
	// where. From there it has everything.
	had := 3
	for ; ; had++ {
		if _, err := stuck.Next(soon(t)); err != nil {
			if place := resync(t, err, event.TooSlow); place != int64(had) {
				t.Fatalf("it is told to go on after %d and has %d", place, had)
			}
			break
		}
	}
	if _, err := stuck.Next(soon(t)); !errors.Is(err, event.ErrResync) {
		t.Errorf("asked again: %v", err)
	}
	again := follow(t, h, event.Filter{}, s, int64(had))
	same(t, take(t, again, 505-had), written(t, db, s)[had:])
}

// A subscriber may have more of the log than the hub: it had it from the log,
// or from another node.
func TestASubscriberThatIsAheadOfTheHubGetsNothingTwice(t *testing.T) {
	db := open(t)
	happen(t, db, "acct_a", 10)
	log := &late{DB: db}
	h := &event.Hub{Log: log}
	background(t, h.Run)
	until(t, "it runs", func() bool { return h.Stats().Position == 10 })
	log.held.Store(true)
	happen(t, db, "acct_a", 10)
	s := event.Stream{Account: "acct_a"}
	var subs []*event.Subscription
	for _, after := range []int64{0, 7, 15, 20} {
		subs = append(subs, follow(t, h, event.Filter{}, s, after))
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	ahead := subs[3]
	if r, err := ahead.Next(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("it has all and gets %v, %v", r, err)
	}
	log.held.Store(false)
	happen(t, db, "acct_a", 1)
	all := written(t, db, s)
	for _, sub := range subs {
		n := sub.Place()
		same(t, take(t, sub, 21-int(n)), all[n:])
	}
}

// late is a log of which a hub has not yet heard the newest.
type late struct {
	*store.DB
	held atomic.Bool
}

func (l *late) Read(ctx context.Context, s event.Stream, after int64) iter.Seq2[event.Record, error] {
	if s == (event.Stream{}) && l.held.Load() {
		return func(yield func(event.Record, error) bool) {
			yield(event.Record{}, &webtrunk.Error{Op: "store", Kind: webtrunk.Unavailable})
		}
	}
	return l.DB.Read(ctx, s, after)
}

func TestAPlaceThatIsNoLongerKeptIsToldAtOnce(t *testing.T) {
	db := open(t)
	happen(t, db, "acct_a", 20)
	forget(t, db, 10)
	h := &event.Hub{Log: db, Keep: 5}
	background(t, h.Run)
	s := event.Stream{Account: "acct_a"}
	for _, place := range []int64{0, 9} {
		_, err := h.Subscribe(t.Context(), event.Filter{}, s, place)
		if from := resync(t, err, event.TooOld); from != 10 || !strings.Contains(err.Error(), "before 11") {
			t.Errorf("told to follow after %d: %v", from, err)
		}
	}
	same(t, take(t, follow(t, h, event.Filter{}, s, 10), 10), written(t, db, s))
}

// Records that are removed while somebody still reads towards them are missed
// by nobody silently.
func TestAPlaceThatIsForgottenOnTheWayIsTold(t *testing.T) {
	db := open(t)
	happen(t, db, "acct_a", 600)
	h := &event.Hub{Log: db, Keep: 5}
	background(t, h.Run)
	sub := follow(t, h, event.Filter{}, event.Stream{Account: "acct_a"}, 0)
	take(t, sub, 100)
	forget(t, db, 590)
	ctx, got := soon(t), 100
	for ; ; got++ {
		if _, err := sub.Next(ctx); err != nil {
			if resync(t, err, event.TooOld) != 590 {
				t.Error(err)
			}
			break
		}
	}
	if got != 256 {
		t.Errorf("it got %d records, of which the first page had 256", got)
	}
}

func TestAPlaceThatIsNotReachedIsRefused(t *testing.T) {
	db := open(t)
	happen(t, db, "acct_a", 3)
	h := &event.Hub{Log: db}
	background(t, h.Run)
	for place, words := range map[int64]string{4: "there is no event 4 yet: the newest is 3", -7: "-7 is no place"} {
		_, err := h.Subscribe(t.Context(), event.Filter{}, event.Stream{Account: "acct_a"}, place)
		if webtrunk.KindOf(err) != webtrunk.Invalid || !strings.Contains(err.Error(), words) {
			t.Errorf("%d: %v", place, err)
		}
	}
	sub := follow(t, h, event.Filter{}, event.Stream{Account: "acct_a"}, event.Latest)
	happen(t, db, "acct_a", 1)
	if r := take(t, sub, 1)[0]; r.Seq != 4 {
		t.Errorf("from the latest on, %v is first", r)
	}
}

func TestWhenTheGatewayStopsSubscribersGetWhatIsThereAndAreTold(t *testing.T) {
	db := open(t)
	h := &event.Hub{Log: db}
	stop := background(t, h.Run)
	s := event.Stream{Account: "acct_a"}
	live, idle := follow(t, h, event.Filter{}, s, 0), follow(t, h, event.Filter{}, event.Stream{Account: "acct_b"}, 0)
	happen(t, db, "acct_a", 1)
	take(t, live, 1)
	waiting := make(chan error, 1)
	go func() {
		_, err := idle.Next(context.Background())
		waiting <- err
	}()
	happen(t, db, "acct_a", 4)
	until(t, "the rest is queued", live.Ready)
	until(t, "all of it", func() bool { return h.Stats().Queued >= 4 })
	stop()
	take(t, live, 4)
	_, err := live.Next(t.Context())
	if place := resync(t, err, event.Stopping); place != 5 {
		t.Errorf("go on after %d", place)
	}
	resync(t, <-waiting, event.Stopping)
	late := follow(t, h, event.Filter{}, s, 0)
	_, err = late.Next(t.Context())
	resync(t, err, event.Stopping)
}

func TestAHubOutlastsADatabaseThatIsDown(t *testing.T) {
	db := open(t)
	happen(t, db, "acct_a", 10)
	flaky := &flaky{DB: db}
	h := &event.Hub{Log: flaky, Keep: 4}
	background(t, h.Run)
	s := event.Stream{Account: "acct_a"}
	live, late := follow(t, h, event.Filter{}, s, 10), follow(t, h, event.Filter{}, s, 0)
	until(t, "it runs", func() bool { return h.Stats().Position == 10 })
	flaky.down.Store(true)
	happen(t, db, "acct_a", 2)
	until(t, "it has failed", func() bool { return h.Stats().Failures > 0 })
	if _, err := h.Subscribe(t.Context(), event.Filter{}, s, 0); webtrunk.KindOf(err) != webtrunk.Unavailable {
		t.Error(err)
	}
	if _, err := late.Next(t.Context()); webtrunk.KindOf(err) != webtrunk.Unavailable {
		t.Errorf("who has to read the log is told: %v", err)
	}
	flaky.down.Store(false)
	same(t, take(t, live, 2), written(t, db, s)[10:])
	same(t, take(t, late, 12), written(t, db, s)) // the same subscription goes on
}

func TestLiveSubscribersCostTheDatabaseNothing(t *testing.T) {
	db := open(t)
	happen(t, db, "acct_a", 10)
	flaky := &flaky{DB: db}
	h := &event.Hub{Log: flaky}
	background(t, h.Run)
	var subs []*event.Subscription
	for range 50 {
		subs = append(subs, follow(t, h, event.Filter{}, event.Stream{Account: "acct_a"}, 0))
	}
	for _, sub := range subs {
		take(t, sub, 10)
	}
	before := flaky.reads.Load()
	happen(t, db, "acct_a", 10)
	for _, sub := range subs {
		take(t, sub, 10)
	}
	if n := flaky.reads.Load() - before; n > 2 {
		t.Errorf("10 records for 50 subscribers were read %d times", n)
	}
}

// Each account keeps its records as long as it likes, which leaves holes in the
// whole log.
func TestWhatOneAccountForgetsStopsNobody(t *testing.T) {
	db := open(t)
	for range 100 {
		happen(t, db, "acct_a", 3)
		happen(t, db, "acct_b", 1)
	}
	err := db.Tx(t.Context(), func(tx *store.Tx) error {
		_, err := tx.Exec(t.Context(), `DELETE FROM events WHERE account = $1 AND seq <= 290`, "acct_a")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, keep := range []int{10, 50, 1000} {
		h := &event.Hub{Log: db, Keep: keep}
		stop := background(t, h.Run)
		_, err := h.Subscribe(t.Context(), event.Filter{}, event.Stream{}, 0)
		whole := follow(t, h, event.Filter{}, event.Stream{}, resync(t, err, event.TooOld))
		_, err = h.Subscribe(t.Context(), event.Filter{}, event.Stream{Account: "acct_a"}, 100)
		a := follow(t, h, event.Filter{}, event.Stream{Account: "acct_a"}, resync(t, err, event.TooOld))
		b := follow(t, h, event.Filter{}, event.Stream{Account: "acct_b"}, 0)
		take(t, b, 1)
		happen(t, db, "acct_a", 1)
		all := written(t, db, event.Stream{})
		same(t, take(t, whole, len(all)), all)
		of := written(t, db, event.Stream{Account: "acct_a"})
		same(t, take(t, a, len(of)), of)
		same(t, take(t, b, 99), written(t, db, event.Stream{Account: "acct_b"})[1:])
		stop()
	}
}

// What was erased from the log is not told from memory either.
func TestWhatIsRedactedIsToldRedacted(t *testing.T) {
	db := open(t)
	h := &event.Hub{Log: db, Reread: event.Types{"erasure.completed"}}
	background(t, h.Run)
	happen(t, db, "acct_a", 5)
	until(t, "the hub has read", func() bool { return h.Stats().Position == 5 })
	err := db.Tx(t.Context(), func(tx *store.Tx) error {
		tx.Emit(record(t, "acct_a", "erasure.completed", nil))
		_, err := tx.Exec(t.Context(), `UPDATE events SET data = '{"n":null}' WHERE seq = 2`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	s := event.Stream{Account: "acct_a"}
	until(t, "the hub has forgotten", func() bool {
		return string(take(t, follow(t, h, event.Filter{}, s, 1), 1)[0].Data) == `{"n":null}`
	})
	same(t, take(t, follow(t, h, event.Filter{}, s, 0), 6), written(t, db, s))
}

func forget(t testing.TB, db *store.DB, upTo int64) {
	t.Helper()
	err := db.Tx(t.Context(), func(tx *store.Tx) error {
		_, err := tx.Exec(t.Context(), `DELETE FROM events WHERE position <= $1`, upTo)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
