package trunk

import (
	"fmt"
	"net/netip"
	"regexp"

	"webtrunk"
)

// A Trunk is one static-IP connection to a carrier over UDP.
type Trunk struct {
	Name     string         // in logs and messages
	Proxy    netip.AddrPort // where our INVITEs go
	Sources  []netip.Prefix // who may send us SIP; empty means the proxy's address alone
	Domain   string         // the host in our From and Request-URI; empty means the proxy's address
	Username string         // for digest challenges; empty when the carrier trusts our address
	Password string
	CallerID webtrunk.Address // presented when a call names no number of ours
	Codecs   []string         // in our order of preference: "pcmu", "pcma"; empty means both

	// InboundPrefix is written before the numbers of arriving calls that are
	// digits alone: "+" where the carrier leaves the plus out, "+49" where it
	// sends numbers without the country code. Empty takes numbers as they are.
	InboundPrefix string
	// Test marks the simulated carrier's: calls that come over it are test
	// calls, and only test calls are routed over it.
	Test bool
	// TrustIdentity believes P-Asserted-Identity of arriving calls before
	// their From (RFC 3325).
	TrustIdentity bool
}

// Trusts reports whether a packet from a may be read as this trunk's.
func (t Trunk) Trusts(a netip.Addr) bool {
	a = a.Unmap()
	if len(t.Sources) == 0 {
		return a == t.Proxy.Addr().Unmap()
	}
	for _, p := range t.Sources {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

var prefix = regexp.MustCompile(`^\+[0-9]*$`)

// Validate reports the first thing about t that cannot work, in words that say what to write instead.
func (t Trunk) Validate() error {
	switch {
	case t.Name == "":
		return t.invalid("give the trunk a name")
	case !t.Proxy.IsValid() || t.Proxy.Port() == 0:
		return t.invalid("proxy must be the carrier's address and port, such as 203.0.113.10:5060")
	case t.CallerID.Scheme != webtrunk.Tel:
		return t.invalid("caller_id must be a number of yours in international form, such as +15550100001")
	case (t.Username == "") != (t.Password == ""):
		return t.invalid("give both username and password, or neither")
	case t.InboundPrefix != "" && !prefix.MatchString(t.InboundPrefix):
		return t.invalid("inbound_prefix must be + and digits, such as +49, or + alone")
	}
	for _, c := range t.Codecs {
		if c != "pcmu" && c != "pcma" {
			return t.invalid(fmt.Sprintf("codec %q is unknown: use pcmu or pcma", c))
		}
	}
	return nil
}

func (t Trunk) invalid(message string) error {
	return &webtrunk.Error{Op: "trunk " + t.Name, Kind: webtrunk.Invalid, Message: message}
}
