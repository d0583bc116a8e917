package dispatch

import (
	"strings"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/directory"
	"webtrunk/dispatch/rules"
)

// The facts that the gateway itself knows of a call. They go before whatever a
// page calls by the same name.
const (
	CallFrom  = "call.from"  // the number that calls, as its network says: anybody can have it say another
	CallTo    = "call.to"    // the number or reference that was called
	CallKind  = "call.kind"  // webrtc, pstn or sip
	CallQueue = "call.queue" // the queue that it was made to
)

// The names of what a rule made of a call, as they travel with it.
const (
	RuleName  = "rule.name"
	RulePage  = "rule.page"
	RulePrice = "rule.price"
)

// Trusted reports whether somebody vouches for what a call carries under a name:
// the account's own server, which signed it or made the call, or the gateway.
// Whatever else a page says is a claim.
func Trusted(via, name string) bool {
	return directory.Vouched(name) || strings.HasPrefix(via, "key_") && !directory.Reserved(name)
}

// Facts are what is known of a call when it is routed.
func Facts(c call.View) rules.Context {
	known := rules.Context{}
	for name, value := range c.Context {
		known[name] = rules.Fact{Value: value, Trusted: Trusted(c.Via, name)}
	}
	known[CallTo] = rules.Fact{Value: c.To.Value, Trusted: true}
	delete(known, CallFrom)
	if c.From.Scheme == webtrunk.Tel || c.From.Scheme == webtrunk.SIP {
		known[CallFrom] = rules.Fact{Value: c.From.Value}
	}
	delete(known, CallKind)
	if len(c.Legs) > 0 {
		known[CallKind] = rules.Fact{Value: string(c.Legs[0].Kind), Trusted: true}
	}
	return known
}

// Context is what a way adds to what travels with its call.
func (w Way) Context() map[string]string {
	all := map[string]string{}
	for name, value := range map[string]string{RuleName: w.Rule, RulePage: w.Page, RulePrice: w.Price} {
		if value != "" {
			all[name] = value
		}
	}
	return all
}
