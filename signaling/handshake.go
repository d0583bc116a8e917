package signaling

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gorilla/websocket"
)

var upgrader = websocket.Upgrader{
	HandshakeTimeout: 5 * time.Second,
	ReadBufferSize:   4096,
	WriteBufferSize:  4096,
	CheckOrigin:      func(*http.Request) bool { return true }, // ServeHTTP did, against the keys
	Error: func(w http.ResponseWriter, _ *http.Request, status int, reason error) {
		http.Error(w, "This address speaks WebSocket: open it from a page's widget. ("+reason.Error()+")", status)
	},
}

// ServeHTTP serves one WebSocket for as long as it lives.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	origin, ok := originOf(r)
	if !ok {
		s.stats.refusedOrigins.Add(1)
		http.Error(w, "Calls are made from web pages: the Origin of a page's site is missing.", http.StatusForbidden)
		return
	}
	addr := s.clientAddr(r)
	leave, ok := s.enter(addr)
	if !ok {
		s.stats.refusedSockets.Add(1)
		w.Header().Set("Retry-After", "30")
		http.Error(w, "Too many connections from your address: close some pages, or try again later.", http.StatusTooManyRequests)
		return
	}
	defer leave()
	conn, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return // the upgrader has answered
	}
	sock := newSocket(conn, s.cfg.Limits)
	defer func() { <-sock.done }()
	defer sock.cut(websocket.CloseNormalClosure, "")
	defer close(sock.unread)
	h := Hello{Origin: origin, Host: r.Host, Addr: addr}
	if !h.OwnPage() && !s.cfg.Auth.OriginAllowed(origin) {
		s.turnAwayOrigin(sock, origin)
		return
	}
	s.serve(sock, h)
}

// turnAwayOrigin tells a site that no key lists. It is told on the socket, not
// by a 403: browsers hide that from the page, whose owner would look for a
// broken network. The log says so too, at most once in a while, for strangers
// can name any site.
func (s *Server) turnAwayOrigin(sock *socket, origin string) {
	s.stats.refusedOrigins.Add(1)
	s.mu.Lock()
	told := s.unlisted.take(time.Now())
	s.mu.Unlock()
	if told {
		s.cfg.Log.Warn("a site that no widget key lists asked for calls: if it is yours, add it to a key's origins", "origin", origin)
	}
	sock.say(refuse(codeBadOrigin, "This site is not listed for any widget key.").notify(""))
	sock.cut(closeNoHello, string(codeBadOrigin))
}

// serve greets a page and passes its messages to its session.
func (s *Server) serve(sock *socket, h Hello) {
	defer context.AfterFunc(s.stopping, func() { sock.cut(websocket.CloseGoingAway, "the gateway is stopping") })()
	sess := s.greet(sock, h)
	if sess == nil {
		return
	}
	defer sess.post(func() { sess.lost(sock) })
	sock.live(s.cfg.Limits.Idle)
	for {
		sock.conn.SetReadDeadline(time.Now().Add(s.cfg.Limits.Idle))
		raw, text, err := sock.read()
		if err != nil {
			if silent(err) {
				sock.cut(closeSilent, "nothing heard")
			}
			if websocket.IsCloseError(err, websocket.CloseNormalClosure, websocket.CloseGoingAway) {
				sess.post(func() { sess.closed(sock) })
			}
			return
		}
		if !text {
			raw = nil // parsed as bad_message
		}
		if !sess.ask(func() { sess.receive(sock, raw) }) {
			return
		}
	}
}

