package api

import (
	"fmt"
	"net/netip"
	"strings"
	"time"

	"webtrunk"
	"webtrunk/trunk"
)

// TrunkSettings is what an operator decides about a trunk, in the words of the
// configuration. What is left out has its default.
type TrunkSettings struct {
	Proxy     string             `json:"proxy,omitempty" maxLength:"270" doc:"Where calls go: an address or a name, with a port where it is another than 5060 (5061 for TLS)." example:"sip.carrier.example"`
	Transport string             `json:"transport,omitempty" enum:"udp,tcp,tls" doc:"What carries SIP; udp if left out."`
	TLS       *TrunkTLS          `json:"tls,omitempty" doc:"How a trunk over TLS is proved."`
	Sources   []string           `json:"sources,omitempty" maxItems:"200" nullable:"false" doc:"Addresses and networks that may send calls, beside the proxy." example:"[\"203.0.113.0/24\"]"`
	Domain    string             `json:"domain,omitempty" maxLength:"270" doc:"The host in From and Request-URI; the proxy's if left out."`
	Username  string             `json:"username,omitempty" maxLength:"200" doc:"For digest challenges; empty where the carrier knows the gateway by its address."`
	Register  *TrunkRegistration `json:"register,omitempty" doc:"The registration that is kept at the carrier, where it does not know the gateway's address."`
	Public    string             `json:"public,omitempty" maxLength:"50" doc:"The gateway's address as this carrier sees it, where it is another than for the rest."`
	Identity  *TrunkIdentity     `json:"identity,omitempty" doc:"Who callers are said to be."`

	Codecs       []string      `json:"codecs,omitempty" maxItems:"10" nullable:"false" doc:"In order of preference: pcmu, pcma, g722; pcmu and pcma if left out. The carrier must speak g722, which carries twice the band." example:"[\"pcma\",\"pcmu\"]"`
	SRTP         string        `json:"srtp,omitempty" enum:"off,offered,required" doc:"Whether sound is encrypted by SDES keys; off if left out."`
	DTMF         string        `json:"dtmf,omitempty" enum:"auto,rfc4733,info" doc:"How key presses travel; auto if left out."`
	ComfortNoise bool          `json:"comfort_noise,omitempty" doc:"Whether descriptions of silence (RFC 3389) are offered and taken."`
	Outbound     []NumberRule  `json:"outbound,omitempty" maxItems:"50" nullable:"false" doc:"What becomes of the beginnings of numbers that are dialled and shown: the first that fits."`
	Inbound      []NumberRule  `json:"inbound,omitempty" maxItems:"50" nullable:"false" doc:"What becomes of those that the carrier writes: the first that fits. The result is in international form."`
	Unknown      string        `json:"unknown,omitempty" enum:"not_found,unavailable,busy,declined" doc:"How a call to a number that nobody has is refused: 404 (if left out), 480, 486, 603."`
	Prefixes     []string      `json:"prefixes,omitempty" maxItems:"1000" nullable:"false" doc:"The numbers that it carries, by how they begin; all if left out." example:"[\"+49\"]"`
	Rates        []TrunkRate   `json:"rates,omitempty" maxItems:"10000" nullable:"false" doc:"What calls over it cost; the longest prefix counts."`
	Limits       *TrunkLimits  `json:"limits,omitempty" doc:"What its carrier allows."`
	SessionTimer *TrunkSession `json:"session_timer,omitempty" doc:"How calls prove that they are still up (RFC 4028)."`
	Reliable     string        `json:"reliable,omitempty" enum:"off,supported,required" doc:"Whether provisional responses are acknowledged (RFC 3262); supported if left out."`

	Keepalive     string   `json:"keepalive,omitempty" maxLength:"20" doc:"How often OPTIONS asks whether the carrier is there; 30s if left out, -1s never." example:"30s"`
	NoAnswerAfter string   `json:"no_answer_after,omitempty" maxLength:"20" doc:"How long the carrier may be silent before the next trunk is tried." example:"4s"`
	Redirects     []string `json:"redirects,omitempty" maxItems:"50" nullable:"false" doc:"Hosts that this carrier may redirect calls to; none if left out."`
	Context       []string `json:"context,omitempty" maxItems:"32" nullable:"false" doc:"What is known of a call that travels over this trunk, as headers X-Webtrunk-NAME; identity.name, .sub, .email and .phone_number are what a site has signed. * is all that pages and servers say, without what was signed. Nothing if left out." example:"[\"order\",\"identity.name\"]"`
	Refer         bool     `json:"refer,omitempty" doc:"Whether the far side may transfer calls by REFER."`
}

