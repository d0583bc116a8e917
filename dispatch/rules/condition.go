package rules

import (
	"fmt"
	"slices"
	"strings"

	"webtrunk"
)

// A Condition is what a rule asks of one fact. Letters count the same in either
// case.
type Condition struct {
	Key     string   `json:"key"`
	Is      Operator `json:"is"`
	Values  []string `json:"values,omitempty"` // one, but for one_of and exists
	Trusted bool     `json:"trusted"`          // an untrusted fact is none
}

// An Operator is how a condition compares.
type Operator string

// The operators.
const (
	Equals   Operator = "equals"
	Prefix   Operator = "prefix"
	Contains Operator = "contains"
	OneOf    Operator = "one_of" // equals one of the values
	Exists   Operator = "exists" // whatever it is
)

// comparing is what each operator that compares asks; both texts are in small
// letters.
var comparing = map[Operator]func(is, value string) bool{
	Equals:   func(is, value string) bool { return is == value },
	OneOf:    func(is, value string) bool { return is == value },
	Prefix:   strings.HasPrefix,
	Contains: strings.Contains,
}

// holds reports whether a context meets the condition.
func (c Condition) holds(in Context) bool {
	fact, known := in[c.Key]
	if !known || c.Trusted && !fact.Trusted {
		return false
	}
	if c.Is == Exists {
		return true
	}
	is, fits := strings.ToLower(fact.Value), comparing[c.Is]
	return fits != nil && slices.ContainsFunc(c.Values, func(v string) bool { return fits(is, strings.ToLower(v)) })
}

// What a condition holds at most.
const (
	longestKey   = 64
	longestValue = 256
	mostValues   = 100
)

func (c Condition) check() error {
	if c.Key == "" || len(c.Key) > longestKey || strings.ContainsFunc(c.Key, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return invalid(fmt.Sprintf("A condition names a fact by 1 to %d letters, digits and signs without spaces, such as product.", longestKey))
	}
	if c.Is != Exists && comparing[c.Is] == nil {
		return invalid(fmt.Sprintf("The condition on %s compares by %.20q: choose equals, prefix, contains, one_of or exists.", c.Key, string(c.Is)))
	}
	return c.checkValues()
}

// checkValues refuses an empty value too: every text begins with it and
// contains it, which nobody means.
func (c Condition) checkValues() error {
	least, most := 1, 1
	switch c.Is {
	case Exists:
		least, most = 0, 0
	case OneOf:
		most = mostValues
	}
	if len(c.Values) < least || len(c.Values) > most {
		return invalid(fmt.Sprintf("The condition on %s takes %s.", c.Key, counted(least, most)))
	}
	for _, v := range c.Values {
		if v == "" || len(v) > longestValue {
			return invalid(fmt.Sprintf("A value of the condition on %s has 1 to %d characters; to ask whether there is a fact at all, write exists.", c.Key, longestValue))
		}
	}
	return nil
}

func counted(least, most int) string {
	switch {
	case most == 0:
		return "no value"
	case least == most:
		return "exactly one value"
	}
	return fmt.Sprintf("%d to %d values", least, most)
}

func invalid(message string) error {
	return &webtrunk.Error{Op: "context rule", Kind: webtrunk.Invalid, Message: message}
}
