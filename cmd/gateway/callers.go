package main

import (
	"context"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/directory"
	"webtrunk/policy"
)

// callers says whom the interface may have dialled first, by the rules that
// hold for whom it calls then.
type callers struct {
	directory *directory.Directory
	router    router
}

func (g *gateway) callers() callers { return callers{g.directory, g.router()} }

// Presents implements api.Reach: a number is shown by the account that it
// belongs to, and by no other.
func (c callers) Presents(ctx context.Context, p directory.Principal, number webtrunk.Address) error {
	owner, test, ok, err := c.directory.Owner(ctx, number)
	if err != nil || ok && owner == p.Account && test == p.Test {
		return err
	}
	return &webtrunk.Error{Op: "caller ID", Kind: webtrunk.Forbidden,
		Message: "This number is none of the account's, so nobody can be shown it as calling. Name one of your numbers, or none."}
}

// Reach implements api.Reach.
func (c callers) Reach(ctx context.Context, p directory.Principal, to webtrunk.Address) (call.Target, error) {
	q := policy.Question{Account: p.Account, Test: p.Test, Asked: to}
	if err := c.router.policy.Help(ctx, q); err != nil {
		return call.Target{}, err
	}
	if err := c.directory.PermitCall(ctx, p.Account, p.Test, to); err != nil {
		return call.Target{}, err
	}
	target, err := c.router.target(ctx, call.View{Account: p.Account, Test: p.Test}, to)
	if err != nil {
		return call.Target{}, err
	}
	q.Contact = target.Address
	return target, c.router.policy.Ask(ctx, q)
}
