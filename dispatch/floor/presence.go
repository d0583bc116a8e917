package floor

import "time"

// came: a browser of the agent is open.
func (s *step) came(id string) {
	if a := s.agents[id]; a != nil {
		a.places++
	}
}

func (s *step) went(id string) {
	if a := s.agents[id]; a != nil {
		a.places = max(0, a.places-1)
	}
}

// choose takes what an agent says of themselves. That they are in a call, or let
// one ring, is not theirs to say; what they choose in a call counts after it.
func (s *step) choose(in Choose) {
	a := s.agents[in.Agent]
	if a == nil {
		return
	}
	switch in.Presence {
	case Available:
		a.unresponsive, a.wrap, a.rest = false, time.Time{}, time.Time{}
	case Away, Offline:
	default:
		return
	}
	a.chosen, a.reason, a.lost = in.Presence, in.Reason, time.Time{}
}

func (s *step) done(id string) {
	if a := s.agents[id]; a != nil {
		a.wrap = time.Time{}
	}
}

// began: an agent who calls, or takes over a call, is there.
func (s *step) began(in Began) {
	a := s.agents[in.Agent]
	if a == nil {
		return
	}
	if _, known := a.calls[in.Call]; !known {
		a.calls[in.Call] = 0
	}
	a.unresponsive = false
}

// ended takes a call from whoever is in it, and gives them time for their notes.
func (s *step) ended(in Ended) {
	for _, a := range s.staff {
		wrap, was := a.calls[in.Call]
		if !was || in.Agent != "" && a.ID != in.Agent {
			continue
		}
		delete(a.calls, in.Call)
		a.wrap = later(a.wrap, s.now.Add(wrap))
	}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// withdraw takes an offer from agents who can no longer have it. The caller keeps
// the place.
func (s *step) withdraw() {
	for _, a := range s.staff {
		if a.offer != nil && !a.ready(s.now) {
			s.rescind(a.offer, []*agent{a}, NotThere)
		}
	}
}

// forget has agents whose page is gone for long say anew that they are there.
func (s *step) forget() {
	for _, a := range s.staff {
		if !a.lost.IsZero() && !s.now.Before(a.lost.Add(awayFromPage)) {
			a.chosen, a.reason = Offline, ""
		}
	}
}

// lose notes since when agents cannot be reached.
func (s *step) lose() {
	for _, a := range s.staff {
		switch {
		case a.reachable():
			a.lost = time.Time{}
		case a.lost.IsZero():
			a.lost = s.now
		}
	}
}

// idle notes since when agents have been ready: since the end of their last call,
// or since they are there again. An offer that came to nothing does not count.
func (s *step) idle() {
	for _, a := range s.staff {
		ready := a.ready(s.now)
		if ready && !a.wasReady {
			a.since = s.now
		}
		a.wasReady = ready
	}
}

// tellPresence tells of each agent whose presence is another than before.
func (s *step) tellPresence() {
	for _, a := range s.staff {
		p := a.presence(s.now)
		why := a.why(p)
		if p == a.told && why == a.toldReason {
			continue
		}
		a.told, a.toldReason = p, why
		s.say(Became{Agent: a.ID, Presence: p, Reason: why})
	}
}
