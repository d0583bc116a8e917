package rules

import (
	"fmt"
	"strings"
	"testing"

	"webtrunk"
)

// visitor is somebody who calls from a page of the shop: what the page says,
// and what the shop's server signed.
var visitor = Context{
	"product":        {Value: "Garden Hose", Trusted: false},
	"page":           {Value: "https://shop.example/garden/hose", Trusted: false},
	"identity.plan":  {Value: "gold", Trusted: true},
	"identity.name":  {Value: "", Trusted: true},
	"plan":           {Value: "gold", Trusted: false},
	"call.to":        {Value: "+15550100001", Trusted: true},
	"İstanbul-style": {Value: "İ", Trusted: false},
}

func TestConditions(t *testing.T) {
	for want, all := range map[bool][]Condition{
		true: {
			{Key: "product", Is: Equals, Values: []string{"garden hose"}},
			{Key: "product", Is: Contains, Values: []string{"HOSE"}},
			{Key: "page", Is: Prefix, Values: []string{"https://shop.example/garden/"}},
			{Key: "call.to", Is: OneOf, Values: []string{"+15550100002", "+15550100001"}, Trusted: true},
			{Key: "identity.plan", Is: Equals, Values: []string{"gold"}, Trusted: true},
			{Key: "identity.plan", Is: Equals, Values: []string{"gold"}},
			{Key: "identity.name", Is: Exists, Trusted: true}, // known to be empty
		},
		false: {
			{Key: "product", Is: Equals, Values: []string{"garden"}},
			{Key: "product", Is: Prefix, Values: []string{"hose"}},
			{Key: "product", Is: Exists, Trusted: true},
			{Key: "plan", Is: Equals, Values: []string{"gold"}, Trusted: true}, // merely said
			{Key: "cart", Is: Exists},
			{Key: "cart", Is: Contains, Values: []string{"x"}},
			{Key: "call.to", Is: OneOf, Values: []string{"+1555"}},
			{Key: "product", Is: "matches", Values: []string{".*"}},
		},
	} {
		for _, c := range all {
			if got := c.holds(visitor); got != want {
				t.Errorf("%+v holds: %v", c, got)
			}
		}
	}
}

func TestTheFirstRuleThatFitsCounts(t *testing.T) {
	is := func(key, value string) Condition { return Condition{Key: key, Is: Equals, Values: []string{value}} }
	list := []Rule{
		{When: []Condition{is("product", "garden hose"), is("plan", "silver")}, Then: Outcome{Queue: "both must hold"}},
		{When: []Condition{is("product", "garden hose")}, Then: Outcome{Queue: "queue_garden", Priority: 3}},
		{Then: Outcome{Queue: "queue_all"}},
	}
	for want, in := range map[int]Context{1: visitor, 2: {}, 0: {"product": {Value: "garden hose"}, "plan": {Value: "Silver"}}} {
		if got := Decide(list, in); got != want {
			t.Errorf("%v is decided by rule %d, want %d", in, got, want)
		}
	}
	if got := Decide(list[:2], nil); got != -1 {
		t.Errorf("nothing known is decided by rule %d", got)
	}
}

func TestMistakesAreNamed(t *testing.T) {
	many := strings.Split(strings.Repeat("x,", mostValues)+"x", ",")
	for want, c := range map[string]Condition{
		"names a fact":              {Is: Exists},
		"without spaces":            {Key: "a b", Is: Exists},
		"1 to 64":                   {Key: strings.Repeat("k", 65), Is: Exists},
		`compares by "matches"`:     {Key: "product", Is: "matches", Values: []string{"x"}},
		"takes exactly one value":   {Key: "product", Is: Equals, Values: []string{"a", "b"}},
		"on page takes exactly one": {Key: "page", Is: Prefix},
		"takes no value":            {Key: "product", Is: Exists, Values: []string{"x"}},
		"takes 1 to 100 values":     {Key: "product", Is: OneOf, Values: many},
		"write exists":              {Key: "product", Is: Contains, Values: []string{""}},
		"has 1 to 256 characters":   {Key: "product", Is: Contains, Values: []string{strings.Repeat("x", 257)}},
	} {
		err := Rule{When: []Condition{c}}.Check()
		if err == nil || !strings.Contains(err.Error(), want) || webtrunk.KindOf(err) != webtrunk.Invalid {
			t.Errorf("%+v: %v, want a sentence with %q", c, err, want)
		}
	}
	if err := (Rule{When: make([]Condition, mostConditions+1)}).Check(); err == nil || !strings.Contains(err.Error(), "at most 20") {
		t.Errorf("too many conditions: %v", err)
	}
	for _, o := range []Operator{Equals, Prefix, Contains, OneOf, Exists} {
		c := Condition{Key: "k", Is: o, Values: []string{"v"}}
		if o == Exists {
			c.Values = nil
		}
		if err := (Rule{When: []Condition{c}}).Check(); err != nil {
			t.Errorf("%s: %v", o, err)
		}
	}
}

func ExampleDecide() {
	list := []Rule{
		{When: []Condition{{Key: "identity.plan", Is: Equals, Values: []string{"gold"}, Trusted: true}}, Then: Outcome{Queue: "queue_gold"}},
		{When: []Condition{{Key: "page", Is: Contains, Values: []string{"/garden/"}}}, Then: Outcome{Queue: "queue_garden"}},
	}
	said := Context{"identity.plan": {Value: "gold"}, "page": {Value: "https://shop.example/garden/hose"}}
	fmt.Println(list[Decide(list, said)].Then.Queue)
	// Output: queue_garden
}
