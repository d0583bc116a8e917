package main

import (
	"context"
	"time"

	"webtrunk/call"
	"webtrunk/directory"
	"webtrunk/switchboard"
)

// An exchange gives each call that a trunk brings to the account whose number
// was dialled, before the switchboard takes it. A number that is nobody's is
// the operator's to refuse, so that it sees who tries.
type exchange struct {
	directory *directory.Directory
	board     *switchboard.Switchboard
}

// ownerTime bounds the question whose a number is: a carrier that waits longer
// for more than 100 Trying tries elsewhere.
const ownerTime = 2 * time.Second

// Offer implements sip.Exchange.
func (x exchange) Offer(in call.Arrived, l switchboard.Leg) (report func(call.Input), err error) {
	ctx, done := context.WithTimeout(context.Background(), ownerTime)
	defer done()
	account, test, ok, err := x.directory.Owner(ctx, in.To)
	if err == nil && !ok {
		operator, missing := x.directory.Operator(ctx)
		account, err = operator.ID, missing
	}
	if err != nil {
		return nil, err
	}
	in.Account, in.Test = account, in.Test || test
	return x.board.Offer(in, l)
}
