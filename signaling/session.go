package signaling

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/netip"
	"runtime/debug"
	"slices"
	"time"

	"github.com/gorilla/websocket"

	"webtrunk"
	"webtrunk/call"
)

// A session is one page, through all its sockets. Its goroutine alone touches
// what stands below box.
type session struct {
	server *Server
	secret webtrunk.SessionID
	hello  Hello
	from   netip.Prefix
	number int
	grant  Grant
	log    *slog.Logger
	box    *mailbox

	sock     *socket // nil while the page is away
	away     *time.Timer
	history  history
	messages bucket
	errors   bucket
	call     *pageCall // nil: none
	probes   []*probe  // of its network
	past     []string  // the last calls' ids: their messages may still be on the way
	over     bool
}

func newSession(s *Server, h Hello, g Grant, number int) *session {
	l := s.cfg.Limits
	return &session{
		server: s, secret: webtrunk.NewSessionID() + webtrunk.SessionID(s.instance), hello: h, from: neighbourhood(h.Addr), number: number, grant: g,
		log: s.cfg.Log.With("session", fmt.Sprintf("s%d", number)), box: newMailbox(), history: newHistory(l.History),
		messages: newBucket(l.Messages, 3*l.Messages), errors: newBucket(l.Errors, 16),
	}
}

// post has f run on the session's goroutine; false means that the session is
// over and f never runs.
func (s *session) post(f func()) bool { return s.box.post(f) }

// ask is post and waits until f has run.
func (s *session) ask(f func()) bool {
	done := make(chan struct{})
	ok := s.post(func() {
		defer close(done)
		s.guard(f)
	})
	if ok {
		<-done
	}
	return ok
}

// run is the session's goroutine. What was posted before the end still runs,
// and finds the session over.
func (s *session) run() {
	for !s.over {
		for _, f := range s.box.take() {
			s.guard(f)
		}
	}
	for _, f := range s.box.close() {
		s.guard(f)
	}
	s.server.forget(s)
}

// guard runs f. A panic ends this page's call, not the process.
func (s *session) guard(f func()) {
	defer func() {
		if p := recover(); p != nil {
			s.panicked(p)
		}
	}()
	f()
}

func (s *session) panicked(p any) {
	s.server.stats.panics.Add(1)
	s.log.Error("panic in a session", "panic", p, "stack", string(debug.Stack()))
	if s.call != nil {
		s.leave(s.call, call.LegEnded{Cause: call.Failed}, "gateway")
	}
}

// send numbers a message, keeps it and queues it for the page if it is there.
func (s *session) send(n notice) {
	n.header().Seq = s.history.next()
	text, err := json.Marshal(n)
	if err != nil {
		s.log.Error("a message cannot be written", "type", n.header().Type, "error", err)
		return
	}
	s.history.add(text)
	s.queue(text)
}

// pass tells a page what it asks for again when it returns: it has no number, and the
// history that a page may miss of what happens to its call is not used up by it.
func (s *session) pass(n any) {
	if s.sock == nil {
		return
	}
	var text bytes.Buffer
	plain := json.NewEncoder(&text)
	plain.SetEscapeHTML(false) // what others have written may be six times as long with it
	if err := plain.Encode(n); err != nil {
		s.log.Error("a message cannot be written", "error", err)
		return
	}
	s.queue(text.Bytes())
}

// queue has a page that is there read a message, and cuts one that does not read.
func (s *session) queue(text []byte) {
	if s.sock != nil && !s.sock.enqueue(text) {
		s.server.stats.cut.Add(1)
		s.log.Info("page reads too slowly")
		s.lost(s.sock)
	}
}

// welcome greets a page that has a new session.
func (s *session) welcome(sock *socket, lost *lostState) {
	if s.over {
		sock.cut(websocket.CloseGoingAway, "the gateway is stopping")
		return
	}
	s.sit(sock)
	s.log.Info("page connected", "origin", s.hello.Origin, "receives", s.grant.Receives.String())
	w := s.greeting(false)
	w.Lost = lost
	s.send(w)
}

func (s *session) greeting(resumed bool) *welcomeNotice {
	w := &welcomeNotice{
		head: head{Type: "welcome"}, Session: string(s.secret), Resumed: resumed, Calls: []callState{},
		ICEServers: s.server.cfg.ICEServers, GraceSeconds: int(s.server.cfg.Limits.Grace.Seconds()),
	}
	if s.call != nil {
		w.Calls = append(w.Calls, s.call.describe())
	}
	return w
}

// resume gives the session a new socket and sends what the page has missed.
// The welcome is no new message: its number is the highest so far, so that the
// page knows when it has caught up.
func (s *session) resume(sock *socket, last uint64) bool {
	missed, ok := s.history.after(last)
	if s.over {
		return false
	}
	if !ok {
		s.end(call.ConnectionLost)
		return false
	}
	if s.sock != nil {
		s.sock.cut(closeTakenUp, "taken up by another socket")
	}
	if s.away != nil {
		s.away.Stop()
		s.away = nil
	}
	w := s.greeting(true)
	w.Seq = s.history.next() - 1
	text, err := json.Marshal(w)
	if err != nil {
		return false
	}
	s.sit(sock)
	sock.enqueue(append([][]byte{text}, missed...)...)
	s.log.Info("page returned", "missed", len(missed))
	if s.call != nil {
		s.call.returned(absentPage)
	}
	return true
}

// sit gives the session the socket of its page, nil while that is away, and tells
// whoever wants to know where pages are open that can be called.
func (s *session) sit(sock *socket) {
	was := s.sock != nil
	s.sock = sock
	if here := s.server.cfg.Here; here != nil && was != (sock != nil) && !s.grant.Receives.IsZero() {
		here(s.grant.Receives, sock != nil)
	}
}

// closed notes that the page itself closed its socket: the tab is gone, or
// goes elsewhere. Without a call there is nothing to come back to, and a desk
// that was closed must not seem to ring.
func (s *session) closed(sock *socket) {
	if s.sock == sock && s.call == nil {
		s.end(call.Hangup)
	}
}

// lost notes that a socket is gone, and waits for the page to return.
func (s *session) lost(sock *socket) {
	if s.sock != sock || s.over {
		return
	}
	s.sit(nil)
	s.log.Info("page lost")
	var away *time.Timer
	away = time.AfterFunc(s.server.cfg.Limits.Grace, func() {
		s.post(func() {
			if s.away == away { // it did not return in between
				s.end(call.ConnectionLost)
			}
		})
	})
	s.away = away
	if s.call != nil {
		s.call.lost(absentPage)
	}
}

// end ends the session, and its call for a cause.
func (s *session) end(c call.Cause) {
	if s.over {
		return
	}
	if s.call != nil {
		s.leave(s.call, call.LegEnded{Cause: c}, "gateway")
	}
	s.unprobeAll()
	s.over = true
	if s.away != nil {
		s.away.Stop()
	}
	if s.sock != nil {
		if c == call.Shutdown {
			s.send(&byeNotice{head{Type: "bye"}, sentences[call.Shutdown]})
		}
		s.sock.cut(websocket.CloseGoingAway, "the session is over")
		s.sit(nil)
	}
	s.log.Info("session over", "cause", c)
}

// remember keeps a call's id while messages about it may still arrive.
func (s *session) remember(id string) {
	if s.past = append(s.past, id); len(s.past) > 8 {
		s.past = s.past[1:]
	}
}

func (s *session) isPast(id string) bool { return slices.Contains(s.past, id) }
