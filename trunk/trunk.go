package trunk

import (
	"fmt"
	"net"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"time"

	"webtrunk"
)

// A Trunk is one connection to a carrier. The zero value of every field but
// Name, Proxy and Identity.CallerID is what most carriers take.
type Trunk struct {
	Name      string    `json:"name"`                // in logs, records and messages
	Proxy     string    `json:"proxy"`               // where our requests go: host or host:port. A name is resolved by RFC 3263
	Transport Transport `json:"transport,omitempty"` // empty means UDP
	TLS       TLS       `json:"tls,omitzero"`

	// Sources are who may send us SIP over this trunk, beside the proxy's own
	// address or, where it is a name, the addresses it resolves to.
	Sources  []netip.Prefix `json:"sources,omitempty"`
	Domain   string         `json:"domain,omitempty"`   // the host in our From and Request-URI; empty means the proxy's
	Username string         `json:"username,omitempty"` // for digest challenges; empty when the carrier trusts our address
	Password string         `json:"password,omitempty"`
	// Register keeps a binding at the carrier (RFC 3261 §10); nil where the
	// carrier knows our address.
	Register *Registration `json:"register,omitempty"`
	Public   netip.Addr    `json:"public,omitzero"` // in our Via, Contact and SDP towards this trunk; zero means the edge's

	Identity Identity        `json:"identity"`
	Codecs   []string        `json:"codecs,omitempty"` // in our order of preference: "pcmu", "pcma"; empty means both
	SRTP     MediaEncryption `json:"srtp,omitempty"`   // empty means off
	DTMF     DTMF            `json:"dtmf,omitempty"`   // empty means auto
	// ComfortNoise offers and takes RFC 3389 silence descriptions.
	ComfortNoise bool `json:"comfort_noise,omitempty"`

	Outbound Rules    `json:"outbound,omitempty"` // from +E.164 to what the carrier wants dialled and shown
	Inbound  Rules    `json:"inbound,omitempty"`  // from what the carrier writes to +E.164
	Unknown  Refusal  `json:"unknown,omitempty"`  // of a number that nobody has; empty means not_found
	Prefixes []string `json:"prefixes,omitempty"` // the numbers it carries, by how they begin; empty means all
	Rates    []Rate   `json:"rates,omitempty"`    // what calls over it cost

	Limits   Limits       `json:"limits,omitzero"`
	Sessions SessionTimer `json:"session_timer,omitzero"`
	Reliable Reliable     `json:"reliable,omitempty"` // provisional responses; empty means supported
	// Keepalive is how often OPTIONS asks whether the carrier is there; zero
	// means 30 s, negative never.
	Keepalive time.Duration `json:"keepalive,omitempty"`
	// NoAnswerAfter is how long the carrier may be silent after an INVITE before
	// the next trunk is tried; zero means the edge's Timer B.
	NoAnswerAfter time.Duration `json:"no_answer_after,omitempty"`
	// Redirects are the hosts that a 3xx or a REFER of this carrier may send a
	// call to; empty means none. The number it names is dialled as any other.
	Redirects []string `json:"redirects,omitempty"`
	// Refer lets the far side transfer calls by REFER, and lets us ask it to.
	Refer bool `json:"refer,omitempty"`

	// Test marks the simulated carrier's: calls that come over it are test
	// calls, and only test calls are routed over it.
	Test bool `json:"test,omitempty"`
}

// A Transport carries a trunk's SIP.
type Transport string

const (
	UDP       Transport = "udp"
	TCP       Transport = "tcp"
	TLSOverIP Transport = "tls" // 1.2 or later
)

// TLS says how a trunk over TLS is proved, both ways.
type TLS struct {
	ServerName  string `json:"server_name,omitempty"` // in the carrier's certificate; empty means the proxy's host
	CA          string `json:"ca,omitempty"`          // PEM of the authorities believed; empty means the system's
	Certificate string `json:"certificate,omitempty"` // PEM of ours, where the carrier asks for one
	Key         string `json:"key,omitempty"`
}

// A Registration is a binding that is kept at a registrar.
type Registration struct {
	Registrar string        `json:"registrar,omitempty"` // host in the Request-URI; empty means the trunk's domain
	User      string        `json:"user,omitempty"`      // of the address-of-record; empty means the username
	Expires   time.Duration `json:"expires,omitempty"`   // as asked for; zero means 5 min. The registrar decides
}

// Identity is who callers are said to be, and whom we believe about it.
type Identity struct {
	CallerID webtrunk.Address `json:"caller_id"` // presented when a call names no number of ours
	// Numbers are the numbers that may be presented beside CallerID: owned or
	// verified. One that ends in * stands for all that begin so.
	Numbers []string `json:"numbers,omitempty"`
	Present Present  `json:"present,omitempty"` // empty means from
	// Untrusted keeps P-Asserted-Identity from a carrier that would pass it on
	// to the public (RFC 3325 §7).
	Untrusted bool `json:"untrusted,omitempty"`
	// Believe takes P-Asserted-Identity of arriving calls before their From.
	Believe bool `json:"believe,omitempty"`
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
	Calls     int     `json:"calls,omitempty"`            // at once, both directions
	PerSecond float64 `json:"calls_per_second,omitempty"` // INVITEs that open a call
}

