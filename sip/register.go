package sip

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/emiago/sipgo/sip"

	"webtrunk/trunk"
)

// defaultBinding is how long we ask the registrar to keep a binding where the
// trunk does not say; short enough to keep a firewall's hole open with OPTIONS.
const defaultBinding = 5 * time.Minute

// longestBinding bounds what a 423 may make us ask for.
const longestBinding = maxSeconds

// A registration keeps one binding at the carrier's registrar (RFC 3261 §10):
// it is made, renewed in time, and taken back when the trunk or the edge goes.
type registration struct {
	*errand
	seconds uint32    // that we ask for
	until   time.Time // the binding stands; zero for none
	asked   bool      // the registrar may hold a binding
	fails   int       // in a row
}

// keepRegistered runs while the line does.
func (n *line) keepRegistered(ctx context.Context) {
	defer close(n.released)
	if n.before != nil { // the same trunk as it was: it takes its binding back first
		select {
		case <-n.before:
		case <-ctx.Done():
			return
		}
	}
	r := n.registration()
	for {
		pause := r.renew(ctx)
		if !r.rest(ctx, pause) {
			break
		}
	}
	if r.asked && !n.succeeded.Load() {
		r.remove(ctx)
	}
}

func (n *line) registration() *registration {
	user := cmp.Or(n.Register.User, n.Username)
	host, port := n.domain()
	of := sip.Uri{Scheme: "sip", User: escape(user), Host: host, Port: port}
	registrar := sip.Uri{Scheme: "sip", Host: host, Port: port}
	if n.Register.Registrar != "" {
		registrar = sip.Uri{Scheme: "sip", Host: n.Register.Registrar}
	}
	return &registration{
		errand:  n.errand(of, of, registrar),
		seconds: uint32(cmp.Or(n.Register.Expires, defaultBinding) / time.Second),
	}
}

// send asks for the binding to stand so long; 0 takes it back.
func (r *registration) send(ctx context.Context, seconds uint32, limit time.Duration) (*sip.Response, error) {
	return r.ask(ctx, sip.REGISTER, limit, func(req *sip.Request) {
		contact := r.line.contact()
		contact.Params = sip.HeaderParams{{K: "expires", V: fmt.Sprint(seconds)}}
		req.AppendHeader(contact)
		req.AppendHeader(sip.NewHeader("Expires", fmt.Sprint(seconds)))
	})
}

// renew asks for the binding and returns when to ask again.
func (r *registration) renew(ctx context.Context) time.Duration {
	r.asked = true
	for brief := 0; ; brief++ {
		res, err := r.send(ctx, r.seconds, r.line.e.timers.B)
		switch {
		case ctx.Err() != nil:
			return 0
		case err != nil:
			r.line.learned(trunk.ByOther, nil)
			return r.failed("The registrar does not respond. Check the proxy's address and the firewall.", 0)
		case res.StatusCode == intervalTooBrief && brief < 2 && r.lengthen(res):
			continue
		case res.IsSuccess():
			return r.bound(res)
		}
		r.line.learned(trunk.ByOther, res)
		return r.refused(res)
	}
}

// intervalTooBrief is 423 (§21.4.17).
const intervalTooBrief = 423

// lengthen takes the shortest interval that the registrar accepts (§10.2.8).
func (r *registration) lengthen(res *sip.Response) bool {
	h := firstHeader(res, "Min-Expires")
	if h == nil {
		return false
	}
	seconds, ok := deltaSeconds(h.Value())
	if !ok || seconds <= r.seconds || seconds > longestBinding {
		return false
	}
	r.seconds = seconds
	return true
}

// bound takes a 200. The binding is renewed well before it runs out, at no
// fixed moment, so that a carrier that restarts is not met by all at once.
func (r *registration) bound(res *sip.Response) time.Duration {
	n := r.line
	granted := time.Duration(n.granted(res, r.seconds)) * n.e.timers.Second
	if granted == 0 {
		return r.failed("The registrar says that it is bound for no time at all. Ask the carrier.", 0)
	}
	now := time.Now()
	r.fails, r.until = 0, now.Add(granted)
	n.serviceRoute(res)
	n.learned(trunk.ByOther, res)
	n.judge(func(h *trunk.Health, now time.Time) { h.Registered(now, r.until) })
	return granted/2 + rand.N(granted*2/5)
}

// refused takes any other final response.
func (r *registration) refused(res *sip.Response) time.Duration {
	after := time.Duration(retryAfter(res)) * r.line.e.timers.Second
	switch res.StatusCode {
	case sip.StatusUnauthorized, sip.StatusProxyAuthRequired, sip.StatusForbidden:
		// Trying often would lock the account.
		r.fails = max(r.fails, mostBackOff)
		return r.failed(fmt.Sprintf("The registrar refuses us with status %d: the username or the password is wrong, or the account is locked.", res.StatusCode), after)
	case sip.StatusNotFound:
		return r.failed("The registrar does not know the user with status 404: check register.user and domain.", after)
	}
	return r.failed(fmt.Sprintf("The registrar refuses us with status %d. Ask the carrier.", res.StatusCode), after)
}

// mostBackOff is after how many failures the pause is as long as it gets.
const mostBackOff = 6

// failed says why there is no new binding and returns when to try again: after
// a pause that doubles, and differs from everybody else's (RFC 5626 §4.5), or
// when the registrar wants it.
func (r *registration) failed(reason string, after time.Duration) time.Duration {
	n := r.line
	n.log().Warn("sip: not registered", "reason", reason)
	n.judge(func(h *trunk.Health, now time.Time) { h.Unregistered(now, reason) })
	if !r.until.After(time.Now()) {
		r.asked = false
	}
	most := n.e.timers.RegisterMost
	pause := min(n.e.timers.Register<<min(r.fails, mostBackOff), most)
	r.fails++
	if after > 0 {
		return min(after, most)
	}
	return pause/2 + rand.N(pause/2+1)
}

// rest waits until the next attempt. A binding that runs out meanwhile is noticed.
func (r *registration) rest(ctx context.Context, pause time.Duration) bool {
	if left := time.Until(r.until); left > 0 && left < pause {
		if !rest(ctx, left, nil) {
			return false
		}
		pause -= left
		r.line.judge(func(h *trunk.Health, now time.Time) { h.Check(now) })
	}
	return rest(ctx, pause, nil)
}

// remove takes the binding back (§10.2.2), for as long as Close may take.
func (r *registration) remove(ctx context.Context) {
	limit := r.line.e.timers.Close
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), limit)
	defer cancel()
	if _, err := r.send(ctx, 0, limit); err != nil {
		r.line.log().Info("sip: the registrar did not confirm that we are gone", "error", err)
	}
}
