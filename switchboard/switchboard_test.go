package switchboard

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/media"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// exchange is a switchboard with one visitor's call and a telephone edge.
type exchange struct {
	*Switchboard
	t       *testing.T
	journal *journal
	phones  *lines
	visitor *line
	report  func(call.Input)
}

// arrive starts a visitor's call; set changes the switchboard before.
func arrive(t *testing.T, set func(*Config)) *exchange {
	t.Helper()
	x := &exchange{t: t, journal: &journal{}, phones: &lines{}}
	cfg := Config{Router: routes{plan: to(phone1)}, Journal: x.journal}
	cfg.Edges = map[call.Kind]Edge{call.PSTN: x.phones}
	if set != nil {
		set(&cfg)
	}
	x.Switchboard = New(cfg)
	x.visitor = newLine(&lines{}, call.Leg{ID: 1})
	report, err := x.Offer(call.Arrived{ID: "call_1", From: visitor, To: shop}, x.visitor)
	if err != nil {
		t.Fatal(err)
	}
	x.report = report
	synctest.Wait()
	return x
}

// says has a dialled telephone report, and lets the call act on it.
func (x *exchange) says(n int, in call.Input) *line {
	x.t.Helper()
	l := x.phones.dialled(n)
	if l == nil {
		x.t.Fatalf("telephone %d was not dialled", n)
	}
	l.report(in)
	synctest.Wait()
	return l
}

// ended waits for the call to be gone and returns how it ended.
func (x *exchange) ended() call.CallEnded {
	x.t.Helper()
	synctest.Wait()
	if n := x.Running(); n != 0 {
		x.t.Fatalf("%d calls still run", n)
	}
	return x.journal.end(x.t)
}

func TestVisitorTalksToTelephone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := arrive(t, nil)
		x.says(0, call.LegRinging{})
		phone := x.says(0, call.LegAnswered{})
		x.report(call.SendDigits{Digits: "12"})
		x.report(call.Hold{})
		x.report(call.Resume{})
		x.report(call.LegEnded{})
		if end := x.ended(); end.Status != call.Completed || end.By != 1 {
			t.Errorf("ended %+v, want completed by the visitor", end)
		}
		x.visitor.wants(t, "ringing", "answer")
		phone.wants(t, "confirm", "digits 12", "hold", "resume", "hangup hangup")
		want := []string{
			"call.created", "leg.added", "call.admitted", "call.routed", "call.stage_tried", "leg.added",
			"leg.ringing", "call.ringing", "leg.joined", "leg.joined", "call.answered",
			"call.held", "call.resumed", "leg.left", "leg.left", "call.ended",
		}
		if got := x.journal.types(); !slices.Equal(got, want) {
			t.Errorf("kept %q\nwant %q", got, want)
		}
	})
}

// A report speaks only for the leg that its edge carries, whatever it names.
func TestReportSpeaksForItsLeg(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := arrive(t, nil)
		x.says(0, call.LegRinging{Leg: 1})
		x.says(0, call.LegEnded{Leg: 1, SIPCode: 486})
		if end := x.ended(); end.Reason != call.Busy || end.By != 2 {
			t.Errorf("ended %+v, want busy by the telephone", end)
		}
	})
}

// An edge may report everything from inside Dial; the mailbox must not block it.
func TestReportsFromInsideDial(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := arrive(t, func(c *Config) {
			c.Edges[call.PSTN].(*lines).dialed = func(l *line) {
				for range 1000 {
					l.report(call.LegRinging{})
				}
				l.report(call.LegAnswered{})
			}
		})
		x.report(call.LegEnded{})
		if end := x.ended(); end.Status != call.Completed {
			t.Errorf("ended %+v, want completed", end)
		}
		x.visitor.wants(t, "ringing", "answer")
	})
}

func TestSecondTargetAfterRingTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := arrive(t, func(c *Config) {
			c.Router = routes{plan: to(phone1, phone2)}
			c.Admitters = []Admitter{admits{terms: call.Terms{RingTime: 20 * time.Second}}, admits{terms: call.Terms{RingTime: 40 * time.Second}}}
		})
		first := x.says(0, call.LegRinging{})
		time.Sleep(19 * time.Second)
		synctest.Wait()
		first.wants(t)
		time.Sleep(time.Second)
		synctest.Wait()
		first.wants(t, "hangup no_answer")
		x.says(1, call.LegAnswered{})
		x.report(call.LegEnded{})
		x.ended()
	})
}

func TestCreditEndsTheCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := arrive(t, func(c *Config) {
			c.Admitters = []Admitter{admits{terms: call.Terms{Credit: time.Minute}}}
		})
		phone := x.says(0, call.LegAnswered{})
		time.Sleep(59 * time.Second)
		if err := x.Do(t.Context(), "call_1", call.Extend{Credit: time.Minute}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(59 * time.Second)
		synctest.Wait()
		if x.Running() != 1 {
			t.Fatal("the call ended before its extended credit")
		}
		time.Sleep(time.Second)
		if end := x.ended(); end.Reason != call.CreditEnded {
			t.Errorf("ended %+v, want credit_ended", end)
		}
		phone.wants(t, "confirm", "hangup credit_ended")
	})
}

// A timer that fires while the input which stops it is already waiting must
// not count: the stale one is told by identity, not by name.
func TestStaleTimerDoesNotFire(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMailbox()
		ts := timers{mail: m, running: map[call.Timer]*timer{}}
		credit := call.Timer{Name: call.CreditTimer}
		ts.start(call.StartTimer{Timer: credit, After: time.Second})
		time.Sleep(time.Second)
		synctest.Wait()
		ts.start(call.StartTimer{Timer: credit, After: time.Minute})
		if _, current := ts.current(m.take()[0]); current {
			t.Error("the replaced timer still counts")
		}
		time.Sleep(time.Minute)
		if in, current := ts.current(m.take()[0]); !current || in != (call.TimerFired{Timer: credit}) {
			t.Errorf("the running timer gave %v, %v", in, current)
		}
		ts.stopAll()
	})
}

func TestBrowserGrace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := arrive(t, nil)
		x.says(0, call.LegAnswered{})
		x.report(call.LegLost{})
		time.Sleep(29 * time.Second)
		x.report(call.LegReturned{})
		time.Sleep(time.Hour)
		synctest.Wait()
		if x.Running() != 1 {
			t.Fatal("the call ended though the browser returned")
		}
		x.report(call.LegLost{})
		time.Sleep(30 * time.Second)
		if end := x.ended(); end.Reason != call.ConnectionLost {
			t.Errorf("ended %+v, want connection_lost", end)
		}
	})
}

func TestSeamsRefuse(t *testing.T) {
	forbidden := &webtrunk.Error{Kind: webtrunk.Forbidden, Message: "This page may not call there."}
	cases := []struct {
		name   string
		set    func(*Config)
		reason call.Cause
		says   string
	}{
		{"admitter", func(c *Config) { c.Admitters = []Admitter{admits{}, admits{err: forbidden}} }, call.Forbidden, forbidden.Message},
		{"no line is free", func(c *Config) {
			c.Admitters = []Admitter{admits{err: &webtrunk.Error{Kind: webtrunk.Exhausted, Message: "All lines are busy."}}}
		}, call.Unreachable, "All lines are busy."},
		{"router", func(c *Config) {
			c.Router = routes{err: &webtrunk.Error{Kind: webtrunk.NotFound, Message: "No such reference."}}
		}, call.NotFound, "No such reference."},
		{"no edge", func(c *Config) { delete(c.Edges, call.PSTN) }, call.Unreachable, "this gateway cannot reach pstn addresses"},
		{"edge", func(c *Config) {
			c.Edges[call.PSTN] = &lines{refuse: fmt.Errorf("dial: %w", &webtrunk.Error{Message: "The line is down."})}
		}, call.Unreachable, "The line is down."},
		{"panicking router", func(c *Config) { c.Router = nil }, call.Failed, ""},
		{"panicking admitter", func(c *Config) { c.Admitters = []Admitter{nil} }, call.Failed, ""},
		{"slow router", func(c *Config) { c.Router = stuck{} }, call.Unreachable, ""},
		{"journal", func(c *Config) {
			c.Journal.(*journal).fail = func(e call.Event) error {
				if _, created := e.(call.CallCreated); created {
					return errors.New("disk full")
				}
				return nil
			}
		}, call.Unreachable, "The gateway cannot record calls at the moment. Try again in a minute."},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				x := arrive(t, c.set)
				time.Sleep(DefaultAskTime)
				if end := x.ended(); end.Reason != c.reason || end.Message != c.says {
					t.Errorf("ended %q %q, want %q %q", end.Reason, end.Message, c.reason, c.says)
				}
				x.visitor.wants(t, "hangup "+string(c.reason))
			})
		})
	}
}

// stuck never answers in time.
type stuck struct{}

