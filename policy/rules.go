package policy

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/nyaruka/phonenumbers"

	"webtrunk"
)

// Rules say where calls may go, and how much of it. As an operator's, they name
// all that is open: nil Countries open none and nil Types the usual ones. As an
// account's own, they narrow what the operator opened: what is nil narrows
// nothing.
type Rules struct {
	Countries []string `json:"countries"` // ISO 3166 alpha-2, such as DE
	Types     []Kind   `json:"types"`     // of numbers
	// AllowPrefixes open numbers by how they begin, also those that no country
	// has handed out. One that is a country calling code and no more opens no
	// Types that are not named.
	AllowPrefixes []string `json:"allow_prefixes"`
	DenyPrefixes  []string `json:"deny_prefixes"` // where both fit, the longer counts, and of equally long ones this
	SIPHosts      []string `json:"sip_hosts"`     // whose SIP addresses may be called
	Limits        Limits   `json:"limits"`
}

// open says why an operator's rules do not let a call go to a number.
func (r Rules) open(n number) *Refusal {
	if r.Countries == nil {
		r.Countries = []string{}
	}
	if r.Types == nil {
		r.Types = UsualKinds()
	}
	return r.judge(n)
}

// judge says why rules do not let a call go to a number; nil lists of countries
// and types hold nothing back. The number is none for emergencies, and not short.
func (r Rules) judge(n number) *Refusal {
	allowed, denied := longest(r.AllowPrefixes, n.value), longest(r.DenyPrefixes, n.value)
	switch {
	case denied != "" && len(denied) >= len(allowed):
		return refuse(RulePrefix, "Numbers that begin with %s may not be called from here.", denied)
	case allowed != "" && (n.network || n.code == "" || len(allowed) > len(n.code)):
		return nil
	case n.network && r.Countries != nil:
		return refuse(RuleNetwork, "%s is of a satellite or an international network, which may not be called from here.", n.value)
	case allowed == "" && r.Countries != nil && !slices.ContainsFunc(n.countries, r.has):
		return refuse(RuleCountry, "Calls to %s are not open here.", n.where())
	case n.kind == "" && r.Countries != nil:
		return refuse(RuleNumber, "%s is a number that nobody has. Check its digits.", n.value)
	case allowed == "" && r.Countries != nil && !r.has(n.country):
		return refuse(RuleCountry, "Calls to %s are not open here.", n.where())
	case n.kind != "" && r.Types != nil && !slices.Contains(r.Types, n.kind):
		return refuse(RuleType, "%s is %s. Such numbers may not be called from here.", n.value, words[n.kind])
	}
	return nil
}

func (r Rules) has(country string) bool { return slices.Contains(r.Countries, country) }

// judgeSIP says why a SIP address may not be called; nil hosts hold none back.
func (r Rules) judgeSIP(host string) *Refusal {
	same := func(h string) bool { return strings.EqualFold(h, host) }
	if r.SIPHosts == nil || slices.ContainsFunc(r.SIPHosts, same) {
		return nil
	}
	return refuse(RuleSIPHost, "SIP addresses at %s may not be called from here.", host)
}

// where is a number's country, as far as it is known.
func (n number) where() string {
	switch {
	case n.country != "":
		return fmt.Sprintf("%s (%s)", n.code, n.country)
	case n.code != "":
		return n.code
	}
	return "numbers such as " + n.value
}

// longest returns the longest prefix that fits, empty where none does.
func longest(prefixes []string, value string) string {
	best := ""
	for _, p := range prefixes {
		if strings.HasPrefix(value, p) && len(p) > len(best) {
			best = p
		}
	}
	return best
}

var (
	begins   = regexp.MustCompile(`^\+[1-9][0-9]{0,14}$`)
	hostName = regexp.MustCompile(`^[A-Za-z0-9.:\[\]-]{1,255}$`)
)

// CheckCountry says what is wrong with the name of a country.
func CheckCountry(country string) error {
	if slices.Contains(regions(), country) {
		return nil
	}
	return invalid("countries", "%q is no country: write two capital letters of ISO 3166, such as DE or US.", country)
}

// regions are all countries that have a numbering plan.
var regions = sync.OnceValue(func() []string { return slices.Sorted(maps.Keys(phonenumbers.GetSupportedRegions())) })

// Validate reports the first thing about r that cannot be meant, in words that
// say what to write instead. The operation of its error is the field.
func (r Rules) Validate() error {
	for _, c := range r.Countries {
		if err := CheckCountry(c); err != nil {
			return err
		}
	}
	for _, k := range r.Types {
		if !k.known() {
			return invalid("types", "%q is no type of number: use some of %v.", k, Kinds())
		}
	}
	for field, prefixes := range map[string][]string{"allow_prefixes": r.AllowPrefixes, "deny_prefixes": r.DenyPrefixes} {
		for _, p := range prefixes {
			if !begins.MatchString(p) {
				return invalid(field, "%q is no beginning of a number: write + and digits, such as +49 or +1555010.", p)
			}
		}
	}
	for _, h := range r.SIPHosts {
		if !hostName.MatchString(h) {
			return invalid("sip_hosts", "%q is no host: write what stands behind the @, such as sip.example.com.", h)
		}
	}
	if len(r.AllowPrefixes)+len(r.DenyPrefixes) > 1000 || len(r.SIPHosts) > 100 || len(r.Countries) > 300 {
		return invalid("allow_prefixes", "A policy has at most 1000 prefixes, 300 countries and 100 SIP hosts.")
	}
	return r.Limits.Validate()
}

func invalid(op, format string, args ...any) error {
	return &webtrunk.Error{Op: op, Kind: webtrunk.Invalid, Message: fmt.Sprintf(format, args...)}
}
