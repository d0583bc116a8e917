package switchboard

import (
	"maps"

	"webtrunk/call"
)

// Stats are the switchboard's counters.
type Stats struct {
	Running  map[call.Status]int    // calls, as they are now
	Legs     map[call.Kind]int      // connected legs, as they are now
	Ended    map[call.Cause]uint64  // calls since the start, by why they ended
	Refused  uint64                 // calls that were not begun: draining, or nothing can be recorded
	Verdicts map[call.Metric]uint64 // why somebody was not heard, as often as that was found
}

// Stats returns the counters as they are now.
func (s *Switchboard) Stats() Stats {
	st := Stats{Running: map[call.Status]int{}, Legs: map[call.Kind]int{}}
	for _, l := range s.Snapshot() {
		st.Running[l.View.Status]++
		for _, leg := range l.View.Legs {
			if leg.State == call.Connected {
				st.Legs[leg.Kind]++
			}
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	st.Ended, st.Refused, st.Verdicts = maps.Clone(s.ended), s.refused, maps.Clone(s.verdicts)
	return st
}

// Talking returns how many calls run, and how many of those are answered. It is
// cheap enough to be asked many times a second.
func (s *Switchboard) Talking() (running, talking int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, a := range s.calls {
		if l := a.live.Load(); l != nil && l.View.Status == call.InProgress {
			talking++
		}
	}
	return len(s.calls), talking
}

// CountLost counts calls of a former process that Recover has ended.
func (s *Switchboard) CountLost(calls int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended[call.NodeLost] += uint64(calls)
}

// count counts a call's end.
func (s *Switchboard) count(end call.CallEnded) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended[end.Reason]++
}

// judge counts a verdict that was raised; of other warnings there are figures.
func (s *Switchboard) judge(m call.Metric) {
	if call.Explain(m) == "" {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.verdicts[m]++
}
