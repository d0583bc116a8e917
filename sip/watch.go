package sip

import (
	"time"

	"github.com/emiago/sipgo/sip"

	"webtrunk/call"
)

// A watch is a leg's session timer (RFC 4028): one side refreshes the session
// at half of an agreed interval, and a session that nobody refreshes is over. Without it
// a call whose far side has lost power is billed until somebody notices, and
// proxies that keep state drop calls that look forgotten.
type watch struct {
	least    uint32 // the shortest interval that everybody on the way accepts, as far as we were told
	interval uint32 // of the session, in seconds; 0 before the answer, and where the trunk has no timers
	ours     bool   // we refresh
	known    bool   // the far side has agreed to it, else it is for our own benefit
	due      bool   // a refresh of ours waits for its turn
	under    bool   // a refresh of ours is under way
}

// leastWatched is the shortest interval, in seconds, that we keep to where it
// could not be refused: a proxy's slip must not make us refresh without end.
const leastWatched = 20

// Names of the watch's timers.
const (
	refreshTimer = "refresh session"
	expireTimer  = "session expires"
)

// seconds is how long a number of seconds in a header lasts.
func (l *leg) seconds(n uint32) time.Duration { return time.Duration(n) * l.e.timers.Second }

// askWatched writes into an INVITE or UPDATE what interval we want (§7.1). In
// a session whose timer runs, the roles stay as they are (§7.4).
func (l *leg) askWatched(req *sip.Request) {
	policy := l.line.Sessions
	if policy.Off {
		return
	}
	w := &l.watch
	w.least = max(w.least, shortest(policy))
	x := expiry{seconds: max(w.least, wished(policy))}
	if w.interval != 0 {
		x = expiry{max(w.least, w.interval), byAnswerer}
		if w.ours {
			x.refresher = byAsker
		}
	}
	req.AppendHeader(x.header())
	req.AppendHeader(minimum(w.least))
}

// tooShortFor takes a 422 and reports whether asking again makes sense: with
// the interval that its sender wants (§7.3), which must be longer than ours.
func (w *watch) tooShortFor(req *sip.Request, res *sip.Response) bool {
	asked, found := expiryIn(req)
	least := minimumIn(res)
	if res.StatusCode != statusIntervalTooSmall || !found || least <= asked.seconds {
		return false
	}
	w.least = least
	return true
}

// watchAnswered takes what a 2xx to our INVITE or UPDATE says of the session,
// and begins the interval anew (§7.2). A far side without session timers is
// refreshed all the same: its silence tells us that the call is gone.
func (l *leg) watchAnswered(req *sip.Request, res *sip.Response) {
	asked, found := expiryIn(req)
	if !found {
		return
	}
	w := &l.watch
	x, known := expiryIn(res)
	if !known {
		x = expiry{asked.seconds, byAsker}
	}
	w.interval = max(x.seconds, shortest(l.line.Sessions))
	w.ours, w.known = x.refresher != byAnswerer, known
	l.watchOn()
}

// grantWatched is watchAnswered for a 2xx of ours: it returns the headers that
// go into it (§9) and begins the interval anew.
func (l *leg) grantWatched(req *sip.Request) []sip.Header {
	if l.line.Sessions.Off {
		return nil
	}
	w := &l.watch
	x := grant(req, l.line.Sessions)
	w.least = max(w.least, minimumIn(req))
	w.interval = max(x.seconds, min(leastWatched, shortest(l.line.Sessions)))
	w.ours, w.known = x.refresher == byAnswerer, supports(req, timerOption)
	l.watchOn()
	headers := []sip.Header{x.header()}
	if w.known {
		headers = append(headers, sip.NewHeader("Require", timerOption))
	}
	return headers
}

// watchOn starts the interval: half of it until we refresh, if that is ours to
// do, and the end of it, less a margin, until the call is given up (§10).
func (l *leg) watchOn() {
	w := &l.watch
	w.due = false
	whole := l.seconds(w.interval)
	l.after(expireTimer, whole-min(l.seconds(32), whole/3), l.expired)
	l.stop(refreshTimer)
	if w.ours {
		l.refreshIn(whole / 2)
	}
}

func (l *leg) refreshIn(d time.Duration) {
	l.after(refreshTimer, d, func() {
		l.watch.due = true
		l.hold.pursue(l)
	})
}

// expired ends a call that nobody has refreshed in time.
func (l *leg) expired() {
	l.log.Warn("sip: the session was not refreshed", "ours", l.watch.ours, "interval", l.watch.interval)
	l.vanished()
}

// vanished ends a call whose far side does not know it any more.
func (l *leg) vanished() {
	l.end(call.LegEnded{Cause: call.ConnectionLost, Message: "The telephone network lost the call."}, call.ConnectionLost)
}

// refreshSession proves to the far side that we are here and asks whether it
// is: by an UPDATE without a description where it takes one, else by a
// re-INVITE with the description that it has already (§7.4).
func (l *leg) refreshSession() {
	w := &l.watch
	w.due, w.under = false, true
	if l.far.updates {
		l.ask(&l.dialog, sip.UPDATE, nil, func(res *sip.Response) {
			w.under = false
			if res != nil && res.IsSuccess() && l.phase == confirmed {
				l.retarget(res)
			}
			l.refreshed(res)
		})
		return
	}
	again := l.session.again()
	l.hold.sending = true
	l.ask(&l.dialog, sip.INVITE, func(req *sip.Request) { withSDP(req, again) }, func(res *sip.Response) {
		w.under, l.hold.sending = false, false
		if res != nil && res.IsSuccess() {
			l.hold.agreed(l, res)
		}
		l.refreshed(res)
	})
}

// refreshed takes the final response to our refresh. A success has begun the
// interval anew already.
func (l *leg) refreshed(res *sip.Response) {
	switch {
	case l.phase != confirmed:
		return
	case res == nil, res.StatusCode == sip.StatusRequestTimeout, res.StatusCode == sip.StatusCallTransactionDoesNotExists:
		l.vanished() // RFC 4028 §10, RFC 3261 §12.2.1.2
		return
	case res.IsSuccess():
	case res.StatusCode == sip.StatusRequestPending:
		l.watch.due = true
		l.after(glareTimer, l.glare(), func() { l.hold.pursue(l) })
	case l.far.updates && cannotUpdate(res.StatusCode):
		l.far.updates, l.watch.due = false, true // it said in Allow that it could: a re-INVITE will do
	case !l.watch.known: // who has no timers has said all that we wanted to know: it is there
		l.watchOn()
	default:
		l.log.Warn("sip: the session's refresh was refused", "code", res.StatusCode)
		l.refreshIn(l.untilNextTry(res))
	}
	l.hold.pursue(l)
}

// cannotUpdate reports whether a refusal means that the far side takes no
// UPDATE at all, or none without a description.
func cannotUpdate(status int) bool {
	switch status {
	case sip.StatusMethodNotAllowed, sip.StatusNotImplemented, sip.StatusBadRequest, sip.StatusUnsupportedMediaType, sip.StatusNotAcceptableHere:
		return true
	}
	return false
}

// untilNextTry is how long to wait before a refused refresh is tried again: as
// long as the far side asks, else a tenth of the interval. Whether that is soon
// enough is the interval's end to say.
func (l *leg) untilNextTry(res *sip.Response) time.Duration {
	if n := retryAfter(res); n > 0 {
		return l.seconds(n)
	}
	return l.seconds(l.watch.interval) / 10
}
