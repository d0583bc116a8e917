package main

import (
	"testing"

	"webtrunk"
	"webtrunk/call"
)

// TestWhoHidesStaysHidden: a telephone that hides its number and is sent on to
// another telephone is not shown there as the trunk's own, and nobody else is
// hidden.
func TestWhoHidesStaysHidden(t *testing.T) {
	p := shop(t)
	hidden := p.ring(t, "ref_shop")
	hidden.From = webtrunk.Address{}
	for _, c := range []struct {
		who  string
		call call.View
		to   string
		want bool
	}{
		{"a telephone that is shown", p.ring(t, "ref_shop"), "ref_shop", false},
		{"a telephone that hides", hidden, "ref_shop", true},
		{"a telephone that hides, towards a page", hidden, "+15550100001", false},
		{"a page", p.visit(t, "ref_shop"), "ref_shop", false},
	} {
		target, err := p.router().target(t.Context(), c.call, address(t, c.to))
		if err != nil || target.Anonymous != c.want {
			t.Errorf("%s: hidden %v, %v", c.who, target.Anonymous, err)
		}
	}
}
