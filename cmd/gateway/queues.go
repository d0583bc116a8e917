package main

import (
	"context"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/directory"
	"webtrunk/dispatch"
	desks "webtrunk/dispatch/desk"
	"webtrunk/switchboard"
)

// openQueues opens who answers which calls, and runs the queues. References may
// lead to queues from then on. The desk stops after the last call, so that it sees
// how each ends.
func (g *gateway) openQueues() error {
	g.queues = dispatch.Open(dispatch.Options{DB: g.store, Directory: g.directory, Playable: g.playable, NoMailbox: g.mailboxes == nil, Log: g.log})
	g.desk = desks.New(desks.Options{
		Book: g.queues, DB: g.store, Hub: g.hub, Calls: calls{g}, Log: g.log,
		Place: g.agentsPlace, Telephone: g.agentsTelephone,
	})
	g.inBackground(g.desk.Run)
	return nil
}

// playable says why a phrase cannot be played.
func (g *gateway) playable(phrase string) error {
	_, err := g.phrases.Open(phrase)
	return err
}

// agentsPlace is where an agent's pages are called.
func (g *gateway) agentsPlace(ctx context.Context, of dispatch.Tenant, agent string) (webtrunk.Address, error) {
	contact, err := g.directory.Resolve(ctx, directory.Query{Account: of.Account, Test: of.Test, To: webtrunk.Address{Scheme: webtrunk.Browser, Value: agent}})
	return contact.Address, err
}

// agentsTelephone is how an agent's telephone is rung: by the rules that hold for
// whomever the account calls.
func (g *gateway) agentsTelephone(ctx context.Context, c call.View, number webtrunk.Address) (call.Target, error) {
	return g.callers().Reach(ctx, directory.Principal{Account: c.Account, Test: c.Test}, number)
}

// calls are the switchboard's, which is made after the desk.
type calls struct{ g *gateway }

func (c calls) board() (*switchboard.Switchboard, error) {
	if b := c.g.counted.Load(); b != nil {
		return b, nil
	}
	return nil, &webtrunk.Error{Op: "calls", Kind: webtrunk.Unavailable, Message: "The gateway is starting. Try again in a moment."}
}

// Do implements desk.Calls.
func (c calls) Do(ctx context.Context, id webtrunk.CallID, in call.Input) error {
	b, err := c.board()
	if err != nil {
		return err
	}
	return b.Do(ctx, id, in)
}

// Request implements desk.Calls.
func (c calls) Request(in call.Requested) error {
	b, err := c.board()
	if err != nil {
		return err
	}
	return b.Request(in)
}

// Views implements desk.Calls.
func (c calls) Views() (all []call.View) {
	b, err := c.board()
	if err != nil {
		return nil
	}
	for _, live := range b.Snapshot() {
		all = append(all, live.View)
	}
	return all
}
