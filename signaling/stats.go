package signaling

import "sync/atomic"

// Stats say what the server holds and what it has refused so far.
type Stats struct {
	Sockets  int // open WebSockets
	Sessions int // with a socket, or within their grace
	Legs     int // ringing or in a call
	Probes   int // of pages' networks

	RefusedOrigins  uint64 // handshakes from sites that no key lists
	RefusedSockets  uint64 // handshakes over an address's share, or while closing
	RefusedHellos   uint64
	RefusedMessages uint64 // answered by an error
	Resumed         uint64 // sessions taken up again
	Revoked         uint64 // sessions ended because their grant holds no more
	Cut             uint64 // sockets ended for flooding or slow reading
	Panics          uint64 // messages and packets of pages that made us fail

	Transports      int    // of calls of sound alone, and of probes: package lean
	Forged          uint64 // packets from a page's address that its keys do not prove
	Evicted         uint64 // ways to pages that made room for others: a check that is sent again from many addresses
	Strange, Missed uint64 // packets that are no such transport's: handed on to PeerConnections, and lost on the way there
}

type counters struct {
	refusedOrigins, refusedSockets, refusedHellos, refusedMessages, resumed, revoked, cut, panics atomic.Uint64
}

// Stats returns the numbers of this moment.
func (s *Server) Stats() Stats {
	door := s.ear.door.Stats()
	s.mu.Lock()
	defer s.mu.Unlock()
	sockets := 0
	for _, n := range s.sockets {
		sockets += n
	}
	return Stats{
		Sockets: sockets, Sessions: len(s.sessions), Legs: s.legs, Probes: s.probes.count(),
		RefusedOrigins: s.stats.refusedOrigins.Load(), RefusedSockets: s.stats.refusedSockets.Load(),
		RefusedHellos: s.stats.refusedHellos.Load(), RefusedMessages: s.stats.refusedMessages.Load(),
		Resumed: s.stats.resumed.Load(), Revoked: s.stats.revoked.Load(), Cut: s.stats.cut.Load(),
		Panics:     s.stats.panics.Load() + s.engine.panics.Load() + door.Panics,
		Transports: door.Sessions, Forged: door.Forged, Evicted: door.Evicted, Strange: door.Strange, Missed: door.Missed,
	}
}
