package main

import (
	"context"
	"fmt"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/directory"
)

// An admitter lets through the calls that the directory allows: a page's to
// the destinations of its key, a telephone's to the numbers of ours.
type admitter struct{ directory *directory.Directory }

// Admit refuses with a sentence for the caller.
func (a admitter) Admit(_ context.Context, c call.View) (call.Terms, error) {
	if arrivedByTelephone(c) {
		return call.Terms{}, a.ours(c.To)
	}
	key, err := a.directory.Key(c.Via)
	if err == nil {
		err = key.Permit(c.To)
	}
	return call.Terms{}, err
}

// ours keeps a trunk from being used to call out again: what comes in over it
// reaches our own numbers and nothing else.
func (a admitter) ours(number webtrunk.Address) error {
	if a.directory.Owns(number) {
		return nil
	}
	return &webtrunk.Error{Op: "admit", Kind: webtrunk.NotFound,
		Message: fmt.Sprintf("%s is no number of this gateway. Check the number, or add it to the numbers in the configuration.", number.Value)}
}

// arrivedByTelephone reports whether a call came in over a trunk.
func arrivedByTelephone(c call.View) bool {
	return len(c.Legs) > 0 && c.Legs[0].Kind != call.WebRTC
}
