package main

import (
	"context"
	"fmt"
	"strings"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/directory"
	"webtrunk/policy"
)

// An admitter lets through the calls that the directory allows: a page's to
// the destinations of its widget or token, a telephone's to the numbers of
// ours, and the API's to where its account may call.
type admitter struct {
	directory *directory.Directory
	policy    *policy.Guard
}

// Admit refuses with a sentence for the caller.
func (a admitter) Admit(ctx context.Context, c call.View) (call.Terms, error) {
	if !c.To.IsZero() {
		if err := a.permit(ctx, c, c.To); err != nil {
			return call.Terms{}, err
		}
	}
	switch {
	case requested(c):
		return call.Terms{}, a.permit(ctx, c, c.From)
	case strings.HasPrefix(c.Via, "token_"):
		t, err := a.directory.Granted(ctx, c.Via)
		if err == nil {
			err = a.directory.Fresh(t)
		}
		return call.Terms{}, err
	}
	return call.Terms{}, nil
}

// permit says whether a call may go to an address, by what it came through.
func (a admitter) permit(ctx context.Context, c call.View, to webtrunk.Address) error {
	if err := a.policy.Help(ctx, question(c, to)); err != nil {
		return err
	}
	switch {
	case arrivedByTelephone(c):
		return a.ours(ctx, c, to)
	case strings.HasPrefix(c.Via, "key_"), strings.HasPrefix(c.Via, "person_"), calledBack(c), byMember(c):
		return a.directory.PermitCall(ctx, c.Account, c.Test, to)
	case strings.HasPrefix(c.Via, "token_"):
		g, err := a.directory.Granted(ctx, c.Via)
		if err == nil {
			err = g.Permit(to)
		}
		return err
	}
	w, err := a.directory.Publishable(ctx, c.Via)
	if err == nil {
		err = w.Permit(to)
	}
	return err
}

// ours keeps a trunk from being used to call out again: what comes in over it
// reaches our own numbers and nothing else.
func (a admitter) ours(ctx context.Context, c call.View, number webtrunk.Address) error {
	owner, _, ok, err := a.directory.Owner(ctx, number)
	if err != nil || ok && owner == c.Account {
		return err
	}
	return &webtrunk.Error{Op: "admit", Kind: webtrunk.NotFound,
		Message: fmt.Sprintf("%s is no number of this gateway. Check the number, or add it to the numbers in the configuration.", number.Value)}
}

// arrivedByTelephone reports whether a call came in over a trunk.
func arrivedByTelephone(c call.View) bool {
	return len(c.Legs) > 0 && c.Legs[0].Kind != call.WebRTC && c.Legs[0].Role == call.Caller && !strings.HasPrefix(c.Via, "key_") && !strings.HasPrefix(c.Via, "person_") && !calledBack(c) && !byMember(c)
}

// byMember reports whether a customer who is signed in has the gateway call: it reaches
// whom the account may call, of which the page's widget was asked before.
func byMember(c call.View) bool { return strings.HasPrefix(c.Via, "cus_") }

// calledBack reports whether a queue makes the call, for a caller who would rather
// be called than wait: it reaches whom the account may call.
func calledBack(c call.View) bool {
	return !c.Caller.Address.IsZero() && strings.HasPrefix(c.Via, "queue_")
}

// requested reports whether nobody is on the line yet: both ends are dialled.
func requested(c call.View) bool { return len(c.Legs) == 0 }

// question asks the policy about a call's way to an address.
func question(c call.View, to webtrunk.Address) policy.Question {
	return policy.Question{Account: c.Account, Test: c.Test, Call: c.ID, Asked: to}
}
