package main

import (
	"errors"
	"net/netip"
	"strings"
	"testing"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/directory"
	"webtrunk/signaling"
)

// hire makes a person and logs them in; it returns what their page shows.
func (p premises) hire(t *testing.T, email string, role directory.Role) (directory.Person, signaling.Hello, directory.Access) {
	t.Helper()
	const password = "a password of some length"
	made, _, err := p.CreatePerson(t.Context(), p.owner(), directory.NewPerson{Email: email, Name: "Ada", Role: role, Password: password})
	if err != nil {
		t.Fatal(err)
	}
	in, err := p.Login(t.Context(), directory.Login{Email: email, Password: password, Address: netip.MustParseAddr("192.0.2.1")})
	if err != nil {
		t.Fatal(err)
	}
	_, token, _, err := p.AgentToken(t.Context(), in.Principal, in.Cookie)
	if err != nil {
		t.Fatal(err)
	}
	h := ourPage(directory.AgentKey)
	h.Token = token
	return made, h, in
}

func TestAnAgentsPageTakesAndMakesCalls(t *testing.T) {
	p := shop(t)
	ada, hello, in := p.hire(t, "ada@example.com", directory.Agent)
	g, err := p.authenticator().Authorize(t.Context(), hello)
	if err != nil {
		t.Fatal(err)
	}
	if g.Account != p.account || g.Test || g.Via != ada.ID || !g.Hands || g.Receives.Value != directory.AgentName(ada.ID) || g.Context["identity.name"] != "Ada" {
		t.Errorf("the page may do %+v", g)
	}
	c := call.View{ID: webtrunk.NewCallID(), Account: p.account, From: g.Receives, Via: g.Via, Legs: []call.Leg{{ID: 1, Kind: call.WebRTC, Role: call.Caller, Address: g.Receives}}}
	for to, ok := range map[string]bool{"ref_shop": true, "ref_desk": true, "browser:desk": true, "browser:" + g.Receives.Value: true} {
		c.To = address(t, to)
		if err := g.MayCall(t.Context(), c.To); (err == nil) != ok {
			t.Errorf("%s before the call: %v", to, err)
		}
		if _, err := p.admitter().Admit(t.Context(), c); (err == nil) != ok {
			t.Errorf("a call to %s: %v", to, err)
		}
	}
	if err := g.Valid(t.Context()); err != nil {
		t.Errorf("while logged in: %v", err)
	}
	if err := p.Logout(t.Context(), in.Cookie); err != nil {
		t.Fatal(err)
	}
	if err := g.Valid(t.Context()); webtrunk.KindOf(err) != webtrunk.Forbidden {
		t.Errorf("after logging out: %v", err)
	}
	if _, err := p.authenticator().Authorize(t.Context(), hello); !errors.Is(err, signaling.ErrBadToken) {
		t.Errorf("the token after logging out: %v", err)
	}
}

func TestAnAgentsTokenIsForOurPageAlone(t *testing.T) {
	p := shop(t)
	_, hello, _ := p.hire(t, "ada@example.com", directory.Agent)
	for _, origin := range []string{"https://evil.example", shopOrigin, "null", ""} {
		h := hello
		h.Origin = origin
		if _, err := p.authenticator().Authorize(t.Context(), h); !errors.Is(err, signaling.ErrBadOrigin) || !strings.Contains(err.Error(), "/console") {
			t.Errorf("from %q: %v", origin, err)
		}
	}
	hello.Token = ""
	if _, err := p.authenticator().Authorize(t.Context(), hello); !errors.Is(err, signaling.ErrBadToken) {
		t.Errorf("without a token: %v", err)
	}
}

// Whom an agent may have join is what the account may call, whatever page the
// call came from, and over the interface its own people join; the visitor in the same call may have nobody join but whom its
// widget allows.
func TestWhomAnAgentHandsACallTo(t *testing.T) {
	p := shop(t)
	ada, hello, _ := p.hire(t, "ada@example.com", directory.Agent)
	g, err := p.authenticator().Authorize(t.Context(), hello)
	if err != nil {
		t.Fatal(err)
	}
	c := p.visit(t, "ref_shop")
	c.Legs = append(c.Legs, call.Leg{ID: 2, Kind: call.WebRTC, Role: call.Callee, Address: g.Receives})
	for _, asked := range []struct {
		by        call.LegID
		to        string
		hand, ask bool // whether they may be handed the call, or asked to join it
	}{
		{2, "browser:" + directory.AgentName(ada.ID), true, true},
		{2, "ref_desk", true, true},
		{2, "ref_gone", false, false},
		{2, "+19005550100", false, false},
		{1, "ref_desk", false, false},
		{0, "ref_desk", false, false},
		{0, "browser:" + directory.AgentName(ada.ID), false, true},
		{1, "browser:" + directory.AgentName(ada.ID), false, false},
	} {
		c.By = asked.by
		for purpose, ok := range map[call.Purpose]bool{call.ForTransfer: asked.hand, call.ForInvite: asked.ask} {
			_, err := p.router().Route(t.Context(), c, call.AskRoute{For: purpose, To: address(t, asked.to)})
			if (err == nil) != ok {
				t.Errorf("%s to %s by %v: %v", purpose, asked.to, asked.by, err)
			}
		}
	}
}
