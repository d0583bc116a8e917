package main

import (
	"context"

	"webtrunk"
	"webtrunk/call"
)

// mayMove decides on a carrier's redirection: the number that it names is one
// that the call could have been made to.
func (g *gateway) mayMove(ctx context.Context, leg call.Leg, to webtrunk.Address) error {
	for _, live := range g.board.Snapshot() {
		if live.View.ID == leg.Call {
			if err := (admitter{g.directory, g.policy}).permit(ctx, live.View, to); err != nil {
				return err
			}
			return g.policy.Ask(ctx, question(live.View, to))
		}
	}
	return &webtrunk.Error{Op: "redirect", Kind: webtrunk.NotFound, Message: "The call is over."}
}