// greet reads the hello and finds or makes the page's session; nil means that
// the page was told why not.
func (s *Server) greet(sock *socket, h Hello) *session {
	raw, _, err := sock.read()
	if err != nil {
		if silent(err) {
			s.turnAway(sock, refuse(codeNoHello, "The page did not say hello in time."))
		}
		return nil
	}
	r, bad := parseRequest(raw)
	switch {
	case bad != nil:
	case r.Type != "hello":
		bad = refuse(codeNoHello, "The first message must be hello.")
	case r.Version != 1:
		bad = refuse(codeBadVersion, "This gateway speaks version 1 of the signalling protocol.")
	}
	if bad != nil {
		s.turnAway(sock, bad)
		return nil
	}
	h.Origin = h.speaksFor(r.Opener)
	h.Key, h.Token, h.ClientToken, h.Identity, h.Page = r.Key, r.Token, r.Client, r.Visitor, r.Page
	grant, bad := s.authorize(h, r)
	if bad != nil {
		s.turnAway(sock, bad)
		return nil
	}
	if sess := s.takeUp(sock, h, grant, r); sess != nil {
		return sess
	}
	sess, bad := s.open(sock, h, grant, s.lost(r))
	if bad != nil {
		s.turnAway(sock, bad)
		return nil
	}
	return sess
}

// authorize asks what a page may do. A page that returns to its session with
// what it showed before is not asked again, only whether that was revoked: the
// token with which a long call began has expired when the network breaks.
func (s *Server) authorize(h Hello, r request) (g Grant, bad *refusal) {
	ctx, cancel := context.WithTimeout(s.stopping, 5*time.Second)
	defer cancel()
	if sess := s.session(r); sess != nil && sess.hello.sameAs(h) && sess.grant.Valid != nil && sess.grant.Valid(ctx) == nil {
		return sess.grant, nil
	}
	g, err := s.cfg.Auth.Authorize(ctx, h)
	if err != nil {
		return g, refuseHello(err)
	}
	if err := g.check(); err != nil {
		s.cfg.Log.Error("a page's grant cannot be used", "via", g.Via, "error", err)
		return g, refuse(codeInternal, "The gateway cannot use what it knows about this page.")
	}
	return g, nil
}

// turnAway tells a page without a session why, and ends its socket.
func (s *Server) turnAway(sock *socket, bad *refusal) {
	s.stats.refusedHellos.Add(1)
	sock.say(bad.notify(""))
	code := closeNoHello
	if bad.code == codeBusyGateway {
		code = websocket.CloseTryAgainLater
	}
	sock.cut(code, string(bad.code))
}

// silent reports whether a read ended because its deadline had passed.
func silent(err error) bool {
	e, ok := err.(net.Error)
	return ok && e.Timeout()
}

// speaksFor is the origin that a page counts as. One of the gateway's own to which a site
// has handed its call, in a window of its own, counts as the site that it names: the
// browser has told it whose message that was. Any other page is what it is.
func (h Hello) speaksFor(opener string) string {
	if named, ok := parseOrigin(opener); ok && h.OwnPage() {
		return named
	}
	return h.Origin
}

// originOf returns the request's origin. Browsers always send exactly one; a
// sandboxed frame sends "null" (RFC 6454 §7).
func originOf(r *http.Request) (string, bool) {
	values := r.Header.Values("Origin")
	if len(values) != 1 {
		return "", false
	}
	return parseOrigin(values[0])
}

// parseOrigin reads a serialised http or https origin, as a browser writes it.
func parseOrigin(s string) (string, bool) {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return "", false
	}
	origin := strings.ToLower(u.Scheme + "://" + u.Host)
	ascii := !strings.ContainsFunc(origin, func(r rune) bool { return r <= ' ' || r > '~' }) // other hosts come in punycode
	return origin, ascii && origin == s
}

// clientAddr returns the page's address. X-Forwarded-For counts only as far
// as trusted proxies wrote it: from the right, the first that is none of them.
func (s *Server) clientAddr(r *http.Request) netip.Addr {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.IPv4Unspecified()
	}
	addr := peer.Addr().Unmap()
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, hop := range slices.Backward(hops) {
		if !s.trusts(addr) {
			return addr
		}
		next, err := netip.ParseAddr(strings.TrimSpace(hop))
		if err != nil {
			return addr
		}
		addr = next.Unmap()
	}
	return addr
}

func (s *Server) trusts(a netip.Addr) bool {
	return slices.ContainsFunc(s.cfg.TrustedProxies, func(p netip.Prefix) bool { return p.Contains(a) })
}
