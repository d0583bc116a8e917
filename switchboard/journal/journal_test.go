package journal

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/event"
)

var (
	visitor = webtrunk.Address{Scheme: webtrunk.Browser, Value: "visitor"}
	shop    = webtrunk.Address{Scheme: webtrunk.Ref, Value: "ref_shop"}
	phone   = webtrunk.Address{Scheme: webtrunk.Tel, Value: "+15550100101"}
)

// desk is a journal over a memory.
type desk struct {
	*Journal
	t      *testing.T
	log    *memory
	mu     sync.Mutex
	fenced []string
	lines  strings.Builder
}

func open(t *testing.T, set func(*Config)) *desk {
	d := &desk{t: t, log: newMemory()}
	cfg := Config{Log: d.log, Lines: slog.New(slog.NewTextHandler(&d.lines, &slog.HandlerOptions{Level: slog.LevelWarn}))}
	cfg.Fenced = func(id webtrunk.CallID, why error) {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.fenced = append(d.fenced, fmt.Sprintf("%s: %s", id, webtrunk.MessageOf(why, "")))
	}
	if set != nil {
		set(&cfg)
	}
	d.Journal = New(cfg)
	return d
}

func (d *desk) call(id webtrunk.CallID) *talk { return &talk{t: d.t, j: d.Journal} }

func arrived(id webtrunk.CallID) call.Input {
	return call.Arrived{ID: id, Account: "acct_1", From: visitor, To: shop}
}

// up steps a call until its parties talk.
func (d *desk) up(id webtrunk.CallID) *talk {
	d.t.Helper()
	k := d.call(id)
	k.must(arrived(id), call.Admitted{}, routed(call.Target{Address: phone}), call.LegAnswered{Leg: 2})
	return k
}

func routed(targets ...call.Target) call.Input {
	return call.Routed{For: call.ForCall, Plan: call.Plan{Stages: []call.Stage{{Targets: targets}}}}
}

func (d *desk) close() {
	d.t.Helper()
	if err := d.Close(d.t.Context()); err != nil {
		d.t.Error(err)
	}
}

func (d *desk) wantKept(id webtrunk.CallID, types ...string) {
	d.t.Helper()
	var got []string
	for _, r := range d.log.of(id) {
		got = append(got, r.Type)
	}
	if strings.Join(got, " ") != strings.Join(types, " ") {
		d.t.Errorf("%s has the records\n%q\nwant\n%q", id, got, types)
	}
}

// A call from its beginning to its end, and nothing of it stays in memory.
func TestACallIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := open(t, nil)
		k := d.up("call_1")
		k.must(call.HangUp{By: 1})
		d.wantKept("call_1", "call.created", "leg.added", "call.admitted", "call.routed", "leg.added", "leg.joined", "leg.joined",
			"call.answered", "leg.left", "leg.left", "call.ended")
		if !wellFormed(t, d.log.of("call_1")).Ended() {
			t.Error("replayed, the call has not ended")
		}
		if st := d.Stats(); len(d.calls) != 0 || st.Waiting != 0 || st.Kept != 11 {
			t.Errorf("%d calls are held, %+v", len(d.calls), st)
		}
		d.close()
	})
}

// What only the machine needs travels with the next record. A dialog that
// changes while its leg talks is told by itself.
func TestInternalEventsTravelWithTheNextRecord(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := open(t, nil)
		k := d.call("call_1")
		k.must(arrived("call_1"), call.Admitted{}, routed(call.Target{Address: phone}))
		before := len(d.log.of("call_1"))
		k.must(call.LegDialog{Leg: 2, State: []byte("early")})
		if n := len(d.log.of("call_1")); n != before {
			t.Errorf("an early dialog made %d records", n-before)
		}
		k.must(call.LegDialog{Leg: 2, State: []byte("up")}, call.LegAnswered{Leg: 2})
		joined := d.log.of("call_1")[before]
		events, err := Events(joined)
		if err != nil || joined.Type != "leg.joined" || len(events) != 3 {
			t.Errorf("%s holds %v, %v", joined.Type, events, err)
		}
		k.must(call.LegDialog{Leg: 2, State: []byte("moved")})
		recs := d.log.of("call_1")
		if last := recs[len(recs)-1]; last.Type != "leg.updated" || strings.Contains(string(last.Data), "moved") {
			t.Errorf("a dialog that moved is told as %s %s", last.Type, last.Data)
		}
		k.must(call.HangUp{})
		replayed := wellFormed(t, d.log.of("call_1"))
		if string(replayed.View().Legs[1].Dialog) != "moved" {
			t.Errorf("replayed, the dialog is %q", replayed.View().Legs[1].Dialog)
		}
		d.close()
	})
}

