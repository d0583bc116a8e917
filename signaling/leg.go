package signaling

import (
	"slices"
	"sync"
	"sync/atomic"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/media"
	"webtrunk/switchboard"
)

// A leg is a browser's part in a call, as the switchboard sees it.
type leg struct {
	server *Server
	call   webtrunk.CallID
	id     call.LegID
	at     webtrunk.Address // where it was dialled; zero for one that calls
	part   call.Part        // which it was dialled for
	port   *media.Port
	wire   wire
	mouth  mouth
	report func(call.Input) // set before any session can use it

	muted, systemMuted atomic.Bool // the microphone, as the page says

	mu     sync.Mutex
	rung   []*session // where it rings
	winner *session   // who has it
	over   bool       // it has ended, or the switchboard has ended it
	rang   bool
	worst  call.Cause // why pages that rang did not take it
	once   sync.Once
}

var _ switchboard.Leg = (*leg)(nil)

// newLeg makes a leg within the limit; release gives its place back.
func (s *Server) newLeg(id webtrunk.CallID, n call.LegID) (*leg, bool) {
	if !s.addLeg() {
		return nil, false
	}
	l := &leg{server: s, call: id, id: n}
	l.port = media.NewPort(string(id)+" "+n.String(), &l.wire)
	l.mouth.port = l.port
	return l, true
}

// Port returns the leg's end of the media loop.
func (l *leg) Port() *media.Port { return l.port }

// Confirm has the page that answered share what is shared beside the sound: of several
// who answer at the same moment, the call confirms one.
func (l *leg) Confirm() error {
	l.tell(func(_ *session, c *pageCall) { c.enter() }) // a page that has gone shares nothing
	return nil
}

// Part implements switchboard.Sharer: who no longer talks with all is in no room with them.
func (l *leg) Part(p call.Part) {
	l.tell(func(s *session, c *pageCall) {
		if l.part = p; p == call.Talks {
			c.enter()
			return
		}
		c.leaveRoom()
		c.hideBill()
		s.pass(roomNotice{Type: "room", ID: c.id})
	})
}

// Progress tells the page that the callee rings, or is heard already.
func (l *leg) Progress(early bool) error {
	state := stateRinging
	if early {
		state = stateEarly
	}
	return l.tell(func(s *session, c *pageCall) {
		if c.state == stateCalling || c.state == stateQueued || c.state == stateRinging && early {
			c.state = state
			s.send(plain(state, c.id))
		}
	})
}

// Answer tells the page that the callee has answered.
func (l *leg) Answer() error {
	return l.tell(func(s *session, c *pageCall) {
		if c.state != stateAnswered {
			c.state = stateAnswered
			s.send(plain("answered", c.id))
			c.enter()
		}
	})
}

// Hold tells the page that it is on hold.
func (l *leg) Hold() error { return l.hold(true, "held") }

// Resume tells the page that it is not on hold any more.
func (l *leg) Resume() error { return l.hold(false, "resumed") }

func (l *leg) hold(held bool, kind string) error {
	return l.tell(func(s *session, c *pageCall) {
		if c.held != held {
			c.held = held
			s.send(plain(kind, c.id))
		}
	})
}

// SendDigits shows the page the digits that the far side pressed.
func (l *leg) SendDigits(digits string) error {
	return l.tell(func(s *session, c *pageCall) {
		for _, d := range digits {
			s.send(&digitNotice{head{Type: "dtmf", ID: c.id}, string(d)})
		}
	})
}

// Refer fails: a page calls nobody by itself.
func (l *leg) Refer(webtrunk.Address) error {
	return &webtrunk.Error{Op: "signaling: leg", Kind: webtrunk.Unsupported, Message: "A browser cannot be asked to call somebody itself: only a telephone network can."}
}

// tell has f run on the goroutine of the page that has the call.
func (l *leg) tell(f func(*session, *pageCall)) error {
	l.mu.Lock()
	s := l.winner
	l.mu.Unlock()
	if s == nil {
		return &webtrunk.Error{Op: "signaling: leg", Kind: webtrunk.Conflict, Message: "Nobody has answered this call in a browser yet."}
	}
	s.post(func() {
		if c := s.call; c != nil && c.leg == l {
			f(s, c)
		}
	})
	return nil
}

// Hangup ends the leg wherever it rings or runs.
func (l *leg) Hangup(end call.HangUpLeg) {
	l.mu.Lock()
	l.over = true
	pages := slices.Clone(l.rung)
	running := l.winner != nil
	if running {
		pages = append(pages, l.winner)
	}
	l.mu.Unlock()
	gone := true
	for _, s := range pages {
		gone = !s.post(func() { s.hungUp(l, end) }) && gone
	}
	if gone || !running {
		l.release(nil) // else the page's session does, with the peer
	}
}

// hungUp ends the session's part in a call that the switchboard has ended.
func (s *session) hungUp(l *leg, end call.HangUpLeg) {
	c := s.call
	if c == nil || c.leg != l {
		return
	}
	s.drop(c, &endedNotice{
		Reason: end.Cause, Message: sentence(end.Cause, end.Message), By: whoEnded(l.id, end), SIPCode: end.SIPCode,
	})
	if l.has(s) {
		l.release(c.peer)
	}
}

// whoEnded says to a page who ended its call.
func whoEnded(me call.LegID, end call.HangUpLeg) string {
	switch {
	case end.By == me:
		return "you"
	case end.By != 0:
		return "them"
	}
	switch end.Cause {
	case call.Hangup, call.Canceled, call.Busy, call.Rejected, call.NoAnswer:
		return "them"
	}
	return "gateway"
}

// has reports whether s is the page that has the call.
func (l *leg) has(s *session) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.winner == s
}

// release frees what the leg holds, once: its peer first, so that nothing
// arrives at a closed port.
func (l *leg) release(p peer) {
	l.once.Do(func() {
		l.server.background(func() {
			if p != nil {
				p.close()
			}
			l.port.Close()
			l.server.silence(l)
			if l.id == 1 {
				l.server.filmed.Delete(l.call)
			}
			l.server.dropLeg()
		})
	})
}
