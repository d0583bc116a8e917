package sip

import (
	"runtime"
	"sync"
	"testing"

	"webtrunk/call"
	"webtrunk/carrier"
)

// TestManyCalls makes 200 calls, 30 at once, and counts what is left: no leg,
// no call of the carrier's, no goroutine.
func TestManyCalls(t *testing.T) {
	l := newCompany(t, carrier.Config{}, nil)
	before := runtime.NumGoroutine()
	var calls sync.WaitGroup
	slots := make(chan struct{}, 30)
	for range 200 {
		slots <- struct{}{}
		leg, reports := l.dial("+15550100101")
		calls.Go(func() {
			defer func() { <-slots }()
			for in := range reports {
				switch in := in.(type) {
				case call.LegAnswered:
					leg.Hangup(call.HangUpLeg{Cause: call.Hangup})
					return
				case call.LegEnded:
					t.Error(describeInput(in))
					return
				}
			}
		})
	}
	calls.Wait()
	l.over()
	s := l.carrier.Stats()
	if s.CallsTotal != 200 || s.Received.Byes != 200 || s.Unacked != 0 {
		t.Errorf("the carrier counted %+v", s)
	}
	eventually(t, "goroutines back to where they were", func() bool { return runtime.NumGoroutine() <= before+5 })
}
