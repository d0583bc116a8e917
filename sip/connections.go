package sip

import (
	"net"
	"net/netip"
	"sync"

	"github.com/emiago/sipgo/sip"

	"webtrunk/trunk"
)

// Connections are those that are up, and how many each peer has opened.
type connections struct {
	mu     sync.Mutex
	byName map[string]*connection
	of     map[netip.Addr]int // of those that peers have opened
	theirs int
	serial int
	closed bool
}

func newConnections() *connections {
	return &connections{byName: make(map[string]*connection), of: make(map[netip.Addr]int)}
}

// newConnection takes a connection on, nil where there are too many or the edge
// closes. Its reader is waited for by Close from now on.
func (e *Edge) newConnection(conn net.Conn, t trunk.Transport, opened bool) *connection {
	peer := conn.RemoteAddr().(*net.TCPAddr).AddrPort()
	peer = netip.AddrPortFrom(peer.Addr().Unmap(), peer.Port())
	s := &connection{Conn: conn, raw: conn, e: e, transport: t, peer: peer, opened: opened, parser: sip.NewParser(), ended: make(chan struct{})}
	if !e.connections.add(s, e.bounds) {
		return nil
	}
	if !e.hold() {
		s.Close()
		return nil
	}
	return s
}

// hold has Close wait for a goroutine that is the library's.
func (e *Edge) hold() bool {
	e.runMu.Lock()
	defer e.runMu.Unlock()
	if !e.stopped {
		e.running.Add(1)
	}
	return !e.stopped
}

// abandon closes a connection that the library has never read.
func (s *connection) abandon() {
	s.Close()
	s.unread.Do(s.e.running.Done)
}

func (r *connections) add(s *connection, b Bounds) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	from := s.peer.Addr()
	if r.closed || !s.opened && (r.theirs >= b.Connections || r.of[from] >= b.PerSource) {
		return false
	}
	r.serial++
	s.name = label(s.peer, r.serial)
	r.byName[s.name] = s
	if !s.opened {
		r.theirs++
		r.of[from]++
	}
	return true
}

func (r *connections) drop(s *connection) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.byName[s.name] != s {
		return
	}
	delete(r.byName, s.name)
	if s.opened {
		return
	}
	r.theirs--
	if r.of[s.peer.Addr()]--; r.of[s.peer.Addr()] == 0 {
		delete(r.of, s.peer.Addr())
	}
}

// named returns the connection of a label, nil where it is gone.
func (r *connections) named(name string) *connection {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.byName[name]
}

// which returns the connections that f chooses.
func (r *connections) which(f func(*connection) bool) []*connection {
	r.mu.Lock()
	defer r.mu.Unlock()
	var some []*connection
	for _, s := range r.byName {
		if f(s) {
			some = append(some, s)
		}
	}
	return some
}

// close ends all connections; none is taken on any more.
func (r *connections) close() {
	r.mu.Lock()
	r.closed = true
	r.mu.Unlock()
	for _, s := range r.which(func(*connection) bool { return true }) {
		s.Close()
	}
}