// Many calls share one append.
func TestCallsShareAnAppend(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := open(t, nil)
		d.log.faulty(func(int, []event.Record) (time.Duration, error, bool) { return 10 * time.Millisecond, nil, false })
		var wg sync.WaitGroup
		for i := range 100 {
			wg.Go(func() { d.up(webtrunk.CallID(fmt.Sprintf("call_%d", i))).must(call.HangUp{}) })
		}
		wg.Wait()
		if st := d.Stats(); st.Kept != 1100 || st.Appends > 20 {
			t.Errorf("%d records took %d appends", st.Kept, st.Appends)
		}
		d.close()
	})
}

// While the database is away no call begins, a running one ends, and its
// record is complete once the database is back. That is noticed without help.
func TestDatabaseAwayAndBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := open(t, nil)
		k := d.up("call_1")
		d.log.faulty(away)
		if err := k.step(call.Hold{By: 1}); webtrunk.KindOf(err) != webtrunk.Unavailable {
			t.Errorf("an event while the database is away: %v", err)
		}
		err := d.Ready()
		if webtrunk.KindOf(err) != webtrunk.Unavailable || !strings.Contains(webtrunk.MessageOf(err, ""), "Try again in a minute") {
			t.Errorf("Ready = %v, want a sentence", err)
		}
		began := time.Now()
		late := d.call("call_2")
		if err := late.step(arrived("call_2")); webtrunk.KindOf(err) != webtrunk.Unavailable || time.Since(began) > 0 {
			t.Errorf("a new call: %v after %v", err, time.Since(began))
		}
		if err := late.step(call.HangUp{}); err == nil {
			t.Error("the end of a call that never was is kept")
		}
		if err := k.step(call.HangUp{By: 1}); err == nil {
			t.Error("the end is kept by a database that is away")
		}
		time.Sleep(time.Hour)
		d.log.faulty(nil)
		time.Sleep(longestPause)
		synctest.Wait()
		if err := d.Ready(); err != nil {
			t.Errorf("after its return: %v", err)
		}
		if c := wellFormed(t, d.log.of("call_1")); !c.Ended() {
			t.Error("the call has no end")
		}
		d.wantKept("call_2")
		if st := d.Stats(); st.Withdrawn != 1 || st.Dropped != 4 || len(d.calls) != 0 {
			t.Errorf("%+v, %d calls held", st, len(d.calls))
		}
		if n := strings.Count(d.lines.String(), "calls cannot be recorded"); n != 1 {
			t.Errorf("that was said %d times:\n%s", n, d.lines.String())
		}
		d.up("call_3").must(call.HangUp{})
		d.close()
	})
}

// A call that begins while the log is slow is withdrawn when its time is up;
// one whose records the log may have is not, and has its end.
func TestSlowLog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := open(t, func(c *Config) { c.Slow = time.Hour })
		d.log.faulty(func(n int, _ []event.Record) (time.Duration, error, bool) { return 8 * time.Second, nil, false })
		first, second := d.call("call_1"), d.call("call_2")
		var wg sync.WaitGroup
		wg.Go(func() {
			if err := first.step(arrived("call_1")); webtrunk.KindOf(err) != webtrunk.Unavailable {
				t.Errorf("the first call: %v", err)
			}
		})
		synctest.Wait()
		wg.Go(func() {
			time.Sleep(time.Second)
			if err := second.step(arrived("call_2")); webtrunk.KindOf(err) != webtrunk.Unavailable {
				t.Errorf("the second call: %v", err)
			}
		})
		wg.Wait()
		_ = first.step(call.HangUp{})
		_ = second.step(call.HangUp{})
		time.Sleep(time.Minute)
		if c := wellFormed(t, d.log.of("call_1")); !c.Ended() {
			t.Error("the call that the log had has no end")
		}
		d.wantKept("call_2")
		d.close()
	})
}

