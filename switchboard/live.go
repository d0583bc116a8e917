package switchboard

import (
	"math"
	"slices"
	"time"

	"webtrunk"
	"webtrunk/call"
)

// Live is a running call as a monitor sees it. It is a copy; its View holds
// what only the gateway may know: hidden contacts and dialogs.
type Live struct {
	View     call.View
	Quality  map[call.LegID]call.Quality // as last measured
	Since    time.Time
	Answered time.Time // zero before
}

// publish lets monitors see the call as it is now.
func (a *actor) publish(v call.View) {
	quality := make(map[call.LegID]call.Quality, len(a.samples))
	for id, q := range a.samples {
		quality[id] = q
	}
	a.live.Store(&Live{View: v, Quality: quality, Since: a.since, Answered: a.answered})
}

// Snapshot returns the running calls, oldest first.
func (s *Switchboard) Snapshot() []Live {
	var calls []Live
	for _, a := range s.actors() {
		if l, runs := a.running(); runs {
			calls = append(calls, l)
		}
	}
	slices.SortFunc(calls, func(a, b Live) int { return a.Since.Compare(b.Since) })
	return calls
}

// Find returns a call, while it runs.
func (s *Switchboard) Find(id webtrunk.CallID) (Live, bool) {
	s.mu.Lock()
	a := s.calls[id]
	s.mu.Unlock()
	if a == nil {
		return Live{}, false
	}
	return a.running()
}

// running is the call as it was last published, unless it has ended or was never.
func (a *actor) running() (Live, bool) {
	if l := a.live.Load(); l != nil && !l.View.Status.Terminal() {
		return *l, true
	}
	return Live{}, false
}

// measure is the input that it is time to measure.
type measure struct{ call.Input }

// measureLegs samples how the connected legs sound, and tells the call.
func (a *actor) measureLegs() []call.Input {
	var measured []call.Input
	view := a.call.View()
	held := slices.ContainsFunc(view.Legs, func(l call.Leg) bool { return l.Held })
	defer func() { a.held = held }()
	for _, l := range view.Legs {
		leg := a.legs[l.ID]
		if leg == nil || l.State != call.Connected {
			continue
		}
		now := a.qualityOf(l.ID, leg)
		if before, sampled := a.samples[l.ID]; sampled {
			measured = append(measured, call.LegMeasured{Leg: l.ID, Before: before, Now: now, Held: held || a.held})
		}
		a.samples[l.ID] = now
	}
	return measured
}

// qualityOf is a leg's quality in finite numbers; an edge that panics over it
// has measured nothing.
func (a *actor) qualityOf(id call.LegID, l Leg) (q call.Quality) {
	defer func() {
		if r := recover(); r != nil {
			a.log.Error("a leg's edge panicked over its quality", "leg", id, "panic", r)
			q = call.Quality{}
		}
	}()
	q = l.Quality()
	for _, x := range []*float64{&q.Loss, &q.FarLoss, &q.MOS, &q.ConcealedShare, &q.Level, &q.Peak} {
		if math.IsNaN(*x) || math.IsInf(*x, 0) {
			*x = 0
		}
	}
	return q
}

// withQuality returns the events with how each leg that left sounded.
func (a *actor) withQuality(events []call.Event) []call.Event {
	for i, e := range events {
		left, ok := e.(call.LegLeft)
		if leg := a.legs[left.Leg]; ok && leg != nil {
			if q := a.qualityOf(left.Leg, leg); q != (call.Quality{}) {
				left.Quality = &q
				events[i] = left
			}
		}
	}
	return events
}
