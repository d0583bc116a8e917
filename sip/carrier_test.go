package sip

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/carrier"
	"webtrunk/switchboard"
)

// A company is an edge with a simulated telephone company behind its trunk, which
// keeps RFC 3261 by code of its own and may disagree.
type company struct {
	t       *testing.T
	ctx     context.Context
	carrier *carrier.Carrier
	edge    *Edge
	desk    *desk
}

func newCompany(t *testing.T, c carrier.Config, change func(*Config)) *company {
	t.Helper()
	co, err := carrier.Start(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { co.Close() })
	cfg := testConfig(t, co.Addr())
	cfg.Timers.Close = patience
	if change != nil {
		change(&cfg)
	}
	e, d := startEdge(t, cfg)
	co.SetGateway(e.Addr())
	ctx, cancel := context.WithTimeout(context.Background(), 6*patience)
	t.Cleanup(cancel)
	return &company{t, ctx, co, e, d}
}

// dial calls a number and returns the leg and what it reports.
func (l *company) dial(number string) (switchboard.Leg, chan call.Input) {
	l.t.Helper()
	reports := make(chan call.Input, 64)
	leg, err := dialRecorded(l.edge, call.Leg{ID: 2, Call: webtrunk.NewCallID(), Address: webtrunk.Address{Scheme: webtrunk.Tel, Value: number}},
		&recorder{}, func(in call.Input) { reports <- in })
	if err != nil {
		l.t.Fatal(err)
	}
	return leg, reports
}

func (l *company) expect(reports chan call.Input, wants ...string) {
	l.t.Helper()
	for _, want := range wants {
		select {
		case in := <-reports:
			if got := describeInput(in); got != want {
				l.t.Fatalf("the leg reports %q, want %q", got, want)
			}
		case <-l.ctx.Done():
			l.t.Fatalf("no report, want %q", want)
		}
	}
}

// over checks that neither side believes a call to be up.
func (l *company) over() {
	l.t.Helper()
	if err := l.edge.quiet(l.ctx); err != nil {
		l.t.Fatalf("%d legs are left", l.edge.Stats().Legs)
	}
	s, err := l.carrier.WaitStats(l.ctx, func(s carrier.Stats) bool { return s.CallsOpen == 0 })
	if err != nil {
		l.t.Fatalf("the carrier believes in %d calls", s.CallsOpen)
	}
	if n := l.edge.Stats().Panics; n != 0 || s.Panics != 0 {
		l.t.Fatalf("%d panics of ours, %d of the carrier's", n, s.Panics)
	}
}

// TestCarrierRefusals: every way a telephone can refuse has its own cause.
func TestCarrierRefusals(t *testing.T) {
	t.Parallel()
	l := newCompany(t, carrier.Config{ScriptSecond: 20 * time.Millisecond}, nil)
	for number, wants := range map[string][]string{
		"+15550100104": {"ended busy 486"},
		"+15550100106": {"ringing", "ended rejected 603"},
		"+15550100107": {"ended not_found 404"},
		"+15550100108": {"ended unreachable 503"},
		"+15559999999": {"ended not_found 404"},
	} {
		_, reports := l.dial(number)
		l.expect(reports, wants...)
	}
	l.over()
}

