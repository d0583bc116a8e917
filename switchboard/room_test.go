package switchboard

import (
	"testing"
	"testing/synctest"
	"time"

	"webtrunk"
	"webtrunk/call"
)

// TestWithoutRoomNothingIsBegun: the call that runs hears nothing of those that
// are refused, of which nothing is on record; calls that are requested are
// refused as those that arrive.
func TestWithoutRoomNothingIsBegun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		full := false
		x := arrive(t, func(c *Config) {
			c.Room = func() error {
				if full {
					return &webtrunk.Error{Kind: webtrunk.Unavailable, Retry: time.Second}
				}
				return nil
			}
		})
		if running, talking := x.Talking(); running != 1 || talking != 0 {
			t.Errorf("while it rings: %d run, %d talk", running, talking)
		}
		x.says(0, call.LegAnswered{})
		if running, talking := x.Talking(); running != 1 || talking != 1 {
			t.Errorf("answered: %d run, %d talk", running, talking)
		}
		before := len(x.journal.types())

		full = true
		late := newLine(&lines{}, call.Leg{ID: 1})
		_, err := x.Offer(call.Arrived{ID: "call_2", From: visitor, To: shop}, late)
		if webtrunk.RetryOf(err) != time.Second {
			t.Errorf("offered: %v", err)
		}
		if err := x.Request(call.Requested{ID: "call_3", To: shop}); webtrunk.KindOf(err) != webtrunk.Unavailable {
			t.Errorf("requested: %v", err)
		}
		if n := x.Running(); n != 1 {
			t.Errorf("%d calls run", n)
		}
		if got := x.journal.types()[before:]; len(got) != 0 {
			t.Errorf("kept %q", got)
		}
		late.wants(t)

		x.report(call.LegEnded{})
		if end := x.ended(); end.Status != call.Completed {
			t.Errorf("the call that ran ended %+v", end)
		}
	})
}
