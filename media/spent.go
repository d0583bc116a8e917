package media

// A Spent knows which packet numbers have been encrypted under one key. Two
// different packets under one number would share a keystream, and under GCM give
// away the key that proves packets (RFC 3711 §9.1, RFC 7714 §8.3). A relayed stream
// is numbered as its far end numbers it, so that this must not be left to good
// will. One goroutine at a time uses it: who sends.
type Spent struct {
	begun   bool
	highest uint16
	seen    uint64 // bit i: highest-i is spent
}

// Take spends a number; not ok means that it is spent already, or so far behind
// that nobody knows.
func (s *Spent) Take(n uint16) (ok bool) {
	ahead := n - s.highest
	switch {
	case !s.begun || ahead != 0 && ahead < 1<<15:
		s.seen = s.seen<<ahead | 1
		s.begun, s.highest = true, n
		return true
	case -ahead >= 64 || s.seen&(1<<-ahead) != 0:
		return false
	}
	s.seen |= 1 << -ahead
	return true
}
