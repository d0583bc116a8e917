package signaling

import (
	"net/netip"
	"slices"
	"strings"

	"webtrunk"
	"webtrunk/call"
)

// enter counts a socket of an address; leave gives its place back.
func (s *Server) enter(addr netip.Addr) (leave func(), ok bool) {
	from := neighbourhood(addr)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || s.sockets[from] >= s.cfg.Limits.PerAddress {
		return nil, false
	}
	s.sockets[from]++
	s.work.Add(1)
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		drop(s.sockets, from)
		s.work.Done()
	}, true
}

// open makes a session for a page and sends its welcome.
func (s *Server) open(sock *socket, h Hello, g Grant, lost *lostState) (*session, *refusal) {
	from := neighbourhood(h.Addr)
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.draining.Load():
		return nil, refuse(codeBusyGateway, "The gateway is stopping. Try again in a minute.")
	case len(s.sessions) >= s.cfg.Limits.Sessions, s.holders[from] >= s.cfg.Limits.PerAddress:
		return nil, refuse(codeBusyGateway, "The gateway has too many pages open. Try again in a minute.")
	}
	s.opened++
	sess := newSession(s, h, g, s.opened)
	s.sessions[sess.secret] = sess
	s.holders[from]++
	if a := g.Receives; !a.IsZero() {
		s.rings[a] = append(s.rings[a], sess)
	}
	s.running.Add(1)
	go func() {
		defer s.running.Done()
		sess.run()
	}()
	sess.post(func() { sess.welcome(sock, lost) })
	sess.joinRings(s.ringing[g.Receives])
	return sess, nil
}

// forget takes an ended session off the books.
func (s *Server) forget(sess *session) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.sessions, sess.secret)
	drop(s.holders, sess.from)
	if a := sess.grant.Receives; !a.IsZero() {
		s.rings[a] = slices.DeleteFunc(s.rings[a], func(other *session) bool { return other == sess })
		if len(s.rings[a]) == 0 {
			delete(s.rings, a)
		}
	}
}

// takeUp gives a page its session back, if it shows the session's secret from
// the same site with the same key and rights, and missed nothing that is
// forgotten. Else the page is treated as new; it learns no more than that.
func (s *Server) takeUp(sock *socket, h Hello, g Grant, r request) *session {
	sess := s.session(r)
	if sess == nil || sess.hello.Key != h.Key || sess.hello.Origin != h.Origin || !sess.grant.sameAs(g) {
		return nil
	}
	resumed := false
	sess.ask(func() { resumed = sess.resume(sock, r.Last) })
	if !resumed {
		return nil
	}
	s.stats.resumed.Add(1)
	return sess
}

// session returns the session that a page asks for, nil when there is none.
func (s *Server) session(r request) *session {
	if r.Session == "" {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sessions[webtrunk.SessionID(r.Session)]
}

// lost says why the session that a page asks for cannot be taken up. One that
// another process gave out has ended with that process, and so has its call.
func (s *Server) lost(r request) *lostState {
	switch {
	case r.Session == "":
		return nil
	case strings.HasSuffix(r.Session, s.instance):
		return &lostState{call.ConnectionLost, sentences[call.ConnectionLost]}
	}
	return &lostState{call.NodeLost, restarted}
}

// all returns every session.
func (s *Server) all() []*session {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]*session, 0, len(s.sessions))
	for _, sess := range s.sessions {
		all = append(all, sess)
	}
	return all
}

// addLeg counts a leg, within the limit.
func (s *Server) addLeg() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.legs >= s.cfg.Limits.Legs {
		return false
	}
	s.legs++
	return true
}

func (s *Server) dropLeg() {
	s.mu.Lock()
	s.legs--
	s.mu.Unlock()
	select {
	case s.calm <- struct{}{}:
	default:
	}
}

func drop(count map[netip.Prefix]int, p netip.Prefix) {
	if count[p]--; count[p] <= 0 {
		delete(count, p)
	}
}