func (stuck) Route(ctx context.Context, _ call.View, _ call.AskRoute) (call.Plan, error) {
	<-ctx.Done()
	return call.Plan{}, ctx.Err()
}

// Hanging up does not wait for a journal that is stuck.
func TestHangupDoesNotWaitForTheJournal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := arrive(t, nil)
		phone := x.says(0, call.LegAnswered{})
		release := make(chan struct{})
		x.journal.mu.Lock()
		x.journal.fail = func(call.Event) error { <-release; return nil }
		x.journal.mu.Unlock()
		x.report(call.LegEnded{})
		synctest.Wait()
		phone.wants(t, "confirm", "hangup hangup")
		close(release)
		x.ended()
	})
}

// A phrase that nobody knows, and a ninth party, end in a sentence, and the
// others go on talking.
func TestANinthPartyAndPhrasesAreRefusedInWords(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := arrive(t, nil)
		x.says(0, call.LegAnswered{})
		x.Do(t.Context(), "call_1", call.Ask{Leg: 2, Phrase: "enter_code", Digits: 4})
		synctest.Wait()
		if got := x.journal.types(); got[len(got)-1] != "prompt.finished" {
			t.Errorf("the prompt that cannot be played left %q", got)
		}
		var last *line
		for n := range media.MaxParties - 1 {
			x.Do(t.Context(), "call_1", call.Invite{By: 1, To: phone2})
			synctest.Wait()
			last = x.says(n+1, call.LegAnswered{})
			if n < media.MaxParties-2 {
				last.wants(t, "confirm")
			}
		}
		last.wants(t, "confirm", "hangup unsupported")
		if x.Running() != 1 {
			t.Fatal("the call ended with the ninth party")
		}
		x.Do(t.Context(), "call_1", call.HangUp{})
		x.ended()
		var said []string
		for _, e := range x.journal.events {
			if e, ok := e.(call.OrderRefused); ok {
				said = append(said, e.Message)
			}
		}
		want := []string{`this gateway has no phrase "enter_code" to play`, "a conversation of 9 is too large, it may have 8: let somebody go first"}
		if !slices.Equal(said, want) {
			t.Errorf("said %q, want %q", said, want)
		}
	})
}

func TestSensitiveDigits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got string
		board := New(Config{Digits: func(_ webtrunk.CallID, _ call.LegID, d string) { got += d }})
		a := newActor(board, "call_1", newLine(&lines{}, call.Leg{}))
		a.carryOut(t.Context(), call.GiveDigit{Leg: 1, Digit: "7"})
		if got != "7" {
			t.Errorf("handed over %q, want 7", got)
		}
		board.cfg.Digits = nil
		a.carryOut(t.Context(), call.GiveDigit{Leg: 1, Digit: "7"})
		if _, failed := a.mail.take()[0].(call.OrderFailed); !failed {
			t.Error("a digit that nobody takes was dropped in silence")
		}
	})
}

func TestCallBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := &exchange{t: t, journal: &journal{}, phones: &lines{}}
		x.Switchboard = New(Config{Router: routes{plan: to(phone2)}, Journal: x.journal, Edges: map[call.Kind]Edge{call.PSTN: x.phones}})
		if err := x.Request(call.Requested{ID: "call_1", Caller: call.Target{Address: phone1}, To: shop}); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if x.phones.dialled(1) != nil {
			t.Fatal("the second telephone was dialled before the first answered")
		}
		first := x.says(0, call.LegAnswered{})
		x.says(1, call.LegAnswered{})
		x.says(1, call.LegEnded{})
		if end := x.ended(); end.Status != call.Completed {
			t.Errorf("ended %+v, want completed", end)
		}
		first.wants(t, "confirm", "hangup hangup")
	})
}

// A panic in one call ends that call, with its one call.ended, and no other.
func TestPanicEndsOneCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := arrive(t, nil)
		phone := x.says(0, call.LegAnswered{})
		other := newLine(&lines{}, call.Leg{ID: 1})
		report, err := x.Offer(call.Arrived{ID: "call_2", From: visitor, To: shop}, other)
		if err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		phone.breaks = "hold"
		x.report(call.Hold{})
		synctest.Wait()
		phone.wants(t, "confirm", "hangup failed")
		x.visitor.wants(t, "answer", "hangup failed")
		if x.Running() != 1 {
			t.Fatalf("%d calls run, want the other one", x.Running())
		}
		if end := x.journal.end(t); end.Status != call.StatusFailed {
			t.Errorf("ended %+v, want failed", end)
		}
		report(call.LegEnded{})
		synctest.Wait()
		if x.Running() != 0 {
			t.Error("the other call did not end")
		}
	})
}

