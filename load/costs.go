package load

import "time"

// Costs are what a talking call and a set-up take, told apart from samples that
// hold both: by least squares, in which old samples weigh less, and drawn
// towards what is usual where little is known. A set-up takes as much CPU as
// seconds of talk, so that a crowd that comes at once would otherwise make calls
// look several times as dear as they are.
type costs struct {
	// Sums over samples: talking², talking·begun, begun², talking·used and
	// begun·used.
	tt, tb, bb, tu, bu float64
}

const (
	// A call costs no less than one whose packets are passed on as they are,
	// and no more than a slow machine needs to transcode one: in CPUs.
	leastCall, usualCall, mostCall = 0.001, 0.006, 0.025
	// A set-up, with all that is written of it: in seconds of a CPU.
	leastSetup, usualSetup, mostSetup = 0.002, 0.015, 0.030

	// So many calls must talk, or come in a second, that the rest of the process
	// does not blur what one costs.
	enough, several = 20, 5
	// What is usual weighs as much as a second with so many calls or set-ups.
	callDoubt, setupDoubt = 8.0, 4.0
	// memory is how long a sample counts: a few seconds of what is now, for calls
	// cost less each the more there are.
	memory = 5 * time.Second
)

// learn takes a sample.
func (c *costs) learn(used, talking, begun float64, over time.Duration) {
	if talking < enough && begun < several {
		return
	}
	keep := 1 / (1 + over.Seconds()/memory.Seconds())
	add := func(sum *float64, x float64) { *sum = keep*(*sum) + x*over.Seconds() }
	add(&c.tt, talking*talking)
	add(&c.tb, talking*begun)
	add(&c.bb, begun*begun)
	add(&c.tu, talking*used)
	add(&c.bu, begun*used)
}

// known returns what a call takes, in CPUs, and a set-up, in seconds of one.
func (c *costs) known() (call, setup float64) {
	tt, bb := c.tt+callDoubt*callDoubt, c.bb+setupDoubt*setupDoubt
	tu, bu := c.tu+callDoubt*callDoubt*usualCall, c.bu+setupDoubt*setupDoubt*usualSetup
	if c.tt == 0 {
		return usualCall, usualSetup
	}
	det := tt*bb - c.tb*c.tb // above zero: the doubts see to it
	setup = min(max((tt*bu-c.tb*tu)/det, leastSetup), mostSetup)
	call = min(max((tu-c.tb*setup)/tt, leastCall), mostCall)
	return call, setup
}