// A SessionTimer is how calls prove that they are still up (RFC 4028).
type SessionTimer struct {
	Off     bool          `json:"off,omitempty"`
	Expires time.Duration `json:"expires,omitempty"`     // that we ask for; zero means 30 min
	MinSE   time.Duration `json:"min_expires,omitempty"` // that we accept; zero means 90 s, its lowest (§5)
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

var (
	hostName = regexp.MustCompile(`^[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9])?\.?$`)
	numberIn = regexp.MustCompile(`^\+[0-9]{1,15}\*?$`)
	begins   = regexp.MustCompile(`^\+[0-9]{0,15}$`)
)

// Validate reports the first thing about t that cannot work, in words that say what to write instead.
func (t Trunk) Validate() error {
	for _, check := range []func() string{t.wrongPeer, t.wrongIdentity, t.wrongChoice, t.wrongNumbers, t.wrongLimits} {
		if message := check(); message != "" {
			return &webtrunk.Error{Op: "trunk " + t.Name, Kind: webtrunk.Invalid, Message: message}
		}
	}
	return nil
}

func (t Trunk) wrongPeer() string {
	host, _ := t.Host()
	_, isAddress := t.Address()
	_, port, err := net.SplitHostPort(t.Proxy)
	n, perr := strconv.ParseUint(port, 10, 16)
	switch {
	case t.Name == "":
		return "give the trunk a name"
	case host == "" || !isAddress && !hostName.MatchString(host) || err == nil && (perr != nil || n == 0):
		return "proxy must be the carrier's address or name, with its port where it is another than 5060 (5061 for TLS), such as 203.0.113.10:5060 or sip.carrier.example"
	case (t.Username == "") != (t.Password == ""):
		return "give both username and password, or neither"
	case t.Register != nil && t.Username == "":
		return "a trunk that registers needs username and password"
	case (t.TLS.Certificate == "") != (t.TLS.Key == ""):
		return "give both tls.certificate and tls.key, or neither"
	case t.TLS != (TLS{}) && t.Transport != TLSOverIP:
		return "tls is for the transport tls: set transport to tls, or remove it"
	}
	return ""
}

func (t Trunk) wrongIdentity() string {
	if t.Identity.CallerID.Scheme != webtrunk.Tel {
		return "caller_id must be a number of yours in international form, such as +15550100001"
	}
	for _, n := range t.Identity.Numbers {
		if !numberIn.MatchString(n) {
			return fmt.Sprintf("%q is no number to present: write +15550100001, or +155501000* for all that begin so", n)
		}
	}
	return ""
}

func (t Trunk) wrongChoice() string {
	for _, c := range []struct {
		what, chosen string
		of           []string
	}{
		{"transport", string(t.Transport), []string{"udp", "tcp", "tls"}},
		{"identity.present", string(t.Identity.Present), []string{"from", "asserted", "account"}},
		{"srtp", string(t.SRTP), []string{"off", "offered", "required"}},
		{"dtmf", string(t.DTMF), []string{"auto", "rfc4733", "info"}},
		{"unknown", string(t.Unknown), []string{"not_found", "unavailable", "busy", "declined"}},
		{"reliable", string(t.Reliable), []string{"off", "supported", "required"}},
	} {
		if c.chosen != "" && !slices.Contains(c.of, c.chosen) {
			return fmt.Sprintf("%s %q is unknown: use one of %v", c.what, c.chosen, c.of)
		}
	}
	for _, c := range t.Codecs {
		if c != "pcmu" && c != "pcma" {
			return fmt.Sprintf("codec %q is unknown: use pcmu or pcma", c)
		}
	}
	return ""
}

func (t Trunk) wrongNumbers() string {
	for _, p := range t.Prefixes {
		if !begins.MatchString(p) {
			return fmt.Sprintf("prefix %q is no beginning of a number: write + and digits, such as +49, or + alone", p)
		}
	}
	for _, r := range t.Rates {
		if message := r.wrong(); message != "" {
			return message
		}
	}
	if message := t.Outbound.wrong(); message != "" {
		return "outbound: " + message
	}
	if message := t.Inbound.wrong(); message != "" {
		return "inbound: " + message
	}
	return ""
}

func (t Trunk) wrongLimits() string {
	switch {
	case t.Limits.Calls < 0 || t.Limits.PerSecond < 0:
		return "a limit cannot be below zero: leave it out where there is none"
	case t.Sessions.MinSE != 0 && t.Sessions.MinSE < MinSessionExpires && !t.Test:
		return "session_timer.min_expires is at least 90s"
	case t.Sessions.Expires != 0 && t.Sessions.Expires < max(t.Sessions.MinSE, MinSessionExpires) && !t.Test:
		return "session_timer.expires is at least min_expires, and at least 90s"
	case t.Keepalive > 0 && t.Keepalive < 5*time.Second && !t.Test:
		return "keepalive is at least 5s: carriers take more for an attack"
	case t.Register != nil && t.Register.Expires != 0 && t.Register.Expires < time.Minute && !t.Test:
		return "register.expires is at least 1m"
	}
	return ""
}

// MinSessionExpires is the shortest session interval of RFC 4028 §5.
const MinSessionExpires = 90 * time.Second
