package trunk

import (
	"webtrunk"
)

// Validate reports the first thing about n that cannot work.
func (n Network) Validate() error {
	if ms := n.Mistakes(); len(ms) > 0 {
		return &webtrunk.Error{Op: "trunks", Kind: webtrunk.Invalid, Message: ms[0].Setting + ": " + ms[0].Message}
	}
	return nil
}

// Mistakes returns whatever about the trunks and routes cannot work.
func (n Network) Mistakes() []Mistake {
	var ms mistakes
	for i, t := range n.Trunks {
		for _, m := range t.Mistakes() {
			ms.add(item("trunks", i)+"."+m.Setting, "%s", m.Message)
		}
	}
	n.checkNames(&ms)
	n.checkCurrency(&ms)
	for i, r := range n.Routes {
		n.checkRoute(&ms, item("routes", i), r)
	}
	return ms
}

func (n Network) checkNames(ms *mistakes) {
	trunks, routes := map[string]bool{}, map[string]bool{}
	for i, t := range n.Trunks {
		if trunks[t.Name] && t.Name != "" {
			ms.add(item("trunks", i)+".name", "two trunks have the name %s: calls name the trunk that they go over", t.Name)
		}
		trunks[t.Name] = true
	}
	for i, r := range n.Routes {
		if routes[r.Name] && r.Name != "" {
			ms.add(item("routes", i)+".name", "two routes have the name %s", r.Name)
		}
		routes[r.Name] = true
	}
}

// checkCurrency keeps all rates in one currency, for prices in two cannot be
// put in order.
func (n Network) checkCurrency(ms *mistakes) {
	first, whose := "", ""
	for i, t := range n.Trunks {
		for j, r := range t.Rates {
			switch {
			case first == "":
				first, whose = r.Currency, t.Name
			case r.Currency != first:
				ms.add(item(item("trunks", i)+".rates", j)+".currency",
					"the rates of trunk %s are in %s, these in %q: write all rates in one currency, so that they can be compared", whose, first, r.Currency)
				return
			}
		}
	}
}

func (n Network) checkRoute(ms *mistakes, at string, r Route) {
	if !trunkName.MatchString(r.Name) {
		ms.add(at+".name", "%q is no name of a route: write up to 63 letters, digits, dots, hyphens and underscores, such as germany", r.Name)
	}
	if r.By != "" && r.By != ByOrder && r.By != ByCost {
		ms.add(at+".by", "%q is unknown: write order or cost", string(r.By))
	}
	checkPrefixes(ms, at+".prefixes", r.Prefixes)
	if r.Trunks == nil {
		ms.add(at+".trunks", "name the trunks that carry these calls, the one to try first at the head; [] refuses them")
	}
	seen := map[string]bool{}
	for i, name := range r.Trunks {
		_, there := n.Named(name)
		switch {
		case !there:
			ms.add(item(at+".trunks", i), "there is no trunk %q", name)
		case seen[name]:
			ms.add(item(at+".trunks", i), "%s is in the list twice", name)
		}
		seen[name] = true
	}
}
