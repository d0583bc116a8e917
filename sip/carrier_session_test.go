package sip

import (
	"testing"
	"time"

	"webtrunk/call"
	"webtrunk/carrier"
	"webtrunk/switchboard"
)

// keepingCompany is a company whose carrier drops calls that nobody refreshes.
// Half an hour takes 1.8 s.
func keepingCompany(t *testing.T, by carrier.Party) *company {
	const second = time.Millisecond
	return newCompany(t, carrier.Config{
		Session:      carrier.SessionTimer{Interval: 30 * time.Minute, By: by},
		ScriptSecond: second,
	}, func(c *Config) { c.Timers.Second = second })
}

// bothWays returns a call that we have made and one that has arrived, both up.
func (l *company) bothWays() (legs []switchboard.Leg, fars []*carrier.Call, reports []chan call.Input) {
	l.t.Helper()
	made, heard := l.dial("+15550100101")
	l.expect(heard, "ringing", "answered")
	far, err := l.carrier.WaitCall(l.ctx, carrier.To("+15550100101"))
	if err != nil {
		l.t.Fatal(err)
	}
	placed, err := l.carrier.Call(l.ctx, "+15550100200", "+15550100001", carrier.Manual)
	if err != nil {
		l.t.Fatal(err)
	}
	arrived := (<-l.desk.offers).leg
	if err := arrived.Answer(); err != nil {
		l.t.Fatal(err)
	}
	return []switchboard.Leg{made, arrived}, []*carrier.Call{far, placed}, []chan call.Input{heard, l.desk.reports}
}

// TestCarrierSessionRefreshedByUs: calls both ways stay up for more than two
// session intervals, because we refresh them; a carrier that does not hear from
// us within one hangs up (RFC 4028 §10).
func TestCarrierSessionRefreshedByUs(t *testing.T) {
	t.Parallel()
	l := keepingCompany(t, carrier.Them)
	legs, fars, _ := l.bothWays()
	for i, far := range fars {
		if err := far.Wait(l.ctx, func(c *carrier.Call) bool { return c.Count("→ UPDATE") >= 5 || carrier.Ended(c) }); err != nil || carrier.Ended(far) {
			t.Fatalf("%v, %+v:\n%s", err, far.End(), far.Transcript())
		}
		legs[i].Hangup(call.HangUpLeg{Cause: call.Hangup})
		if err := far.Wait(l.ctx, carrier.Ended); err != nil || !far.End().HungUp() {
			t.Errorf("%v: %+v", err, far.End())
		}
	}
	l.over()
}

// TestCarrierSessionRefreshedByPeer: the carrier refreshes, calls both ways stay
// up for more than two intervals, and when it falls silent they end cleanly: the
// carrier gets its BYE, and the call is told (RFC 4028 §10).
func TestCarrierSessionRefreshedByPeer(t *testing.T) {
	t.Parallel()
	l := keepingCompany(t, carrier.Us)
	_, fars, reports := l.bothWays()
	for i, far := range fars {
		if err := far.Wait(l.ctx, func(c *carrier.Call) bool { return c.Count("→ 200 UPDATE") >= 5 || carrier.Ended(c) }); err != nil || carrier.Ended(far) {
			t.Fatalf("%v, %+v:\n%s", err, far.End(), far.Transcript())
		}
		if n := far.Count("→ UPDATE"); n != 0 {
			t.Errorf("we refreshed what was not ours to refresh, %d times", n)
		}
		if err := far.FallSilent(); err != nil {
			t.Fatal(err)
		}
		l.expect(reports[i], "ended connection_lost")
		if err := far.Wait(l.ctx, carrier.Ended); err != nil || !far.End().HungUp() || far.Count("→ BYE") != 1 {
			t.Errorf("%v: %+v", err, far.End())
		}
	}
	l.over()
}
