package switchboard

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"webtrunk"
	"webtrunk/call"
)

// stuckAt makes the journal wait at one type of event until release is called.
func (x *exchange) stuckAt(kind string) (release func()) {
	wait := make(chan struct{})
	x.refuse(func(e call.Event) error {
		if e.Type() == kind {
			<-wait
		}
		return nil
	})
	return func() { close(wait) }
}

func (x *exchange) refuse(fail func(call.Event) error) {
	x.journal.mu.Lock()
	defer x.journal.mu.Unlock()
	x.journal.fail = fail
}

// A carrier hears that its call is up only once the answer is on record, and
// the visitor too.
func TestAnswerWaitsForTheRecord(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := arrive(t, nil)
		release := x.stuckAt("leg.joined")
		phone := x.says(0, call.LegAnswered{})
		phone.wants(t)
		x.visitor.wants(t)
		release()
		synctest.Wait()
		phone.wants(t, "confirm")
		x.visitor.wants(t, "answer")
		x.report(call.LegEnded{})
		x.ended()
	})
}

// What is ordered later waits behind it: a leg is not held before it is answered.
func TestOrdersKeepTheirOrderBehindTheRecord(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := arrive(t, nil)
		release := x.stuckAt("leg.joined")
		phone := x.says(0, call.LegAnswered{})
		phone.report(call.LegHeld{})
		phone.report(call.LegResumed{})
		x.report(call.SendDigits{Digits: "1"})
		synctest.Wait()
		x.visitor.wants(t)
		release()
		synctest.Wait()
		x.visitor.wants(t, "answer", "hold", "resume")
		phone.wants(t, "confirm", "digits 1")
		x.report(call.LegEnded{})
		x.ended()
	})
}

// An answer that cannot be recorded is never confirmed: both sides are hung up.
func TestAnswerThatCannotBeRecorded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := arrive(t, nil)
		x.refuse(func(e call.Event) error {
			if e.Type() == "leg.joined" {
				return errors.New("disk full")
			}
			return nil
		})
		phone := x.says(0, call.LegAnswered{})
		phone.wants(t, "hangup failed")
		x.visitor.wants(t, "hangup failed")
		if end := x.ended(); end.Status != call.StatusFailed || end.Message == "" {
			t.Errorf("ended %+v, want failed with a sentence", end)
		}
	})
}

// A hang-up is heard at once while an order waits for a record that takes its
// time, and the order is not carried out afterwards.
func TestHangupWhileAnOrderWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := arrive(t, nil)
		release := x.stuckAt("leg.joined")
		phone := x.says(0, call.LegAnswered{})
		began := time.Now()
		x.report(call.LegEnded{})
		synctest.Wait()
		phone.wants(t, "hangup hangup")
		if waited := time.Since(began); waited > 0 || x.Running() != 0 {
			t.Errorf("after %v, %d calls run", waited, x.Running())
		}
		release()
		x.ended()
		phone.wants(t, "hangup hangup")
		x.visitor.wants(t)
	})
}

// A leg that leaves before the record has it is never dialled.
func TestNobodyIsDialledForACallThatEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var release func()
		x := &exchange{t: t, journal: &journal{}, phones: &lines{}}
		release = x.stuckAt("leg.added")
		x.Switchboard = New(Config{Router: routes{plan: to(phone1)}, Journal: x.journal, Edges: map[call.Kind]Edge{call.PSTN: x.phones}})
		if err := x.Request(call.Requested{ID: "call_1", Caller: call.Target{Address: phone2}, To: shop}); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if err := x.Do(t.Context(), "call_1", call.HangUp{}); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		release()
		if end := x.ended(); end.Status != call.StatusCanceled {
			t.Errorf("ended %+v, want canceled", end)
		}
		if x.phones.dialled(0) != nil {
			t.Error("a telephone was dialled for a call that had ended")
		}
	})
}

// A call's way is looked up while the database writes down that it was admitted;
// nobody is dialled before both, and what came of it, are on record.
func TestTheWayIsLookedUpWhileTheRecordIsWritten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := &exchange{t: t, journal: &journal{}, phones: &lines{}}
		release := x.stuckAt("call.admitted")
		asked := &asking{routes: routes{plan: to(phone1)}}
		x.Switchboard = New(Config{Router: asked, Journal: x.journal, Edges: map[call.Kind]Edge{call.PSTN: x.phones}})
		x.visitor = newLine(&lines{}, call.Leg{ID: 1})
		report, err := x.Offer(call.Arrived{ID: "call_1", From: visitor, To: shop}, x.visitor)
		if err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if n := asked.times.Load(); n != 1 {
			t.Errorf("the router was asked %d times while the record waited", n)
		}
		if x.phones.dialled(0) != nil {
			t.Error("a telephone was dialled before the record had it")
		}
		release()
		synctest.Wait()
		if x.phones.dialled(0) == nil {
			t.Error("no telephone was dialled")
		}
		report(call.LegEnded{})
		x.ended()
	})
}

// asking counts how often the way was asked.
type asking struct {
	routes
	times atomic.Int32
}

func (a *asking) Route(ctx context.Context, v call.View, ask call.AskRoute) (call.Plan, error) {
	a.times.Add(1)
	return a.routes.Route(ctx, v, ask)
}

