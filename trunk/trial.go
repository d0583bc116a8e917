package trunk

import (
	"cmp"
	"slices"

	"webtrunk"
)

// A Trial is what would become of a call to a number by what the operator has
// decided, with what stands in the way of everything else. How trunks fare is
// not in it.
type Trial struct {
	Routes []RouteTrial // in the order in which they count for the number; none where there are no routes
	Trunks []TrunkTrial // those that may carry it first, the one to try first at the head
}

// A RouteTrial is one route, asked about a number.
type RouteTrial struct {
	Route  string
	Prefix string // the longest of its prefixes that fits; empty where it is for all numbers, or none fits
	Fit    Fit
}

// Fit is why a route counts for a number, or does not.
type Fit string

const (
	Counts  Fit = "counts"  // it has the longest prefix that fits
	Shorter Fit = "shorter" // it fits, and another has a longer prefix
	Later   Fit = "later"   // it fits as well as the one that counts, and stands behind it
	Unfit   Fit = "unfit"   // none of its prefixes fits
)

// A TrunkTrial is one trunk, asked about a number.
type TrunkTrial struct {
	Trunk    string
	Obstacle Obstacle
	Dialled  string // the number as the trunk's rules write it
	Rate     Rate   // zero where the trunk names none
	Limits   Limits
}

// An Obstacle is why a trunk does not carry a number; empty where it may.
type Obstacle string

const (
	OfOtherMode Obstacle = "mode"      // it carries test calls alone, or live ones
	NotNamed    Obstacle = "not_named" // the route that counts does not name it, or none counts
	Elsewhere   Obstacle = "prefixes"  // the number begins with none of its prefixes
)

// Try says what would become of a call. It agrees with Choices.
func (n Network) Try(to webtrunk.Address, test bool) Trial {
	t := Trial{Routes: n.tryRoutes(to)}
	for _, c := range n.Choices(to, test) {
		t.Trunks = append(t.Trunks, c.Trunk.try(to, ""))
	}
	route, _ := n.route(to)
	for _, other := range n.Trunks {
		if slices.ContainsFunc(t.Trunks, func(had TrunkTrial) bool { return had.Trunk == other.Name }) {
			continue
		}
		obstacle := Elsewhere
		switch {
		case other.Test != test:
			obstacle = OfOtherMode
		case !slices.Contains(route.Trunks, other.Name):
			obstacle = NotNamed
		}
		t.Trunks = append(t.Trunks, other.try(to, obstacle))
	}
	return t
}

func (t Trunk) try(to webtrunk.Address, o Obstacle) TrunkTrial {
	return TrunkTrial{Trunk: t.Name, Obstacle: o, Dialled: t.Outbound.Apply(to.Value), Rate: t.rate(to), Limits: t.Limits}
}

// tryRoutes puts the routes into the order in which they count for a number:
// the longest prefix first, of equally long ones as they stand.
func (n Network) tryRoutes(to webtrunk.Address) []RouteTrial {
	lengths := make(map[string]int)
	var tried []RouteTrial
	for _, r := range n.Routes {
		l := longest(r.Prefixes, to)
		lengths[r.Name] = l
		tried = append(tried, RouteTrial{Route: r.Name, Prefix: to.Value[:max(l, 0)], Fit: Shorter})
	}
	slices.SortStableFunc(tried, func(a, b RouteTrial) int { return cmp.Compare(lengths[b.Route], lengths[a.Route]) })
	for i := range tried {
		switch l := lengths[tried[i].Route]; {
		case l < 0:
			tried[i].Fit = Unfit
		case i == 0:
			tried[i].Fit = Counts
		case l == lengths[tried[0].Route]:
			tried[i].Fit = Later
		}
	}
	return tried
}

// Pretends reports whether all trunks lead to simulated carriers, as in a
// demonstration: there, every call goes over them. The test carrier beside a
// real network takes test calls alone, whatever becomes of the real one.
func (n Network) Pretends() bool {
	return !slices.ContainsFunc(n.Trunks, func(t Trunk) bool { return !t.Test || t.Name == TestName })
}
