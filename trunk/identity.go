package trunk

import (
	"slices"
	"strings"

	"webtrunk"
)

// Presented is the number that a call shows which asks for one: that number
// where it is ours to show, else the trunk's own. What a visitor has typed is
// never one of ours, so it never reaches a telephone's display.
func (i Identity) Presented(asked webtrunk.Address) webtrunk.Address {
	if asked.Scheme == webtrunk.Tel && slices.ContainsFunc(i.Numbers, func(n string) bool { return names(n, asked.Value) }) {
		return asked
	}
	return i.CallerID
}

// names reports whether a verified number, or all that begin so, is number.
func names(verified, number string) bool {
	if begins, open := strings.CutSuffix(verified, "*"); open {
		return strings.HasPrefix(number, begins)
	}
	return verified == number
}