// TestCarrierSound: a call with the real media behind it. What the leg's port
// is given comes back from the echo, and keys are heard at the other end as
// telephone-events.
func TestCarrierSound(t *testing.T) {
	t.Parallel()
	l := newCompany(t, carrier.Config{}, nil)
	leg, reports := l.dial("+15550100101")
	l.expect(reports, "ringing", "answered")
	far, err := l.carrier.WaitCall(l.ctx, carrier.To("+15550100101"))
	if err != nil {
		t.Fatal(err)
	}
	if err := leg.SendDigits("19#"); err != nil {
		t.Fatal(err)
	}
	if err := far.Wait(l.ctx, carrier.Typed("19#")); err != nil {
		t.Fatalf("the carrier heard %q", far.Digits())
	}
	if f := leg.Port().Format(); f.Codec.String() != "PCMU" || f.EventsClock != 8000 {
		t.Errorf("the port speaks %+v", f)
	}
	stop := leg.Port().Ringback() // the echo sends it back
	eventually(t, "the echo is measured", func() bool { q := leg.Quality(); return q.Received > 5 && q.Sent > 5 && q.MOS > 1 })
	stop()
	leg.Hangup(call.HangUpLeg{Cause: call.Hangup})
	if err := far.Wait(l.ctx, carrier.Ended); err != nil {
		t.Fatal(err)
	}
	if far.End().By != carrier.Them || far.Count("→ BYE") != 1 {
		t.Errorf("ended %+v:\n%s", far.End(), far.Transcript())
	}
	l.over()
	if q := leg.Quality(); q.Codec != "PCMU" || q.Received <= 5 || q.Sent <= 5 || q.Loss > 0.5 || q.MOS < 1 || q.MOS > 4.5 {
		t.Errorf("after the end the leg knows %+v", q)
	}
}

// TestCarrierKeys: keys pressed at a telephone are reported, by
// telephone-event where it was agreed, else by INFO.
func TestCarrierKeys(t *testing.T) {
	t.Parallel()
	l := newCompany(t, carrier.Config{}, nil)
	_, reports := l.dial("+15550100101")
	l.expect(reports, "ringing", "answered")
	far, err := l.carrier.WaitCall(l.ctx, carrier.To("+15550100101"))
	if err == nil {
		err = far.SendDigits(l.ctx, "7*")
	}
	if err != nil {
		t.Fatal(err)
	}
	l.expect(reports, "digit 7", "digit *")
	if err := far.Hangup(l.ctx); err != nil {
		t.Fatal(err)
	}
	l.expect(reports, "ended hangup")
	l.over()
}

// TestCarrierHold: the far side holds and resumes, then we do.
func TestCarrierHold(t *testing.T) {
	t.Parallel()
	l := newCompany(t, carrier.Config{ScriptSecond: 20 * time.Millisecond}, nil)
	leg, reports := l.dial("+15550100115")
	l.expect(reports, "ringing", "answered", "held", "resumed")
	far, err := l.carrier.WaitCall(l.ctx, carrier.To("+15550100115"))
	if err != nil {
		t.Fatal(err)
	}
	for _, held := range []bool{true, false} {
		if held {
			err = leg.Hold()
		} else {
			err = leg.Resume()
		}
		if err == nil {
			err = far.Wait(l.ctx, func(c *carrier.Call) bool { return c.Held() == held })
		}
		if err != nil {
			t.Fatalf("held %v: %v\n%s", held, err, far.Transcript())
		}
	}
	leg.Hangup(call.HangUpLeg{Cause: call.Hangup})
	l.over()
}

// TestCarrierCallsUs: the carrier places calls; one is answered, one is
// rejected, one gives up.
func TestCarrierCallsUs(t *testing.T) {
	t.Parallel()
	l := newCompany(t, carrier.Config{}, nil)
	place := func() (*carrier.Call, switchboard.Leg) {
		far, err := l.carrier.Call(l.ctx, "+15550100200", "+15550100001", carrier.Manual)
		if err != nil {
			t.Fatal(err)
		}
		select {
		case o := <-l.desk.offers:
			if o.in.From.String() != "tel:+15550100200" || o.in.To.String() != "tel:+15550100001" {
				t.Fatalf("offered %+v", o.in)
			}
			return far, o.leg
		case <-l.ctx.Done():
			t.Fatal("nothing is offered")
		}
		return nil, nil
	}
	far, leg := place()
	leg.Progress(false)
	leg.Answer()
	if err := far.Wait(l.ctx, carrier.Reached(carrier.Confirmed)); err != nil {
		t.Fatal(err)
	}
	far.Hangup(l.ctx)
	l.expect(l.desk.reports, "ended hangup")

	far, leg = place()
	leg.Hangup(call.HangUpLeg{Cause: call.Busy})
	if err := far.Wait(l.ctx, carrier.Ended); err != nil || far.End().Code != 486 {
		t.Fatalf("ended %+v %v", far.End(), err)
	}

	far, leg = place()
	leg.Progress(false)
	if err := far.Wait(l.ctx, carrier.Reached(carrier.Ringing)); err != nil {
		t.Fatal(err)
	}
	far.Hangup(l.ctx)
	l.expect(l.desk.reports, "ended canceled 487")
	l.over()
}

