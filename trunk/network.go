package trunk

import (
	"cmp"
	"slices"
	"strings"

	"webtrunk"
)

// A Network is every trunk, and which of them carries which number. It is what
// the operator has decided; how trunks fare is not in it.
type Network struct {
	Trunks []Trunk `json:"trunks" yaml:"trunks"`
	Routes []Route `json:"routes" yaml:"routes"`
}

// A Route says which trunks carry the numbers that begin so, and in which
// order they are tried.
type Route struct {
	Name     string   `json:"name" yaml:"name"`
	Prefixes []string `json:"prefixes,omitempty" yaml:"prefixes"` // how the numbers begin, such as +49; empty means all
	Trunks   []string `json:"trunks" yaml:"trunks"`               // by name; none of them refuses these calls
	By       Order    `json:"by,omitempty" yaml:"by"`             // empty means order
}

// Order says which of a route's trunks is tried first.
type Order string

const (
	ByOrder Order = "order" // as they stand
	ByCost  Order = "cost"  // the cheapest for the number; equal ones as they stand
)

// A Rate is what a minute to the numbers that begin so costs.
type Rate struct {
	Prefix    string `json:"prefix" yaml:"prefix"`                   // such as +44; + for every number
	PerMinute int64  `json:"per_minute" yaml:"per_minute"`           // in millionths of the currency's unit
	Currency  string `json:"currency" yaml:"currency"`               // ISO 4217, such as EUR
	Increment int    `json:"increment,omitempty" yaml:"increment"`   // seconds that are begun are billed whole; 0 means 60
	Connect   int64  `json:"connection,omitempty" yaml:"connection"` // for each answered call, in the same millionths
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

// cheaper orders choices by the price of a minute, what has no rate last. All
// rates of a network are in one currency (Network.Mistakes): amounts of two
// cannot be put in order.
func cheaper(a, b Choice) int {
	aHas, bHas := a.Rate.Prefix != "", b.Rate.Prefix != ""
	switch {
	case aHas && bHas:
		return cmp.Compare(a.Rate.PerMinute, b.Rate.PerMinute)
	case aHas:
		return -1
	case bHas:
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
