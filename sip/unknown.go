package sip

import (
	"github.com/emiago/sipgo/sip"

	"webtrunk/call"
	"webtrunk/trunk"
)

// refusals are how a trunk may have calls refused to numbers that nobody has. A
// carrier takes 404 for a number that it may report as vacant, 480 and 486 for
// one that may be tried again, 603 for one that must not.
var refusals = map[trunk.Refusal]ending{
	trunk.RefuseUnavailable: {sip.StatusTemporarilyUnavailable, 20, "Subscriber absent"},
	trunk.RefuseBusy:        endings[call.Busy],
	trunk.RefuseDeclined:    endings[call.Rejected],
}

// endingOf is how a cause is said to this line: that there is nobody, as its
// trunk wants to hear it.
func (n *line) endingOf(cause call.Cause) ending {
	if e, ok := refusals[n.Unknown]; ok && cause == call.NotFound {
		return e
	}
	return endingOf(cause)
}
