package trunk

import (
	"fmt"
	"time"
)

// Bounds on how a trunk is judged.
const (
	Tolerated    = 3                // failures in a row that take a trunk down
	firstPause   = 5 * time.Second  // before a trunk that is down is tried again
	longestWait  = 10 * time.Minute // that a Retry-After is believed
	longestPause = 5 * time.Minute  // pause; they double
)

// Health judges a trunk by what is heard of it. It is a circuit breaker that
// knows SIP: failures in a row take the trunk down, a sign of life brings it
// back, and a carrier that asks to be left alone for a while is left alone. It
// has no clock and no goroutine: whoever watches the trunk tells it what
// happened, and when. The zero Health is a trunk of which nothing is known.
type Health struct {
	// Registers says that calls need a binding at the carrier's registrar:
	// without one the trunk is down.
	Registers bool

	status   Status // by calls and probes alone; "" is Unproven
	failures int    // in a row
	pauses   int    // begun since a call was last taken
	until    time.Time
	wait     time.Time // what a Retry-After asked for
	answers  bool      // the last failure was at least a response
	refusing bool      // it is down because it refuses calls, not because it is silent
	reason   string

	probed bool // OPTIONS was answered once
	spoken bool // anything else was

	bound   time.Time // until when the binding stands
	unbound string    // why there is none; empty before the first attempt has failed

	shown Status // with the binding
	since time.Time
	told  bool // the world knows that it is down
}

// Asked is what a trunk was asked with.
type Asked uint8

const (
	ByCall  Asked = iota // an INVITE that opens a call
	ByProbe              // OPTIONS
	ByOther
)

// A Fault is how a trunk failed.
type Fault struct {
	Status     int           // the response's: 408 or 5xx; 0 for none at all
	RetryAfter time.Duration // that it asked for; 0 for none
}

// Heard notes a sign of life: a response that is no Fault.
//
// A trunk that is down because it refuses calls may well answer OPTIONS, as
// proxies do that have lost what is behind them. For it that counts once its
// pause is over; else it would go up and down for as long as they are lost.
func (h *Health) Heard(now time.Time, to Asked) {
	switch to {
	case ByCall:
		h.pauses, h.spoken = 0, true
	case ByProbe:
		h.probed = true
	default:
		h.spoken = true
	}
	if to == ByCall || !h.refusing || !now.Before(h.until) {
		h.status, h.failures, h.refusing, h.reason, h.until = Up, 0, false, "", time.Time{}
	}
	h.Check(now)
}

// Failed notes a failure. Silence to OPTIONS says nothing of a carrier that has
// never answered one but speaks otherwise: it ignores them.
func (h *Health) Failed(now time.Time, to Asked, f Fault) {
	if to == ByProbe && f.Status == 0 && h.spoken && !h.probed {
		return
	}
	if f.RetryAfter > 0 {
		h.wait = now.Add(min(f.RetryAfter, longestWait))
	}
	h.failures++
	h.answers, h.reason = f.Status != 0, f.sentence(to)
	switch {
	case h.status != Down && h.failures >= Tolerated:
		h.status, h.refusing = Down, to == ByCall && h.answers
		h.pause(now)
	case h.status == Down && to == ByCall:
		h.refusing = h.refusing || h.answers
		h.pause(now)
	}
	h.Check(now)
}

// pause keeps calls away, twice as long each time.
func (h *Health) pause(now time.Time) {
	d := min(firstPause<<min(h.pauses, 16), longestPause)
	h.pauses++
	h.until = now.Add(d)
}

func (f Fault) sentence(to Asked) string {
	switch {
	case f.Status != 0 && to == ByCall:
		return fmt.Sprintf("The carrier fails calls with status %d. Ask the carrier.", f.Status)
	case f.Status != 0:
		return fmt.Sprintf("The carrier answers with status %d. Ask the carrier.", f.Status)
	case to == ByProbe:
		return "The carrier does not respond to OPTIONS. Check the proxy's address and the firewall; if it takes calls all the same, set keepalive to -1s."
	}
	return "The carrier does not respond. Check the proxy's address and the firewall."
}

