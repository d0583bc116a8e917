package main

import (
	"strings"
	"testing"

	"webtrunk"
	"webtrunk/call"
)

// TestARedirectionOfACallThatIsOver: nobody is there to be called on behalf of.
func TestARedirectionOfACallThatIsOver(t *testing.T) {
	d := startTestDemo(t, demoCommand{HTTP: "127.0.0.1:0"})
	err := d.mayMove(t.Context(), call.Leg{Call: webtrunk.NewCallID()}, webtrunk.Address{Scheme: webtrunk.Tel, Value: "+15550100101"})
	if webtrunk.KindOf(err) != webtrunk.NotFound {
		t.Errorf("decided %v", err)
	}
}

// A carrier that redirects a call to a hidden contact does not make its new number
// known to who may read the account's events.
func TestARefusedRedirectionTellsNoHiddenNumber(t *testing.T) {
	d := liveBox(t, openToTheBox)
	operator, err := d.directory.Operator(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c := call.View{ID: webtrunk.NewCallID(), Account: operator.ID, Via: "pk_shop1", Legs: []call.Leg{{ID: 1, Kind: call.WebRTC, Role: call.Caller}}}
	leg := call.Leg{Call: c.ID, Role: call.Callee, Address: webtrunk.Address{Scheme: webtrunk.Tel, Value: "+15550100101"}, Shown: webtrunk.Address{Scheme: webtrunk.Ref, Value: "ref_desk"}}
	for _, to := range []string{"+442071838750", "+112", "+88213555010"} {
		if err := d.moves(t.Context(), c, leg, webtrunk.Address{Scheme: webtrunk.Tel, Value: to}); webtrunk.KindOf(err) != webtrunk.Forbidden {
			t.Errorf("to %s: %v", to, err)
		}
	}
	if err := d.moves(t.Context(), c, leg, webtrunk.Address{Scheme: webtrunk.Tel, Value: "+15550100102"}); err != nil {
		t.Error(err)
	}
	told := 0
	for r, err := range d.store.Read(t.Context(), streamOf(operator.ID), 0) {
		if err != nil {
			t.Fatal(err)
		}
		if r.Type == "policy.refused" {
			told++
			for _, digits := range []string{"+44", "112", "8821"} {
				if strings.Contains(string(r.Data), digits) {
					t.Errorf("it is told: %s", r.Data)
				}
			}
		}
	}
	if told != 3 {
		t.Errorf("%d refusals are told", told)
	}
}
