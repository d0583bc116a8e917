package sip

import (
	"context"
	"slices"
	"strings"

	"webtrunk"
	"webtrunk/call"
)

// configureRedirect reads where a carrier may redirect calls, and which numbers
// may be called then: permit=panic has who decides fall over.
func configureRedirect(cfg *Config, key, value string) bool {
	switch key {
	case "redirects":
		cfg.Network.Trunks[0].Redirects = strings.Split(value, ",")
	case "permit":
		cfg.Permit = func(_ context.Context, c call.Leg, to webtrunk.Address) error {
			switch {
			case value == "panic":
				panic("the policy has fallen over")
			case c.Call == "" || !slices.Contains(strings.Split(value, ","), to.Value):
				return &webtrunk.Error{Kind: webtrunk.Forbidden, Message: "not there"}
			}
			return nil
		}
	default:
		return false
	}
	return true
}
