package main

import (
	"context"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/directory"
	"webtrunk/policy"
)

// A router sends a call to the one contact that its destination stands for.
type router struct {
	directory *directory.Directory
	policy    *policy.Guard
	testTrunk string // that test calls to telephones take; empty: there is none
	demo      bool   // there is no other: live calls take it too
}

// Route resolves a reference or a number of ours.
func (r router) Route(ctx context.Context, c call.View, ask call.AskRoute) (call.Plan, error) {
	if ask.For != call.ForCall {
		if err := r.mayJoin(ctx, c, ask.To); err != nil {
			return call.Plan{}, err
		}
	}
	target, err := r.target(ctx, c, ask.To)
	if err == nil {
		err = r.held(ctx, c, ask, target.Address)
	}
	if err != nil {
		return call.Plan{}, err
	}
	return call.Plan{Stages: []call.Stage{{Targets: []call.Target{target}}}}, nil
}

// held asks the policy about a contact: whom a reference leads to may have
// changed since the call was admitted, and whoever joins uses minutes of its own.
func (r router) held(ctx context.Context, c call.View, ask call.AskRoute, contact webtrunk.Address) error {
	if ask.For != call.ForCall {
		return r.policy.Join(ctx, c, ask.To, contact, roles[ask.For])
	}
	q := question(c, ask.To)
	q.Contact = contact
	return r.policy.Ask(ctx, q)
}

// target is whom an address stands for, and over which trunk to reach them.
func (r router) target(ctx context.Context, c call.View, to webtrunk.Address) (call.Target, error) {
	contact, err := r.directory.Resolve(ctx, directory.Query{Account: c.Account, Test: c.Test, To: to, Call: c.ID})
	if err != nil {
		return call.Target{}, err
	}
	target := call.Target{Address: contact.Address, Shown: contact.Shown, From: presented(c, contact.Address)}
	target.Anonymous = arrivedByTelephone(c) && c.From.IsZero() && contact.Address.Scheme == webtrunk.Tel // who hides stays hidden
	if (c.Test || r.demo) && contact.Address.Scheme != webtrunk.Browser {
		if target.Trunk = r.testTrunk; target.Trunk == "" {
			return call.Target{}, &webtrunk.Error{Op: "route", Kind: webtrunk.Unsupported,
				Message: "This gateway has no telephone network for test calls. Set test_carrier in its configuration, or use a live key."}
		}
	}
	return target, nil
}

// mayJoin says who may be added to a running call, by transfer or invitation:
// whom the call could have been made to, and, where it came by telephone, any
// reference of its account, which made it.
func (r router) mayJoin(ctx context.Context, c call.View, to webtrunk.Address) error {
	if arrivedByTelephone(c) && to.Scheme == webtrunk.Ref {
		return nil
	}
	return admitter{r.directory, r.policy}.permit(ctx, c, to)
}

// presented is who the target is told is calling. A browser is told the truth.
// A telephone is not: it sees a number of the account's own, the one that was
// dialled or that the interface named, where its trunk may present that, else
// the trunk's. What a visitor calls itself never reaches a telephone display.
func presented(c call.View, contact webtrunk.Address) webtrunk.Address {
	switch {
	case contact.Scheme == webtrunk.Browser:
		return c.From
	case arrivedByTelephone(c) && c.To.Scheme == webtrunk.Tel: // ours: see admitter.ours
		return c.To
	}
	return c.Caller.From
}
