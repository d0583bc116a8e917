package load

import "time"

// A reading is what a decision is made on.
type reading struct {
	cpu      float64 // share of what the process may use, with what is expected
	lateness time.Duration
}

// A level is a pair of bounds with a memory. It is reached at once where either
// bound is passed, and left only when both have been kept for a dwell time with
// room to spare: a gateway at its limit would otherwise accept and refuse in
// turn.
type level struct {
	cpu      float64       // 0: the CPU has no bound
	lateness time.Duration // 0: lateness has none
	dwell    time.Duration

	reached bool
	calm    time.Time // since when both are well below; zero while they are not
}

// What counts as room to spare. Lateness falls steeply once there is some, so it
// has to fall further than the CPU.
const (
	calmCPU      = 0.92
	calmLateness = 0.5
)

// next returns the level after a reading.
func (l level) next(r reading, now time.Time) level {
	switch {
	case l.passed(r):
		l.reached, l.calm = true, time.Time{}
	case !l.reached:
	case !l.spares(r):
		l.calm = time.Time{}
	case l.calm.IsZero():
		l.calm = now
	case now.Sub(l.calm) >= l.dwell:
		l.reached, l.calm = false, time.Time{}
	}
	return l
}

// passed reports whether a bound is passed.
func (l level) passed(r reading) bool {
	return l.cpu > 0 && r.cpu > l.cpu || l.lateness > 0 && r.lateness > l.lateness
}

// passes names the bound that a reading passes, for people.
func (l level) passes(r reading) string {
	switch {
	case l.lateness > 0 && r.lateness > l.lateness:
		return "lateness"
	case l.passed(r):
		return "cpu"
	}
	return "none"
}

// spares reports whether every bound is kept with room to spare.
func (l level) spares(r reading) bool {
	cpu := l.cpu <= 0 || r.cpu <= calmCPU*l.cpu
	late := l.lateness <= 0 || r.lateness <= time.Duration(calmLateness*float64(l.lateness))
	return cpu && late
}

// scaled is the same level at a share of its bounds.
func (l level) scaled(share float64, dwell time.Duration) level {
	return level{cpu: share * l.cpu, lateness: time.Duration(share * float64(l.lateness)), dwell: dwell}
}
