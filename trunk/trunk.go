package trunk

import (
	"net"
	"net/netip"
	"slices"
	"strconv"
	"time"

	"webtrunk"
)

// A Trunk is one connection to a carrier. The zero value of every field but
// Name, Proxy and Identity.CallerID is what most carriers take.
type Trunk struct {
	Name      string    `json:"name" yaml:"name"`                     // in logs, records and messages
	Proxy     string    `json:"proxy" yaml:"proxy"`                   // where our requests go: host or host:port. A name is resolved by RFC 3263
	Transport Transport `json:"transport,omitempty" yaml:"transport"` // empty means UDP
	TLS       TLS       `json:"tls,omitzero" yaml:"tls"`

	// Sources are who may send us SIP over this trunk, beside the proxy's own
	// address or, where it is a name, the addresses it resolves to.
	Sources  []netip.Prefix `json:"sources,omitempty" yaml:"sources"`
	Domain   string         `json:"domain,omitempty" yaml:"domain"`     // the host in our From and Request-URI; empty means our own in the one and the proxy's in the other
	Username string         `json:"username,omitempty" yaml:"username"` // for digest challenges; empty when the carrier trusts our address
	Password string         `json:"password,omitempty" yaml:"password"`
	// Register keeps a binding at the carrier (RFC 3261 §10); nil where the
	// carrier knows our address.
	Register *Registration `json:"register,omitempty" yaml:"register"`
	Public   netip.Addr    `json:"public,omitzero" yaml:"public"` // in our Via, Contact and SDP towards this trunk; zero means the edge's

	Identity Identity        `json:"identity" yaml:"identity"`
	Codecs   []string        `json:"codecs,omitempty" yaml:"codecs"` // in our order of preference: "pcmu", "pcma", "g722"; empty means the first two
	SRTP     MediaEncryption `json:"srtp,omitempty" yaml:"srtp"`     // empty means off
	DTMF     DTMF            `json:"dtmf,omitempty" yaml:"dtmf"`     // empty means auto
	// ComfortNoise offers and takes RFC 3389 silence descriptions.
	ComfortNoise bool `json:"comfort_noise,omitempty" yaml:"comfort_noise"`

	Outbound Rules    `json:"outbound,omitempty" yaml:"outbound"` // from +E.164 to what the carrier wants dialled and shown
	Inbound  Rules    `json:"inbound,omitempty" yaml:"inbound"`   // from what the carrier writes to +E.164
	Unknown  Refusal  `json:"unknown,omitempty" yaml:"unknown"`   // of a number that nobody has; empty means not_found
	Prefixes []string `json:"prefixes,omitempty" yaml:"prefixes"` // the numbers it carries, by how they begin; empty means all
	Rates    []Rate   `json:"rates,omitempty" yaml:"rates"`       // what calls over it cost

	Limits   Limits       `json:"limits,omitzero" yaml:"limits"`
	Sessions SessionTimer `json:"session_timer,omitzero" yaml:"session_timer"`
	Reliable Reliable     `json:"reliable,omitempty" yaml:"reliable"` // provisional responses; empty means supported
	// Keepalive is how often OPTIONS asks whether the carrier is there; zero
	// means 30 s, negative never.
	Keepalive time.Duration `json:"keepalive,omitempty" yaml:"keepalive"`
	// NoAnswerAfter is how long the carrier may be silent after an INVITE before
	// the next trunk is tried; zero means the edge's Timer B.
	NoAnswerAfter time.Duration `json:"no_answer_after,omitempty" yaml:"no_answer_after"`
	// Redirects are the hosts that a 3xx or a REFER of this carrier may send a
	// call to; empty means none. The number it names is dialled as any other.
	Redirects []string `json:"redirects,omitempty" yaml:"redirects"`
	// Context names what is known of a call that travels over this trunk, as headers
	// X-Webtrunk-NAME; "*" is all that pages and servers say, without identity.*. Empty
	// means nothing: most carriers have no business with it.
	Context []string `json:"context,omitempty" yaml:"context"`
	// Refer lets the far side transfer calls by REFER, and lets us ask it to.
	Refer bool `json:"refer,omitempty" yaml:"refer"`

	// Test marks the simulated carrier's, which the gateway starts itself and no
	// configuration names: calls that come over it are test
	// calls, and only test calls are routed over it.
	Test bool `json:"test,omitempty" yaml:"-"`
}

// A Transport carries a trunk's SIP.
type Transport string

const (
	UDP       Transport = "udp"
	TCP       Transport = "tcp"
	TLSOverIP Transport = "tls" // 1.2 or later
)

