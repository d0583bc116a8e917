package signaling_test

import (
	"net/url"
	"testing"
)

// A site's page hands its call to one of the gateway's, which gives it back; no other page
// can say that it speaks for the site, nor can the gateway's without saying so.
func TestACallMovesToAPageOfTheGatewayAndBack(t *testing.T) {
	bothKinds(t, aCallMovesToAPageOfTheGatewayAndBack)
}

func aCallMovesToAPageOfTheGatewayAndBack(t *testing.T, start opener) {
	g := start(t, nil)
	v := g.visit(t, nil)
	c, _ := g.call(t, v)
	at, err := url.Parse(g.url)
	check(t, err)
	own := "http://" + at.Host

	welcome, err := v.Hand(g.ctx, own, shop)
	check(t, err)
	if !welcome.Resumed || len(welcome.Calls) != 1 || welcome.Calls[0].ID != c.ID || welcome.Calls[0].State != "answered" {
		t.Errorf("in its own window the call is welcomed with %+v", welcome)
	}
	for _, other := range [][2]string{{own, ""}, {own, "https://evil.example"}, {"https://evil.example", shop}} {
		if welcome, err := v.Hand(g.ctx, other[0], other[1]); err == nil && welcome.Resumed {
			t.Errorf("a page of %s that says %q has taken the call", other[0], other[1])
		}
	}
	if welcome, err = v.Hand(g.ctx, shop, ""); err != nil || !welcome.Resumed {
		t.Errorf("the site's page is welcomed with %+v, %v", welcome, err)
	}
	must(t, "hang up", func() error { _, err := c.Hangup(g.ctx); return err })
}
