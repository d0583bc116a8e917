package switchboard

import (
	"cmp"
	"context"
	"errors"
	"time"

	"webtrunk"
	"webtrunk/call"
)

// ask puts a question off the call's goroutine; the answer arrives as an input.
// A seam that panics has refused.
func (a *actor) ask(question func(call.View) call.Input) {
	view := a.call.View()
	a.asking.Go(func() { a.mail.put(question(view)) })
}

// admit asks all admitters and answers with the strictest terms.
func (a *actor) admit(ctx context.Context, v call.View) (answer call.Input) {
	ctx, done := context.WithTimeout(ctx, a.board.cfg.AskTime)
	defer done()
	defer func() {
		if r := recover(); r != nil {
			a.log.Error("admission panicked", "panic", r)
			answer = call.Refused{Cause: call.Failed}
		}
	}()
	var terms call.Terms
	for _, admitter := range a.board.cfg.Admitters {
		t, err := admitter.Admit(ctx, v)
		if err != nil {
			a.log.Info("call refused", "error", err)
			return call.Refused{Cause: causeOf(err), Message: webtrunk.MessageOf(err, "")}
		}
		terms = strictest(terms, t)
	}
	return call.Admitted{Terms: terms}
}

// route asks the router.
func (a *actor) route(ctx context.Context, v call.View, o call.AskRoute) (answer call.Input) {
	ctx, done := context.WithTimeout(ctx, a.board.cfg.AskTime)
	defer done()
	defer func() {
		if r := recover(); r != nil {
			a.log.Error("routing panicked", "panic", r)
			answer = call.NoRoute{For: o.For, To: o.To, Cause: call.Failed}
		}
	}()
	plan, err := a.board.cfg.Router.Route(ctx, v, o)
	if err != nil {
		a.log.Info("no route", "to", o.To, "error", err)
		return call.NoRoute{For: o.For, To: o.To, Cause: causeOf(err), Message: webtrunk.MessageOf(err, "")}
	}
	return call.Routed{For: o.For, To: o.To, Plan: plan}
}

// causeOf is what a seam's error means for the call. A limit that is reached is
// no refusal: a carrier that hears "unavailable" tries another way or later,
// one that hears "forbidden" does neither.
func causeOf(err error) call.Cause {
	if errors.Is(err, context.DeadlineExceeded) {
		return call.Unreachable
	}
	switch webtrunk.KindOf(err) {
	case webtrunk.Forbidden:
		return call.Forbidden
	case webtrunk.NotFound, webtrunk.Invalid:
		return call.NotFound
	case webtrunk.Unavailable, webtrunk.Exhausted:
		return call.Unreachable
	case webtrunk.Unsupported:
		return call.Unsupported
	}
	return call.Failed
}

// strictest joins two terms: of each bound, the shorter that is set.
func strictest(a, b call.Terms) call.Terms {
	shorter := func(x, y time.Duration) time.Duration {
		if x == 0 || y == 0 {
			return cmp.Or(x, y)
		}
		return min(x, y)
	}
	return call.Terms{
		RingTime: shorter(a.RingTime, b.RingTime), Credit: shorter(a.Credit, b.Credit),
		Longest: shorter(a.Longest, b.Longest), Grace: shorter(a.Grace, b.Grace),
	}
}
