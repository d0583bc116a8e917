package sip

import (
	"time"

	"github.com/emiago/sipgo/sip"
)

// newLeg makes a leg and lets responses and requests find it. e.mu is held.
func (e *Edge) newLeg(n *line, callID string) *leg { return e.tagged(n, callID, token()) }

// tagged is newLeg for a tag that is known already. e.mu is held.
func (e *Edge) tagged(n *line, callID, tag string) *leg {
	l := &leg{e: e, line: n, callID: callID, tag: tag, log: e.log.With("trunk", n.Name, "sip_call_id", callID)}
	l.box.read, l.box.each, l.box.run = l.handle, l.guard, e.run
	l.begun = time.Now()
	e.ladders.begin(callID, n.Name, l.begun)
	e.legs[l.tag] = l
	e.open[l] = true
	n.known.Add(1)
	n.calls.Add(1)
	return l
}

// finished takes a leg off the books of the living. It is still known for
// linger, for answers that come late.
func (e *Edge) finished(l *leg, linger time.Duration) {
	e.mu.Lock()
	delete(e.invites, l.inviteKey)
	delete(e.merges, l.mergeKey)
	if e.open[l] {
		delete(e.open, l)
		e.forwards.ended(l.brought)
		l.line.calls.Add(-1)
		close(e.changed)
		e.changed = make(chan struct{})
	}
	if linger > 0 && !e.closing {
		l.lingering = time.AfterFunc(linger, func() { e.forget(l) })
		e.mu.Unlock()
		return
	}
	e.mu.Unlock()
	e.forget(l)
}

// forget makes a leg unknown. Requests that reached it too late are told so.
func (e *Edge) forget(l *leg) {
	e.mu.Lock()
	if e.legs[l.tag] == l {
		l.line.known.Add(-1)
		if l.ghost {
			e.ghosts--
		}
	}
	delete(e.legs, l.tag)
	late := l.forgotten()
	e.mu.Unlock()
	for _, m := range late {
		if m.tx != nil {
			e.refuse(m.req, m.tx, sip.StatusCallTransactionDoesNotExists)
		}
	}
}
