package call

import "time"

// A Metric is one measure of how a leg sounds, with its unit.
type Metric string

const (
	RoundTripMS Metric = "round_trip_ms"
	JitterMS    Metric = "jitter_ms" // of the worse direction
	LossShare   Metric = "loss"      // share of packets, 0 to 1, of the worse direction
	MOS         Metric = "mos"
)

// A limit is where a warning is raised, and where it is cleared again. The two
// differ, so that a leg near the limit does not raise warning after warning.
// Two samples in a row must agree.
type limit struct {
	metric       Metric
	value        func(Quality) float64
	raise, clear float64
	below        bool // it is low values that are bad; 0 is unknown
}

// limits are those that operators know from the large voice platforms.
var limits = []limit{
	{metric: RoundTripMS, value: func(q Quality) float64 { return ms(q.RoundTrip) }, raise: 400, clear: 350},
	{metric: JitterMS, value: func(q Quality) float64 { return ms(max(q.Jitter, q.FarJitter)) }, raise: 30, clear: 25},
	{metric: LossShare, value: func(q Quality) float64 { return max(q.Loss, q.FarLoss) }, raise: 0.03, clear: 0.02},
	{metric: MOS, value: func(q Quality) float64 { return q.MOS }, raise: 3, clear: 3.3, below: true},
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// worse reports whether a value lies beyond a bound.
func (l limit) worse(value, bound float64) bool {
	if l.below {
		return value < bound && value > 0
	}
	return value > bound
}

// better reports whether a value lies within a bound, and is known.
func (l limit) better(value, bound float64) bool {
	if l.below {
		return value > bound
	}
	return value < bound
}

// measured raises and clears the warnings of a connected leg.
func (s *step) measured(in LegMeasured) {
	if !s.c.connected(in.Leg) {
		return
	}
	for _, l := range limits {
		before, now := l.value(in.Before), l.value(in.Now)
		warned := s.c.warned(in.Leg, l.metric)
		switch {
		case !warned && l.worse(before, l.raise) && l.worse(now, l.raise):
			s.emit(QualityWarned{Leg: in.Leg, Metric: l.metric, Value: now})
		case warned && l.better(before, l.clear) && l.better(now, l.clear):
			s.emit(QualityCleared{Leg: in.Leg, Metric: l.metric, Value: now})
		}
	}
	s.judged(in)
}
