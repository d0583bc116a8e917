package floor

import (
	"slices"
	"time"

	"webtrunk"
)

// An Agent is a person who takes calls.
type Agent struct {
	ID     string
	Name   string
	Skills map[string]int // a level from 1 to 10 of each
	Queues []string       // which they serve
	WrapUp time.Duration  // for notes after a call; 0 means the queue's
	Phone  bool           // they can be called on a telephone too, or alone
}

// Presence is whether an agent can have a call, and if not, why.
type Presence string

const (
	Offline      Presence = "offline"
	Available    Presence = "available"
	Offered      Presence = "offered"
	OnCall       Presence = "on_call"
	WrapUp       Presence = "wrap_up"
	Away         Presence = "away" // with a reason
	Unresponsive Presence = "unresponsive"
)

// The floor's own patience.
const (
	// awayFromPage is how long a page may be gone, as when it is loaded again,
	// before its agent has to say anew that they are there: signalling's grace.
	awayFromPage = 30 * time.Second
	// rest is for an agent who could not be rung at all: who is unreachable is
	// not tried with each of two hundred callers at once.
	rest = 10 * time.Second
)

// An agent is an Agent and how they are. Presence is not decided but derived
// from what is known: what they chose, where they are, their calls and offers.
type agent struct {
	Agent
	places       int      // browsers open
	chosen       Presence // Available, Away or Offline
	reason       string   // of being away
	unresponsive bool
	calls        map[webtrunk.CallID]time.Duration // with the wrap-up that follows
	offer        *offer
	wrap         time.Time // wrap-up ends
	rest         time.Time // no offer before
	lost         time.Time // since when they cannot be reached
	since        time.Time // ready for a call
	wasReady     bool

	told       Presence // the last Became
	toldReason string
}

func (a *agent) reachable() bool { return a.places > 0 || a.Phone }

// ready reports whether an agent can have a call, were it not for an offer.
func (a *agent) ready(now time.Time) bool {
	return a.chosen == Available && a.reachable() && !a.unresponsive && len(a.calls) == 0 && !now.Before(a.wrap)
}

// free reports whether an agent can be offered a call now.
func (a *agent) free(now time.Time) bool {
	return a.ready(now) && a.offer == nil && !now.Before(a.rest)
}

// onDuty reports whether an agent has a call, or will have one in time.
func (a *agent) onDuty(now time.Time) bool {
	switch a.presence(now) {
	case Available, Offered, OnCall, WrapUp:
		return true
	}
	return false
}

func (a *agent) presence(now time.Time) Presence {
	switch {
	case len(a.calls) > 0:
		return OnCall
	case a.offer != nil:
		return Offered
	case a.chosen == Offline || !a.reachable():
		return Offline
	case a.chosen == Away:
		return Away
	case a.unresponsive:
		return Unresponsive
	case now.Before(a.wrap):
		return WrapUp
	}
	return Available
}

// why is the reason of a presence, where it has one.
func (a *agent) why(p Presence) string {
	if p == Away {
		return a.reason
	}
	return ""
}

func (a *agent) serves(queue string) bool { return slices.Contains(a.Queues, queue) }

// has reports whether an agent has each needed skill, at its level less what a
// caller's waiting took off.
func (a *agent) has(needs map[string]int, relaxed int) bool {
	for skill, level := range needs {
		if a.Skills[skill] < level-relaxed {
			return false
		}
	}
	return true
}

// beyond is the sum of an agent's levels above what is needed: whoever has least
// of it leaves the others for callers who need that.
func (a *agent) beyond(needs map[string]int) (sum int) {
	for skill, level := range a.Skills {
		sum += max(0, level-needs[skill])
	}
	return sum
}
