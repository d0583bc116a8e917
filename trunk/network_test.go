package trunk

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"webtrunk"
)

func named(name string, change ...func(*Trunk)) Trunk {
	t := good()
	t.Name = name
	for _, c := range change {
		c(&t)
	}
	return t
}

// costing gives a trunk a rate, in millionths of a euro a minute.
func costing(prefix string, perMinute int64) func(*Trunk) {
	return func(t *Trunk) {
		t.Rates = append(t.Rates, Rate{Prefix: prefix, PerMinute: perMinute, Currency: "EUR"})
	}
}

func carrying(prefixes ...string) func(*Trunk) { return func(t *Trunk) { t.Prefixes = prefixes } }

func forTests(t *Trunk) { t.Test = true }

func number(value string) webtrunk.Address {
	return webtrunk.Address{Scheme: webtrunk.Tel, Value: value}
}

// order is the names of choices, in their order.
func order(choices []Choice) string {
	var names []string
	for _, c := range choices {
		names = append(names, c.Trunk.Name)
	}
	return strings.Join(names, " ")
}

func TestChoices(t *testing.T) {
	a, b := named("a", costing("+", 30000), costing("+49", 9000)), named("b", costing("+", 20000))
	unpriced, german, simulated := named("unpriced"), named("german", carrying("+49"), costing("+49", 5000)), named("test", forTests)
	all := []Trunk{unpriced, a, b, german, simulated}
	route := func(name string, by Order, trunks string, prefixes ...string) Route {
		return Route{Name: name, By: by, Trunks: strings.Fields(trunks), Prefixes: prefixes}
	}
	for _, c := range []struct {
		story  string
		routes []Route
		to     string
		test   bool
		want   string
	}{
		{"without routes all that carry the number, as they stand", nil, "+33123", false, "unpriced a b"},
		{"a trunk carries its prefixes alone", nil, "+49301", false, "unpriced a b german"},
		{"a route orders its trunks", []Route{route("all", "", "b a")}, "+33123", false, "b a"},
		{"the longest prefix decides", []Route{route("all", "", "a"), route("germany", "", "german", "+49"), route("berlin", "", "b", "+4930", "+4933")}, "+49301", false, "b"},
		{"beyond it the shorter one", []Route{route("all", "", "a"), route("germany", "", "german", "+49"), route("berlin", "", "b", "+4930")}, "+49891", false, "german"},
		{"of equally long prefixes the first", []Route{route("one", "", "a", "+49"), route("two", "", "b", "+49")}, "+49301", false, "a"},
		{"where no route fits, nobody", []Route{route("germany", "", "german", "+49")}, "+33123", false, ""},
		{"by cost, what has no rate last", []Route{route("all", ByCost, "unpriced a b german")}, "+33123", false, "b a unpriced"},
		{"by cost, the longest rate counts", []Route{route("all", ByCost, "unpriced b a german")}, "+49301", false, "german a b unpriced"},
		{"test calls take test trunks alone", nil, "+49301", true, "test"},
		{"and no others do, whatever a route says", []Route{route("all", "", "test a")}, "+49301", false, "a"},
	} {
		n := Network{Trunks: all, Routes: c.routes}
		if got := order(n.Choices(number(c.to), c.test)); got != c.want {
			t.Errorf("%s: %q, want %q", c.story, got, c.want)
		}
	}
}

func TestAChoiceTellsItsRate(t *testing.T) {
	n := Network{Trunks: []Trunk{named("a", costing("+", 30000), costing("+49", 9000)), named("b")}}
	got := n.Choices(number("+49301"), false)
	if len(got) != 2 || got[0].Rate.PerMinute != 9000 || got[1].Rate != (Rate{}) {
		t.Errorf("%+v", got)
	}
}

// Prices order a route's trunks totally: each costs no more than the next, those
// without a price come last, equal ones stay as they stand, and none is lost.
func TestCostOrdersTotally(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		prices := rapid.SliceOfN(rapid.Int64Range(-1, 5), 1, 12).Draw(t, "prices")
		n := Network{Routes: []Route{{Name: "all", By: ByCost}}}
		for i, p := range prices {
			trunk := named(fmt.Sprintf("t%02d", i))
			if p >= 0 { // also 0: free is a price
				costing("+", p)(&trunk)
			}
			n.Trunks = append(n.Trunks, trunk)
			n.Routes[0].Trunks = append(n.Routes[0].Trunks, trunk.Name)
		}
		if err := n.Validate(); err != nil {
			t.Fatal(err)
		}
		got := n.Choices(number("+33123"), false)
		if len(got) != len(prices) {
			t.Fatalf("%d of %d trunks", len(got), len(prices))
		}
		key := func(c Choice) string {
			if c.Rate.Prefix == "" {
				return "z" + c.Trunk.Name
			}
			return fmt.Sprintf("%03d%s", c.Rate.PerMinute, c.Trunk.Name)
		}
		if !slices.IsSortedFunc(got, func(a, b Choice) int { return strings.Compare(key(a), key(b)) }) {
			t.Fatalf("not in order: %s of %v", order(got), prices)
		}
	})
}

// TestNetworkMistakes: each is told where it stands.
func TestNetworkMistakes(t *testing.T) {
	pounds := named("pounds", costing("+44", 1))
	pounds.Rates[0].Currency = "GBP"
	for want, n := range map[string]Network{
		"trunks[1].name: two trunks have the name a":              {Trunks: []Trunk{named("a"), named("a")}},
		"trunks[1].rates[0].currency: the rates of trunk a are":   {Trunks: []Trunk{named("a", costing("+", 1)), pounds}},
		"trunks[0].codecs[0]:":                                    {Trunks: []Trunk{named("a", func(t *Trunk) { t.Codecs = []string{"opus"} })}},
		`routes[0].name: "" is no name`:                           {Trunks: []Trunk{named("a")}, Routes: []Route{{Trunks: []string{"a"}}}},
		"routes[1].name: two routes have the name x":              {Trunks: []Trunk{named("a")}, Routes: []Route{{Name: "x", Trunks: []string{"a"}}, {Name: "x", Trunks: []string{"a"}}}},
		"routes[0].trunks: name the trunks":                       {Trunks: []Trunk{named("a")}, Routes: []Route{{Name: "x"}}},
		`routes[0].trunks[1]: there is no trunk "b"`:              {Trunks: []Trunk{named("a")}, Routes: []Route{{Name: "x", Trunks: []string{"a", "b"}}}},
		"routes[0].trunks[1]: a is in the list twice":             {Trunks: []Trunk{named("a")}, Routes: []Route{{Name: "x", Trunks: []string{"a", "a"}}}},
		`routes[0].prefixes[0]: "49" is no beginning of a number`: {Trunks: []Trunk{named("a")}, Routes: []Route{{Name: "x", Trunks: []string{"a"}, Prefixes: []string{"49"}}}},
		`routes[0].by: "price" is unknown`:                        {Trunks: []Trunk{named("a")}, Routes: []Route{{Name: "x", Trunks: []string{"a"}, By: "price"}}},
	} {
		err := n.Validate()
		if ms := n.Mistakes(); len(ms) != 1 || err == nil || !strings.HasPrefix(webtrunk.MessageOf(err, ""), want) || webtrunk.KindOf(err) != webtrunk.Invalid {
			t.Errorf("want %q alone, got %v", want, ms)
		}
	}
	if err := (Network{}).Validate(); err != nil {
		t.Errorf("no trunks at all: %v", err)
	}
}
