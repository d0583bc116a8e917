package trunk

import (
	"fmt"
	"net"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"webtrunk"
)

// A Mistake is one thing about a trunk or a network that cannot work.
type Mistake struct {
	Setting string // where, as it is written: "identity.caller_id", "rates[1].prefix"
	Message string // what to write instead. It holds no secret
}

// mistakes collects them.
type mistakes []Mistake

func (ms *mistakes) add(setting, format string, args ...any) {
	*ms = append(*ms, Mistake{setting, fmt.Sprintf(format, args...)})
}

// item is the name of a list's entry.
func item(list string, i int) string { return fmt.Sprintf("%s[%d]", list, i) }

// Validate reports the first thing about t that cannot work.
func (t Trunk) Validate() error {
	if ms := t.Mistakes(); len(ms) > 0 {
		return &webtrunk.Error{Op: "trunk " + t.Name, Kind: webtrunk.Invalid, Message: ms[0].Setting + ": " + ms[0].Message}
	}
	return nil
}

// Mistakes returns whatever about t cannot work, in words that say what to
// write instead.
func (t Trunk) Mistakes() []Mistake {
	var ms mistakes
	for _, check := range []func(*mistakes){t.checkName, t.checkPeer, t.checkAccount, t.checkTLS, t.checkIdentity, t.checkChoices, t.checkNumbers, t.checkRates, t.checkLimits} {
		check(&ms)
	}
	return ms
}

