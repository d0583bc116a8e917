package main

import (
	"context"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/policy"
)

// mayMove decides on a carrier's redirection: the number that it names is one
// that the call could have been made to. The account's log is told what was
// asked: where a contact has its calls sent is no business of whom it is hidden from.
func (g *gateway) mayMove(ctx context.Context, leg call.Leg, to webtrunk.Address) error {
	if live, runs := g.board.Find(leg.Call); runs {
		return g.moves(ctx, live.View, leg, to)
	}
	return &webtrunk.Error{Op: "redirect", Kind: webtrunk.NotFound, Message: "The call is over."}
}

func (g *gateway) moves(ctx context.Context, c call.View, leg call.Leg, to webtrunk.Address) error {
	asked := leg.Shown
	if asked.IsZero() {
		asked = leg.Address
	}
	if err := g.policy.Ask(ctx, policy.Question{Account: c.Account, Test: c.Test, Call: c.ID, Asked: asked, Contact: to}); err != nil {
		return err
	}
	if err := (admitter{g.directory, g.policy}).permit(ctx, c, to); err != nil {
		return err
	}
	return g.policy.Move(ctx, c, asked, to, leg.Role)
}
