package trunk

import (
	"regexp"
	"slices"
	"strings"
)

const (
	whatever   = "*"         // whatever pages and servers say of a call
	checked    = "identity." // begins what a site has signed of who its visitor is
	mostNamed  = 32
	nameLength = 32 // of a header's name behind X-Webtrunk-
)

// ours begin the names of what stays here over every trunk: what rules made of a call,
// what one agent writes for the next, and what a caller by telephone calls itself.
var ours = []string{"rule.", "transfer.", "caller."}

var contextName = regexp.MustCompile(`^[A-Za-z0-9._-]+$`)

// Travels reports whether what is known of a call under a name goes to the carrier:
// what the trunk names. What was signed of who somebody is has to be named itself.
func (t Trunk) Travels(name string) bool {
	switch {
	case stays(name) || len(t.Context) == 0:
		return false
	case starts(name, checked):
		return slices.Contains(t.Context, name)
	}
	return slices.Contains(t.Context, name) || slices.Contains(t.Context, whatever)
}

// stays reports whether what has a name is told no carrier. That is also so for a name
// that would be taken there for one of what was signed: the names of headers are the same
// in large letters and small (RFC 3261 §7.3.1), so that a page could make it up.
func stays(name string) bool {
	return starts(name, checked) && !strings.HasPrefix(name, checked) ||
		slices.ContainsFunc(ours, func(prefix string) bool { return starts(name, prefix) })
}

// starts reports whether a header's name begins so.
func starts(name, prefix string) bool {
	return len(name) >= len(prefix) && strings.EqualFold(name[:len(prefix)], prefix)
}

func (t Trunk) checkContext(ms *mistakes) {
	if len(t.Context) > mostNamed {
		ms.add("context", "it has %d names: at most %d", len(t.Context), mostNamed)
	}
	for i, name := range t.Context {
		switch {
		case name == whatever:
		case stays(name):
			ms.add(item("context", i), "%q is the gateway's own and goes to no carrier: write names that pages send, such as order, or identity.name, .sub, .email or .phone_number", name)
		case !contextName.MatchString(name) || len(name) > nameLength:
			ms.add(item("context", i), "%q is no name that can travel: write up to %d letters, digits, '-', '.' and '_'", name, nameLength)
		}
	}
}