func TestWhatEndsUndoesWhatWaits(t *testing.T) {
	ring := call.Timer{Name: call.RingTimer, Leg: 2}
	var ws waitings
	ws.add(&waiting{unsure: true, orders: []call.Order{call.Confirm{Leg: 2}, call.Bridge{Legs: []call.LegID{1, 2}}, call.StartTimer{Timer: ring}, call.Play{Leg: 1}, call.HoldLeg{Leg: 3}}})
	ws.undo(call.StopTimer{Timer: call.Timer{Name: call.RingTimer, Leg: 3}})
	ws.undo(call.StopTimer{Timer: ring})
	ws.undo(call.StopPlay{Leg: 1})
	ws.left(3)
	ws.add(&waiting{orders: []call.Order{call.Bridge{}}})
	if ws.next() != nil {
		t.Fatal("what waits for the record is carried out")
	}
	ws[0].unsure = false
	first, second := ws.next(), ws.next()
	if len(first.orders) != 1 || first.orders[0] != (call.Confirm{Leg: 2}) || len(second.orders) != 1 || ws.next() != nil {
		t.Errorf("left over are %v and %v", first.orders, second.orders)
	}
}

// wary is a journal that says when it is not well.
type wary struct {
	*journal
	err error
}

func (w *wary) Ready() error { return w.err }

func TestNewCallsAreRefusedWhileNothingCanBeRecorded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &wary{}
		x := arrive(t, func(c *Config) { w.journal = c.Journal.(*journal); c.Journal = w })
		w.err = errors.New("the disk is full")
		_, err := x.Offer(call.Arrived{ID: "call_2"}, x.visitor)
		if webtrunk.KindOf(err) != webtrunk.Unavailable || webtrunk.MessageOf(err, "") == "" {
			t.Errorf("a new call: %v, want unavailable in a sentence", err)
		}
		sentence := &webtrunk.Error{Kind: webtrunk.Unavailable, Message: "Later."}
		w.err = sentence
		if err := x.Request(call.Requested{ID: "call_3"}); err != sentence {
			t.Errorf("a new call: %v, want the journal's own sentence", err)
		}
		w.err = nil
		if err := x.Request(call.Requested{ID: "call_4", Caller: call.Target{Address: phone2}, To: shop}); err != nil {
			t.Error(err)
		}
		synctest.Wait()
		if st := x.Stats(); st.Refused != 2 || st.Running[call.Queued] != 2 {
			t.Errorf("%+v, want 2 refused and 2 running", st)
		}
		x.hangUpAll()
		synctest.Wait()
		if st := x.Stats(); st.Ended[call.Shutdown] != 2 || len(st.Running) != 0 {
			t.Errorf("%+v, want 2 ended by the shutdown", st)
		}
	})
}

// A journal that panics has not kept anything; the call ends, not the process.
func TestPanickingJournal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := arrive(t, func(c *Config) { c.Journal = broken{} })
		if n := x.Running(); n != 0 {
			t.Errorf("%d calls run", n)
		}
		x.visitor.wants(t, "hangup unreachable")
	})
}

type broken struct{ Journal }

func TestSnapshot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := arrive(t, nil)
		began := time.Now()
		time.Sleep(time.Second)
		if _, err := x.Offer(call.Arrived{ID: "call_2", From: visitor, To: shop}, newLine(&lines{}, call.Leg{ID: 1})); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		x.says(0, call.LegAnswered{}).sound(call.Quality{Codec: "PCMA", MOS: 4.2})
		time.Sleep(DefaultMeasure)
		synctest.Wait()
		live := x.Snapshot()
		if len(live) != 2 || live[0].View.ID != "call_1" || live[1].View.ID != "call_2" {
			t.Fatalf("%+v, want both calls, the older first", live)
		}
		first := live[0]
		if !first.Since.Equal(began) || !first.Answered.Equal(began.Add(time.Second)) || first.View.Status != call.InProgress || first.Quality[2].Codec != "PCMA" {
			t.Errorf("the first call is seen as %+v", first)
		}
		if !live[1].Answered.IsZero() || len(live[1].Quality) != 0 {
			t.Errorf("the second call is seen as %+v", live[1])
		}
		if st := x.Stats(); st.Legs[call.PSTN] != 1 || st.Legs[call.WebRTC] != 1 || st.Running[call.InProgress] != 1 {
			t.Errorf("%+v, want one connected telephone and one page", st)
		}
		x.hangUpAll()
		synctest.Wait()
		if left := x.Snapshot(); len(left) != 0 {
			t.Errorf("%d calls are seen after their end", len(left))
		}
	})
}

// Two bad samples are a warning; what a leg sounded like goes on record with
// its end.
func TestQualityIsWatched(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := arrive(t, nil)
		phone := x.says(0, call.LegAnswered{})
		bad := call.Quality{Codec: "PCMU", Loss: 0.2}
		phone.sound(bad)
		time.Sleep(DefaultMeasure)
		synctest.Wait()
		if slices.Contains(x.journal.types(), "leg.quality_warning_raised") {
			t.Error("one sample raised a warning")
		}
		time.Sleep(DefaultMeasure)
		synctest.Wait()
		if got := x.journal.types(); got[len(got)-1] != "leg.quality_warning_raised" {
			t.Errorf("two bad samples led to %q", got)
		}
		phone.sound(call.Quality{Codec: "PCMU"})
		time.Sleep(2 * DefaultMeasure)
		synctest.Wait()
		if got := x.journal.types(); got[len(got)-1] != "leg.quality_warning_cleared" {
			t.Errorf("two good samples led to %q", got)
		}
		phone.sound(bad)
		x.visitor.breaks = "quality"
		x.report(call.LegEnded{})
		x.ended()
		left := map[call.LegID]call.LegLeft{}
		for _, e := range x.journal.events {
			if e, ok := e.(call.LegLeft); ok {
				left[e.Leg] = e
			}
		}
		if q := left[2].Quality; q == nil || *q != bad {
			t.Errorf("the telephone left with %+v, want %+v", q, bad)
		}
		if left[1].Quality != nil {
			t.Errorf("the page, which could not say, left with %+v", left[1].Quality)
		}
	})
}
