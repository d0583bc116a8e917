package trunk

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// told is a trial as one line: the routes with their fits, then the trunks with
// what stands in their way.
func (t Trial) told() string {
	var parts []string
	for _, r := range t.Routes {
		parts = append(parts, strings.TrimSpace(fmt.Sprintf("%s(%s %s)", r.Route, r.Fit, r.Prefix)))
	}
	parts = append(parts, "|")
	for _, w := range t.Trunks {
		parts = append(parts, w.Trunk+":"+string(w.Obstacle)+" "+w.Dialled)
	}
	return strings.Join(parts, " ")
}

func TestANumberIsTried(t *testing.T) {
	national := func(t *Trunk) { t.Outbound = Rules{{"+49", "0"}} }
	a, german, simulated := named("a"), named("german", carrying("+49"), national), named("test", forTests)
	all := []Trunk{a, german, simulated}
	world := Route{Name: "world", Trunks: []string{"a"}}
	germany := Route{Name: "germany", Prefixes: []string{"+4", "+49"}, Trunks: []string{"german", "a"}}
	again := Route{Name: "again", Prefixes: []string{"+49"}, Trunks: []string{"a"}}
	nobody := Route{Name: "nobody", Prefixes: []string{"+4915"}, Trunks: []string{}}
	for _, c := range []struct {
		story  string
		routes []Route
		to     string
		test   bool
		want   string
	}{
		{"without routes each trunk carries what its prefixes let it", nil, "+4930123", false, "| a: +4930123 german: 030123 test:mode +4930123"},
		{"or what it does not", nil, "+33123", false, "| a: +33123 german:prefixes +33123 test:mode +33123"},
		{"the longest prefix counts, and of equal ones the first", []Route{world, germany, again}, "+4930123", false,
			"germany(counts +49) again(later +49) world(shorter ) | german: 030123 a: +4930123 test:mode +4930123"},
		{"what the route does not name is passed over", []Route{world, germany}, "+33123", false,
			"world(counts ) germany(unfit ) | a: +33123 german:not_named +33123 test:mode +33123"},
		{"a route without trunks refuses", []Route{germany, nobody}, "+4915123", false,
			"nobody(counts +4915) germany(shorter +49) | a:not_named +4915123 german:not_named 015123 test:mode +4915123"},
		{"a number that no route fits", []Route{germany}, "+33123", false, "germany(unfit ) | a:not_named +33123 german:not_named +33123 test:mode +33123"},
		{"a test call", nil, "+4930123", true, "| test: +4930123 a:mode +4930123 german:mode 030123"},
	} {
		if got := (Network{all, c.routes}).Try(number(c.to), c.test).told(); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.story, got, c.want)
		}
	}
}

// Whatever the network, a trial names the trunks that a call would take, in its
// order, every trunk once, and one route that counts where one does.
func TestATrialAgreesWithACall(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		prefix := rapid.SliceOfN(rapid.StringMatching(`\+[1-3]{1,3}`), 0, 2)
		var n Network
		var names []string
		for i := range rapid.IntRange(0, 4).Draw(t, "trunks") {
			names = append(names, fmt.Sprint("t", i))
			n.Trunks = append(n.Trunks, named(names[i], carrying(prefix.Draw(t, "carries")...), func(t *Trunk) { t.Test = i == 3 }))
		}
		for i := range rapid.IntRange(0, 3).Draw(t, "routes") {
			r := Route{Name: fmt.Sprint("r", i), Prefixes: prefix.Draw(t, "prefixes"), Trunks: []string{}, By: rapid.SampledFrom([]Order{ByOrder, ByCost}).Draw(t, "by")}
			for _, name := range names {
				if rapid.Bool().Draw(t, "named") {
					r.Trunks = append(r.Trunks, name)
				}
			}
			n.Routes = append(n.Routes, r)
		}
		to, test := number(rapid.StringMatching(`\+[1-3]{4}`).Draw(t, "to")), rapid.Bool().Draw(t, "test")
		trial, choices := n.Try(to, test), n.Choices(to, test)
		for i, w := range trial.Trunks {
			if (w.Obstacle == "") != (i < len(choices)) || i < len(choices) && w.Trunk != choices[i].Trunk.Name {
				t.Fatalf("a call takes %s, the trial says %s", order(choices), trial.told())
			}
		}
		route, routed := n.route(to)
		if len(trial.Trunks) != len(n.Trunks) || len(trial.Routes) != len(n.Routes) {
			t.Fatalf("the trial leaves something out: %s", trial.told())
		}
		if len(n.Routes) > 0 && routed != (trial.Routes[0].Fit == Counts) || routed && len(n.Routes) > 0 && trial.Routes[0].Route != route.Name {
			t.Fatalf("the route %q counts, the trial says %s", route.Name, trial.told())
		}
	})
}

func TestADemonstrationPretends(t *testing.T) {
	simulated, real, beside := named("demo", forTests), named("real"), named(TestName, forTests)
	for _, c := range []struct {
		trunks []Trunk
		want   bool
	}{{[]Trunk{simulated}, true}, {[]Trunk{simulated, real}, false}, {[]Trunk{real, beside}, false}, {[]Trunk{beside}, false}} {
		if got := (Network{Trunks: c.trunks}).Pretends(); got != c.want {
			t.Errorf("%v pretends: %t", c.trunks, got)
		}
	}
}
