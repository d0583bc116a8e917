package sip

import (
	"context"
	"log/slog"
	"net/netip"
	"time"

	"github.com/emiago/sipgo/sip"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/media"
)

// A phase is how far a leg has come.
type phase uint8

const (
	trying      phase = iota // its INVITE has no final answer yet
	answered                 // we sent a 2xx that is not acknowledged yet
	unconfirmed              // they sent a 2xx that we do not acknowledge yet: the call is not on record
	confirmed                // it is up
	over                     // it has ended; what ends it may still be under way
)

// A leg is one party reached over SIP. All its fields but those of the first
// group belong to the goroutine of its mailbox.
type leg struct {
	e      *Edge
	box    mailbox
	line   *line
	callID string // SIP's Call-ID
	tag    string // ours: the key by which messages find the leg
	begun  time.Time

	inviteKey, mergeKey string          // of a leg that arrived
	came                origin          // likewise
	brought             webtrunk.CallID // likewise: the call that it became
	ghost               bool            // what a process before us has left: see ghost.go
	lingering           *time.Timer     // with e.mu
	socket              *media.Socket

	id      call.LegID
	log     *slog.Logger
	report  func(call.Input)
	phase   phase
	dialog  dialog
	session session
	auth    authenticator
	closed  bool // the socket
	done    bool // off the books
	timers  map[string]*time.Timer
	pending map[string]*exchange // our requests that have no final response

	peer     netip.AddrPort // where our INVITE went
	reaching int            // requests of ours that wait for a name or a connection
	broken   bool           // an exchange is lost because its connection has ended
	seat     *seat          // its place in the call
	hunt     *hunt          // of a leg that we dialled
	ceded    bool           // its place has gone to another, and its dialog is still to be ended
	out      outgoing
	in       incoming
	invited  *sip.Request // our last INVITE
	acks     []ack        // what we acknowledged, to repeat it for repeated 2xx
	hold     renegotiation
	watch    watch
	far      far
	keys     []byte // digits that wait to be sent by INFO
	heard    presses
	silence  silence

	refer referral  // a REFER of theirs
	bid   referring // and of ours
}

// guard runs one piece of the leg's work. A panic in it ends this leg and
// nothing else: the far side is told, and so is the call.
func (l *leg) guard(work func()) {
	defer func() {
		if l.phase == over {
			l.settle()
		}
	}()
	defer func() {
		if p := recover(); p != nil {
			l.e.caught("leg", p)
			defer l.e.survive("ending a leg")
			l.end(call.LegEnded{Cause: call.Failed}, call.Failed)
		}
	}()
	work()
}

// handle opens a letter.
func (l *leg) handle(m *letter) {
	defer func() {
		if p := recover(); p != nil {
			if m.tx != nil && m.tx != l.in.tx {
				l.e.refuse(m.req, m.tx, sip.StatusInternalServerError)
			}
			panic(p) // guard ends the leg
		}
	}()
	switch {
	case m.then != nil:
		m.then()
	case m.res != nil:
		l.handleResponse(m.res)
	case l.in.invite == nil && l.in.fresh(m.req, l):
		l.arrive(m.req, m.tx)
	default:
		l.handleRequest(m.req, m.tx)
	}
}

// tell reports to the call, unless the leg has ended.
func (l *leg) tell(in call.Input) {
	if l.report != nil {
		l.report(in)
	}
}

// end ends the leg from our side, whatever phase it is in: the far side is
// told the cause, and the call, if it did not order this itself, the report.
func (l *leg) end(report call.LegEnded, cause call.Cause) {
	was := l.phase
	l.ended(report)
	switch {
	case was == over:
		l.depart()
		l.refer.leave(l)
	case was == confirmed && l.refer.handOver(l, cause, report.SIPCode):
	case was == trying && l.in.tx != nil:
		l.reject(cause)
	case was == trying:
		l.giveUp(cause)
	case was == answered: // §15: no BYE before the ACK, or before nobody can expect one
		l.in.bye = &cause
	case was == unconfirmed: // §13.2.2.4: ACK all the same, then BYE
		l.acknowledgeAnswer()
		l.bye(&l.dialog, cause)
	default:
		l.bye(&l.dialog, cause)
	}
	l.closeSocket()
}

// lastWords says what a leg that has ended still keeps back, because the far
// side has to speak first: a BYE waits for the ACK (§15), a CANCEL for a
// provisional response (§9.1). When nobody is here any more to hear that, the
// rule costs the carrier a call that it believes in.
func (l *leg) lastWords() {
	switch {
	case l.phase != over:
	case l.in.bye != nil:
		l.acknowledged()
	case l.out.cancel != "" && len(l.pending) > 0:
		l.sendCancel()
	}
}