// A log that takes its time is not well, and says so before it fails.
func TestOldQueueIsUnwell(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := open(t, nil)
		k := d.up("call_1")
		d.log.faulty(func(int, []event.Record) (time.Duration, error, bool) { return 4 * time.Second, nil, false })
		var wg sync.WaitGroup
		wg.Go(func() { k.must(call.Hold{By: 1}) })
		time.Sleep(DefaultSlow)
		if err := d.Ready(); err != nil {
			t.Errorf("after %v: %v", DefaultSlow, err)
		}
		time.Sleep(time.Millisecond)
		if d.Ready() == nil {
			t.Error("a log that is too slow is well")
		}
		if st := d.Stats(); st.Waiting != 1 || st.Oldest < DefaultSlow {
			t.Errorf("%+v", st)
		}
		wg.Wait()
		if err := d.Ready(); err != nil {
			t.Errorf("afterwards: %v", err)
		}
		k.must(call.HangUp{})
		d.close()
	})
}

// An append whose outcome is unknown is repeated, and nothing is there twice.
func TestUnknownOutcome(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := open(t, nil)
		k := d.call("call_1")
		d.log.faulty(func(n int, _ []event.Record) (time.Duration, error, bool) {
			if n%2 == 1 {
				return 0, errAway, true
			}
			return 0, nil, false
		})
		k.must(arrived("call_1"), call.Admitted{}, call.HangUp{})
		d.wantKept("call_1", "call.created", "leg.added", "call.admitted", "leg.left", "call.ended")
		d.close()
	})
}

// More waits for the database than may: calls are ended, but no event is lost.
func TestTooMuchWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := open(t, func(c *Config) { c.Waiting = 3 })
		k := d.up("call_1")
		d.log.faulty(away)
		for range 3 {
			_, _ = k.step(call.Hold{By: 1}), k.step(call.Resume{By: 1})
		}
		if len(d.fenced) != 1 || !strings.HasPrefix(d.fenced[0], "call_1: The gateway cannot record the call any longer") {
			t.Errorf("told %q, want once that call_1 is to be ended", d.fenced)
		}
		_ = k.step(call.HangUp{})
		d.log.faulty(nil)
		time.Sleep(longestPause)
		if c := wellFormed(t, d.log.of("call_1")); !c.Ended() || len(d.log.of("call_1")) != 8+6+3 {
			t.Errorf("of the call are kept %d records", len(d.log.of("call_1")))
		}
		d.close()
	})
}

// Another process has become this node: its calls are given up, and only
// those that the log refuses.
func TestFenced(t *testing.T) {
	for _, kind := range []webtrunk.Kind{webtrunk.Forbidden, webtrunk.Conflict} {
		t.Run(kind.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := open(t, nil)
				lost, own := d.up("call_1"), d.up("call_2")
				kept := len(d.log.of("call_1"))
				d.log.faulty(func(_ int, recs []event.Record) (time.Duration, error, bool) {
					for _, r := range recs {
						if r.Call == "call_1" {
							return time.Second, &webtrunk.Error{Kind: kind, Message: "not yours"}, false
						}
					}
					return time.Second, nil, false
				})
				var wg sync.WaitGroup
				third := d.call("call_3")
				wg.Go(func() { third.must(arrived("call_3")) })
				synctest.Wait() // the log is busy, so that the next two go together
				wg.Go(func() {
					if err := lost.step(call.Hold{By: 1}); webtrunk.KindOf(err) != kind {
						t.Errorf("the lost call: %v", err)
					}
				})
				wg.Go(func() { own.must(call.Hold{By: 1}) })
				wg.Wait()
				if len(d.fenced) != 1 || !strings.HasPrefix(d.fenced[0], "call_1: Another process") {
					t.Errorf("told %q, want that call_1 is lost", d.fenced)
				}
				if err := lost.step(call.HangUp{}); err == nil {
					t.Error("the end of a lost call is kept")
				}
				own.must(call.HangUp{})
				third.must(call.HangUp{})
				d.close()
				if len(d.log.of("call_1")) != kept || !wellFormed(t, d.log.of("call_2")).Ended() || len(d.calls) != 0 {
					t.Errorf("%d records of the lost call, %d calls held", len(d.log.of("call_1")), len(d.calls))
				}
			})
		})
	}
}

