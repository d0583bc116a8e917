package sip

import (
	"log/slog"
	"time"

	"github.com/emiago/sipgo/sip"

	"webtrunk"
	"webtrunk/trunk"
)

// learned tells the line's health how the carrier took what it was asked: res
// is its response, nil for none.
func (n *line) learned(to trunk.Asked, res *sip.Response) {
	switch {
	case res == nil:
		if to == trunk.ByCall {
			n.nudged()
		}
		n.judge(func(h *trunk.Health, now time.Time) { h.Failed(now, to, trunk.Fault{}) })
	case res.StatusCode == sip.StatusTrying: // a proxy says that much before it knows anything
	case isFault(to, res.StatusCode):
		f := trunk.Fault{Status: res.StatusCode, RetryAfter: time.Duration(retryAfter(res)) * time.Second}
		n.judge(func(h *trunk.Health, now time.Time) { h.Failed(now, to, f) })
	default:
		n.judge(func(h *trunk.Health, now time.Time) { h.Heard(now, to) })
	}
}

// isFault reports whether a status says that the carrier is unwell. Of
// requests other than INVITE, 501, 505 and the like say only that they are not
// known.
func isFault(to trunk.Asked, status int) bool {
	switch status {
	case sip.StatusRequestTimeout, 500, 502, 503, 504:
		return true
	}
	return to == trunk.ByCall && status >= 500 && status < 600
}

// nudged has OPTIONS go out now: a call found nobody.
func (n *line) nudged() {
	select {
	case n.nudge <- struct{}{}:
	default:
	}
}

func (n *line) log() *slog.Logger { return n.e.log.With("trunk", n.Name) }

// judge has the line's health take something in, and tells of the turn that it
// takes by that. Turns are told in their order.
func (n *line) judge(take func(h *trunk.Health, now time.Time)) {
	n.mu.Lock()
	defer n.mu.Unlock()
	now := time.Now()
	take(&n.health, now)
	c, turned := n.health.Turned(now)
	if !turned {
		return
	}
	c.Trunk = n.Name
	if c.Up {
		n.log().Info("sip: trunk up")
	} else {
		n.log().Warn("sip: trunk down", "reason", c.Reason)
	}
	if n.e.cfg.Changed != nil {
		n.e.news.post(func() { n.e.cfg.Changed(c) })
	}
}

// fares reports whether the line is one to send calls over.
func (n *line) fares(now time.Time) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.health.Allows(now)
}

// reserve takes a place for one call that we dial, or says in a sentence for
// the caller why there is none. e.mu is held.
func (n *line) reserve(now time.Time) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	switch {
	case !n.health.Allows(now) && !n.health.Answers(now) && !n.tested.Load():
		return &webtrunk.Error{Op: "sip: trunk " + n.Name, Kind: webtrunk.Unavailable,
			Message: "The telephone network cannot be reached at the moment. Try again in a few minutes."}
	case n.Limits.Calls > 0 && int(n.calls.Load()) >= n.Limits.Calls,
		n.Limits.PerSecond > 0 && !n.begins.take(now):
		n.counters.limited.Add(1)
		return &webtrunk.Error{Op: "sip: trunk " + n.Name, Kind: webtrunk.Exhausted,
			Message: "All lines to the telephone network are in use. Try again in a moment."}
	}
	n.health.Tried(now)
	return nil
}

// full reports whether a call that has arrived is one too many.
func (n *line) full() bool {
	full := n.Limits.Calls > 0 && int(n.calls.Load()) > n.Limits.Calls
	if full {
		n.counters.limited.Add(1)
	}
	return full
}

// shunned says why calls are kept off the line, if they are, and whether not
// even a test is of use.
func (n *line) shunned(now time.Time) (why string, barred bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.health.Allows(now) {
		return "", false
	}
	return n.health.State(now).Reason, n.health.Barred(now)
}

// state is how the line fares.
func (n *line) state(now time.Time) trunk.State {
	n.mu.Lock()
	defer n.mu.Unlock()
	s := n.health.State(now)
	s.Calls = int(n.calls.Load())
	s.RoundTrip = n.roundTrip
	s.Peers = n.where.choose(now)
	return s
}