// TrunkTLS is a trunk.TLS. The key is written and never shown.
type TrunkTLS struct {
	ServerName  string `json:"server_name,omitempty" maxLength:"253" doc:"The name in the carrier's certificate; the proxy's if left out."`
	CA          string `json:"ca,omitempty" maxLength:"200000" doc:"The authorities that are believed, as PEM; the system's if left out."`
	Certificate string `json:"certificate,omitempty" maxLength:"200000" doc:"The gateway's certificate as PEM, where the carrier asks for one."`
	Key         string `json:"key,omitempty" maxLength:"20000" doc:"Its key as PEM. It is never shown."`
}

// TrunkRegistration is a trunk.Registration.
type TrunkRegistration struct {
	Enabled   *bool  `json:"enabled,omitempty" doc:"Whether the trunk registers; false ends it. If it is left out, it does."`
	Registrar string `json:"registrar,omitempty" maxLength:"270" doc:"The host that registers; the trunk's domain if left out."`
	User      string `json:"user,omitempty" maxLength:"200" doc:"The user of the registered address; the username if left out."`
	Expires   string `json:"expires,omitempty" maxLength:"20" doc:"For how long, as asked for; the carrier decides." example:"5m"`
}

// TrunkIdentity is a trunk.Identity.
type TrunkIdentity struct {
	CallerID  string   `json:"caller_id,omitempty" id:"-" maxLength:"40" doc:"A number of yours, which callees see." example:"+15550100001"`
	Numbers   []string `json:"numbers,omitempty" maxItems:"10000" nullable:"false" doc:"Further numbers of yours that calls may show; one that ends in * stands for all that begin so." example:"[\"+155501000*\"]"`
	Present   string   `json:"present,omitempty" enum:"from,asserted,account" doc:"Which header says it: From (if left out), P-Asserted-Identity too, or From names the account."`
	Untrusted bool     `json:"untrusted,omitempty" doc:"Keeps P-Asserted-Identity from this carrier."`
	Believe   bool     `json:"believe,omitempty" doc:"Takes P-Asserted-Identity of arriving calls before their From."`
}

// A NumberRule is a trunk.Rule.
type NumberRule struct {
	Begins  string `json:"begins" maxLength:"20" doc:"How the number begins." example:"00"`
	Becomes string `json:"becomes" maxLength:"20" doc:"What that becomes." example:"+"`
}

// A TrunkRate is a trunk.Rate.
type TrunkRate struct {
	Prefix    string `json:"prefix" maxLength:"16" doc:"How the numbers begin." example:"+49"`
	PerMinute int64  `json:"per_minute" minimum:"0" doc:"What a minute costs, in millionths of the currency's unit." example:"12000"`
	Currency  string `json:"currency" pattern:"^[A-Z]{3}$" doc:"ISO 4217. All trunks' rates are in the same." example:"EUR"`
	Increment int    `json:"increment,omitempty" minimum:"0" maximum:"86400" doc:"Seconds that are billed whole once they are begun; 60 if left out."`
	Connect   int64  `json:"connection,omitempty" minimum:"0" doc:"What each answered call costs beside its minutes."`
}

