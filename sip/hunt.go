package sip

import (
	"slices"
	"time"

	"github.com/emiago/sipgo/sip"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/switchboard"
)

var _ switchboard.Leg = (*hunt)(nil)

// A hunt reaches one telephone over one trunk after the other, and is one leg
// to its call: the same port, and one story of ringing, answer and end. Each
// attempt is a leg with a Call-ID and a tag of its own, so that whatever still
// comes of one that was passed over, an answer too, finds it and is ended by it.
//
// The hunt belongs, as its seat does, to the goroutine of the attempt under way.
type hunt struct {
	seat
	asked  call.Leg
	known  map[*line][]sip.Header // of the call, that travels over each
	report func(call.Input)
	others []*line // trunks that may still be tried, with e.mu
}

// candidates returns the lines that may carry a call, the one to try first at
// the head: the one that is named, or what the routes say. Those that fare
// badly come last.
func (e *Edge) candidates(c call.Leg, now time.Time) ([]*line, error) {
	if c.Trunk != "" {
		n, err := e.lineNamed(c.Trunk)
		return []*line{n}, err
	}
	r := e.roster.Load()
	var lines []*line
	for _, choice := range r.network.Choices(c.Address, r.network.Pretends()) {
		i := slices.IndexFunc(r.lines, func(n *line) bool { return n.Name == choice.Trunk.Name })
		lines = append(lines, r.lines[i])
	}
	if len(lines) == 0 {
		return nil, &webtrunk.Error{Op: "sip: dial", Kind: webtrunk.NotFound, Message: "no trunk carries calls to this number: see the routes and the trunks' prefixes"}
	}
	well := make(map[*line]bool, len(lines))
	for _, n := range lines {
		well[n] = n.fares(now)
	}
	slices.SortStableFunc(lines, func(a, b *line) int { return rank(well[a]) - rank(well[b]) })
	return lines, nil
}

// set sends the hunt over its first trunk.
func (h *hunt) set() error {
	h.e.mu.Lock()
	defer h.e.mu.Unlock() // with its INVITE in the mailbox: Close, which hangs up all that it finds here, comes behind it
	if h.e.closing || h.e.draining {
		return &webtrunk.Error{Op: "sip: dial", Kind: webtrunk.Unavailable, Message: "the gateway is being shut down: try again in a moment"}
	}
	n, err := h.next(time.Now())
	if err != nil {
		return err
	}
	h.begin(n)
	return nil
}

// next takes the next line that may carry a call now, nil where none is left.
// e.mu is held: no other call takes the same place on it.
func (h *hunt) next(now time.Time) (n *line, why error) {
	for len(h.others) > 0 {
		n, h.others = h.others[0], h.others[1:]
		if err := n.reserve(now); err == nil {
			return n, nil
		} else if why == nil || webtrunk.KindOf(err) == webtrunk.Exhausted {
			why = err
		}
	}
	return nil, why
}

// begin sends the call over a line. e.mu is held.
func (h *hunt) begin(n *line) {
	l := h.e.newLeg(n, token()+"@"+n.host())
	l.hunt, l.seat = h, &h.seat
	l.dialling(h.asked, h.socket, h.report, h.known[n])
	h.at.Store(l)
	l.box.post(l.dial)
}

// passOn sends the call over the next trunk and reports whether there was one;
// this attempt is then over by itself. It is too late for that once the called
// network has said anything but 100: a telephone may ring.
func (l *leg) passOn() bool {
	h := l.hunt
	if h == nil || l.phase != trying || l.out.progressed {
		return false
	}
	h.e.mu.Lock()
	defer h.e.mu.Unlock()
	if h.e.hangingUp {
		return false
	}
	n, _ := h.next(time.Now())
	if n == nil {
		return false
	}
	l.log.Info("sip: trying the next trunk", "next", n.Name)
	l.report, l.closed, l.out.passed = nil, true, true // report and socket go on with the hunt
	l.ended(call.LegEnded{Cause: call.Unreachable})
	h.begin(n)
	return true
}

// fails reports whether a final response to an INVITE is about the trunk
// rather than the called party: another may do better (RFC 3261 §16.7, §21.5).
func fails(res *sip.Response) bool {
	return res.StatusCode == sip.StatusRequestTimeout || res.StatusCode >= 500 && res.StatusCode < 600
}

// What a leg that we dialled does otherwise than one that arrived.

// Progress is for legs that arrived.
func (h *hunt) Progress(bool) error { return dialledByUs("ring") }

// Answer is for legs that arrived.
func (h *hunt) Answer() error { return dialledByUs("answer") }

// Confirm acknowledges the answer. Until then its network repeats the 2xx, and
// a process that dies leaves it an answer that nobody has acknowledged rather
// than a call that nobody knows.
func (h *hunt) Confirm() error { return h.wish("confirm", (*leg).confirmAnswer, nothing) }
