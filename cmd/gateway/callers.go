package main

import (
	"context"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/directory"
)

// callers says whom the interface may have dialled first, by the rules that
// hold for whom it calls then.
type callers struct {
	directory *directory.Directory
	router    router
}

func (g *gateway) callers() callers { return callers{g.directory, g.router()} }

// Reach implements api.Reach.
func (c callers) Reach(ctx context.Context, p directory.Principal, to webtrunk.Address) (call.Target, error) {
	if err := c.directory.PermitCall(ctx, p.Account, p.Test, to); err != nil {
		return call.Target{}, err
	}
	return c.router.target(ctx, call.View{Account: p.Account, Test: p.Test}, to)
}
