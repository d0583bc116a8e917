package sip

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"

	"webtrunk"
	"webtrunk/call"
)

// Bounds on what a carrier's redirections may make us do.
const (
	maxMoves      = 5               // followed in one call
	maxContacts   = 10              // read of one response
	permitTimeout = 5 * time.Second // to decide on one number
)

// moved is how a redirected leg came to where it is.
type moved struct {
	asked   call.Leg           // what was to be dialled
	numbers []webtrunk.Address // dialled so far
}

// redirected takes a 3xx (RFC 3261 §8.1.3.4) and reports whether the leg goes
// on. Where a carrier's answer points is no place that anybody here has agreed
// to call: only a number at a host that its trunk lists is considered, and
// dialled, if it may be called at all, over the same trunk as any other.
func (l *leg) redirected(res *sip.Response) bool {
	next := l.moves(res)
	if l.e.cfg.Permit == nil || len(next) == 0 {
		return false
	}
	l.consider(res, next)
	return true
}

// moves returns the numbers that a redirection names and that were not dialled
// yet: the most wanted first, none where the call has moved often enough.
func (l *leg) moves(res *sip.Response) []webtrunk.Address {
	switch res.StatusCode {
	case 300, sip.StatusMovedPermanently, sip.StatusMovedTemporarily: // 305 names a proxy, 380 another service
	default:
		return nil
	}
	if len(l.out.moved.numbers) > maxMoves {
		return nil
	}
	var next []webtrunk.Address
	for _, c := range contactsOf(res) {
		a := numberOf(&c.uri, &l.line.Trunk)
		if a.Scheme != webtrunk.Tel || !l.line.leadsTo(&c.uri) || slices.Contains(l.out.moved.numbers, a) || slices.Contains(next, a) {
			continue
		}
		next = append(next, a)
	}
	return next
}

// leadsTo reports whether the trunk's redirections may point at a URI: at a
// host that its list names. A tel URI has no host; it is the carrier's own, for
// which the trunk's domain, or its proxy, stands on the list.
func (n *line) leadsTo(uri *sip.Uri) bool {
	host := uri.Host
	if uri.Scheme == "tel" {
		host, _ = n.domain()
	}
	return slices.ContainsFunc(n.Redirects, func(listed string) bool { return sameHost(listed, host) })
}

func sameHost(a, b string) bool {
	bare := func(h string) string { return strings.TrimSuffix(strings.Trim(h, "[]"), ".") }
	return a != "" && strings.EqualFold(bare(a), bare(b))
}

// A contact is one place that a redirection names.
type contact struct {
	uri sip.Uri
	q   float64 // how much it is wanted, 0 to 1 (§20.10)
}

// contactsOf reads the Contact headers of a redirection, the most wanted first;
// equally wanted ones stay in their order.
func contactsOf(res *sip.Response) []contact {
	var all []contact
	for _, h := range res.GetHeaders("Contact") {
		c, ok := h.(*sip.ContactHeader)
		if !ok || c.Address.Wildcard || len(all) == maxContacts {
			continue
		}
		all = append(all, contact{c.Address, wanted(c.Params)})
	}
	slices.SortStableFunc(all, func(a, b contact) int { return cmp.Compare(b.q, a.q) })
	return all
}

// wanted reads q: 1 where there is none, 0 where it cannot be read.
func wanted(params sip.HeaderParams) float64 {
	text, found := params.Get("q")
	if !found {
		return 1
	}
	q, err := strconv.ParseFloat(text, 64)
	if err != nil || !(q >= 0 && q <= 1) {
		return 0
	}
	return q
}

// consider asks, away from the leg's goroutine, whether the first of some
// numbers may be called, then the next. Until that is known there is no INVITE
// that could be withdrawn.
func (l *leg) consider(res *sip.Response, next []webtrunk.Address) {
	l.out.invite, l.out.heard = nil, false
	asked, to := l.out.moved.asked, next[0]
	asking := l.e.run(func() {
		err := l.e.permit(asked, to)
		l.box.post(func() { l.considered(res, next, err) })
	})
	if !asking {
		l.ended(call.LegEnded{Cause: call.Shutdown, SIPCode: res.StatusCode})
	}
}

// permit asks whether a leg may be redirected to a number. Whatever happens to
// who decides, there is an answer.
func (e *Edge) permit(asked call.Leg, to webtrunk.Address) (err error) {
	defer func() {
		if p := recover(); p != nil {
			e.caught("permit", p)
			err = errors.New("sip: nobody could decide on a redirection")
		}
	}()
	ctx, cancel := context.WithTimeout(context.Background(), permitTimeout)
	defer cancel()
	return e.cfg.Permit(ctx, asked, to)
}

// considered dials a number that may be called, or goes on to the next.
func (l *leg) considered(res *sip.Response, next []webtrunk.Address, err error) {
	switch {
	case l.phase != trying: // nobody wants the call any more
	case err == nil:
		l.move(next[0])
	case len(next) > 1:
		l.consider(res, next[1:])
	default:
		l.log.Warn("sip: redirection not followed", "to", next[0].Value, "error", err)
		l.line.counters.outcome(res)
		l.stop(ringTimer)
		l.ended(call.LegEnded{Cause: call.Forbidden, SIPCode: res.StatusCode,
			Message: "The number has moved to one that may not be called from here."})
		l.closeSocket()
	}
}

// move dials another number in place of the one that was asked for. From, To
// and Call-ID stay (§8.1.3.4).
func (l *leg) move(to webtrunk.Address) {
	l.log.Info("sip: redirected", "to", to.Value)
	l.out.moved.numbers = append(l.out.moved.numbers, to)
	l.out.tries, l.out.counted = 0, false
	l.dialog.target = l.line.dialled(to)
	l.dial()
}
