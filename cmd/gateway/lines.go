package main

import (
	"context"

	"webtrunk"
	"webtrunk/call"
)

// lines refuses a call for which there is no line, and sets the terms that are
// the same for every call. Calls that arrive at the same moment count each
// other, so that the limit is never passed; a moment later there is room again.
type lines struct {
	limits  LimitsConfig
	running func() int // how many calls run, the one that asks among them
}

// Admit refuses with a sentence for the caller.
func (l lines) Admit(context.Context, call.View) (call.Terms, error) {
	if l.running() > l.limits.Calls {
		return call.Terms{}, &webtrunk.Error{Op: "admit", Kind: webtrunk.Exhausted,
			Message: "All lines are busy at the moment. Try again in a few minutes."}
	}
	return call.Terms{RingTime: l.limits.RingTime, Longest: l.limits.LongestCall}, nil
}
