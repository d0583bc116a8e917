package main

import (
	"context"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/directory"
	"webtrunk/policy"
	"webtrunk/switchboard"
	"webtrunk/trunk"
)

// openPolicy makes the guard that every call passes. What it asks is made later,
// and before the first call.
func (g *gateway) openPolicy() error {
	g.policy = policy.New(policy.Config{
		Store: g.store, Rules: g.cfg.VoicePolicy.rules(), Home: g.cfg.home(), Longest: g.cfg.Limits.LongestCall, Log: g.log,
		Network: g.carriers,
		Contact: func(ctx context.Context, account webtrunk.AccountID, test bool, to webtrunk.Address) (webtrunk.Address, error) {
			return contactOf(g.directory)(ctx, account, test, to)
		},
		Widget: func(ctx context.Context, key string) (directory.Widget, error) {
			return g.directory.Publishable(ctx, key)
		},
		Calls: commander{g},
	})
	g.started.push(g.policy.Close)
	return nil
}

// contactOf asks a directory whom an address stands for.
func contactOf(d *directory.Directory) func(context.Context, webtrunk.AccountID, bool, webtrunk.Address) (webtrunk.Address, error) {
	return func(ctx context.Context, account webtrunk.AccountID, test bool, to webtrunk.Address) (webtrunk.Address, error) {
		contact, err := d.Resolve(ctx, directory.Query{Account: account, Test: test, To: to})
		return contact.Address, err
	}
}

// carriers are the trunks that may carry calls now, with their rates.
func (g *gateway) carriers() trunk.Network {
	return g.book.Network()
}

// commander speaks to the calls of a switchboard that is made later.
type commander struct{ *gateway }

func (c commander) Do(ctx context.Context, id webtrunk.CallID, in call.Input) error {
	return c.board.Do(ctx, id, in)
}

// followed is a journal that tells the guard what happens to calls, before next
// keeps it.
type followed struct {
	guard *policy.Guard
	next  switchboard.Journal
}

// Ready implements switchboard.Ready, where what keeps the calls does.
func (f followed) Ready() error {
	if r, asks := f.next.(switchboard.Ready); asks {
		return r.Ready()
	}
	return nil
}

// Append implements switchboard.Journal.
func (f followed) Append(ctx context.Context, c call.View, events []call.Event) error {
	f.guard.Follow(c.ID, events)
	return f.next.Append(ctx, c, events)
}

// roles are what whom a purpose dials is in the call.
var roles = map[call.Purpose]call.Role{call.ForTransfer: call.TransferTarget, call.ForInvite: call.Invited}
