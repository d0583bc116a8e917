package switchboard

import (
	"testing"
	"testing/synctest"

	"webtrunk/call"
	"webtrunk/media"
)

// The caller hears the tone that is chosen for whom they call, and the caller's
// own leg is not taken for them.
func TestTheRingbackToneIsOfWhoIsCalled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked []call.Leg
		x := arrive(t, func(c *Config) {
			c.Ringback = func(called call.Leg) media.Cadence {
				asked = append(asked, called)
				return media.Europe
			}
		})
		x.says(0, call.LegRinging{})
		if x.visitor.port.Tone != media.Europe {
			t.Error("the visitor's tone is another")
		}
		if len(asked) != 1 || asked[0].Address != phone1 {
			t.Errorf("asked for the tone of %v, want %v once", asked, phone1)
		}
		x.report(call.LegEnded{})
		x.ended()
	})
}
