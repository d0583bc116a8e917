package billing

import (
	"testing"
	"time"

	"webtrunk/billing/meter"
	"webtrunk/call"
)

// TestARunningCallIsShownAsItStands: what is not on record before the next tick, as that it is
// held, is known of a call that runs here. What is over is as it was settled.
func TestARunningCallIsShownAsItStands(t *testing.T) {
	inBubble(t, func(w *world) {
		w.costs(func(p *Price) { p.Shown = true })
		w.deposit("dep_1", ann, 10_000)
		l := w.calls("call_1").answered()
		stands := func(state meter.State, reason meter.Reason, cents int64) {
			t.Helper()
			rec, err := w.SessionOf(w.Context(), shop, "call_1")
			if err != nil {
				t.Fatal(err)
			}
			is := w.Live(w.Context(), rec)[0]
			if is.State != state || is.Charged != cents || is.Intervals[len(is.Intervals)-1].Reason != reason {
				t.Errorf("it is shown %+v; want %s, %s, %d", is, state, reason, cents)
			}
		}
		pass(2 * time.Second)
		stands(meter.Paused, meter.InGrace, 0)
		pass(4 * time.Second)
		stands(meter.Metering, meter.Talk, 6)
		l.take(call.LegHeld{Leg: 2})
		pass(4 * time.Second)
		stands(meter.Paused, meter.Held, 6)
		l.take(call.LegResumed{Leg: 2})
		pass(time.Second)
		stands(meter.Metering, meter.Talk, 8)
		l.hangsUp()
		stands(meter.Settled, meter.Talk, 8)
	})
}
