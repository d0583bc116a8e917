package signaling_test

import (
	"sync"
	"testing"
	"time"

	"webtrunk/call"
	"webtrunk/signaling/visitor"
)

// Thirty pages call at once. Each is connected, and all leave nothing behind.
func TestThirtyCallsAtOnce(t *testing.T) { bothKinds(t, thirtyCallsAtOnce) }

func thirtyCallsAtOnce(t *testing.T, start opener) {
	g := start(t, nil)
	var all sync.WaitGroup
	for range 30 {
		v := g.visit(t, nil)
		all.Go(func() {
			c, err := v.Call(g.ctx, "ref_shop", nil)
			if err == nil {
				err = c.Connected(g.ctx)
			}
			if err == nil {
				_, err = c.Hangup(g.ctx)
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	for n := range 30 {
		if end := g.exchange.next(t, n+1).wait(t, 1)[0].(call.LegEnded); end.Cause != call.Canceled {
			t.Errorf("call %d: %+v", n+1, end)
		}
	}
	g.settle(t, 30, 0)
}

// What a visitor is told to lose is lost, and the gateway knows it.
func TestAVisitorLosesPackets(t *testing.T) { bothKinds(t, aVisitorLosesPackets) }

func aVisitorLosesPackets(t *testing.T, start opener) {
	g := start(t, nil)
	c, far := g.call(t, g.visit(t, func(c *visitor.Config) { c.Loss, c.Seed = 0.3, 7 }))
	for far.leg.Port().Stats().Received < 100 {
		check(t, g.ctx.Err())
		time.Sleep(10 * time.Millisecond)
	}
	s := far.leg.Port().Stats()
	if share := float64(s.Lost) / float64(s.Lost+s.Received); share < 0.15 || share > 0.45 {
		t.Errorf("lost %.2f of what was sent: %+v", share, s)
	}
	must(t, "hang up", func() error { _, err := c.Hangup(g.ctx); return err })
}