var (
	hostName  = regexp.MustCompile(`^[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9])?\.?$`)
	ourHost   = regexp.MustCompile(`^[A-Za-z0-9._-]+(:[0-9]{1,5})?$|^\[[0-9A-Fa-f:.]+\](:[0-9]{1,5})?$`)
	trunkName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$`)
	numberIn  = regexp.MustCompile(`^\+[0-9]{1,15}\*?$`)
	begins    = regexp.MustCompile(`^\+[0-9]{0,15}$`)
)

func (t Trunk) checkName(ms *mistakes) {
	switch {
	case t.Name == "":
		ms.add("name", "give the trunk a name, such as carrier: calls, logs and metrics say it")
	case !trunkName.MatchString(t.Name):
		ms.add("name", "%q is no name of a trunk: write up to 63 letters, digits, dots, hyphens and underscores, such as carrier-1", t.Name)
	case reserved(t.Name) && !t.Test:
		ms.add("name", "%q could be mistaken for a key or for the simulated carrier: choose another name, such as carrier", t.Name)
	}
}

// TestName is the name of the trunk that leads to the simulated carrier.
const TestName = "test"

// reserved reports whether a call that came through a trunk of this name would
// be taken for one that came through something else.
func reserved(name string) bool {
	begins := func(prefix string) bool { return strings.HasPrefix(name, prefix) }
	return name == TestName || slices.ContainsFunc([]string{"pk_", "key_", "person_", "token_"}, begins)
}

func (t Trunk) checkPeer(ms *mistakes) {
	host, _ := t.Host()
	at, isAddress := t.Address()
	_, port, err := net.SplitHostPort(t.Proxy)
	n, perr := strconv.ParseUint(port, 10, 16)
	if host == "" || !isAddress && (!hostName.MatchString(host) || numeric(host)) || err == nil && (perr != nil || n == 0) {
		ms.add("proxy", "write the carrier's address or name, with its port where it is another than 5060 (5061 for TLS), such as 203.0.113.10:5060 or sip.carrier.example")
	}
	if isAddress && (at.IsUnspecified() || at.IsMulticast() || at == everybody) {
		ms.add("proxy", "%s is no carrier's address: write the one that the carrier gives, such as 203.0.113.10", at)
	}
	for i, p := range t.Sources {
		checkSource(ms, item("sources", i), p)
	}
	if t.Domain != "" && !ourHost.MatchString(t.Domain) {
		ms.add("domain", "%q is not a host: write it without sip: in front, such as sip.carrier.example", t.Domain)
	}
	if t.Public.IsValid() && (t.Public.IsUnspecified() || t.Public.IsMulticast()) {
		ms.add("public", "write the address at which this carrier reaches the gateway, such as 203.0.113.10")
	}
	t.checkContext(ms)
	for i, h := range t.Redirects {
		if !hostName.MatchString(h) && !isIP(h) {
			ms.add(item("redirects", i), "%q is not a host: write it as the carrier does behind the @, such as sip2.carrier.example", h)
		}
	}
}

// everybody is the IPv4 broadcast address.
var everybody = netip.AddrFrom4([4]byte{255, 255, 255, 255})

// The widest networks that are anybody's: of IPv4 and of IPv6.
const (
	widest4 = 8
	widest6 = 16
)

// checkSource refuses networks that are no carrier's. Whoever is in one may call
// in: 0.0.0.0/0 lets the whole internet, and all whom its bots find.
func checkSource(ms *mistakes, setting string, p netip.Prefix) {
	widest := widest6
	if p.Addr().Is4() {
		widest = widest4
	}
	switch {
	case !p.IsValid():
		ms.add(setting, "write an address or a network, such as 203.0.113.0/24")
	case p.Addr().Is4In6():
		ms.add(setting, "%s is an IPv4 network written as IPv6: write it as 203.0.113.0/24", p)
	case p.Bits() < widest:
		ms.add(setting, "%s is too wide: every stranger in it could call. List the carrier's own addresses and networks, such as 203.0.113.0/24", p)
	}
}

// numeric reports whether a host looks like an address and is none: 203.0.113.
func numeric(host string) bool { return strings.Trim(host, "0123456789.") == "" }

func isIP(s string) bool {
	_, err := netip.ParseAddr(s)
	return err == nil
}

func (t Trunk) checkAccount(ms *mistakes) {
	if (t.Username == "") != (t.Password == "") {
		ms.add("username", "give both username and password, or neither if the carrier knows you by your address")
	}
	for _, c := range []struct{ setting, text string }{{"username", t.Username}, {"password", t.Password}} {
		checkLine(ms, c.setting, c.text)
	}
	if t.Register == nil {
		return
	}
	checkLine(ms, "register.user", t.Register.User)
	if t.Username == "" {
		ms.add("register", "a trunk that registers needs username and password")
	}
	if r := t.Register.Registrar; r != "" && !ourHost.MatchString(r) {
		ms.add("register.registrar", "%q is not a host: write it without sip: in front, such as sip.carrier.example", r)
	}
	if e := t.Register.Expires; e != 0 && e < time.Minute && !t.Test {
		ms.add("register.expires", "a registration lasts at least 1m")
	}
}

// checkLine keeps line breaks, which often come along when a secret is pasted,
// out of what stands in one line of a header or was meant to.
func checkLine(ms *mistakes, setting, s string) {
	if strings.ContainsFunc(s, unicode.IsControl) {
		ms.add(setting, "a line break or another control character is in it: write it again, without")
	}
}

func (t Trunk) checkTLS(ms *mistakes) {
	if t.TLS != (TLS{}) && t.Transport != TLSOverIP {
		ms.add("tls", "it is for the transport tls: set transport to tls, or remove it")
	}
	t.TLS.check(ms)
}

func (t Trunk) checkIdentity(ms *mistakes) {
	if t.Identity.CallerID.Scheme != webtrunk.Tel {
		ms.add("identity.caller_id", "write a number of yours in international form, such as +15550100001: callees see it")
	}
	for i, n := range t.Identity.Numbers {
		if !numberIn.MatchString(n) {
			ms.add(item("identity.numbers", i), "%q is no number to present: write +15550100001, or +155501000* for all that begin so", n)
		}
	}
}

func (t Trunk) checkChoices(ms *mistakes) {
	for _, c := range []struct {
		setting, chosen string
		of              []string
	}{
		{"transport", string(t.Transport), []string{"udp", "tcp", "tls"}},
		{"identity.present", string(t.Identity.Present), []string{"from", "asserted", "account"}},
		{"srtp", string(t.SRTP), []string{"off", "offered", "required"}},
		{"dtmf", string(t.DTMF), []string{"auto", "rfc4733", "info"}},
		{"unknown", string(t.Unknown), []string{"not_found", "unavailable", "busy", "declined"}},
		{"reliable", string(t.Reliable), []string{"off", "supported", "required"}},
	} {
		if c.chosen != "" && !slices.Contains(c.of, c.chosen) {
			ms.add(c.setting, "%q is unknown: write %s", c.chosen, oneOf(c.of))
		}
	}
	for i, c := range t.Codecs {
		if !slices.Contains([]string{"pcmu", "pcma", "g722"}, c) {
			ms.add(item("codecs", i), "%q is not a codec of a trunk: write pcmu, pcma or g722", c)
		}
	}
}

func oneOf(words []string) string {
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

func (t Trunk) checkNumbers(ms *mistakes) {
	checkPrefixes(ms, "prefixes", t.Prefixes)
	t.Outbound.check(ms, "outbound")
	t.Inbound.check(ms, "inbound")
}

func checkPrefixes(ms *mistakes, setting string, prefixes []string) {
	for i, p := range prefixes {
		if !begins.MatchString(p) {
			ms.add(item(setting, i), "%q is no beginning of a number: write + and digits, such as +49, or + alone", p)
		}
	}
}

func (rs Rules) check(ms *mistakes, setting string) {
	for i, r := range rs {
		at := item(setting, i)
		checkBeginning(ms, at+".begins", r.Begins)
		checkBeginning(ms, at+".becomes", r.Becomes)
	}
}

func checkBeginning(ms *mistakes, setting, s string) {
	if strings.Trim(s, "+0123456789*#") != "" || len(s) > 20 {
		ms.add(setting, "%q cannot begin a number: write digits, +, * and #", s)
	}
}

// Bounds on rates: what a call costs is to fit into 64 bits, however long it is.
const (
	dearest          = 1_000_000_000_000 // a million a minute
	longestIncrement = 3600
)

func (t Trunk) checkRates(ms *mistakes) {
	for i, r := range t.Rates {
		switch at := item("rates", i); {
		case !begins.MatchString(r.Prefix):
			ms.add(at+".prefix", "%q is no beginning of a number: write + and digits, such as +44, or + alone", r.Prefix)
		case r.PerMinute < 0:
			ms.add(at+".per_minute", "a price cannot be below zero")
		case r.Connect < 0:
			ms.add(at+".connection", "a price cannot be below zero")
		case r.PerMinute > dearest, r.Connect > dearest:
			ms.add(at, "a price is in millionths of the currency's unit, and at most %d", int64(dearest))
		case r.Increment < 0, r.Increment > longestIncrement:
			ms.add(at+".increment", "write the seconds that are billed whole once they are begun, such as 60, an hour at most")
		case len(r.Currency) != 3 || strings.Trim(r.Currency, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "":
			ms.add(at+".currency", "%q is no currency: write its three letters, such as EUR", r.Currency)
		}
	}
}

func (t Trunk) checkLimits(ms *mistakes) {
	const noLimit = "a limit cannot be below zero: leave it out where there is none"
	if t.Limits.Calls < 0 {
		ms.add("limits.calls", noLimit)
	}
	if !(t.Limits.PerSecond >= 0) { // NaN is no limit either
		ms.add("limits.calls_per_second", noLimit)
	}
	if t.NoAnswerAfter < 0 {
		ms.add("no_answer_after", "write how long the carrier may be silent, such as 4s")
	}
	if t.Test {
		return // the times of tests are as short as they like
	}
	if t.Sessions.MinSE != 0 && t.Sessions.MinSE < MinSessionExpires {
		ms.add("session_timer.min_expires", "it is at least 90s (RFC 4028)")
	}
	if t.Sessions.Expires != 0 && t.Sessions.Expires < max(t.Sessions.MinSE, MinSessionExpires) {
		ms.add("session_timer.expires", "it is at least min_expires, and at least 90s (RFC 4028)")
	}
	if t.Keepalive > 0 && t.Keepalive < 5*time.Second {
		ms.add("keepalive", "it is at least 5s: carriers take more for an attack")
	}
}

// MinSessionExpires is the shortest session interval of RFC 4028 §5.
const MinSessionExpires = 90 * time.Second