// Tried notes that a call is sent over the trunk. Where it is down, that is
// the one call that tries it; others wait for what comes of it.
func (h *Health) Tried(now time.Time) {
	if h.status == Down && !now.Before(h.until) {
		h.pauses = max(h.pauses, 1) - 1 // the failure that may follow begins the next pause
		h.pause(now)
	}
}

// Registered notes that the carrier's registrar holds a binding.
func (h *Health) Registered(now, until time.Time) {
	h.bound, h.unbound = until, ""
	h.Check(now)
}

// Unregistered notes why the registrar would not make or renew the binding. One
// that stands goes on to stand.
func (h *Health) Unregistered(now time.Time, reason string) {
	h.unbound = reason
	h.Check(now)
}

// Check draws the conclusions from time alone: a binding that has run out.
func (h *Health) Check(now time.Time) {
	status := h.status
	switch {
	case h.Registers && !now.Before(h.bound):
		status = Down
	case status == "":
		status = Unproven
	}
	if status != h.shown || h.since.IsZero() {
		h.shown, h.since = status, now
	}
}

// Turned returns, once, that the trunk went down or came back. A trunk that has
// yet to register for the first time is neither.
func (h *Health) Turned(now time.Time) (c Change, turned bool) {
	h.Check(now)
	switch {
	case h.shown == Down && !h.told && (h.status == Down || h.unbound != "" || !h.bound.IsZero()):
		h.told = true
		return Change{At: now, Reason: h.why(now)}, true
	case h.shown == Up && h.told:
		h.told = false
		return Change{At: now, Up: true, Reason: "The carrier responds."}, true
	}
	return Change{}, false
}

// Follows makes h the successor of the health that its trunk had before it was
// changed: the world may know that it was down. bound says that its binding
// stays, too.
func (h *Health) Follows(old *Health, bound bool) {
	h.told = old.told
	if bound {
		h.bound, h.unbound = old.bound, old.unbound
	}
}

// Allows reports whether calls may go over the trunk. One that is down is tried
// by one call a pause, unless its answers to OPTIONS will tell when it is back.
func (h *Health) Allows(now time.Time) bool {
	switch {
	case h.Barred(now):
		return false
	case h.status != Down:
		return true
	}
	return !h.probed && !now.Before(h.until)
}

// Answers reports whether a trunk that is not allowed may still be tried where
// there is no other: it refuses many calls, but it answers.
func (h *Health) Answers(now time.Time) bool { return !h.Barred(now) && h.answers }

// Barred reports whether there is no use in trying: the carrier wants no calls
// now, or does not know us.
func (h *Health) Barred(now time.Time) bool {
	return now.Before(h.wait) || h.Registers && !now.Before(h.bound)
}

// State returns how the trunk fares, as far as Health knows.
func (h *Health) State(now time.Time) State {
	h.Check(now)
	s := State{Status: h.shown, Since: h.since, Reason: h.why(now)}
	if s.Status == Unproven {
		s.Since = time.Time{} // nothing has happened yet from which to count
	}
	if h.status == Down && !h.probed && h.until.After(now) {
		s.RetryAt = h.until
	}
	if h.wait.After(now) && h.wait.After(s.RetryAt) {
		s.RetryAt = h.wait
	}
	if h.bound.After(now) {
		s.Registered = h.bound
	}
	return s
}

func (h *Health) why(now time.Time) string {
	switch {
	case h.Registers && !now.Before(h.bound) && h.unbound != "":
		return h.unbound
	case h.Registers && !now.Before(h.bound):
		return "It is not registered yet."
	case h.status == Down:
		return h.reason
	case now.Before(h.wait):
		return "The carrier has asked to be left alone for a while."
	}
	return ""
}
