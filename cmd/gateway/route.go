package main

import (
	"context"
	"slices"

	"webtrunk"
	"webtrunk/archive/recordings"
	"webtrunk/call"
	"webtrunk/directory"
	"webtrunk/dispatch"
	"webtrunk/policy"
	"webtrunk/room"
)

// A router sends a call to the one contact that its destination stands for.
type router struct {
	directory *directory.Directory
	policy    *policy.Guard
	queues    *dispatch.Book
	desk      waitingRooms
	rooms     *room.Rooms         // in which callers are shown pages; nil: they are shown none
	library   *recordings.Library // of calls; nil: none is recorded
	testTrunk string              // that test calls to telephones take; empty: there is none
	demo      bool                // there is no other: live calls take it too
}

// Route resolves a reference or a number of ours.
func (r router) Route(ctx context.Context, c call.View, ask call.AskRoute) (call.Plan, error) {
	if ask.For != call.ForCall {
		if err := r.mayJoin(ctx, c, ask); err != nil {
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
	if target.Address.Scheme == webtrunk.Queue {
		return r.toQueue(ctx, c, ask, target.Address.Value)
	}
	targets, err := r.everywhere(ctx, c, ask.To, target)
	if err != nil {
		return call.Plan{}, err
	}
	recording, err := r.recording(ctx, c, "")
	return call.Plan{Stages: []call.Stage{{Targets: targets}}, Recording: recording}, err
}

// everywhere is where somebody rings: a customer's telephone, and any page that receives for
// them at the same time.
func (r router) everywhere(ctx context.Context, c call.View, to webtrunk.Address, target call.Target) ([]call.Target, error) {
	if to.Scheme != webtrunk.Customer || target.Address.Scheme == webtrunk.Browser {
		return []call.Target{target}, nil
	}
	page, err := r.directory.CustomersPage(ctx, directory.Query{Account: c.Account, Test: c.Test, To: to})
	return []call.Target{target, {Address: page, Shown: to, From: presented(c, page)}}, err
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
	target := call.Target{Address: contact.Address, Shown: shown(contact), From: presented(c, contact.Address)}
	target.Staff = directory.IsAgent(contact.Address)
	target.Anonymous = arrivedByTelephone(c) && c.From.IsZero() && contact.Address.Scheme == webtrunk.Tel // who hides stays hidden
	if (c.Test || r.demo) && contact.Address.Scheme != webtrunk.Browser && contact.Address.Scheme != webtrunk.Queue {
		if target.Trunk = r.testTrunk; target.Trunk == "" {
			return call.Target{}, &webtrunk.Error{Op: "route", Kind: webtrunk.Unsupported,
				Message: "This gateway has no telephone network for test calls. Set test_carrier in its configuration, or use a live key."}
		}
	}
	return target, nil
}

// shown is who others are told the contact is. A reference hides a number; who
// of the account's own people answered is on record by name.
func shown(contact directory.Target) webtrunk.Address {
	if name := directory.AgentIn(contact.Address); name != "" {
		return webtrunk.Address{Scheme: webtrunk.Browser, Value: name}
	}
	return contact.Shown
}

// mayJoin says who may be added to a running call, by transfer or invitation:
// whom the call could have been made to, and, where it came by telephone, any
// reference of its account, which made it. Who works for the account reaches
// whom that may call, whatever page or telephone the call came from; and the
// account, over the interface, has its own people join any of its calls.
func (r router) mayJoin(ctx context.Context, c call.View, ask call.AskRoute) error {
	if asksForTheAccount(c, ask) {
		if err := r.policy.Help(ctx, question(c, ask.To)); err != nil {
			return err
		}
		return r.directory.PermitCall(ctx, c.Account, c.Test, ask.To)
	}
	if arrivedByTelephone(c) && ask.To.Scheme == webtrunk.Ref {
		return nil
	}
	return admitter{r.directory, r.policy}.permit(ctx, c, ask.To)
}

// asksForTheAccount tells who works for a call's account from its other parties: an
// agent, or nobody in the call who invites an agent's pages.
func asksForTheAccount(c call.View, ask call.AskRoute) bool {
	if c.By == 0 {
		return ask.For == call.ForInvite && directory.IsAgent(ask.To)
	}
	return slices.ContainsFunc(c.Legs, func(l call.Leg) bool {
		return l.ID == c.By && (directory.IsAgent(l.Address) || directory.IsAgent(l.Shown)) // a page, or the telephone of one
	})
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