// A Registration is a binding that is kept at a registrar.
type Registration struct {
	Registrar string        `json:"registrar,omitempty" yaml:"registrar"` // host in the Request-URI; empty means the trunk's domain
	User      string        `json:"user,omitempty" yaml:"user"`           // of the address-of-record; empty means the username
	Expires   time.Duration `json:"expires,omitempty" yaml:"expires"`     // as asked for; zero means 5 min. The registrar decides
}

// Identity is who callers are said to be, and whom we believe about it.
type Identity struct {
	CallerID webtrunk.Address `json:"caller_id" yaml:"caller_id"` // presented when a call names no number of ours
	// Numbers are the numbers that may be presented beside CallerID: owned or
	// verified. One that ends in * stands for all that begin so.
	Numbers []string `json:"numbers,omitempty" yaml:"numbers"`
	Present Present  `json:"present,omitempty" yaml:"present"` // empty means from
	// Untrusted keeps P-Asserted-Identity from a carrier that would pass it on
	// to the public (RFC 3325 §7).
	Untrusted bool `json:"untrusted,omitempty" yaml:"untrusted"`
	// Believe takes P-Asserted-Identity of arriving calls before their From.
	Believe bool `json:"believe,omitempty" yaml:"believe"`
}

// Present says which header tells the carrier who calls.
type Present string

const (
	PresentFrom    Present = "from"     // From alone
	PresentPAI     Present = "asserted" // From and P-Asserted-Identity, with Privacy for who hides (RFC 3323, RFC 3325)
	PresentAccount Present = "account"  // From names the account, P-Asserted-Identity the number
)

// MediaEncryption is whether RTP is encrypted by SDES keys (RFC 4568).
type MediaEncryption string

const (
	SRTPOff      MediaEncryption = "off"
	SRTPOffered  MediaEncryption = "offered"  // where the far side takes it
	SRTPRequired MediaEncryption = "required" // RTP/SAVP or no call
)

// DTMF is how digits travel.
type DTMF string

const (
	DTMFAuto   DTMF = "auto"    // telephone-events where agreed, else INFO
	DTMFEvents DTMF = "rfc4733" // telephone-events only
	DTMFInfo   DTMF = "info"    // SIP INFO only
)

// A Refusal is how a call to a number that nobody has is refused.
type Refusal string

const (
	RefuseNotFound    Refusal = "not_found"   // 404
	RefuseUnavailable Refusal = "unavailable" // 480
	RefuseBusy        Refusal = "busy"        // 486
	RefuseDeclined    Refusal = "declined"    // 603
)

// Limits keep a trunk within what its carrier allows. Zero means no limit.
type Limits struct {
	Calls     int     `json:"calls,omitempty" yaml:"calls"`                       // at once, both directions
	PerSecond float64 `json:"calls_per_second,omitempty" yaml:"calls_per_second"` // INVITEs that open a call
}

// A SessionTimer is how calls prove that they are still up (RFC 4028).
type SessionTimer struct {
	Off     bool          `json:"off,omitempty" yaml:"off"`
	Expires time.Duration `json:"expires,omitempty" yaml:"expires"`         // that we ask for; zero means 30 min
	MinSE   time.Duration `json:"min_expires,omitempty" yaml:"min_expires"` // that we accept; zero means 90 s, its lowest (§5)
}

// Reliable is whether provisional responses are acknowledged (RFC 3262).
type Reliable string

const (
	ReliableOff       Reliable = "off"
	ReliableSupported Reliable = "supported"
	ReliableRequired  Reliable = "required"
)

// Host returns the proxy's host and its port, 0 where it names none.
func (t Trunk) Host() (host string, port uint16) { return splitHost(t.Proxy) }

// splitHost reads host, host:port, [v6] and [v6]:port.
func splitHost(s string) (string, uint16) {
	if a, err := netip.ParseAddr(s); err == nil {
		return a.String(), 0
	}
	host, port, err := net.SplitHostPort(s)
	if err != nil {
		if n := len(s); n > 1 && s[0] == '[' && s[n-1] == ']' {
			return s[1 : n-1], 0
		}
		return s, 0
	}
	n, _ := strconv.ParseUint(port, 10, 16)
	return host, uint16(n)
}

// Address returns the proxy's address, false where it is a name.
func (t Trunk) Address() (netip.Addr, bool) {
	host, _ := t.Host()
	a, err := netip.ParseAddr(host)
	return a.Unmap(), err == nil
}

// Trusts reports whether a packet from a may be read as this trunk's. Of a
// proxy that is a name, only who carries the trunk out knows the addresses.
func (t Trunk) Trusts(a netip.Addr) bool {
	a = a.Unmap()
	if proxy, ok := t.Address(); ok && a == proxy {
		return true
	}
	return slices.ContainsFunc(t.Sources, func(p netip.Prefix) bool { return p.Contains(a) })
}
