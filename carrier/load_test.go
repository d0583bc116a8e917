package carrier

import (
	"runtime"
	"slices"
	"testing"
	"time"
)

// Forty calls at once, each with sound both ways, leave nothing behind: no
// goroutine, no open call, no call in the loop's memory.
func TestManyCallsLeaveNothingBehind(t *testing.T) {
	cfg := short()
	cfg.HeardLimit = -1
	n := connect(t, cfg, cfg)
	before := runtime.NumGoroutine()
	var calls []*Call
	for range 40 {
		call, err := n.near.Call(t.Context(), caller, "+15550100101", nil)
		must(t, err)
		calls = append(calls, call)
	}
	for _, call := range calls {
		await(t, call, Reached(Confirmed), HeardPackets(3))
	}
	if open := n.far.Stats().CallsOpen; open != 40 {
		t.Errorf("%d calls are open, want 40", open)
	}
	for _, c := range []*Carrier{n.near, n.far} {
		_, err := c.WaitStats(limit(t), func(s Stats) bool { return s.RTPIn >= 40*3 && s.RTPOut >= 40*3 })
		must(t, err)
	}
	for _, call := range calls {
		must(t, call.Hangup(limit(t)))
	}
	for _, c := range []*Carrier{n.near, n.far} {
		s, err := c.WaitStats(limit(t), func(s Stats) bool { return s.CallsOpen == 0 })
		must(t, err)
		if s.CallsTotal != 40 || s.RTPIn < 40*3 || s.RTPOut < 40*3 || s.Panics != 0 {
			t.Errorf("%+v", s)
		}
	}
	settled(t, n, before)
}

// settled waits until calls are forgotten and goroutines are as few as before.
func settled(t *testing.T, n network, before int) {
	t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	deadline := limit(t)
	for {
		held := 0
		for _, c := range []*Carrier{n.near, n.far} {
			c.do(func() { held += len(c.calls) + len(c.servers) + len(c.clients) })
		}
		now := runtime.NumGoroutine()
		if held == 0 && now <= before {
			return
		}
		select {
		case <-tick.C:
		case <-deadline.Done():
			t.Fatalf("%d calls and transactions are remembered, %d goroutines run, %d before", held, now, before)
		}
	}
}

func TestOnlySoManyEndedCallsAreRemembered(t *testing.T) {
	t.Parallel()
	cfg := short()
	cfg.History = 3
	n := connect(t, short(), cfg)
	var ids []string
	for range 5 {
		near, far := n.dial(t, "+15550100104", nil)
		wantEnd(t, near, Them, 486)
		await(t, far, Ended)
		ids = append(ids, far.ID())
	}
	var got []string
	for _, c := range n.far.Calls() {
		got = append(got, c.ID())
	}
	if !slices.Equal(got, ids[2:]) {
		t.Errorf("remembered %v, want the last three of %v", got, ids)
	}
	if s := n.far.Stats(); s.CallsTotal != 5 {
		t.Errorf("%d calls in all, want 5", s.CallsTotal)
	}
}
