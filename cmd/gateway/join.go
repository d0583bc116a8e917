package main

import "webtrunk"

// mayConnect says whether the parties of two calls may be connected, where a
// telephone that talks to both hands one over to the other: both calls are of
// one account, and neither is a test of the other's real world. Nobody is
// called for it, so that no policy is asked.
func (g *gateway) mayConnect(one, other webtrunk.CallID) error {
	a, running := g.board.Find(one)
	b, too := g.board.Find(other)
	switch {
	case !running || !too:
		return &webtrunk.Error{Op: "join calls", Kind: webtrunk.NotFound, Message: "The call is over."}
	case a.View.Account != b.View.Account || a.View.Test != b.View.Test:
		return &webtrunk.Error{Op: "join calls", Kind: webtrunk.Forbidden, Message: "The two calls are of two accounts."}
	}
	return nil
}
