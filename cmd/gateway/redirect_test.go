package main

import (
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
