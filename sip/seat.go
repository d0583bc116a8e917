package sip

import (
	"sync/atomic"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/media"
	"webtrunk/switchboard"
)

var _ switchboard.Leg = (*seat)(nil)

// A seat is one party's place in a call, which is all that the call knows of
// it: a port that stays, and wishes. Who sits there may change without the
// call's noticing: an attempt of a hunt makes way for the next, a dialog for the
// one that replaces it (replace.go), and a party that joins two calls for the
// other call (joint.go).
//
// It belongs to the goroutine of the leg that sits there, which hands it to the
// next. Other goroutines know only at and joined, and post their wishes there.
type seat struct {
	e      *Edge
	call   webtrunk.CallID
	leg    call.LegID
	socket *media.Socket
	at     atomic.Pointer[leg]
	joined atomic.Pointer[half] // once the other call sits here
}

// arrivedAt is the seat of a leg that arrived.
func (l *leg) arrivedAt(id webtrunk.CallID) *seat {
	s := &seat{e: l.e, call: id, leg: l.id, socket: l.socket}
	s.at.Store(l)
	return s
}

// post has f run by the leg that sits here, which may hand the seat on before it
// comes to that, or j by the other call in its place.
func (s *seat) post(f func(*leg), j func(*half)) bool {
	if other := s.joined.Load(); other != nil {
		j(other)
		return true
	}
	l := s.at.Load()
	posted := l.box.post(func() {
		if s.left(l) {
			s.post(f, j)
			return
		}
		f(l)
	})
	return posted || s.left(l) && s.post(f, j)
}

// left reports whether a leg sits here no more.
func (s *seat) left(l *leg) bool { return s.at.Load() != l || s.joined.Load() != nil }

func (s *seat) wish(what string, f func(*leg), j func(*half)) error {
	if !s.post(f, j) {
		return hungUp(what)
	}
	return nil
}

// nothing is what a wish means to a call that sits here: it has that from its
// own side, or needs none of it.
func nothing(*half) {}

// The methods of switchboard.Leg. Each posts a wish and returns.

// Progress tells the caller that the telephone at the other end rings: by 183
// with our description where it is heard already, else by 180.
func (s *seat) Progress(early bool) error {
	return s.wish("ring", func(l *leg) { l.progress(early) }, nothing)
}

// Answer tells the caller that the call is answered.
func (s *seat) Answer() error { return s.wish("answer", (*leg).answer, nothing) }

// Confirm is for legs that we dialled.
func (s *seat) Confirm() error { return nil }

// Hold puts the far side on hold by a re-INVITE.
func (s *seat) Hold() error {
	return s.wish("hold", func(l *leg) { l.wantHold(true) }, func(j *half) { j.hold(true) })
}

// Resume takes the far side off hold.
func (s *seat) Resume() error {
	return s.wish("resume", func(l *leg) { l.wantHold(false) }, func(j *half) { j.hold(false) })
}

// SendDigits presses keys towards the far side.
func (s *seat) SendDigits(digits string) error {
	if err := checkDigits(digits); err != nil {
		return err
	}
	return s.wish("send digits", func(l *leg) { l.sendDigits(digits) }, func(j *half) { j.sendDigits(digits) })
}

// Refer has the far side call a number itself.
func (s *seat) Refer(to webtrunk.Address) error {
	if s.joined.Load() != nil {
		return &webtrunk.Error{Op: "sip: refer", Kind: webtrunk.Unsupported, Message: "this call was joined with another one here: let the gateway transfer it"}
	}
	if err := s.at.Load().line.canRefer(to); err != nil {
		return err
	}
	return s.wish("refer", func(l *leg) { l.askToCall(to) }, func(j *half) { j.cannotRefer() })
}

// Transferring tells the far side how the transfer goes that it asked for.
func (s *seat) Transferring(t call.TellTransfer) error {
	return s.wish("tell of a transfer", func(l *leg) { l.refer.tell(l, t) }, nothing)
}

// Hangup ends the leg. It finishes by itself.
func (s *seat) Hangup(h call.HangUpLeg) {
	s.post(func(l *leg) { l.hangup(h) }, func(j *half) { j.hangup(h) })
}

// Quality returns what the socket measures; after the end, what it measured last.
func (s *seat) Quality() call.Quality { return call.Quality(s.socket.Quality()) }

// Port returns the seat's end of the media loop, the same whoever sits there.
func (s *seat) Port() *media.Port { return s.socket.Port() }
