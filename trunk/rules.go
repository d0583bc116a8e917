package trunk

import "strings"

// Rules rewrite the beginning of a number, one way: from how the carrier writes
// it to +E.164, or back. The first rule whose Begins fits is applied, and no
// other; where none fits, the number stays as it is, and so does a name.
//
// A German carrier that writes national numbers with 0 and others with 00:
//
//	inbound:  00 → +,  0 → +49
//	outbound: +49 → 0, + → 00
type Rules []Rule

// A Rule replaces the beginning of a number.
type Rule struct {
	Begins  string `json:"begins" yaml:"begins"`
	Becomes string `json:"becomes" yaml:"becomes"`
}

// Apply returns the number as the rules have it.
func (rs Rules) Apply(number string) string {
	if strings.Trim(number, "+0123456789*#-.() ") != "" {
		return number
	}
	for _, r := range rs {
		if rest, fits := strings.CutPrefix(number, r.Begins); fits {
			return r.Becomes + rest
		}
	}
	return number
}