// A leg whose edge panics when it is hung up is still only one leg: the others
// are hung up, and the call has its end on record.
func TestPanicOverTheEnd(t *testing.T) {
	for name, end := range map[string]func(*exchange, *line){
		"somebody hangs up":   func(x *exchange, _ *line) { x.report(call.LegEnded{Cause: call.Hangup}) },
		"after another panic": func(x *exchange, phone *line) { x.visitor.breaks = "hold"; phone.report(call.LegHeld{}) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				x := arrive(t, nil)
				phone := x.says(0, call.LegAnswered{})
				phone.breaks = "hangup"
				end(x, phone)
				synctest.Wait()
				if x.Running() != 0 {
					t.Error("the call still runs")
				}
				x.journal.end(t)
			})
		})
	}
}

func TestDrain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := arrive(t, nil)
		phone := x.says(0, call.LegAnswered{})
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		var drained sync.WaitGroup
		drained.Go(func() { x.Drain(ctx) })
		synctest.Wait()
		if _, err := x.Offer(call.Arrived{ID: "call_2", From: visitor, To: shop}, x.visitor); webtrunk.KindOf(err) != webtrunk.Unavailable {
			t.Errorf("a new call while draining: %v, want unavailable", err)
		}
		phone.wants(t, "confirm")
		time.Sleep(time.Minute)
		drained.Wait()
		phone.wants(t, "confirm", "hangup shutdown")
		if end := x.ended(); end.Reason != call.Shutdown {
			t.Errorf("ended %+v, want shutdown", end)
		}
		if err := x.Do(t.Context(), "call_1", call.HangUp{}); webtrunk.KindOf(err) != webtrunk.NotFound {
			t.Errorf("a command to an ended call: %v, want not found", err)
		}
	})
}

func TestDrainReturnsWhenCallsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := arrive(t, nil)
		var drained sync.WaitGroup
		drained.Go(func() { x.Drain(t.Context()) })
		synctest.Wait()
		if _, err := x.Offer(call.Arrived{ID: "call_1"}, x.visitor); err == nil {
			t.Error("a call with a running call's ID was taken")
		}
		x.report(call.LegEnded{})
		drained.Wait()
		x.ended()
	})
}

func TestTwoCallsOneID(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := arrive(t, nil)
		if _, err := x.Offer(call.Arrived{ID: "call_1"}, x.visitor); webtrunk.KindOf(err) != webtrunk.Conflict {
			t.Errorf("got %v, want conflict", err)
		}
		x.report(call.LegEnded{})
		x.ended()
	})
}

func TestStrictestTerms(t *testing.T) {
	a := call.Terms{RingTime: 20 * time.Second, Credit: time.Minute}
	b := call.Terms{RingTime: 30 * time.Second, Longest: time.Hour}
	want := call.Terms{RingTime: 20 * time.Second, Credit: time.Minute, Longest: time.Hour}
	if got := strictest(a, b); got != want {
		t.Errorf("strictest = %+v, want %+v", got, want)
	}
}

// What Recover has ended counts as ended, though no actor ran it.
func TestLostCallsCount(t *testing.T) {
	s := New(Config{})
	s.CountLost(2)
	s.CountLost(0)
	if n := s.Stats().Ended[call.NodeLost]; n != 2 {
		t.Errorf("%d calls ended as lost, want 2", n)
	}
}

// A telephone that hands the call on is told how that goes, and one whose
// network is to make the next call is asked to.
func TestTransfersByTelephones(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := arrive(t, nil)
		phone := x.says(0, call.LegAnswered{})
		phone.report(call.Transfer{To: shop, Tell: true})
		synctest.Wait()
		target := x.says(1, call.LegRinging{})
		x.says(1, call.LegEnded{SIPCode: 486})
		phone.wants(t, "confirm", "transferring ringing ", "transferring failed busy")
		target.wants(t)

		if err := x.Do(t.Context(), "call_1", call.Transfer{By: 1, To: shop, Refer: true}); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		x.says(0, call.LegReferred{SIPCode: 200})
		phone.wants(t, "confirm", "transferring ringing ", "transferring failed busy", "refer "+phone1.String(), "hangup transferred")
		if end := x.ended(); end.Status != call.Completed || end.Reason != call.Transferred {
			t.Errorf("%+v", end)
		}
	})
}
