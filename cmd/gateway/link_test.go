package main

import (
	"errors"
	"strings"
	"testing"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/directory"
	"webtrunk/signaling"
)

// ourPage is what the page of a link shows about itself.
func ourPage(key string) signaling.Hello {
	return signaling.Hello{Key: key, Origin: "https://calls.example", Host: "calls.example"}
}

// owner is who may change the premises' references.
func (p premises) owner() directory.Principal {
	return directory.Principal{Account: p.account, ID: directory.CommandLine, Rights: directory.AllRights()}
}

// link makes a reference and returns the key of its link's page.
func (p premises) link(t *testing.T, id string) string {
	t.Helper()
	if _, err := p.CreateReference(t.Context(), p.owner(), directory.NewReference{ID: id, Target: address(t, "+447700900124")}); err != nil {
		t.Fatal(err)
	}
	key, err := p.Link(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func TestALinkCallsItsReferenceAndNobodyElse(t *testing.T) {
	p := shop(t)
	key := p.link(t, "ref_card")
	g, err := p.authenticator().Authorize(t.Context(), ourPage(key))
	if err != nil {
		t.Fatal(err)
	}
	if g.Account != p.account || g.Test || g.Via != key || !g.Receives.IsZero() || len(g.Metadata) > 0 {
		t.Errorf("the page may do %+v", g)
	}
	c := p.visit(t, "ref_card")
	c.Via = key
	if err := g.MayCall(t.Context(), c.To); err != nil {
		t.Errorf("its reference: %v", err)
	}
	if _, err := p.admitter().Admit(t.Context(), c); err != nil {
		t.Errorf("a call to its reference: %v", err)
	}
	for to, kind := range map[string]webtrunk.Kind{"ref_shop": webtrunk.NotFound, "+15550100199": webtrunk.Forbidden, "browser:desk": webtrunk.Forbidden} {
		c.To = address(t, to)
		if err := g.MayCall(t.Context(), c.To); webtrunk.KindOf(err) != kind {
			t.Errorf("%s before the call: %v", to, err)
		}
		if _, err := p.admitter().Admit(t.Context(), c); webtrunk.KindOf(err) != kind {
			t.Errorf("a call to %s: %v", to, err)
		}
	}
}

func TestALinksKeyIsForOurPageAlone(t *testing.T) {
	p := shop(t)
	key := p.link(t, "ref_card")
	for _, origin := range []string{"https://evil.example", shopOrigin, "https://calls.example:8443", "https://calls.example.evil.example", "null", ""} {
		h := ourPage(key)
		h.Origin = origin
		if _, err := p.authenticator().Authorize(t.Context(), h); !errors.Is(err, signaling.ErrBadOrigin) || !strings.Contains(err.Error(), "Open the link itself") {
			t.Errorf("from %q: %v", origin, err)
		}
	}
	if _, err := p.authenticator().Authorize(t.Context(), ourPage("pk_shop1")); !errors.Is(err, signaling.ErrBadOrigin) {
		t.Errorf("a widget's key on our page, which it does not list: %v", err)
	}
	if err := directory.CheckKeyName(key); err == nil {
		t.Error("a widget may have the key of a link")
	}
}

// A stranger's token does not make the page of a link a receiver.
func TestALinksPageShowsNothingElse(t *testing.T) {
	p := shop(t)
	h := ourPage(p.link(t, "ref_card"))
	h.Token = "0123456789abcdef"
	if g, err := p.authenticator().Authorize(t.Context(), h); err != nil || !g.Receives.IsZero() {
		t.Errorf("%+v, %v", g, err)
	}
}

func TestALinkThatIsWithdrawnLeadsNowhere(t *testing.T) {
	p := shop(t)
	key := p.link(t, "ref_card")
	g, err := p.authenticator().Authorize(t.Context(), ourPage(key))
	if err != nil || g.Valid(t.Context()) != nil {
		t.Fatal(err)
	}
	if _, err := p.UpdateReference(t.Context(), p.owner(), "ref_card", directory.ReferenceChange{Enabled: new(bool)}); err != nil {
		t.Fatal(err)
	}
	if err := g.Valid(t.Context()); webtrunk.KindOf(err) != webtrunk.NotFound {
		t.Errorf("an open page: %v", err)
	}
	_, disabled := p.Link(t.Context(), "ref_card")
	_, unknown := p.Link(t.Context(), "ref_none")
	if webtrunk.KindOf(disabled) != webtrunk.NotFound || strings.ReplaceAll(disabled.Error(), "ref_card", "ref_none") != unknown.Error() {
		t.Errorf("a disabled reference %v, an unknown one %v", disabled, unknown)
	}
	if _, err := p.authenticator().Authorize(t.Context(), ourPage(key)); !errors.Is(err, signaling.ErrBadKey) {
		t.Errorf("a page that comes now: %v", err)
	}
}

func TestALinkIsWorthSoManyCalls(t *testing.T) {
	p := shop(t)
	a, key := p.guard, p.link(t, "ref_card")
	var last call.View
	for n := 0; ; n++ {
		c := p.visit(t, "ref_card")
		c.Via = key
		_, err := a.Admit(t.Context(), c)
		if err == nil && n < 10 {
			last = c
			continue
		}
		if n != 10 || webtrunk.KindOf(err) != webtrunk.Exhausted {
			t.Fatalf("call %d: %v", n+1, err)
		}
		break
	}
	a.Follow(last.ID, []call.Event{call.CallEnded{}})
	c := p.visit(t, "ref_card")
	c.Via = key
	if _, err := a.Admit(t.Context(), c); err != nil {
		t.Errorf("after one has ended: %v", err)
	}
}

func TestTheDemosLinks(t *testing.T) {
	d := startTestDemo(t, demoCommand{HTTP: "127.0.0.1:0"})
	link := d.urls()[0] + "/r/" + d.pages.Reference
	status, page, header := get(t, client(nil), link)
	if status != 200 || !strings.Contains(page, `to="`+d.pages.Reference+`"`) || strings.Contains(page, shopNumber) {
		t.Errorf("the link: %d\n%s", status, page)
	}
	if !strings.Contains(header.Get("Content-Security-Policy"), "require-trusted-types-for") || header.Get("X-Robots-Tag") != "noindex" {
		t.Errorf("its headers: %v", header)
	}
	status, nobody, _ := get(t, client(nil), d.urls()[0]+"/r/ref_nobody")
	if status != 404 || !strings.Contains(nobody, "leads to nobody") {
		t.Errorf("no reference: %d\n%s", status, nobody)
	}
	key, err := d.directory.Link(t.Context(), d.pages.Reference)
	if err != nil {
		t.Fatal(err)
	}
	for _, origin := range d.urls()[:1] {
		if _, m := hello(t, d, origin, key, ""); m["type"] != "welcome" {
			t.Errorf("our page: %v", m)
		}
	}
	if _, m := hello(t, d, "https://evil.example", key, ""); m["code"] != "bad_origin" {
		t.Errorf("another site's: %v", m)
	}
	if _, m := hello(t, d, d.urls()[0], "pk_link_ref_nobody", ""); m["code"] != "bad_key" {
		t.Errorf("a link that leads nowhere: %v", m)
	}
}
