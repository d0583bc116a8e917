package main

import (
	"crypto/tls"
	"fmt"
	"net/mail"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"webtrunk"
	"webtrunk/directory"
	"webtrunk/signaling"
)

// Validate returns Problems if anything in c cannot work.
func (c Config) Validate() error {
	var ps Problems
	c.validate(&ps)
	if len(ps) == 0 {
		return nil
	}
	return ps
}

func (c Config) validate(ps *Problems) {
	c.validateDatabase(ps)
	c.validateHTTP(ps)
	c.validateAddresses(ps)
	c.validatePorts(ps)
	c.validateCodec(ps)
	c.validateStreams(ps)
	c.validateTrunks(ps)
	c.validateWays(ps)
	c.validateReferences(ps)
	c.validateNumbers(ps)
	c.validateKeys(ps)
	c.validateReceivers(ps)
	c.validateICEServers(ps)
	c.validateLimits(ps)
	c.validateVoicePolicy(ps)
	c.validatePrompts(ps)
	c.validatePayments(ps)
}

var nodeName = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{0,62}$`)

func (c Config) validateDatabase(ps *Problems) {
	file, isFile := strings.CutPrefix(c.Database, "sqlite:")
	u, err := url.Parse(c.Database)
	if file == "" || !isFile && (err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" || u.Host == "") {
		ps.add("database", "write sqlite: and a file, such as sqlite:/var/lib/webtrunk/webtrunk.db, or the address of a PostgreSQL database, such as postgres://webtrunk@127.0.0.1/webtrunk")
	}
	if !nodeName.MatchString(c.Node) {
		ps.add("node", "%q is no name of a node: write up to 63 small letters, digits, dots and hyphens, such as gateway-1", c.Node)
	}
}

func (c Config) validateHTTP(ps *Problems) {
	h := c.HTTP
	switch {
	case (h.Certificate == "") != (h.Key == ""):
		given := map[bool]string{true: "http.key", false: "http.certificate"}[h.Certificate == ""]
		ps.add(given, "a certificate and its key belong together: give both files, http.certificate and http.key")
	case h.Certificate != "" && h.ACME != nil:
		ps.add("http.acme", "http.certificate is given too: keep the certificate files, or have certificates made by acme, not both")
	case !h.secure() && len(h.TrustedProxies) == 0 && !h.Listen.loopback():
		ps.add("http.listen", "browsers give a microphone to HTTPS pages only: give certificate and key, or acme, or name in trusted_proxies who adds HTTPS in front, or listen on 127.0.0.1")
	}
	if h.Listen == off {
		ps.add("http.listen", "pages must be served somewhere: write an address and port, such as :443")
	}
	if h.Redirect != off && !h.secure() {
		ps.add("http.redirect", "there is no HTTPS of ours to send people to: remove it, or give certificate and key, or acme")
	}
	if h.ACME != nil {
		h.ACME.validate(ps)
	}
	if _, err := directory.ParseOrigin(h.PublicURL); h.PublicURL != "" && err != nil {
		ps.add("http.public_url", "%q is not how a page's address begins: write https:// and the host, such as https://calls.example.com", h.PublicURL)
	}
}

func (a ACMEConfig) validate(ps *Problems) {
	if len(a.Hosts) == 0 {
		ps.add("http.acme.hosts", "name the hosts to get certificates for, such as calls.example.com")
	}
	for i, host := range a.Hosts {
		if !strings.Contains(host, ".") || strings.ContainsAny(host, "/:*@ ") || isAddress(host) {
			ps.add(index("http.acme.hosts", i), "%q is not a host that an authority gives a certificate for: write a full name without https://, such as calls.example.com", host)
		}
	}
	if a.Cache == "" {
		ps.add("http.acme.cache", "name a directory that is kept between starts, such as /var/lib/webtrunk/acme: authorities refuse those who ask anew at each start")
	}
	if _, err := mail.ParseAddress(a.Email); a.Email != "" && err != nil {
		ps.add("http.acme.email", "%q is not an e-mail address", a.Email)
	}
	if u, err := url.Parse(a.Directory); a.Directory != "" && (err != nil || u.Scheme != "https" || u.Host == "") {
		ps.add("http.acme.directory", "%q is not the https:// address of an authority's directory", a.Directory)
	}
}

func isAddress(host string) bool {
	_, err := netip.ParseAddr(host)
	return err == nil
}

func (c Config) validateAddresses(ps *Problems) {
	families := make(map[bool]int)
	for i, a := range c.PublicAddresses {
		at := index("public_addresses", i)
		if !a.IsValid() || a.IsUnspecified() || a.IsMulticast() {
			ps.add(at, "write the address at which the Internet reaches this machine, such as 203.0.113.10")
			continue
		}
		if families[a.Is4()]++; families[a.Is4()] == 2 {
			ps.add(at, "one IPv4 and one IPv6 address are enough: remove %s", a)
		}
	}
	if l := c.Media.Listen; !l.IsValid() || l.IsMulticast() {
		ps.add("media.listen", "write an address of this machine, or 0.0.0.0 for all of them")
	}
	if l := c.Media.ICEListen; l != c.Media.Listen && (!l.IsValid() || l.IsMulticast()) {
		ps.add("media.ice_listen", "write an address of this machine, or 0.0.0.0 for all of them")
	}
	if d := c.SIP.Domain; d != "" && !domain.MatchString(d) {
		ps.add("sip.domain", "%q is not a host: write what carriers write behind the @, such as sip.example.com", d)
	}
	if l := c.SIP.Listen; !l.IsValid() || l.Addr().IsMulticast() {
		ps.add("sip.listen", "write an address of this machine and a port, such as 0.0.0.0:5060")
	}
}

func (c Config) validateCodec(ps *Problems) {
	switch c.Media.Codec {
	case signaling.CodecAuto, signaling.CodecOpus, signaling.CodecG711:
	default:
		ps.add("media.codec", "%q is unknown: write auto, opus or g711", string(c.Media.Codec))
	}
}

func (c Config) validatePorts(ps *Problems) {
	c.Media.Video.validate(ps)
	r := c.Media.RTPPorts
	if room := r.calls(); room < c.Limits.Calls {
		first := (int(r.first) + 1) &^ 1
		advice := fmt.Sprintf("write at least %d-%d", first, first+2*c.Limits.Calls-1)
		if first+2*c.Limits.Calls-1 > 65535 {
			advice = "begin lower, or allow fewer calls"
		}
		ps.add("media.rtp_ports", "a call needs two ports, so %s holds %d calls, but limits.calls is %d: %s", r, room, c.Limits.Calls, advice)
	}
	if r.holds(c.Media.ICEPort) {
		ps.add("media.ice_port", "%d lies within media.rtp_ports %s: choose one outside", c.Media.ICEPort, r)
	}
	switch sip := c.SIP.Listen.Port(); {
	case sip != 0 && r.holds(sip):
		ps.add("sip.listen", "port %d lies within media.rtp_ports %s: choose one outside", sip, r)
	case sip != 0 && sip == c.Media.ICEPort:
		ps.add("sip.listen", "port %d is also media.ice_port: choose another", sip)
	}
}

var domain = regexp.MustCompile(`^[A-Za-z0-9.-]+(:[0-9]{1,5})?$|^\[[0-9A-Fa-f:.]+\]$`)

func (c Config) validateICEServers(ps *Problems) {
	for i, s := range c.ICEServers {
		at := index("ice_servers", i)
		if len(s.URLs) == 0 {
			ps.add(at+".urls", "write at least one address, such as stun:stun.example.com:3478")
		}
		for j, u := range s.URLs {
			scheme, rest, _ := strings.Cut(u, ":")
			turn := scheme == "turn" || scheme == "turns"
			switch {
			case !turn && scheme != "stun" && scheme != "stuns" || rest == "" || strings.HasPrefix(rest, "//"):
				ps.add(index(at+".urls", j), "%q is not the address of a STUN or TURN server: write stun:, turn: or turns: and a host, such as turns:turn.example.com:443?transport=tcp", u)
			case turn && (s.Username == "" || s.Credential == ""):
				ps.add(at, "browsers refuse a TURN server without username and credential: give both")
			}
		}
	}
}

func (c Config) validateLimits(ps *Problems) {
	l := c.Limits
	if l.Calls < 1 {
		ps.add("limits.calls", "allow at least one call at once")
	}
	if l.RingTime <= 0 {
		ps.add("limits.ring_time", "give a telephone time to ring, such as 45s")
	}
	if l.LongestCall <= 0 {
		ps.add("limits.longest_call", "give calls time to talk, such as 4h")
	}
	l.validateLoad(ps)
	if c.DrainTimeout < 0 {
		ps.add("drain_timeout", "write 0s to hang up at once, or how long running calls may take to end, such as 5m")
	}
	if !slices.Contains(logFormats, c.Log.Format) {
		ps.add("log.format", "%q is no format: write text or json", c.Log.Format)
	}
	if _, ok := logLevels[c.Log.Level]; !ok {
		ps.add("log.level", "%q is no level: write debug, info, warn or error", c.Log.Level)
	}
}

// checkFiles looks at the files that the configuration names.
func (c Config) checkFiles(ps *Problems) {
	if t := c.SIP.TLS; t != nil && t.Certificate != "" && t.Key != "" {
		if _, err := tls.LoadX509KeyPair(t.Certificate, t.Key); err != nil {
			ps.add("sip.tls.certificate", "certificate and key cannot be used: %v", err)
		}
	}
	if c.HTTP.Certificate == "" || c.HTTP.Key == "" || c.HTTP.ACME != nil {
		return
	}
	if _, err := tls.LoadX509KeyPair(c.HTTP.Certificate, c.HTTP.Key); err != nil {
		ps.add("http.certificate", "certificate and key cannot be used: %v", err)
	}
}

func index(path string, i int) string { return fmt.Sprintf("%s[%d]", path, i) }

func sentence(err error) string { return webtrunk.MessageOf(err, err.Error()) }

func (v VideoConfig) validate(ps *Problems) {
	const least, most = 100_000, 10_000_000 // a picture can still be made out; nobody's window shows more
	if b := v.MaxBitrate; b != 0 && (b < least || b > most) {
		ps.add("media.video.max_bitrate", "%d is not between %d and %d: write bits per second, or off: true for no video", b, least, most)
	}
}
