package policy

import (
	"fmt"

	"webtrunk"
)

// A Rule is what a call was refused by, in one word.
type Rule string

// The rules.
const (
	RuleEmergency   Rule = "emergency"
	RuleShort       Rule = "short_number"
	RuleNumber      Rule = "unassigned_number" // that no country has handed out
	RuleCountry     Rule = "country"
	RuleType        Rule = "number_type"
	RuleNetwork     Rule = "international_network"
	RulePrefix      Rule = "denied_prefix"
	RuleSIPHost     Rule = "sip_host"
	RulePerMinute   Rule = "calls_per_minute"
	RulePerHour     Rule = "calls_per_hour"
	RuleAtOnce      Rule = "calls_at_once"
	RuleMinutes     Rule = "minutes_per_day"
	RuleSpend       Rule = "spend_per_day"
	RuleUnknownRate Rule = "unknown_rate" // money is limited, and nobody knows what the call costs
)

// AllRules returns all rules.
func AllRules() []Rule {
	return []Rule{RuleEmergency, RuleShort, RuleNumber, RuleCountry, RuleType, RuleNetwork, RulePrefix, RuleSIPHost,
		RulePerMinute, RulePerHour, RuleAtOnce, RuleMinutes, RuleSpend, RuleUnknownRate}
}

// A Refusal is a call that policy does not let happen. Message is a sentence
// for the caller.
type Refusal struct {
	Rule    Rule
	Scope   Scope // whose rule or limit it is
	Message string
}

func (r *Refusal) Error() string { return "policy: " + r.Message }

// Unwrap gives the refusal the kind by which edges choose their answers.
func (r *Refusal) Unwrap() error {
	kind := webtrunk.Forbidden
	switch r.Rule {
	case RulePerMinute, RulePerHour, RuleAtOnce, RuleMinutes, RuleSpend:
		kind = webtrunk.Exhausted
	}
	return &webtrunk.Error{Op: "policy", Kind: kind, Message: r.Message}
}

func refuse(rule Rule, format string, args ...any) *Refusal {
	return &Refusal{Rule: rule, Message: fmt.Sprintf(format, args...)}
}

// by says whose rule it was.
func (r *Refusal) by(scope Scope) *Refusal {
	if r != nil {
		r.Scope = scope
	}
	return r
}

// hiding is the refusal of a call to a contact that nobody may learn: neither
// its digits nor its country are told.
func (r *Refusal) hiding(asked webtrunk.Address) *Refusal {
	return &Refusal{Rule: r.Rule, Scope: r.Scope,
		Message: fmt.Sprintf("%s cannot be called: where it leads, the rules of this gateway do not let calls go. Tell its owner.", asked.Value)}
}
