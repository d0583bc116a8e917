package signaling

import (
	"context"
	"fmt"
	"slices"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/switchboard"
)

// Dial rings every page that is open under a browser address, or opens there while
// it rings. The first to accept has the call; the others are told that it was answered. The leg ends
// when no page rings any more.
func (s *Server) Dial(_ context.Context, to call.Leg, report func(call.Input)) (switchboard.Leg, error) {
	if to.Address.Scheme != webtrunk.Browser {
		return nil, &webtrunk.Error{
			Op: "signaling: dial", Kind: webtrunk.Unsupported,
			Message: fmt.Sprintf("%s is not a browser's address.", to.Address),
		}
	}
	l, ok := s.newLeg(to.Call, to.ID)
	if !ok {
		return nil, &webtrunk.Error{
			Op: "signaling: dial", Kind: webtrunk.Exhausted,
			Message: "The gateway carries as many calls as it can. Try again in a minute.",
		}
	}
	l.report, l.part = report, to.Part
	pages := s.summon(l, to)
	if len(pages) == 0 {
		l.finish(call.LegEnded{
			Leg: to.ID, Cause: call.NoAnswer,
			Message: "Nobody is there: whoever was called has no page open that could ring. Try again later.",
		})
		return l, nil
	}
	for _, page := range pages {
		if !page.post(func() { page.ring(l, to) }) {
			l.left(page, call.LegEnded{Leg: to.ID, Cause: call.NoAnswer}, nil)
		}
	}
	return l, nil
}

// ring shows the page an incoming call, unless it has one.
func (s *session) ring(l *leg, to call.Leg) {
	switch {
	case s.over:
		l.left(s, call.LegEnded{Leg: l.id, Cause: call.NoAnswer}, nil)
		return
	case s.call != nil:
		l.left(s, call.LegEnded{Leg: l.id, Cause: call.Busy}, nil)
		return
	case !l.rings(s):
		return // answered or ended elsewhere, before it rang here
	}
	c := &pageCall{session: s, leg: l, id: fmt.Sprintf("%s-%s", l.call, l.id), with: to.From.Value, incoming: true, state: stateIncoming, context: to.Context, written: to.Written}
	c.expects(to.From.Scheme)
	if s.sock == nil {
		c.absent = absentPage
	}
	s.call = c
	s.log.Info("call rings", "call", l.call, "leg", l.id.String())
	_, video := s.server.filmed.Load(l.call)
	s.send(&incomingNotice{head: head{Type: "incoming", ID: c.id}, From: c.with, Call: string(l.call), Metadata: to.Context, Video: video, Written: to.Written})
}

// rings reports whether the leg still rings at s; the first time, it tells the call.
func (l *leg) rings(s *session) bool {
	l.mu.Lock()
	rings := !l.over && l.winner == nil && slices.Contains(l.rung, s)
	first := rings && !l.rang
	l.rang = l.rang || rings
	l.mu.Unlock()
	if first {
		l.report(call.LegRinging{Leg: l.id})
	}
	return rings
}

// claim gives the leg to the first session that asks.
func (l *leg) claim(s *session) bool {
	l.mu.Lock()
	if l.over || l.winner != nil {
		l.mu.Unlock()
		return false
	}
	l.winner = s
	others := slices.DeleteFunc(l.rung, func(other *session) bool { return other == s })
	l.rung = nil
	l.mu.Unlock()
	for _, other := range others {
		other.post(func() { other.hungUp(l, call.HangUpLeg{Leg: l.id, Cause: call.Answered}) })
	}
	return true
}

// left notes that s has left the leg. When it had the call, or was the last
// page to ring, the leg ends.
func (l *leg) left(s *session, end call.LegEnded, p peer) {
	l.mu.Lock()
	had := l.winner == s
	l.rung = slices.DeleteFunc(l.rung, func(other *session) bool { return other == s })
	if !had {
		l.worst = worse(l.worst, end.Cause)
		end.Cause = l.worst
	}
	ends := !l.over && (had || l.winner == nil && len(l.rung) == 0)
	l.over = l.over || ends
	l.mu.Unlock()
	if ends {
		l.report(end)
	}
	if ends || had {
		l.release(p)
	}
}

// finish ends a leg that rings nowhere.
func (l *leg) finish(end call.LegEnded) {
	l.mu.Lock()
	l.over = true
	l.mu.Unlock()
	l.report(end)
	l.release(nil)
}

// worse returns the cause that says more about why nobody took a call: a
// person's decision before a page's state.
func worse(a, b call.Cause) call.Cause {
	weight := map[call.Cause]int{call.Rejected: 3, call.Busy: 2, call.NoAnswer: 1}
	if weight[b] > weight[a] || a == "" {
		return b
	}
	return a
}
