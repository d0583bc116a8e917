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
	"webtrunk/dispatch"
	"webtrunk/policy"
	"webtrunk/signaling"
	"webtrunk/store"
)

const (
	shopYAML = `trunks: [{name: carrier, proxy: 203.0.113.20:5060, identity: {caller_id: +15550100001}}]
references:
  - {reference: ref_shop, target: +447700900123}
  - {reference: ref_desk, target: browser:desk}
numbers: [{number: +15550100001, reference: ref_desk}]
keys: [{key: pk_shop1, origins: [https://shop.example], destinations: [ref_shop, +1555], metadata: [page]}]
receivers: [{name: desk, token: 0123456789abcdef}]
voice_policy: {allow_prefixes: ["+1555", "+447700900"]}
`
	shopOrigin = "https://shop.example"
)

// A premises is a directory and the operator's account in it.
type premises struct {
	*directory.Directory
	account webtrunk.AccountID
	guard   *policy.Guard
	queues  *dispatch.Book // nil where a test needs none
	full    bool           // they are
}

func (p premises) admitter() admitter { return admitter{p.Directory, p.guard} }
func (p premises) router() router {
	return router{directory: p.Directory, policy: p.guard, queues: p.queues, desk: p, testTrunk: "test"}
}

// HasRoom implements waitingRooms.
func (p premises) HasRoom(context.Context, dispatch.Tenant, string) bool { return !p.full }

func (p premises) authenticator() authenticator { return authenticator{p.Directory, p.guard} }

func shop(t *testing.T) premises {
	t.Helper()
	p, _ := shopAndStore(t)
	return p
}

