package webtrunk

import (
	"fmt"
	"strings"
)

// A Scheme tells which kind of place an address names.
type Scheme string

const (
	Tel     Scheme = "tel"     // a telephone number in E.164 form, "+15550100101"
	SIP     Scheme = "sip"     // a SIP user at a host, "alice@example.com"
	Browser Scheme = "browser" // whoever is registered under a name, "desk"
	Ref     Scheme = "ref"     // a communication reference that hides its contact, "ref_shop"
	Queue   Scheme = "queue"   // callers who wait for an agent, "queue_01m8c4v9k2x7r5t3qj6wz0ehnd"
	// Customer is somebody who is known to an account and whose contact is hidden from
	// whoever calls them, "cus_01m8c4v9k2x7r5t3qj6wz0ehnd".
	Customer Scheme = "customer"
)

// An Address names somebody who can call or be called.
type Address struct {
	Scheme Scheme
	Value  string
}

// String returns the address as a URI: "tel:+15550100101".
func (a Address) String() string {
	if a == (Address{}) {
		return ""
	}
	return string(a.Scheme) + ":" + a.Value
}

// IsZero reports whether a names nobody.
func (a Address) IsZero() bool { return a == Address{} }

// MarshalText writes the address as its URI.
func (a Address) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (a *Address) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*a = Address{}
		return nil
	}
	parsed, err := ParseAddress(string(b))
	if err == nil {
		*a = parsed
	}
	return err
}

// ParseAddress reads "tel:+15550100101", "sip:alice@example.com",
// "browser:desk", "queue:queue_sales", "customer:cus_…", "ref_shop" (or
// "ref:ref_shop"), or a bare telephone number.
func ParseAddress(s string) (Address, error) {
	if strings.HasPrefix(s, "ref_") {
		return named(Ref, s)
	}
	scheme, value, found := strings.Cut(s, ":")
	if !found {
		return ParseNumber(s)
	}
	switch Scheme(scheme) {
	case Tel:
		return ParseNumber(value)
	case SIP:
		return parseSIP(value)
	case Browser, Ref, Queue, Customer:
		return named(Scheme(scheme), value)
	}
	return Address{}, invalidAddress(s, "use a telephone number such as +15550100101, or a reference such as ref_shop")
}

// ParseNumber reads a telephone number in international form and returns it in
// E.164 (ITU-T E.164 §6: a plus and at most 15 digits). Spaces, hyphens, dots
// and parentheses are taken as people write them; a letter, another script's
// digit or a parameter is refused.
func ParseNumber(s string) (Address, error) {
	if len(s) > 40 {
		return Address{}, invalidAddress(s[:40]+"…", "a telephone number has at most 15 digits")
	}
	var digits strings.Builder
	for i, r := range s {
		switch {
		case r == '+' && i == 0, strings.ContainsRune(" -.()", r):
		case '0' <= r && r <= '9':
			digits.WriteRune(r)
		default:
			return Address{}, invalidAddress(s, "a telephone number has only digits: write it as +15550100101")
		}
	}
	d := digits.String()
	switch {
	case !strings.HasPrefix(s, "+") && len(d) > 0 && len(d) < 7 && (d[0] != '0' || d == "000"): // 0 begins national numbers; 000 is Australia's emergency number
		return Address{}, invalidAddress(s, "it is a short number, such as those for emergencies. Use a telephone.")
	case !strings.HasPrefix(s, "+"):
		return Address{}, invalidAddress(s, "begin the number with + and the country code, as in +15550100101")
	case len(d) < 3 || len(d) > 15:
		return Address{}, invalidAddress(s, "a telephone number has 3 to 15 digits after the +")
	case d[0] == '0':
		return Address{}, invalidAddress(s, "no country code begins with 0: write the number as +15550100101")
	}
	return Address{Tel, "+" + d}, nil
}

// parseSIP accepts user@host without parameters or headers: what a stranger
// may name in an address never reaches a SIP message as anything else.
func parseSIP(s string) (Address, error) {
	user, host, found := strings.Cut(s, "@")
	if !found || !nameLike(user, "+-._") || !nameLike(host, "-.:[]") {
		return Address{}, invalidAddress("sip:"+s, "write a SIP address as sip:alice@example.com, without parameters")
	}
	return Address{SIP, s}, nil
}

func named(scheme Scheme, s string) (Address, error) {
	if !nameLike(s, "-._") {
		return Address{}, invalidAddress(s, "a name has only letters, digits, '-', '.' and '_', at most 64")
	}
	return Address{scheme, s}, nil
}

// nameLike reports whether s is 1 to 64 ASCII letters, digits and characters of extra.
func nameLike(s, extra string) bool {
	for _, r := range s {
		letter := 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
		if !letter && !strings.ContainsRune(extra, r) {
			return false
		}
	}
	return len(s) > 0 && len(s) <= 64
}

func invalidAddress(s, remedy string) error {
	return &Error{Op: "address", Kind: Invalid, Message: fmt.Sprintf("%q cannot be called: %s", s, remedy)}
}
