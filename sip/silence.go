package sip

import "webtrunk/call"

// silenceTimer is the name of the timer that listens for life.
const silenceTimer = "silence"

// silenceLooks is how often, in the time that a leg may be silent, it is
// looked whether it is.
const silenceLooks = 4

// A silence is how long nothing has come from the far side. A telephone whose
// network is gone hangs up nothing: without this, the call is billed until
// somebody notices.
type silence struct {
	heard uint64 // packets, at the last look
	quiet int    // looks since the last packet
	looks int    // in all
}

// hark listens for life from a leg that is up: sound or reports, from the far
// side itself, for a stranger's packets are none. It costs the packets nothing.
func (l *leg) hark() {
	every := l.e.timers.Silence / silenceLooks
	if every <= 0 || l.socket == nil || l.phase != confirmed {
		return
	}
	l.after(silenceTimer, every, func() {
		if l.phase == confirmed && l.silence.lasts(l.socket.Heard(), l.session.speaks()) {
			l.log.Warn("sip: hanging up, for neither sound nor reports come any more", "for", l.e.timers.Silence)
			l.end(call.LegEnded{Cause: call.ConnectionLost, Message: "No sound came from the telephone any more."}, call.ConnectionLost)
			return
		}
		l.hark()
	})
}

// speaks reports whether sound of the far side's is to be expected.
func (s *session) speaks() bool { return s.sends && !s.held && !s.holding }

// lasts takes a look and reports whether the silence has lasted too long. A
// far side that has agreed to send nothing, or is on hold, may be silent for as
// long as it likes: such a call ends by its session timer, or its longest duration.
func (s *silence) lasts(heard uint64, expected bool) bool {
	s.looks++
	s.quiet++
	if heard != s.heard || !expected {
		s.quiet = 0
	}
	s.heard = heard
	return s.quiet >= silenceLooks
}