// TrunkLimits is a trunk.Limits.
type TrunkLimits struct {
	Calls     int     `json:"calls,omitempty" minimum:"0" doc:"At once, in both directions; no limit if left out."`
	PerSecond float64 `json:"calls_per_second,omitempty" minimum:"0" doc:"Calls that the gateway begins; no limit if left out."`
}

// TrunkSession is a trunk.SessionTimer.
type TrunkSession struct {
	Off     bool   `json:"off,omitempty" doc:"Whether calls prove nothing."`
	Expires string `json:"expires,omitempty" maxLength:"20" doc:"The interval that is asked for; 30m if left out." example:"30m"`
	MinSE   string `json:"min_expires,omitempty" maxLength:"20" doc:"The shortest that is accepted; 90s if left out." example:"90s"`
}

// settingsOf is a trunk in the API's words, with its secrets.
func settingsOf(t trunk.Trunk) TrunkSettings {
	s := TrunkSettings{
		Proxy: t.Proxy, Transport: string(t.Transport), Domain: t.Domain, Username: t.Username,
		Identity: &TrunkIdentity{CallerID: t.Identity.CallerID.Value, Numbers: t.Identity.Numbers, Present: string(t.Identity.Present),
			Untrusted: t.Identity.Untrusted, Believe: t.Identity.Believe},
		Codecs: t.Codecs, SRTP: string(t.SRTP), DTMF: string(t.DTMF), ComfortNoise: t.ComfortNoise,
		Unknown: string(t.Unknown), Prefixes: t.Prefixes, Reliable: string(t.Reliable),
		Keepalive: briefly(t.Keepalive), NoAnswerAfter: briefly(t.NoAnswerAfter), Redirects: t.Redirects, Context: t.Context, Refer: t.Refer,
	}
	for _, p := range t.Sources {
		s.Sources = append(s.Sources, p.String())
	}
	if t.Public.IsValid() {
		s.Public = t.Public.String()
	}
	if t.TLS != (trunk.TLS{}) {
		s.TLS = &TrunkTLS{t.TLS.ServerName, t.TLS.CA, t.TLS.Certificate, t.TLS.Key}
	}
	if r := t.Register; r != nil {
		s.Register = &TrunkRegistration{Registrar: r.Registrar, User: r.User, Expires: briefly(r.Expires)}
	}
	if t.Limits != (trunk.Limits{}) {
		s.Limits = &TrunkLimits{t.Limits.Calls, t.Limits.PerSecond}
	}
	if x := t.Sessions; x != (trunk.SessionTimer{}) {
		s.SessionTimer = &TrunkSession{x.Off, briefly(x.Expires), briefly(x.MinSE)}
	}
	s.Outbound, s.Inbound = rulesOf(t.Outbound), rulesOf(t.Inbound)
	for _, r := range t.Rates {
		s.Rates = append(s.Rates, TrunkRate(r))
	}
	return s
}

func rulesOf(rs trunk.Rules) (all []NumberRule) {
	for _, r := range rs {
		all = append(all, NumberRule(r))
	}
	return all
}

