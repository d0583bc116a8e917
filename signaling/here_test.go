package signaling_test

import (
	"testing"
	"time"

	"webtrunk"
	"webtrunk/signaling"
)

// Whoever offers calls to people hears where their pages are open: a page that is
// lost is none until it returns, and pages that nobody calls are not spoken of.
func TestPagesThatCanBeCalledAreTold(t *testing.T) {
	t.Parallel()
	told := make(chan bool, 16)
	g := start(t, func(c *signaling.Config) {
		c.Here = func(a webtrunk.Address, open bool) {
			if a != desk {
				t.Errorf("told of %v", a)
			}
			told <- open
		}
	})
	next := func(want bool) {
		t.Helper()
		select {
		case got := <-told:
			if got != want {
				t.Fatalf("told that the page is open: %v, want %v", got, want)
			}
		case <-time.After(time.Minute):
			t.Fatal("nothing was told")
		}
	}
	g.visit(t, nil)
	v := g.visit(t, agent)
	next(true)
	v.Drop()
	next(false)
	_, err := v.Resume(g.ctx)
	check(t, err)
	next(true)
	other := g.visit(t, agent)
	next(true)
	other.Close()
	next(false)
	v.Close()
	next(false)
	if len(told) > 0 {
		t.Errorf("%d more were told", len(told))
	}
}
