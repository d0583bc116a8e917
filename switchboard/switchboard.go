package switchboard

import (
	"context"

	"webtrunk"
	"webtrunk/call"
)

// A Switchboard runs calls.
type Switchboard struct {
	Edges map[call.Kind]Edge
}

// Offer starts a call for a leg that arrived. The edge that carries the leg
// reports on it with the returned function (its leg is call leg 1). It fails
// with webtrunk.Unavailable while draining; then nothing was started.
func (s *Switchboard) Offer(in call.Arrived, l Leg) (report func(call.Input), err error) {
	return nil, nil
}

// Do hands an input to a running call. It implements call.Commander.
func (s *Switchboard) Do(ctx context.Context, id webtrunk.CallID, in call.Input) error { return nil }
