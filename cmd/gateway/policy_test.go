package main

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/directory"
	"webtrunk/signaling"
	"webtrunk/store"
)

const (
	shopYAML = `trunk: {proxy: 203.0.113.20:5060, caller_id: +15550100001}
references:
  - {reference: ref_shop, target: +447700900123}
  - {reference: ref_desk, target: browser:desk}
numbers: [{number: +15550100001, reference: ref_desk}]
keys: [{key: pk_shop1, origins: [https://shop.example], destinations: [ref_shop, +1555], metadata: [page]}]
receivers: [{name: desk, token: 0123456789abcdef}]
`
	shopOrigin = "https://shop.example"
)

// A premises is a directory and the operator's account in it.
type premises struct {
	*directory.Directory
	account webtrunk.AccountID
}

func (p premises) admitter() admitter           { return admitter{p.Directory, newVisits()} }
func (p premises) router() router               { return router{p.Directory, "test"} }
func (p premises) authenticator() authenticator { return authenticator{p.Directory} }

func shop(t *testing.T) premises {
	t.Helper()
	c, err := parseConfig([]byte(shopYAML))
	if err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "gateway.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	d, err := directory.Open(t.Context(), db, directory.Options{})
	if err != nil {
		t.Fatal(err)
	}
	a, err := d.Provision(t.Context(), c.contents())
	if err != nil {
		t.Fatal(err)
	}
	return premises{d, a.ID}
}

