package load

import "time"

// A forecast smooths what is measured and adds what is still to come. CPU, the
// number of talking calls and of set-ups pass the same filter, so that the costs
// of both can be told apart, and what lies between the talking calls and those
// that were let in is what the measure does not show yet.
type forecast struct {
	cpus    float64 // that the process may use
	used    float64 // CPUs, smoothed
	talking float64 // calls, smoothed alike
	begun   float64 // set-ups a second, smoothed alike
	costs   costs
	running int // calls as last counted, and those let in since
	fresh   int // those let in since
}

const (
	// smoothing is the filter's time constant: long enough that a garbage
	// collection is no load, short enough that a second of offers is.
	smoothing = time.Second

	// setupShare is what set-ups may take of the CPUs also where calls fill all
	// that they may fill.
	setupShare = 0.05
	// setupMost is what they may take where there is room, and roomy how much of
	// the bound they and the calls may fill together before they get no more than
	// setupShare: packets wait for each piece of a set-up, and the fuller the CPUs
	// the longer.
	setupMost, roomy = 0.35, 0.85
)

// take adds a sample: CPUs used over a time, and the calls at its end.
func (f *forecast) take(used, cpus float64, over time.Duration, running, talking int) {
	keep := 1 / (1 + over.Seconds()/smoothing.Seconds())
	smooth := func(was, is float64) float64 { return keep*was + (1-keep)*is }
	f.cpus = max(cpus, 0.01)
	f.used = smooth(f.used, used)
	f.talking = smooth(f.talking, float64(talking))
	f.begun = smooth(f.begun, float64(f.fresh)/max(over.Seconds(), 0.001))
	f.running, f.fresh = running, 0
	f.costs.learn(f.used, f.talking, f.begun, over)
}

// admitted counts a call that was let in since.
func (f *forecast) admitted() { f.running++; f.fresh++ }

// measured is the share of its CPUs that the process uses.
func (f *forecast) measured() float64 { return f.used / max(f.cpus, 0.01) }

// lasting is the share that stays when no more calls come, once all who were let
// in talk, and more calls with them.
func (f *forecast) lasting(more int) float64 {
	call, setup := f.costs.known()
	unseen := max(0, float64(f.running+more)-f.talking)
	return (max(0, f.used-f.begun*setup) + unseen*call) / max(f.cpus, 0.01)
}

// expected is what lasts, with what set-ups take, but for what is more than they
// may have where calls fill the rest: a crowd that comes at once is no load that
// lasts, and is kept waiting instead (see pace).
func (f *forecast) expected(more int) float64 {
	_, setup := f.costs.known()
	return f.lasting(more) + min(f.begun*setup/max(f.cpus, 0.01), setupShare)
}

// pace is how many set-ups a second have room beside the calls, those among them
// that have their turn before, where all together may use a share of the CPUs.
func (f *forecast) pace(limit float64, before int) float64 {
	_, setup := f.costs.known()
	return min(max(roomy*limit-f.lasting(before), setupShare), setupMost) * f.cpus / setup
}
