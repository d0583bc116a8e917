package main

import (
	"context"

	"webtrunk"
	"webtrunk/api"
	"webtrunk/directory"
	"webtrunk/policy"
	"webtrunk/sip"
	"webtrunk/trunk"
)

// testTrunk calls a number over a trunk for the operator, and tells each step. It
// goes only where the operator's own calls may go.
func (g *gateway) testTrunk(ctx context.Context, by directory.Principal, name string, to webtrunk.Address, tell func(api.TestStep)) error {
	p := sip.Probe{Trunk: name, Number: to, Listen: g.probeTime, Permit: func(ctx context.Context, to webtrunk.Address) error {
		return g.mayTest(ctx, by, name, to)
	}}
	return g.telephones.Probe(ctx, p, func(s sip.Step) {
		tell(api.TestStep{Name: s.Name, Well: s.Well, Message: s.Message, AfterMS: s.After.Milliseconds()})
	})
}

// mayTest says whether a call of the operator's account may go to a number, over
// the simulated carrier or for real, by the rules that hold for its own calls.
func (g *gateway) mayTest(ctx context.Context, by directory.Principal, name string, to webtrunk.Address) error {
	test := g.simulated || name == trunk.TestName
	if by.Test && !test {
		return &webtrunk.Error{Op: "test", Kind: webtrunk.Forbidden, Message: "A test key makes no calls over a trunk that carries live ones. Use a live key, or test the trunk " + trunk.TestName + "."}
	}
	operator, err := g.directory.Operator(ctx)
	if err != nil {
		return err
	}
	q := policy.Question{Account: operator.ID, Test: test, Asked: to, Contact: to}
	if err := g.policy.Help(ctx, q); err != nil {
		return err
	}
	if err := g.directory.PermitCall(ctx, q.Account, q.Test, to); err != nil {
		return err
	}
	return g.policy.Ask(ctx, q)
}
