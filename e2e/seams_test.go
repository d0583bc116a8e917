package e2e

import (
	"context"

	"webtrunk"
	"webtrunk/call"
)

// asked are the questions that the switchboard has put to its seams. The
// transcript answers them when it comes to that.
type asked struct {
	admit chan chan call.Input
	route chan routeQuestion
}

type routeQuestion struct {
	call.AskRoute
	answer chan call.Input
}

func newAsked() *asked {
	return &asked{admit: make(chan chan call.Input, 8), route: make(chan routeQuestion, 8)}
}

// Admit waits for the transcript to say whether the call may be made.
func (a *asked) Admit(ctx context.Context, _ call.View) (call.Terms, error) {
	answer := make(chan call.Input, 1)
	a.admit <- answer
	select {
	case in := <-answer:
		if no, refused := in.(call.Refused); refused {
			return call.Terms{}, refusal(no.Cause, no.Message)
		}
		return in.(call.Admitted).Terms, nil
	case <-ctx.Done():
		return call.Terms{}, ctx.Err()
	}
}

// Route waits for the transcript to say where the call goes.
func (a *asked) Route(ctx context.Context, _ call.View, ask call.AskRoute) (call.Plan, error) {
	q := routeQuestion{ask, make(chan call.Input, 1)}
	a.route <- q
	select {
	case in := <-q.answer:
		if no, refused := in.(call.NoRoute); refused {
			return call.Plan{}, refusal(no.Cause, no.Message)
		}
		return in.(call.Routed).Plan, nil
	case <-ctx.Done():
		return call.Plan{}, ctx.Err()
	}
}

// refusal is the error by which a seam gives a call this cause.
func refusal(cause call.Cause, message string) error {
	kind := map[call.Cause]webtrunk.Kind{
		call.Forbidden: webtrunk.Forbidden, call.NotFound: webtrunk.NotFound, call.Unreachable: webtrunk.Unavailable,
	}[cause]
	return &webtrunk.Error{Op: "transcript", Kind: kind, Message: message}
}