// shopAndStore is shop for who keeps more in its database.
func shopAndStore(t *testing.T) (premises, *store.DB) {
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
	guard := policy.New(policy.Config{Store: db, Rules: c.VoicePolicy.rules(), Home: c.home(), Contact: contactOf(d), Widget: d.Publishable})
	return premises{Directory: d, account: a.ID, guard: guard}, db
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

// TestTelephonesSeeNumbersOfOurs: whom a call goes on to sees the number of ours
// that was dialled, or that the interface named, and never who dialled; the
// trunk's policy has the last word.
func TestTelephonesSeeNumbersOfOurs(t *testing.T) {
	p := shop(t)
	named := p.visit(t, "+15550100199")
	named.Via, named.Legs, named.Caller.From = "key_shop", nil, address(t, "+15550100001")
	for _, c := range []struct {
		call     call.View
		to, seen string
	}{
		{p.ring(t, "+15550100001"), "ref_shop", "tel:+15550100001"},
		{p.ring(t, "sip:ref_shop@shop.example"), "ref_shop", ""},
		{named, "+15550100199", "tel:+15550100001"},
		{named, "browser:desk", "browser:visitor"},
	} {
		plan, err := p.router().Route(t.Context(), c.call, call.AskRoute{For: call.ForCall, To: address(t, c.to)})
		if err != nil {
			t.Fatalf("%s: %v", c.to, err)
		}
		if got := plan.Stages[0].Targets[0].From.String(); got != c.seen {
			t.Errorf("%s sees %q, want %q", c.to, got, c.seen)
		}
	}
}

// TestNobodyShowsAnothersNumber: a caller ID belongs to the account that names it.
func TestNobodyShowsAnothersNumber(t *testing.T) {
	p := shop(t)
	c := callers{p.Directory, p.router()}
	number := address(t, "+15550100001")
	if err := c.Presents(t.Context(), directory.Principal{Account: p.account}, number); err != nil {
		t.Errorf("its own number: %v", err)
	}
	for what, by := range map[string]directory.Principal{"another account": p.tenant(t), "a test key": {Account: p.account, Test: true}} {
		if err := c.Presents(t.Context(), by, number); webtrunk.KindOf(err) != webtrunk.Forbidden {
			t.Errorf("%s: %v", what, err)
		}
	}
	if err := c.Presents(t.Context(), directory.Principal{Account: p.account}, address(t, "+15550100199")); webtrunk.KindOf(err) != webtrunk.Forbidden {
		t.Errorf("a number that nobody has: %v", err)
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

// A page of which nobody knows whose it is may be called back where its widget
// calls, one whose visitor is known wherever the account may call.
func TestWhereAPageMayBeCalledBack(t *testing.T) {
	p := shop(t)
	anonymous, err := p.authenticator().Authorize(t.Context(), signaling.Hello{Key: "pk_shop1", Origin: shopOrigin})
	if err != nil || anonymous.MayBeCalled != nil {
		t.Fatalf("an anonymous page may be called back by other rules than it calls: %v", err)
	}
	operator := directory.Principal{Account: p.account, ID: "key_1", Rights: directory.AllRights()}
	operator.Operator = true
	may := destinations(t, "+1555")
	if _, err := p.UpdateAccount(t.Context(), operator, p.account, directory.AccountChange{Destinations: &may}); err != nil {
		t.Fatal(err)
	}
	_, secret, err := p.CreateClientToken(t.Context(), operator, directory.NewClientToken{Destinations: destinations(t, "ref_desk"), Identity: directory.Visitor{Subject: "c1"}})
	if err != nil {
		t.Fatal(err)
	}
	known, err := p.authenticator().Authorize(t.Context(), signaling.Hello{Key: "pk_shop1", Origin: shopOrigin, ClientToken: secret})
	if err != nil {
		t.Fatal(err)
	}
	for number, ok := range map[string]bool{"+15550100199": true, "+19005550100": false} {
		if err := known.MayBeCalled(t.Context(), address(t, number)); (err == nil) != ok {
			t.Errorf("%s: %v", number, err)
		}
		if err := known.MayCall(t.Context(), address(t, number)); err == nil {
			t.Errorf("the page itself may call %s", number)
		}
	}
}

func destinations(t *testing.T, all ...string) (ds []directory.Destination) {
	t.Helper()
	for _, s := range all {
		d, err := directory.ParseDestination(s)
		if err != nil {
			t.Fatal(err)
		}
		ds = append(ds, d)
	}
	return ds
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

// tenant is an account that may call +1555, and what its API calls say they come through.
func (p premises) tenant(t *testing.T) directory.Principal {
	t.Helper()
	to, err := directory.ParseDestination("+1555")
	if err != nil {
		t.Fatal(err)
	}
	a, err := p.CreateAccount(t.Context(), directory.NewAccount{Name: "Tenant", Destinations: []directory.Destination{to}})
	if err != nil {
		t.Fatal(err)
	}
	return directory.Principal{Account: a.ID, ID: "key_1", Rights: directory.AllRights()}
}

func TestACallBackMayGoWhereItsAccountMay(t *testing.T) {
	p := shop(t)
	tenant := p.tenant(t)
	ref, err := p.CreateReference(t.Context(), tenant, directory.NewReference{Target: address(t, "+15550100123")})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		from, to string
		test, ok bool
	}{
		{"+15550100101", "+15550100102", false, true},
		{"+15550100101", ref.ID, false, true},
		{ref.ID, "+15550100101", false, true},
		{"+15550100101", "browser:desk", false, true},
		{"+15550100101", "+19005550100", false, false},
		{"+19005550100", "+15550100101", false, false},
		{"+15550100101", "sip:a@evil.example", false, false},
		{"+19005550100", "+88213555010", true, true}, // the simulated carrier's
	} {
		_, err := p.admitter().Admit(t.Context(), call.View{ID: webtrunk.NewCallID(), Account: tenant.Account, Test: c.test, Via: tenant.ID,
			From: address(t, c.from), To: address(t, c.to)})
		if (err == nil) != c.ok {
			t.Errorf("from %s to %s: %v", c.from, c.to, err)
		}
	}
}

func TestATenantsCallNeverReachesAnothersReference(t *testing.T) {
	p := shop(t)
	tenant := p.tenant(t)
	_, err := p.router().Route(t.Context(), call.View{ID: webtrunk.NewCallID(), Account: tenant.Account, Via: tenant.ID},
		call.AskRoute{For: call.ForCall, To: address(t, "ref_shop")})
	if webtrunk.KindOf(err) != webtrunk.NotFound {
		t.Errorf("got %v", err)
	}
}

func TestTestCallsTakeTheTestTrunk(t *testing.T) {
	p := shop(t)
	tenant := p.tenant(t)
	v := call.View{ID: webtrunk.NewCallID(), Account: tenant.Account, Test: true, Via: tenant.ID}
	ask := call.AskRoute{For: call.ForCall, To: address(t, "+15550100101")}
	plan, err := p.router().Route(t.Context(), v, ask)
	if err != nil || plan.Stages[0].Targets[0].Trunk != "test" {
		t.Errorf("routed %+v, %v", plan, err)
	}
	_, err = router{directory: p.Directory, policy: p.guard}.Route(t.Context(), v, ask)
	if webtrunk.KindOf(err) != webtrunk.Unsupported {
		t.Errorf("without a simulated carrier: %v", err)
	}
}

func TestAHiddenContactIsShownAsWhatWasAsked(t *testing.T) {
	p := shop(t)
	v := p.visit(t, "ref_shop")
	plan, err := p.router().Route(t.Context(), v, call.AskRoute{For: call.ForCall, To: v.To})
	if err != nil || plan.Stages[0].Targets[0].Shown != v.To {
		t.Errorf("shown as %+v, %v", plan, err)
	}
}

func TestAPageWithAClientTokenDoesWhatTheTokenSays(t *testing.T) {
	p := shop(t)
	operator := directory.Principal{Account: p.account, ID: "key_1", Rights: directory.AllRights()}
	to, err := directory.ParseDestination("ref_desk")
	if err != nil {
		t.Fatal(err)
	}
	token, secret, err := p.CreateClientToken(t.Context(), operator, directory.NewClientToken{Destinations: []directory.Destination{to}, Receives: "till", Identity: directory.Visitor{Subject: "c1"}})
	if err != nil {
		t.Fatal(err)
	}
	g, err := p.authenticator().Authorize(t.Context(), signaling.Hello{Key: "pk_shop1", Origin: shopOrigin, ClientToken: secret})
	if err != nil {
		t.Fatal(err)
	}
	if g.Via != token.ID || g.Account != p.account || g.Receives.String() != "browser:till" || g.Context["identity.sub"] != "c1" {
		t.Errorf("granted %+v", g)
	}
	if err := g.MayCall(t.Context(), address(t, "ref_desk")); err != nil {
		t.Error(err)
	}
	if err := g.MayCall(t.Context(), address(t, "ref_shop")); err == nil {
		t.Error("it may still call what the widget may")
	}
	v := p.visit(t, "ref_desk")
	v.Via = g.Via
	if _, err := p.admitter().Admit(t.Context(), v); err != nil {
		t.Error(err)
	}
	if err := g.Valid(t.Context()); err != nil {
		t.Error(err)
	}
	if err := p.RevokeClientToken(t.Context(), operator, token.ID); err != nil {
		t.Fatal(err)
	}
	if err := g.Valid(t.Context()); webtrunk.KindOf(err) != webtrunk.NotFound {
		t.Errorf("a withdrawn token holds: %v", err)
	}
	_, err = p.authenticator().Authorize(t.Context(), signaling.Hello{Key: "pk_shop1", Origin: shopOrigin, ClientToken: secret})
	if !errors.Is(err, signaling.ErrBadToken) {
		t.Errorf("a withdrawn token opens: %v", err)
	}
	_, err = p.authenticator().Authorize(t.Context(), signaling.Hello{Key: "pk_shop1", Origin: shopOrigin, Identity: "made.up.signature"})
	if !errors.Is(err, signaling.ErrBadToken) {
		t.Errorf("a made-up visitor: %v", err)
	}
}
