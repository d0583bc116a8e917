package choir

import (
	"slices"
	"time"
)

// A Tally is what was counted at one end of all calls.
type Tally struct {
	Sent     int // by the other end
	Received int
	Late     int // of those received
	Strange  int // repeated, or never sent
	transits []int32
}

// Lost is how many did not come. What is under way when a phase begins or ends
// may make it one too many or too few for each call.
func (t *Tally) Lost() int { return max(0, t.Sent-t.Received) }

// Bad is how many of a hundred packets were late or lost.
func (t *Tally) Bad() float64 {
	return min(100, 100*float64(t.Lost()+t.Late+t.Strange)/float64(max(1, t.Sent)))
}

// Transit is a percentile of the packets' time on the way.
func (t *Tally) Transit(percentile float64) time.Duration {
	if len(t.transits) == 0 {
		return 0
	}
	slices.Sort(t.transits)
	at := int(float64(len(t.transits)-1) * percentile / 100)
	return time.Duration(t.transits[at]) * time.Microsecond
}

// Both adds up the two directions.
func Both(a, b Tally) Tally {
	return Tally{a.Sent + b.Sent, a.Received + b.Received, a.Late + b.Late, a.Strange + b.Strange, append(slices.Clone(a.transits), b.transits...)}
}