func address(t *testing.T, s string) webtrunk.Address {
	t.Helper()
	a, err := webtrunk.ParseAddress(s)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// visit is a call that a visitor's page began; ring is one that a trunk brought.
func (p premises) visit(t *testing.T, to string) call.View {
	return call.View{ID: webtrunk.NewCallID(), Account: p.account, From: webtrunk.Address{Scheme: webtrunk.Browser, Value: "visitor"}, To: address(t, to),
		Via: "pk_shop1", Legs: []call.Leg{{ID: 1, Kind: call.WebRTC, Role: call.Caller}}}
}

func (p premises) ring(t *testing.T, to string) call.View {
	return call.View{ID: webtrunk.NewCallID(), Account: p.account, From: address(t, "+15550100177"), To: address(t, to),
		Via: "trunk", Legs: []call.Leg{{ID: 1, Kind: call.PSTN, Role: call.Caller}}}
}

func TestWhoMayCallWhom(t *testing.T) {
	p := shop(t)
	for _, c := range []struct {
		call call.View
		kind webtrunk.Kind
		says string // empty: let through
	}{
		{call: p.visit(t, "ref_shop")},
		{call: p.visit(t, "+15550100199")},
		{p.visit(t, "+19005550100"), webtrunk.Forbidden, "may not call +19005550100"},
		{p.visit(t, "ref_desk"), webtrunk.NotFound, "leads to nobody"},
		{p.visit(t, "browser:desk"), webtrunk.Forbidden, "may not call"},
		{call: p.ring(t, "+15550100001")},
		{p.ring(t, "+15550100199"), webtrunk.NotFound, "no number of this gateway"},
		{p.ring(t, "+447700900123"), webtrunk.NotFound, "no number of this gateway"}, // never out again over the trunk
		{p.ring(t, "browser:desk"), webtrunk.NotFound, "no number of this gateway"},
	} {
		_, err := p.admitter().Admit(t.Context(), c.call)
		switch {
		case c.says == "" && err != nil:
			t.Errorf("%s from %s: %v", c.call.To, c.call.Via, err)
		case c.says != "" && (err == nil || webtrunk.KindOf(err) != c.kind || !strings.Contains(webtrunk.MessageOf(err, ""), c.says)):
			t.Errorf("%s from %s: got %v, want %v %q", c.call.To, c.call.Via, err, c.kind, c.says)
		}
	}
	withdrawn := p.visit(t, "ref_shop")
	withdrawn.Via = "pk_gone"
	if _, err := p.admitter().Admit(t.Context(), withdrawn); webtrunk.KindOf(err) != webtrunk.NotFound {
		t.Errorf("a key that is gone: %v", err)
	}
}

func TestWhereCallsGo(t *testing.T) {
	p := shop(t)
	for _, c := range []struct {
		call           call.View
		target, caller string
	}{
		// The telephone sees the trunk's number, whatever the visitor calls itself.
		{p.visit(t, "ref_shop"), "tel:+447700900123", ""},
		{p.visit(t, "+15550100199"), "tel:+15550100199", ""},
		// A number of ours rings the desk, which sees who calls.
		{p.visit(t, "+15550100001"), "browser:desk", "browser:visitor"},
		{p.ring(t, "+15550100001"), "browser:desk", "tel:+15550100177"},
	} {
		plan, err := p.router().Route(t.Context(), c.call, call.AskRoute{For: call.ForCall, To: c.call.To})
		if err != nil {
			t.Errorf("%s: %v", c.call.To, err)
			continue
		}
		if len(plan.Stages) != 1 || len(plan.Stages[0].Targets) != 1 || plan.Queue != "" {
			t.Fatalf("%s: %+v, want one target", c.call.To, plan)
		}
		if got := plan.Stages[0].Targets[0]; got.Address.String() != c.target || got.From.String() != c.caller {
			t.Errorf("%s goes to %s from %s, want %s from %s", c.call.To, got.Address, got.From, c.target, c.caller)
		}
	}
}

func TestWhoMayJoinARunningCall(t *testing.T) {
	p := shop(t)
	for _, c := range []struct {
		call call.View
		to   string
		ok   bool
	}{
		{p.visit(t, "ref_shop"), "+15550100199", true},
		{p.visit(t, "ref_shop"), "+19005550100", false},
		{p.visit(t, "ref_shop"), "ref_desk", false}, // not this key's
		{p.ring(t, "+15550100001"), "ref_shop", true},
		{p.ring(t, "+15550100001"), "ref_gone", false},
		{p.ring(t, "+15550100001"), "+19005550100", false},
	} {
		for _, purpose := range []call.Purpose{call.ForTransfer, call.ForInvite} {
			_, err := p.router().Route(t.Context(), c.call, call.AskRoute{For: purpose, To: address(t, c.to)})
			if (err == nil) != c.ok {
				t.Errorf("%s of %s to %s: %v", purpose, c.call.Via, c.to, err)
			}
		}
	}
}

func TestAPageShowsItsKey(t *testing.T) {
	a := shop(t).authenticator()
	if !a.OriginAllowed(shopOrigin) || a.OriginAllowed("https://evil.example") {
		t.Error("the handshake is open to the wrong sites")
	}
	g, err := a.Authorize(t.Context(), signaling.Hello{Key: "pk_shop1", Origin: shopOrigin})
	if err != nil {
		t.Fatal(err)
	}
	if g.Via != "pk_shop1" || !g.Receives.IsZero() || len(g.Metadata) != 1 {
		t.Errorf("granted %+v", g)
	}
	if err := g.MayCall(t.Context(), address(t, "ref_shop")); err != nil {
		t.Errorf("the shop may not be called: %v", err)
	}
	for to, kind := range map[string]webtrunk.Kind{
		"ref_gone": webtrunk.NotFound, "ref_desk": webtrunk.NotFound, "+19005550100": webtrunk.Forbidden,
	} {
		if err := g.MayCall(t.Context(), address(t, to)); webtrunk.KindOf(err) != kind {
			t.Errorf("%s: %v, want %v", to, err, kind)
		}
	}
}

func TestReferencesCannotBeProbed(t *testing.T) {
	g, _ := shop(t).authenticator().Authorize(t.Context(), signaling.Hello{Key: "pk_shop1", Origin: shopOrigin})
	there := g.MayCall(t.Context(), address(t, "ref_desk"))
	gone := g.MayCall(t.Context(), address(t, "ref_gone"))
	if strings.ReplaceAll(there.Error(), "ref_desk", "X") != strings.ReplaceAll(gone.Error(), "ref_gone", "X") {
		t.Errorf("a reference that exists is told from one that does not:\n%v\n%v", there, gone)
	}
}

func TestAPageWithATokenReceivesCalls(t *testing.T) {
	a := shop(t).authenticator()
	g, err := a.Authorize(t.Context(), signaling.Hello{Key: "pk_shop1", Origin: shopOrigin, Token: "0123456789abcdef"})
	if err != nil || g.Receives.String() != "browser:desk" {
		t.Errorf("receives at %v, %v", g.Receives, err)
	}
}

func TestPagesAreTurnedAway(t *testing.T) {
	a := shop(t).authenticator()
	for _, c := range []struct {
		hello signaling.Hello
		is    error
		says  string
	}{
		{signaling.Hello{Key: "pk_none", Origin: shopOrigin}, signaling.ErrBadKey, "key is unknown"},
		{signaling.Hello{Key: "pk_shop1", Origin: "https://evil.example"}, signaling.ErrBadOrigin, "Add the origin"},
		{signaling.Hello{Key: "pk_shop1", Origin: shopOrigin, Token: "wrong-token-wrong"}, signaling.ErrBadToken, "token is not valid"},
	} {
		g, err := a.Authorize(context.Background(), c.hello)
		if !errors.Is(err, c.is) || !strings.Contains(webtrunk.MessageOf(err, ""), c.says) {
			t.Errorf("%+v: got %v", c.hello, err)
		}
		if g.MayCall != nil || g.Via != "" {
			t.Errorf("%+v: turned away, yet granted %+v", c.hello, g)
		}
	}
}
