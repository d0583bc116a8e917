package api

import (
	"context"
	"net/http"
	"strings"
	"unicode"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/directory"
	"webtrunk/switchboard"
)

type hangupBody struct {
	CallPath
	Body *struct {
		Message string `json:"message,omitempty" maxLength:"200" doc:"Why, in a sentence, for the record." example:"The order was cancelled."`
	}
}

// input is what the call is told.
func (in *hangupBody) input() (call.HangUp, error) {
	if in.Body == nil {
		return call.HangUp{}, nil
	}
	if strings.ContainsFunc(in.Body.Message, unicode.IsControl) {
		return call.HangUp{}, &Problem{Kind: webtrunk.Invalid, Code: "parameter_invalid", Param: "message", Message: "The message has line breaks or other control characters.", Remedies: []string{"Write it on one line."}}
	}
	return call.HangUp{Message: in.Body.Message}, nil
}

// A hungUp is a call that was told to end: 200 with its end, or 202 where that
// is not on record yet.
type hungUp struct {
	Status int
	Body   Call
}

// hangup ends a call. Whose a running call is, the switchboard knows, so that
// the end never waits for the database.
func (f Calls) hangup(ctx context.Context, p directory.Principal, in *hangupBody) (*hungUp, error) {
	end, err := in.input()
	if err != nil {
		return nil, err
	}
	grown, stop := f.Log.Watch()
	defer stop()
	l, runs := f.running(p, in.Call)
	if runs {
		if err := f.mayLead(p, in.Call); err != nil {
			return nil, err
		}
	}
	if !runs || isNotFound(f.Board.Do(ctx, in.Call, end)) {
		return f.over(ctx, p, in.Call)
	}
	ctx, done := context.WithTimeout(ctx, patience)
	defer done()
	s, err := f.await(ctx, p, in.Call, grown, func(s story) bool { return s.Status.Terminal() })
	switch {
	case err != nil:
		return &hungUp{http.StatusAccepted, liveOf(l)}, nil
	case !s.Status.Terminal():
		return &hungUp{http.StatusAccepted, s.Call}, nil
	}
	return &hungUp{http.StatusOK, s.Call}, nil
}

// running returns one of the caller's calls, if it runs.
func (f Calls) running(p directory.Principal, id webtrunk.CallID) (switchboard.Live, bool) {
	l, runs := f.Board.Find(id)
	return l, runs && l.View.Account == p.Account && l.View.Test == p.Test
}

// over answers for a call that does not run: it has ended, or is not the
// caller's.
func (f Calls) over(ctx context.Context, p directory.Principal, id webtrunk.CallID) (*hungUp, error) {
	s, err := f.find(ctx, p, id)
	switch {
	case err != nil:
		return nil, err
	case s.Status.Terminal() && Repeated(ctx):
		return &hungUp{http.StatusOK, s.Call}, nil
	}
	return nil, ended(s)
}
