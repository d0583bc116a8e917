package member

import (
	"context"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/directory"
)

// Calls makes calls and speaks to them. A switchboard does.
type Calls interface {
	call.Commander
	Request(call.Requested) error
}

// Reach says whom to dial for an address, or why an account may not.
type Reach interface {
	Reach(ctx context.Context, p directory.Principal, to webtrunk.Address) (call.Target, error)
}

// tel is the address of a telephone number.
func tel(number string) webtrunk.Address {
	return webtrunk.Address{Scheme: webtrunk.Tel, Value: number}
}