// trunk is the trunk that the settings describe.
func (s TrunkSettings) trunk(name, password string) (t trunk.Trunk, err error) {
	p := settingReader{&err}
	t = trunk.Trunk{
		Name: name, Proxy: s.Proxy, Transport: trunk.Transport(s.Transport), Sources: p.sources(s.Sources), Domain: s.Domain,
		Username: s.Username, Password: password, Public: p.address("public", s.Public),
		Codecs: s.Codecs, SRTP: trunk.MediaEncryption(s.SRTP), DTMF: trunk.DTMF(s.DTMF), ComfortNoise: s.ComfortNoise,
		Outbound: rules(s.Outbound), Inbound: rules(s.Inbound), Unknown: trunk.Refusal(s.Unknown), Prefixes: s.Prefixes,
		Reliable: trunk.Reliable(s.Reliable), Keepalive: p.duration("keepalive", s.Keepalive),
		NoAnswerAfter: p.duration("no_answer_after", s.NoAnswerAfter), Redirects: s.Redirects, Context: s.Context, Refer: s.Refer,
	}
	if s.TLS != nil {
		t.TLS = trunk.TLS(*s.TLS)
	}
	if r := s.Register; r != nil && (r.Enabled == nil || *r.Enabled) {
		t.Register = &trunk.Registration{Registrar: r.Registrar, User: r.User, Expires: p.duration("register.expires", r.Expires)}
	}
	if id := s.Identity; id != nil {
		t.Identity = trunk.Identity{CallerID: p.number("identity.caller_id", id.CallerID), Numbers: id.Numbers,
			Present: trunk.Present(id.Present), Untrusted: id.Untrusted, Believe: id.Believe}
	}
	if s.Limits != nil {
		t.Limits = trunk.Limits(*s.Limits)
	}
	if x := s.SessionTimer; x != nil {
		t.Sessions = trunk.SessionTimer{Off: x.Off, Expires: p.duration("session_timer.expires", x.Expires), MinSE: p.duration("session_timer.min_expires", x.MinSE)}
	}
	for _, r := range s.Rates {
		t.Rates = append(t.Rates, trunk.Rate(r))
	}
	if err != nil {
		return t, err
	}
	if ms := t.Mistakes(); len(ms) > 0 {
		return t, &Problem{Kind: webtrunk.Invalid, Code: "parameter_invalid", Param: ms[0].Setting, Message: ms[0].Message}
	}
	return t, nil
}

func rules(all []NumberRule) (rs trunk.Rules) {
	for _, r := range all {
		rs = append(rs, trunk.Rule(r))
	}
	return rs
}

// A settingReader reads settings and keeps the first that cannot be read.
type settingReader struct{ err *error }

func (r settingReader) wrong(param, format string, args ...any) {
	if *r.err == nil {
		*r.err = &Problem{Kind: webtrunk.Invalid, Code: "parameter_invalid", Param: param, Message: fmt.Sprintf(format, args...)}
	}
}

func (r settingReader) duration(param, s string) (d time.Duration) {
	if s == "" {
		return 0
	}
	d, err := time.ParseDuration(s)
	if err != nil {
		r.wrong(param, "%q is not a time with its unit: write it as 45s, 30m or 4h", s)
	}
	return d
}

func (r settingReader) address(param, s string) (a netip.Addr) {
	if s == "" {
		return a
	}
	a, err := netip.ParseAddr(s)
	if err != nil {
		r.wrong(param, "%q is not an IP address: write it as 203.0.113.10", s)
	}
	return a
}

func (r settingReader) number(param, s string) (a webtrunk.Address) {
	if s == "" {
		return a // the trunk's own check says what to write
	}
	a, err := webtrunk.ParseNumber(s)
	if err != nil {
		r.wrong(param, "%s", webtrunk.MessageOf(err, err.Error()))
	}
	return a
}

// sources reads addresses and networks.
func (r settingReader) sources(all []string) (ps []netip.Prefix) {
	for i, s := range all {
		p, err := netip.ParsePrefix(s)
		if a, alone := netip.ParseAddr(s); alone == nil {
			p, err = netip.PrefixFrom(a, a.BitLen()), nil
		}
		if err != nil {
			r.wrong(fmt.Sprintf("sources[%d]", i), "%q is not an address or network: write 203.0.113.10 or 203.0.113.0/24", s)
		}
		ps = append(ps, p.Masked())
	}
	return ps
}

// briefly is a time as people write it: 5m, not 5m0s.
func briefly(d time.Duration) string {
	if d == 0 {
		return ""
	}
	s := d.String()
	for _, zero := range []string{"m0s", "h0m"} {
		if strings.HasSuffix(s, zero) {
			s = s[:len(s)-2]
		}
	}
	return s
}
