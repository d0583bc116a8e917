package carrier

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"
)

// placeAtOnce has near place n calls to far's echo, all at the same time, and
// returns when they are up at both ends.
func (n network) placeAtOnce(t *testing.T, ctx context.Context, calls int) []*Call {
	t.Helper()
	placed := make([]*Call, calls)
	var placing sync.WaitGroup
	for i := range placed {
		placing.Go(func() {
			var err error
			if placed[i], err = n.near.Call(ctx, fmt.Sprintf("+155501002%02d", i), "+15550100101", nil); err != nil {
				t.Error(err)
			}
		})
	}
	placing.Wait()
	for name, c := range map[string]*Carrier{"near": n.near, "far": n.far} {
		if s, err := c.WaitStats(ctx, func(s Stats) bool { return s.CallsUp == calls }); err != nil {
			t.Fatalf("%d calls are up at the %s end", s.CallsUp, name)
		}
	}
	return placed
}

// TestCallsUpAreCounted: 20 calls are placed at once; half are hung up by the
// other side, half by this one, and the counters say which.
func TestCallsUpAreCounted(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	n := connect(t, short(), short())
	placed := n.placeAtOnce(t, ctx, 20)
	for i, call := range placed {
		end := call
		if i%2 == 0 {
			var err error
			if end, err = n.far.WaitCall(ctx, From(call.From())); err != nil {
				t.Fatal(err)
			}
		}
		must(t, end.Hangup(ctx))
	}
	s, err := n.near.WaitStats(ctx, func(s Stats) bool { return s.CallsUp == 0 })
	if err != nil || s.HungUpByThem != 10 || s.HungUpByUs != 10 {
		t.Errorf("counted %+v", s)
	}
	for i, call := range placed {
		if end := call.End(); end.HungUp() != (i%2 == 0) || end.Reached != Confirmed {
			t.Errorf("call %d ended %+v", i, end)
		}
	}
}

// TestRefusalsAreNotUp: a call that was never answered counts as none that was up.
func TestRefusalsAreNotUp(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	n := connect(t, short(), short())
	for _, number := range []string{"+15550100104", "+15550100106"} {
		call, err := n.near.Call(ctx, "+15550100200", number, nil)
		must(t, err)
		must(t, call.Wait(ctx, Ended))
		if call.End().HungUp() || call.End().Reached >= Answered {
			t.Errorf("%s ended %+v", number, call.End())
		}
	}
	if s := n.near.Stats(); s.CallsUp != 0 || s.HungUpByThem != 0 || s.HungUpByUs != 0 {
		t.Errorf("counted %+v", s)
	}
}

// TestCallsOutliveTheOtherSide: the other side dies without a word. Its calls
// stay up here, longer than any timer of a transaction (64*T1) runs, until
// somebody says BYE: that is what a killed gateway has to clear up.
func TestCallsOutliveTheOtherSide(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	n := connect(t, short(), short())
	placed := n.placeAtOnce(t, ctx, 20)
	n.far.Vanish()
	outlived := make(chan struct{})
	n.near.do(func() { n.near.clock.after(70*n.near.cfg.T1, func() { close(outlived) }) })
	select {
	case <-outlived:
	case <-ctx.Done():
		t.Fatal("the clock stands still")
	}
	if s := n.near.Stats(); s.CallsUp != 20 || s.HungUpByThem != 0 || s.HungUpByUs != 0 {
		t.Errorf("counted %+v", s)
	}
	for _, call := range placed {
		if call.State() != Confirmed {
			t.Errorf("a call is %v: %+v", call.State(), call.End())
		}
	}
}
