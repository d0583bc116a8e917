package trunk

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"webtrunk"
)

// A Network is every trunk, and which of them carries which number. It is what
// the operator has decided; how trunks fare is not in it.
type Network struct {
	Trunks []Trunk `json:"trunks"`
	Routes []Route `json:"routes"`
}

// A Route says which trunks carry the numbers that begin so, and in which
// order they are tried.
type Route struct {
	Name     string   `json:"name"`
	Prefixes []string `json:"prefixes,omitempty"` // how the numbers begin, such as +49; empty means all
	Trunks   []string `json:"trunks"`             // by name
	By       Order    `json:"by,omitempty"`       // empty means order
}

// Order says which of a route's trunks is tried first.
type Order string

const (
	ByOrder Order = "order" // as they stand
	ByCost  Order = "cost"  // the cheapest for the number; equal ones as they stand
)

// A Rate is what a minute to the numbers that begin so costs.
type Rate struct {
	Prefix    string `json:"prefix"`               // such as +44; + for every number
	PerMinute int64  `json:"per_minute"`           // in millionths of the currency's unit
	Currency  string `json:"currency"`             // ISO 4217, such as EUR
	Increment int    `json:"increment,omitempty"`  // seconds that are begun are billed whole; 0 means 60
	Connect   int64  `json:"connection,omitempty"` // for each answered call, in the same millionths
}

func (r Rate) wrong() string {
	switch {
	case !begins.MatchString(r.Prefix):
		return fmt.Sprintf("rate %q is no beginning of a number: write + and digits, such as +44", r.Prefix)
	case r.PerMinute < 0 || r.Connect < 0 || r.Increment < 0:
		return fmt.Sprintf("rate %s: a price or an increment cannot be below zero", r.Prefix)
	case len(r.Currency) != 3:
		return fmt.Sprintf("rate %s: currency is three letters, such as EUR", r.Prefix)
	}
	return ""
}

// A Choice is a trunk that may carry a number, and at which rate; the zero Rate
// where its trunk names none.
type Choice struct {
	Trunk Trunk
	Rate  Rate
}

// Choices returns the trunks that may carry a number, the one to try first at
// the head: those of the route with the longest fitting prefix or, where there
// are no routes, all. Test calls take test trunks and no others do.
func (n Network) Choices(to webtrunk.Address, test bool) []Choice {
	route, _ := n.route(to)
	var choices []Choice
	for _, name := range route.Trunks {
		i := slices.IndexFunc(n.Trunks, func(t Trunk) bool { return t.Name == name })
		if i < 0 || n.Trunks[i].Test != test || !carries(n.Trunks[i].Prefixes, to) {
			continue
		}
		choices = append(choices, Choice{n.Trunks[i], n.Trunks[i].rate(to)})
	}
	if route.By == ByCost {
		slices.SortStableFunc(choices, cheaper)
	}
	return choices
}

// route returns the route with the longest prefix that fits; of equally long
// ones the first. Without routes, every trunk carries everything.
func (n Network) route(to webtrunk.Address) (Route, bool) {
	if len(n.Routes) == 0 {
		all := Route{}
		for _, t := range n.Trunks {
			all.Trunks = append(all.Trunks, t.Name)
		}
		return all, true
	}
	best, length := Route{}, -1
	for _, r := range n.Routes {
		if l := longest(r.Prefixes, to); l > length {
			best, length = r, l
		}
	}
	return best, length >= 0
}

// longest returns the length of the longest prefix that fits a number, 0 where
// there are no prefixes, -1 where none fits.
func longest(prefixes []string, to webtrunk.Address) int {
	if len(prefixes) == 0 {
		return 0
	}
	best := -1
	for _, p := range prefixes {
		if strings.HasPrefix(to.Value, p) {
			best = max(best, len(p))
		}
	}
	return best
}

func carries(prefixes []string, to webtrunk.Address) bool { return longest(prefixes, to) >= 0 }

// rate returns the rate with the longest prefix that fits, zero where none does.
func (t Trunk) rate(to webtrunk.Address) Rate {
	best := Rate{}
	for _, r := range t.Rates {
		if strings.HasPrefix(to.Value, r.Prefix) && len(r.Prefix) > len(best.Prefix) {
			best = r
		}
	}
	return best
}

// cheaper orders choices by the price of a minute. What has no rate, or one in
// another currency, cannot be compared and stays where it stands, behind.
func cheaper(a, b Choice) int {
	switch {
	case a.Rate.Currency == b.Rate.Currency:
		return cmp.Compare(a.Rate.PerMinute, b.Rate.PerMinute)
	case b.Rate.Currency == "":
		return -1
	case a.Rate.Currency == "":
		return 1
	}
	return 0
}

// Named returns the trunk of a name.
func (n Network) Named(name string) (Trunk, bool) {
	for _, t := range n.Trunks {
		if t.Name == name {
			return t, true
		}
	}
	return Trunk{}, false
}

// Validate reports the first thing about n that cannot work.
func (n Network) Validate() error {
	invalid := func(format string, args ...any) error {
		return &webtrunk.Error{Op: "trunks", Kind: webtrunk.Invalid, Message: fmt.Sprintf(format, args...)}
	}
	names := map[string]bool{}
	for _, t := range n.Trunks {
		if err := t.Validate(); err != nil {
			return err
		}
		if names[t.Name] {
			return invalid("two trunks have the name %s: calls name the trunk that they go over", t.Name)
		}
		names[t.Name] = true
	}
	for _, r := range n.Routes {
		if r.By != "" && r.By != ByOrder && r.By != ByCost {
			return invalid("route %s: by is order or cost", r.Name)
		}
		for _, p := range r.Prefixes {
			if !begins.MatchString(p) {
				return invalid("route %s: prefix %q is no beginning of a number: write + and digits, such as +49", r.Name, p)
			}
		}
		for _, name := range r.Trunks {
			if !names[name] {
				return invalid("route %s: there is no trunk %q", r.Name, name)
			}
		}
	}
	return nil
}
