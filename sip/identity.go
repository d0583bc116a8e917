package sip

import (
	"slices"
	"strings"

	"github.com/emiago/sipgo/sip"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/trunk"
)

// anonymousHost is the host of who does not say who he is (RFC 3323 §4.1.1.3).
const anonymousHost = "anonymous.invalid"

// An identity is who a call of ours is from, as its trunk wants it written.
type identity struct {
	from  sip.Uri
	extra []sip.Header // P-Asserted-Identity and Privacy
}

// identify writes who calls by the trunk's policy. The number is one that the
// trunk may present, whatever the leg asks for. P-Asserted-Identity goes only
// to who is trusted with it (RFC 3325 §7). Where From alone tells the carrier
// who calls, nobody can hide: the carrier would refuse the call.
func (n *line) identify(c call.Leg) identity {
	policy := n.Identity
	number := n.phone(policy.Presented(c.From))
	asserts := policy.Present == trunk.PresentPAI || policy.Present == trunk.PresentAccount
	id := identity{from: number}
	switch {
	case policy.Present == trunk.PresentAccount && n.Username != "":
		id.from = sip.Uri{Scheme: "sip", User: escape(n.Username), Host: number.Host}
	case asserts && c.Anonymous:
		id.from = sip.Uri{Scheme: "sip", User: "anonymous", Host: anonymousHost}
	}
	if asserts && !policy.Untrusted {
		id.extra = append(id.extra, sip.NewHeader("P-Asserted-Identity", "<"+number.String()+">"))
	}
	if asserts && c.Anonymous {
		id.extra = append(id.extra, sip.NewHeader("Privacy", privacyOf(policy)))
	}
	return id
}

// privacyOf asks the carrier to withhold the identity that we assert (RFC 3325
// §9.3) or, where we assert none, what else would tell who calls (RFC 3323 §4.2).
func privacyOf(policy trunk.Identity) string {
	if policy.Untrusted {
		return "user"
	}
	return "id"
}

// phone is a number of ours as this carrier writes them.
func (n *line) phone(a webtrunk.Address) sip.Uri {
	return sip.Uri{Scheme: "sip", User: n.userpart(a), Host: n.fromHost(), UriParams: userPhone()}
}

// dialled is the Request-URI for a number: as this carrier wants it dialled, at
// its domain (RFC 3261 §19.1.1: user=phone says that it is a number).
func (n *line) dialled(a webtrunk.Address) sip.Uri {
	host, port := n.domain()
	return sip.Uri{Scheme: "sip", User: n.userpart(a), Host: host, Port: port, UriParams: userPhone()}
}

// userpart is a number in a URI: what a rule puts before it, such as a tech
// prefix with #, may need an escape there (RFC 3261 §25.1).
func (n *line) userpart(a webtrunk.Address) string { return escape(n.Outbound.Apply(a.Value)) }

func userPhone() sip.HeaderParams { return sip.HeaderParams{{K: "user", V: "phone"}} }

// fromHost is the host of our From: the domain that the carrier knows us in, or
// ourselves.
func (n *line) fromHost() string {
	if n.Domain == "" {
		return n.host()
	}
	host, _ := n.domain()
	return host
}

// displayOf is the name beside an address of ours: for nobody, as RFC 3323
// §4.1.1.3 writes it, else none. What a caller calls itself has no place there.
func displayOf(local sip.Uri) string {
	if local.Host == anonymousHost {
		return "Anonymous"
	}
	return ""
}

// escape writes a user part with all but unreserved characters as %XX
// (RFC 3261 §25.1).
func escape(user string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(user) {
		c := user[i]
		if 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("-_.!~*'()+", c) >= 0 {
			b.WriteByte(c)
		} else {
			b.Write([]byte{'%', hex[c>>4], hex[c&15]})
		}
	}
	return b.String()
}

// withheld are the users of who does not say who he is: as RFC 3323 §4.1.1.3 has
// it, and as networks write that have never read it.
var withheld = []string{"anonymous", "restricted", "unavailable", "unknown", "private", "withheld"}

// maxAsserted bounds the identities that are read of one request: RFC 3325
// §9.1 has two at most.
const maxAsserted = 4

// callerOf reads who calls: P-Asserted-Identity where the trunk's is believed
// (RFC 3325 §9.1), else From. Who hides is nobody. P-Preferred-Identity is
// between a telephone and its own proxy (§9.2) and never read.
func callerOf(req *sip.Request, t *trunk.Trunk) webtrunk.Address {
	if hides(req) {
		return webtrunk.Address{}
	}
	if a := vouchedFor(req, t); !a.IsZero() {
		return a
	}
	from := req.From().Address
	if anonymous(from) {
		return webtrunk.Address{}
	}
	return numberOf(&from, t)
}

// vouchedFor is the number that a carrier which is believed says its caller has; zero where
// none is, and of a caller who is only what From says.
func vouchedFor(req *sip.Request, t *trunk.Trunk) webtrunk.Address {
	if !t.Identity.Believe {
		return webtrunk.Address{}
	}
	for _, c := range asserted(req) {
		if a := numberOf(&c.uri, t); a.Scheme == webtrunk.Tel {
			return a
		}
	}
	return webtrunk.Address{}
}

// anonymous reports whether an address says that nobody is to know whose it is.
func anonymous(a sip.Uri) bool {
	return slices.Contains(withheld, strings.ToLower(a.User)) || strings.HasSuffix(strings.ToLower(a.Host), ".invalid")
}

// hides reports whether the caller asked not to be shown (RFC 3323 §4.2): a
// network that trusts us with the identity leaves it to us to withhold it
// (RFC 3325 §7).
func hides(req *sip.Request) bool {
	for _, h := range req.GetHeaders("Privacy") {
		for _, v := range elements(h.Value(), ';') {
			if slices.Contains([]string{"id", "user", "header"}, strings.ToLower(v)) {
				return true
			}
		}
	}
	return false
}

// A claim is what a header says of who calls.
type claim struct {
	name string
	uri  sip.Uri
}

// asserted returns what P-Asserted-Identity says.
func asserted(req *sip.Request) (all []claim) {
	for _, h := range req.GetHeaders("P-Asserted-Identity") {
		for _, value := range elements(h.Value(), ',') {
			var c claim
			var params sip.HeaderParams
			var err error
			if c.name, err = sip.ParseAddressValue(value, &c.uri, &params); err == nil && len(all) < maxAsserted {
				all = append(all, c)
			}
		}
	}
	return all
}