// Closing waits for the database as long as it may, and says what is missing.
func TestClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := open(t, nil)
		k := d.up("call_1")
		d.log.faulty(away)
		_ = k.step(call.HangUp{})
		ctx, done := context.WithTimeout(t.Context(), 10*time.Second)
		defer done()
		began := time.Now()
		err := d.Close(ctx)
		if webtrunk.KindOf(err) != webtrunk.Unavailable || !strings.Contains(err.Error(), "3 events") || time.Since(began) != 10*time.Second {
			t.Errorf("closed after %v: %v", time.Since(began), err)
		}
		if err := d.call("call_2").step(arrived("call_2")); webtrunk.KindOf(err) != webtrunk.Unavailable {
			t.Errorf("a call after the end: %v", err)
		}
	})
}

// A journal goes on with a call that another one began: so a start ends what
// its predecessor left.
func TestAnotherProcessGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := open(t, nil)
		d.up("call_1")
		d.close()
		next := New(Config{Log: d.log})
		calls := Calls{Log: d.log, Left: d.log}
		left, err := calls.Orphans(t.Context())
		if err != nil || len(left) != 1 {
			t.Fatal(left, err)
		}
		events, err := calls.Events(t.Context(), left[0])
		if err != nil {
			t.Fatal(err)
		}
		c := call.Replay(events)
		out := c.Step(call.NodeDied{})
		if err := next.Append(t.Context(), c.View(), out.Events); err != nil {
			t.Fatal(err)
		}
		if !wellFormed(t, d.log.of("call_1")).Ended() {
			t.Error("the call has no end")
		}
		if err := next.Append(t.Context(), c.View(), out.Events); webtrunk.KindOf(err) != webtrunk.NotFound {
			t.Errorf("ending it twice: %v", err)
		}
		if err := next.Append(t.Context(), call.View{ID: "call_9"}, out.Events); webtrunk.KindOf(err) != webtrunk.NotFound {
			t.Errorf("ending what never was: %v", err)
		}
		if _, err := calls.Events(t.Context(), "call_9"); webtrunk.KindOf(err) != webtrunk.NotFound {
			t.Errorf("reading what never was: %v", err)
		}
		if err := next.Close(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

func TestNothingToAppend(t *testing.T) {
	d := open(t, nil)
	if err := d.Append(t.Context(), call.View{ID: "call_1"}, nil); err != nil {
		t.Error(err)
	}
	d.close()
	if errors.Is(d.Close(t.Context()), context.Canceled) {
		t.Error("closing twice fails")
	}
}

// A process that is no longer its node's gives up what runs, once, and takes
// nothing new for ever.
func TestAFencedJournal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := open(t, nil)
		k := d.up("call_1")
		d.up("call_over").must(call.HangUp{By: 1})
		why := &webtrunk.Error{Kind: webtrunk.Forbidden, Message: "Another process has become the node."}
		d.Fence(why)
		d.Fence(why)
		if len(d.fenced) != 1 || !strings.HasPrefix(d.fenced[0], "call_1: Another process has taken over") {
			t.Errorf("told %q, want once that call_1 is to end", d.fenced)
		}
		k.must(call.HangUp{Cause: call.Failed})
		if err := d.Ready(); !errors.Is(err, why) {
			t.Errorf("Ready afterwards: %v", err)
		}
		if err := d.call("call_2").step(arrived("call_2")); err == nil {
			t.Error("a call begins")
		}
		d.close()
	})
}