// TestCarrierBadLine: one SIP message in ten is lost each way, every request
// is challenged, nonces wear out, and half of the calls are given up at a
// random moment. In the end nobody believes in a call that the other has not.
func TestCarrierBadLine(t *testing.T) {
	t.Parallel()
	l := newCompany(t, carrier.Config{
		Username: "alice", Password: "secret", ChallengeAll: true, NonceUses: 3,
		Signalling: carrier.Impairment{DropPercent: 10, Jitter: 10 * time.Millisecond},
		Drain:      time.Millisecond,
	}, func(c *Config) { c.Network.Trunks[0].Username, c.Network.Trunks[0].Password = "alice", "secret" })
	var calls sync.WaitGroup
	for i := range 40 {
		leg, reports := l.dial("+15550100101")
		calls.Go(func() {
			giveUp := (<-chan time.Time)(nil)
			if i%2 == 0 {
				giveUp = time.After(rand.N(600 * time.Millisecond))
			}
			for {
				select {
				case in := <-reports:
					switch in := in.(type) {
					case call.LegAnswered:
						leg.Hangup(call.HangUpLeg{Cause: call.Hangup})
						return
					case call.LegEnded:
						t.Errorf("call %d: %s", i, describeInput(in))
						return
					}
				case <-giveUp:
					leg.Hangup(call.HangUpLeg{Cause: call.Canceled})
					return
				case <-l.ctx.Done():
					t.Errorf("call %d: nothing happens", i)
					return
				}
			}
		})
	}
	calls.Wait()
	l.over()
}

// TestCarrierVanishes: the carrier loses power in mid-call; hanging up still
// finishes, and Close does not wait for ever.
func TestCarrierVanishes(t *testing.T) {
	t.Parallel()
	l := newCompany(t, carrier.Config{}, func(c *Config) { c.Timers.F = time.Second; c.Timers.B = time.Second })
	leg, reports := l.dial("+15550100101")
	l.expect(reports, "ringing", "answered")
	l.carrier.Vanish()
	leg.Hangup(call.HangUpLeg{Cause: call.Hangup})
	_, reports = l.dial("+15550100101")
	l.expect(reports, "ended unreachable")
	if err := l.edge.quiet(l.ctx); err != nil {
		t.Fatal(err)
	}
}

// TestCloseHangsUp: closing the edge ends calls in every phase, and tells the
// carrier of each.
func TestCloseHangsUp(t *testing.T) {
	t.Parallel()
	l := newCompany(t, carrier.Config{}, nil)
	_, answered := l.dial("+15550100101")
	l.expect(answered, "ringing", "answered")
	_, ringing := l.dial("+15550100105")
	l.expect(ringing, "ringing")
	if _, err := l.carrier.Call(l.ctx, "+15550100200", "+15550100001", carrier.Manual); err != nil {
		t.Fatal(err)
	}
	<-l.desk.offers
	if err := l.edge.Close(); err != nil {
		t.Fatal(err)
	}
	l.expect(answered, "ended shutdown")
	l.expect(ringing, "ended shutdown")
	l.expect(l.desk.reports, "ended shutdown")
	ends := map[string]bool{}
	for _, c := range l.carrier.Calls() {
		if err := c.Wait(l.ctx, carrier.Ended); err != nil {
			t.Fatal("the carrier believes in a call that is over")
		}
		ends[fmt.Sprint(c.End().By, c.End().Code)] = true
	}
	if len(ends) != 3 {
		t.Errorf("the carrier saw %v", ends)
	}
	if _, err := l.edge.Dial(l.ctx, call.Leg{Address: webtrunk.Address{Scheme: webtrunk.Tel, Value: "+15550100101"}}, nil); webtrunk.KindOf(err) != webtrunk.Unavailable {
		t.Errorf("dialling after Close: %v", err)
	}
}
