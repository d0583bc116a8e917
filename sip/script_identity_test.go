package sip

import (
	"strings"

	"webtrunk/trunk"
)

// configureIdentity reads the settings of who we are towards a trunk, and of
// how it writes numbers: outbound=+49/0,+/00 are rules.
func configureIdentity(t *trunk.Trunk, key, value string) bool {
	switch key {
	case "numbers":
		t.Identity.Numbers = strings.Split(value, ",")
	case "present":
		t.Identity.Present = trunk.Present(value)
	case "untrusted":
		t.Identity.Untrusted = true
	case "unknown":
		t.Unknown = trunk.Refusal(value)
	case "outbound":
		t.Outbound = rulesOf(value)
	case "inbound":
		t.Inbound = rulesOf(value)
	default:
		return false
	}
	return true
}

func rulesOf(text string) (rules trunk.Rules) {
	for r := range strings.SplitSeq(text, ",") {
		begins, becomes, _ := strings.Cut(r, "/")
		rules = append(rules, trunk.Rule{Begins: begins, Becomes: becomes})
	}
	return rules
}
