package directory

import (
	"fmt"
	"strings"

	"webtrunk"
)

// A Destination is where a key may call: one reference, or every telephone
// number that begins with a prefix. The zero Destination covers nothing.
type Destination struct {
	reference string // "ref_shop"
	prefix    string // "+1555"
}

// ParseDestination reads "ref_shop" or a prefix in international form, "+1555".
// A lone "+" is refused: to allow every number in the world is to invite
// whoever finds the key to call premium numbers at the operator's expense.
func ParseDestination(s string) (Destination, error) {
	if strings.HasPrefix(s, "ref_") {
		ref, err := webtrunk.ParseAddress(s)
		return Destination{reference: ref.Value}, err
	}
	digits, plus := strings.CutPrefix(s, "+")
	switch {
	case s == "+":
		return Destination{}, invalid("destination", `"+" would allow every number in the world: write the countries or areas that you mean, such as +44 or +1555`)
	case !plus, strings.Trim(digits, "0123456789") != "", len(digits) > 15, digits[0] == '0':
		return Destination{}, invalid("destination", fmt.Sprintf("%q is neither a reference, such as ref_shop, nor the beginning of a number, such as +1555", s))
	}
	return Destination{prefix: s}, nil
}

// Covers reports whether to lies within the destination.
func (d Destination) Covers(to webtrunk.Address) bool {
	switch to.Scheme {
	case webtrunk.Ref:
		return d.reference != "" && to.Value == d.reference
	case webtrunk.Tel:
		return d.prefix != "" && strings.HasPrefix(to.Value, d.prefix)
	}
	return false
}

// Reference returns the reference that the destination is, if it is one.
func (d Destination) Reference() (ref webtrunk.Address, ok bool) {
	return webtrunk.Address{Scheme: webtrunk.Ref, Value: d.reference}, d.reference != ""
}

// String returns what ParseDestination reads.
func (d Destination) String() string { return d.reference + d.prefix }

// MarshalText writes what UnmarshalText reads.
func (d Destination) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads a destination with ParseDestination.
func (d *Destination) UnmarshalText(b []byte) (err error) {
	*d, err = ParseDestination(string(b))
	return err
}
