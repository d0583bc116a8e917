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
	if stays(name) || len(t.Context) == 0 {
		return false
	}
	return slices.Contains(t.Context, name) || !strings.HasPrefix(name, checked) && slices.Contains(t.Context, whatever)
}

func stays(name string) bool {
	return slices.ContainsFunc(ours, func(begin string) bool { return strings.HasPrefix(name, begin) })
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