// ended reports the end and makes it final. It tells nobody else.
func (l *leg) ended(report call.LegEnded) {
	if l.phase == over {
		return
	}
	l.phase = over
	l.log.Info("sip: leg ended", "cause", string(report.Cause), "code", report.SIPCode, "after", time.Since(l.begun).Round(time.Millisecond))
	report.Leg = l.id
	l.tell(report)
	l.report = nil
	for name := range l.timers {
		if name != ackTimer && name != repeatTimer && name != referTimer {
			l.stop(name)
		}
	}
}

// closeSocket gives the RTP ports back. It waits for the socket's goroutines,
// which the leg does not.
func (l *leg) closeSocket() {
	s := l.socket
	if s == nil || l.closed {
		return
	}
	l.closed = true
	if !l.e.run(s.Close) {
		s.Close()
	}
}

// settle takes the leg off the books when all that ends it is answered.
func (l *leg) settle() {
	if len(l.pending) > 0 || l.reaching > 0 || l.in.bye != nil || l.refer.leaving || l.ceded || l.done {
		return
	}
	l.relieve()
	l.done = true
	for name := range l.timers {
		l.stop(name)
	}
	linger := time.Duration(0)
	if l.out.late || l.line.Refer { // RFC 3891 §3: who wants to replace what has ended is told so
		linger = l.e.timers.Linger
	}
	if !l.out.late {
		l.out.invite, l.invited, l.acks, l.out.earlies = nil, nil, nil, nil
	}
	l.unburden()
	l.e.finished(l, linger)
}

// unburden lets go of what only a call that is up needs: its socket, port and
// streams are larger than all the rest. A leg that lingers answers what comes late
// by its dialog, its credentials and what it has said.
func (l *leg) unburden() {
	l.socket, l.seat, l.hunt = nil, nil, nil
	l.session, l.timers, l.pending = session{}, nil, nil
}

// forgotten is called when the edge lets go of the leg. e.mu is held. It
// returns the letters that nobody will read.
func (l *leg) forgotten() []*letter {
	if l.lingering != nil {
		l.lingering.Stop()
	}
	return l.box.close()
}

// Names of a leg's timers.
const (
	ringTimer   = "ring"
	slowTimer   = "slow"
	recordTimer = "record"
	ackTimer    = "ack"
	repeatTimer = "repeat"
	glareTimer  = "glare"
)

// after runs f on the leg's goroutine when d has passed, in place of the
// timer of the same name.
func (l *leg) after(name string, d time.Duration, f func()) {
	l.stop(name)
	if l.timers == nil {
		l.timers = make(map[string]*time.Timer)
	}
	var t *time.Timer
	t = time.AfterFunc(d, func() {
		l.box.post(func() {
			if l.timers[name] == t { // else it was stopped meanwhile
				delete(l.timers, name)
				f()
			}
		})
	})
	l.timers[name] = t
}

func (l *leg) stop(name string) {
	if t := l.timers[name]; t != nil {
		t.Stop()
		delete(l.timers, name)
	}
}

// hangup ends the leg because its call wants it so.
func (l *leg) hangup(h call.HangUpLeg) {
	if h.Cause == "" {
		h.Cause = call.Hangup
	}
	l.report = nil // nobody listens any more
	l.end(call.LegEnded{Cause: h.Cause, SIPCode: h.SIPCode}, h.Cause)
}

func (l *leg) inbound() bool { return l.inviteKey != "" }

func hungUp(what string) error {
	return &webtrunk.Error{Op: "sip: " + what, Kind: webtrunk.Conflict, Message: "the telephone has hung up"}
}

func dialledByUs(what string) error {
	return &webtrunk.Error{Op: "sip: " + what, Kind: webtrunk.Unsupported, Message: "this call was made by us: only a call that arrived can be told to " + what}
}

// listen connects the leg's port with what the leg reports.
func (l *leg) listen(s *media.Socket) {
	l.socket = s
	l.session = newSession(&l.line.Trunk, l.line.address(), s.LocalPort())
	l.attend()
}

// attend has the keys that the leg's port hears come here.
func (l *leg) attend() {
	if p := l.socket.Port(); p != nil {
		p.OnDigit(func(digit byte, held time.Duration) {
			l.box.post(func() { l.pressed(digit, byEvents, held) })
		})
		p.OnTone(func(digit byte) {
			l.box.post(func() { l.pressed(digit, byTone, 0) })
		})
		p.OnUncarried(func(digit byte) {
			l.box.post(func() { l.sendDigits(string(digit)) })
		})
	}
}

// tune gives what was agreed to the media loop, the keys first: nothing leaves
// in the clear that was agreed to be encrypted.
func (l *leg) tune() {
	if err := l.socket.SetCrypto(l.session.secrecy.send, l.session.secrecy.receive); err != nil {
		l.log.Error("sip: the keys cannot be used", "error", err)
		return
	}
	if l.session.remote.IsValid() {
		l.socket.SetRemotes(l.session.remote, l.session.control)
	}
	l.socket.Port().SetFormat(l.session.format)
}

func (l *leg) debug(msg string, args ...any) {
	l.log.Log(context.Background(), slog.LevelDebug, msg, args...)
}
