package signaling

import (
	"slices"

	"webtrunk/call"
)

// Whoever opens another page while they are called finds the call ringing there too:
// the page at which it rings may be behind a window, or on a desk in another room.

// summon notes that a leg rings at an address, and returns the pages that are open
// there. A page that opens from now on finds the leg.
func (s *Server) summon(l *leg, to call.Leg) (pages []*session) {
	s.mu.Lock()
	defer s.mu.Unlock()
	pages = slices.Clone(s.rings[to.Address])
	l.rung, l.at = slices.Clone(pages), to.Address
	if len(pages) > 0 {
		if s.ringing[l.at] == nil {
			s.ringing[l.at] = map[*leg]call.Leg{}
		}
		s.ringing[l.at][l] = to
	}
	return pages
}

// silence forgets a leg that is over.
func (s *Server) silence(l *leg) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.ringing[l.at], l)
	if len(s.ringing[l.at]) == 0 {
		delete(s.ringing, l.at)
	}
}

// joinRings rings a page that has just opened for the legs of its address that nobody
// has answered.
func (s *session) joinRings(legs map[*leg]call.Leg) {
	for l, to := range legs {
		if l.admits(s) {
			s.post(func() { s.ring(l, to) })
		}
	}
}

// admits has the leg ring at one page more, as long as it rings.
func (l *leg) admits(s *session) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.over || l.winner != nil || len(l.rung) == 0 {
		return false
	}
	l.rung = append(l.rung, s)
	return true
}
