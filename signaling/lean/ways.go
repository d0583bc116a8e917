package lean

import (
	"net/netip"
	"time"
)

// maxWays is how many ways a session keeps. A browser has one for each of its
// networks, and again after each ICE restart.
const maxWays = 200

// spoken is for how long after the last sound by a way it is in use.
const spoken = 500 * time.Millisecond

// An origin is where a packet came from: a source on one of our sockets, or a
// connection. Unlike a way it costs no allocation, so that each packet has one.
type origin struct {
	socket *socket
	from   netip.AddrPort
	tcp    *tcpWay
}

// by reports whether a packet came by a way.
func (o origin) by(w way) bool {
	switch w := w.(type) {
	case udpWay:
		return o.socket == w.socket && o.from == w.to
	case *tcpWay:
		return o.tcp == w
	}
	return false
}

// take makes a way one of the session's. There may be one too many: who has
// overheard a check can send it again from address after address, each time as
// the page would. So the way that was checked the longest ago makes room, and
// never the one that we send by, or that sound comes by.
func (s *Session) take(w way, now time.Time) bool {
	if !w.bind(s) {
		return false
	}
	if len(s.ways) == maxWays {
		s.evict()
	}
	s.ways[w] = now
	return true
}

// evict gives up the way that was checked the longest ago, of those not in use.
func (s *Session) evict() {
	var oldest way
	current := s.current.Load()
	for w, at := range s.ways {
		if current != nil && *current == w || s.sound.by(w) {
			continue
		}
		if oldest == nil || at.Before(s.ways[oldest]) {
			oldest = w
		}
	}
	oldest.unbind(s)
	delete(s.ways, oldest)
	s.door.evicted.Add(1)
}

// nominated takes the page's wish to be sent to by a way, the last one winning
// (RFC 8445 §8.1.1 leaves the choice to the page). A check that is sent again by
// who has overheard it says the same, and to believe it would leave the page in
// silence. So while sound comes by one way, another is waited for until sound
// comes by that, or none comes by either: a page that has moved speaks from where
// it is.
func (s *Session) nominated(w way, now time.Time) {
	s.next = nil
	switch at := s.current.Load(); {
	case at != nil && *at == w:
	case at != nil && s.sound.by(*at) && now.Sub(s.spoke) < spoken:
		s.next, s.wished = w, now
	default:
		s.current.Store(&w)
	}
}

// follow moves to the way that was nominated, once sound comes by it, or by the
// one in use no more. A page that still speaks from where it was has not moved.
func (s *Session) follow(now time.Time) {
	switch {
	case s.next == nil:
	case s.sound.by(s.next), now.Sub(s.spoke) >= spoken:
		if _, known := s.ways[s.next]; known {
			next := s.next
			s.current.Store(&next)
		}
		s.next = nil
	case now.Sub(s.wished) >= 2*spoken: // not only what was under way
		s.next = nil
	}
}
