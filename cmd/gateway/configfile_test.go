package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/signaling"
)

const sampleFile = "../../doc/gateway.sample.yaml"

func TestTheSamplePasses(t *testing.T) {
	c, err := readConfig(sampleFile)
	if err != nil {
		t.Fatal(explain(sampleFile, err))
	}
	if got := c.HTTP.ACME.Hosts[0]; got != "calls.example.com" {
		t.Errorf("acme host = %q", got)
	}
	if got := c.Trunks[0].Proxy; got != "203.0.113.20:5060" {
		t.Errorf("proxy = %v", got)
	}
	if got := c.Trunks[0].Identity.CallerID.String(); got != "tel:+15550100001" {
		t.Errorf("caller_id, written without quotes, = %v", got)
	}
	if got := c.Keys[0].Destinations; len(got) != 2 || got[1].String() != "+1555" {
		t.Errorf("destinations = %v", got)
	}
	if err := c.Validate(); err != nil {
		t.Errorf("what was read does not validate: %v", err)
	}
}

// TestTheSampleShowsEverySetting also holds the sample to its word that what
// is commented out is a setting that exists.
func TestTheSampleShowsEverySetting(t *testing.T) {
	text, err := os.ReadFile(sampleFile)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(text), "\n")
	for i, line := range lines {
		if bare, ok := strings.CutPrefix(strings.TrimLeft(line, " "), "# "); ok && isSetting(bare) {
			lines[i] = strings.Replace(line, "# ", "", 1)
		}
	}
	_, err = parseConfig([]byte(strings.Join(lines, "\n")))
	var problems Problems
	errors.As(err, &problems)
	for _, p := range problems {
		if strings.Contains(p.Message, "no such setting") || strings.Contains(p.Message, "not YAML") {
			t.Errorf("line %d: %v", p.Line, p)
		}
	}
	all := "\n" + strings.Join(lines, "\n")
	for _, name := range everySetting() {
		if !strings.Contains(all, " "+name+":") && !strings.Contains(all, "\n"+name+":") {
			t.Errorf("the sample does not show %s", name)
		}
	}
}

func isSetting(s string) bool {
	name, _, found := strings.Cut(strings.TrimPrefix(strings.TrimLeft(s, " "), "- "), ":")
	return found && name != "" && strings.Trim(name, "abcdefghijklmnopqrstuvwxyz_") == ""
}

func TestASmallFileGetsDefaults(t *testing.T) {
	c, err := parseConfig([]byte("trunks:\n- name: carrier\n  proxy: 203.0.113.20\n  identity: {caller_id: \"+15550100001\"}\nlimits:\nlog: {level: debug}\n"))
	if err != nil {
		t.Fatal(err)
	}
	for what, pair := range map[string][2]any{
		"database":            {c.Database, "sqlite:webtrunk.db"},
		"node":                {c.Node, "gateway"},
		"test_carrier":        {c.TestCarrier, true},
		"metrics.listen":      {c.Metrics.Listen, hostPort("127.0.0.1:9464")},
		"http.listen":         {c.HTTP.Listen, hostPort("127.0.0.1:8080")},
		"http.redirect":       {c.HTTP.Redirect, off},
		"media.ice_port":      {c.Media.ICEPort, uint16(10000)},
		"media.codec":         {c.Media.Codec, signaling.CodecAuto},
		"media.video":         {c.Media.Video, VideoConfig{}},
		"media.rtp_ports":     {c.Media.RTPPorts, portRange{20000, 29999}},
		"sip.listen":          {c.SIP.Listen.String(), "0.0.0.0:5060"},
		"trunks[0].name":      {c.Trunks[0].Name, "carrier"},
		"limits.calls":        {c.Limits.Calls, 200},
		"limits.ring_time":    {c.Limits.RingTime, call.DefaultRingTime},
		"limits.longest_call": {c.Limits.LongestCall, call.DefaultLongest},
		"log.format":          {c.Log.Format, "text"},
		"log.level":           {c.Log.Level, "debug"},
		"drain_timeout":       {c.DrainTimeout, 5 * time.Minute},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s = %v, want %v", what, pair[0], pair[1])
		}
	}
}

func TestHTTPSChoosesItsPorts(t *testing.T) {
	c, err := parseConfig([]byte(trunkYAML + "http: {acme: {hosts: [calls.example.com], cache: /tmp/acme}}\n"))
	if err != nil {
		t.Fatal(err)
	}
	if c.HTTP.Listen != ":443" || c.HTTP.Redirect != ":80" {
		t.Errorf("listen %s, redirect %s; want :443 and :80", c.HTTP.Listen, c.HTTP.Redirect)
	}
}

// trunkYAML is what every configuration needs, on one line.
const trunkYAML = "trunks: [{name: carrier, proxy: 203.0.113.20:5060, identity: {caller_id: +15550100001}}]\n"

func TestEachMistakeIsExplainedWithItsLine(t *testing.T) {
	for _, c := range []struct {
		name, yaml string
		line       int
		want       []string // the one problem says
	}{
		{"unknown section", trunkYAML + "limit:\n  calls: 3", 2, []string{"limit", `did you mean "limits"?`}},
		{"unknown setting", "trunks:\n- name: a\n  identity: {caller_id: +15550100001}\n  proxi: 203.0.113.20:5060", 4, []string{"trunks[0].proxi", `did you mean "proxy"?`}},
		{"nothing near", trunkYAML + "log:\n  rotation: daily", 3, []string{"log.rotation", "here belong format, level"}},
		{"setting twice", trunkYAML + "log: {level: info, format: json}\nlog: {}", 3, []string{"already given in line 2"}},
		{"not YAML", trunkYAML + "log: [", 2, []string{"not YAML"}},
		{"a tab", trunkYAML + "log:\n\tlevel: info", 3, []string{"not YAML"}},
		{"two documents", trunkYAML + "---\nlog: {}", 2, []string{"after the end of its first document"}},
		{"a list where settings belong", trunkYAML + "log: [info]", 2, []string{"format, level"}},
		{"a value where a list belongs", trunkYAML + "public_addresses: 203.0.113.10", 2, []string{"here belongs a list"}},
		{"settings where a value belongs", trunkYAML + "drain_timeout: {after: 5m}", 2, []string{"one value"}},

		{"no trunks", "log: {}", 1, []string{"trunks", "missing", "trunks: []"}},
		{"empty file", "", 1, []string{"trunks", "missing"}},
		{"one trunk, as it was", "log: {}\ntrunk:\n  proxy: 203.0.113.20:5060\n  caller_id: +15550100001", 2, []string{"trunk:", "write trunks: and a list", "identity:"}},
		{"trunk without proxy", "\ntrunks:\n- name: a\n  identity: {caller_id: +15550100001}", 3, []string{"trunks[0].proxy", "203.0.113.10:5060", "sip.carrier.example"}},
		{"trunk without name", "\ntrunks:\n- proxy: sip.example.com\n  identity: {caller_id: +15550100001}", 3, []string{"trunks[0].name", "give the trunk a name"}},
		{"trunks that are one", "trunks:\n  name: a", 2, []string{"trunks", "here belongs a list"}},
		{"proxy with a scheme", oneTrunk + "  proxy: sip:sip.example.com", 4, []string{"trunks[0].proxy", "sip.carrier.example"}},
		{"proxy as half an address", oneTrunk + "  proxy: 203.0.113", 4, []string{"trunks[0].proxy", "203.0.113.10:5060"}},
		{"caller ID without plus", proxyOnly + "  identity: {caller_id: 15550100001}", 4, []string{"trunks[0].identity.caller_id", "begin the number with +"}},
		{"caller ID no number", proxyOnly + "  identity:\n    caller_id: browser:desk", 5, []string{"international form"}},
		{"caller ID missing", proxyOnly + "  codecs: [pcma]", 2, []string{"trunks[0].identity.caller_id", "callees see it"}},
		{"a number to present", proxyOnly + "  identity:\n    caller_id: +15550100001\n    numbers:\n    - +1555\n    - 0155", 8, []string{"identity.numbers[1]", "+155501000*"}},
		{"trunk named as a key", "trunks:\n- identity: {caller_id: +15550100001}\n  proxy: 203.0.113.20\n  name: key_1", 4, []string{"trunks[0].name", "mistaken"}},
		{"trunk named as the simulated one", "trunks:\n- identity: {caller_id: +15550100001}\n  proxy: 203.0.113.20\n  name: test", 4, []string{"trunks[0].name", "mistaken"}},
		{"trunk named with spaces", "trunks:\n- identity: {caller_id: +15550100001}\n  proxy: 203.0.113.20\n  name: my carrier", 4, []string{"trunks[0].name", "carrier-1"}},
		{"trunk said to be for tests", trunkList + "  test: true", 5, []string{"trunks[0].test", "no such setting"}},
		{"two trunks of a name", trunkList + "- {name: a, proxy: 203.0.113.21, identity: {caller_id: +15550100001}}", 5, []string{"trunks[1].name", "two trunks have the name a"}},
		{"username alone", trunkList + "  username: me", 5, []string{"both username and password"}},
		{"registering without a name", trunkList + "  register: {}", 5, []string{"trunks[0].register", "needs username and password"}},
		{"a codec", trunkList + "  codecs:\n    - pcmu\n    - opus", 7, []string{"trunks[0].codecs[1]", `"opus"`}},
		{"a source", trunkList + "  sources: [carrier]", 5, []string{"203.0.113.0/24"}},
		{"a word", trunkList + "  srtp: sdes", 5, []string{"trunks[0].srtp", "off, offered or required"}},
		{"TLS over UDP", trunkList + "  tls: {server_name: sip.carrier.example}", 5, []string{"trunks[0].tls", "set transport to tls"}},
		{"a certificate's file", trunkList + "  transport: tls\n  tls:\n    certificate_file: /nowhere/at/all.pem\n    key_file: ../../LICENSE", 7, []string{"tls.certificate_file", "cannot be read"}},
		{"authorities that are none", trunkList + "  transport: tls\n  tls:\n    ca_file: ../../LICENSE", 7, []string{"tls.ca_file", "holds no certificate"}},
		{"a certificate that is a device", trunkList + "  transport: tls\n  tls:\n    ca_file: /dev/zero", 7, []string{"tls.ca_file", "no file"}},
		{"a rule", trunkList + "  inbound:\n  - {begins: 00, becomes: +}\n  - {begins: \"0\", becomes: 0 49}", 7, []string{"trunks[0].inbound[1].becomes", "cannot begin a number"}},
		{"calls a second in words", trunkList + "  limits:\n    calls_per_second: few", 6, []string{"not a number"}},
		{"calls a second without end", trunkList + "  limits:\n    calls_per_second: Inf", 6, []string{"not a number"}},
		{"fewer than no calls", trunkList + "  limits:\n    calls: -1", 6, []string{"limits.calls", "below zero"}},
		{"a keepalive", trunkList + "  keepalive: 1s", 5, []string{"trunks[0].keepalive", "at least 5s"}},
		{"a session timer", trunkList + "  session_timer: {expires: 60s}", 5, []string{"session_timer.expires", "90s"}},
		{"a price with a point", trunkList + "  rates:\n  - prefix: +1\n    per_minute: 0.012\n    currency: EUR", 7, []string{"rates[0].per_minute", "12000"}},
		{"a currency", trunkList + "  rates:\n  - {prefix: +1, per_minute: 12000, currency: euro}", 6, []string{"rates[0].currency", "such as EUR"}},
		{"two currencies", trunkList + "  rates:\n  - {prefix: +1, per_minute: 1, currency: EUR}\n  - {prefix: +44, per_minute: 1, currency: GBP}", 7, []string{"rates[1].currency", "in one currency"}},
		{"a route to nobody", trunkList + "routes:\n- name: germany\n  prefixes: [+49]\n  trunks: [a, b]", 8, []string{"routes[0].trunks[1]", `no trunk "b"`}},
		{"a route without trunks", trunkList + "routes:\n- name: germany", 6, []string{"routes[0].trunks", "name the trunks"}},
		{"a route's order", trunkList + "routes:\n- name: all\n  by: price\n  trunks: [a]", 7, []string{"routes[0].by", "order or cost"}},
		{"a route's prefix", trunkList + "routes:\n- name: all\n  trunks: [a]\n  prefixes:\n  - 0049", 9, []string{"routes[0].prefixes[0]", "+49"}},

		{"a database nowhere", trunkYAML + "database: webtrunk.db", 2, []string{"database", "sqlite:/var/lib/webtrunk/webtrunk.db", "postgres://"}},
		{"a database without host", trunkYAML + "database: postgres:webtrunk", 2, []string{"database", "postgres://"}},
		{"a node's name", trunkYAML + "node: Gateway 1", 2, []string{`"Gateway 1" is no name of a node`, "gateway-1"}},
		{"a webhook network", trunkYAML + "webhooks:\n  allow_networks: [intranet]", 3, []string{"203.0.113.0/24"}},
		{"metrics nowhere", trunkYAML + "metrics:\n  listen: 9464", 3, []string{"127.0.0.1:8080"}},

		{"public URL with a path", trunkYAML + "http:\n  public_url: https://calls.example.com/calls", 3, []string{"http.public_url", "https://calls.example.com"}},
		{"SIP domain with a scheme", trunkYAML + "sip:\n  domain: sip:example.com:x", 3, []string{"sip.domain", "sip.example.com"}},

		{"both cert and acme", trunkYAML + "http:\n  certificate: a.pem\n  key: b.pem\n  acme: {hosts: [calls.example.com], cache: /tmp}", 5, []string{"not both"}},
		{"certificate alone", trunkYAML + "http:\n  certificate: a.pem", 3, []string{"belong together"}},
		{"key alone", trunkYAML + "http:\n  key: a.pem", 3, []string{"belong together"}},
		{"files not there", trunkYAML + "http:\n  certificate: nowhere.pem\n  key: nowhere.key", 3, []string{"cannot be used", "nowhere.pem"}},
		{"plain HTTP for everybody", trunkYAML + "http:\n  listen: :8080", 3, []string{"HTTPS pages only"}},
		{"listen nowhere", trunkYAML + "http:\n  listen: localhost", 3, []string{"127.0.0.1:8080"}},
		{"listen off", trunkYAML + "http:\n  listen: \"off\"\n  trusted_proxies: [10.0.0.1]", 3, []string{"must be served somewhere"}},
		{"redirect to nothing", trunkYAML + "http:\n  redirect: :80", 3, []string{"no HTTPS of ours"}},
		{"a proxy's name", trunkYAML + "http:\n  trusted_proxies: [nginx]", 3, []string{`"nginx"`}},
		{"acme without hosts", trunkYAML + "http:\n  acme:\n    cache: /tmp", 3, []string{"http.acme.hosts"}},
		{"acme for a URL", trunkYAML + "http:\n  acme:\n    cache: /tmp\n    hosts: [https://a.example]", 5, []string{"without https://"}},
		{"acme for an address", trunkYAML + "http:\n  acme:\n    cache: /tmp\n    hosts: [203.0.113.1]", 5, []string{"write a full name"}},
		{"acme without cache", trunkYAML + "http:\n  acme:\n    hosts: [a.example.com]", 3, []string{"http.acme.cache"}},
		{"acme e-mail", trunkYAML + "http:\n  acme:\n    hosts: [a.example.com]\n    cache: /tmp\n    email: me", 6, []string{"not an e-mail"}},
		{"acme directory", trunkYAML + "http:\n  acme:\n    hosts: [a.example.com]\n    cache: /tmp\n    directory: http://x", 6, []string{"https://"}},

		{"public address is a name", trunkYAML + "public_addresses: [example.com]", 2, []string{"not an IP address"}},
		{"public address is none", trunkYAML + "public_addresses: [0.0.0.0]", 2, []string{"203.0.113.10"}},
		{"two of a family", trunkYAML + "public_addresses:\n- 203.0.113.1\n- 203.0.113.2", 4, []string{"remove 203.0.113.2"}},
		{"media.listen", trunkYAML + "media:\n  listen: eth0", 3, []string{"not an IP address"}},
		{"media.listen everywhere", trunkYAML + "media:\n  listen: 224.0.0.1", 3, []string{"of this machine"}},
		{"media.ice_listen", trunkYAML + "media:\n  ice_listen: 224.0.0.1", 3, []string{"media.ice_listen", "of this machine"}},
		{"sip.listen", trunkYAML + "sip:\n  listen: :5060", 3, []string{"not an IP address and port"}},
		{"sip.listen everywhere", trunkYAML + "sip:\n  listen: 224.0.0.1:5060", 3, []string{"of this machine"}},
		{"SIP over TCP nowhere", trunkYAML + "sip:\n  listen_tcp: 5060", 3, []string{"sip.listen_tcp", "203.0.113.10:5060"}},
		{"SIP over TCP everywhere", trunkYAML + "sip:\n  listen_tcp: 224.0.0.1:5060", 3, []string{"sip.listen_tcp", "of this machine"}},
		{"SIP over TLS without a certificate", trunkYAML + "sip:\n  listen_tls: 0.0.0.0:5061", 2, []string{"sip.tls", "must see a certificate"}},
		{"a certificate that nobody sees", trunkYAML + "sip:\n  tls: {certificate: a.pem, key: b.pem}", 3, []string{"sip.tls", "listen_tls"}},
		{"half a certificate", trunkYAML + "sip:\n  listen_tls: 0.0.0.0:5061\n  tls: {certificate: a.pem}", 4, []string{"sip.tls", "belong together"}},
		{"a certificate that is not there", trunkYAML + "sip:\n  listen_tls: 0.0.0.0:5061\n  tls:\n    certificate: nowhere.pem\n    key: nowhere.key", 5, []string{"sip.tls.certificate", "cannot be used"}},
		{"TCP and TLS on one port", trunkYAML + "sip:\n  listen_tcp: 0.0.0.0:5061\n  listen_tls: 0.0.0.0:5061", 4, []string{"sip.listen_tls", "5060 for TCP"}},
		{"port range too small", trunkYAML + "media:\n  rtp_ports: 20001-20009", 3, []string{"holds 4 calls", "limits.calls is 200", "20002-20401"}},
		{"range at the end", trunkYAML + "media:\n  rtp_ports: 65501-65535", 3, []string{"begin lower"}},
		{"port range backwards", trunkYAML + "media:\n  rtp_ports: 29999-20000", 3, []string{"is empty"}},
		{"one port", trunkYAML + "media:\n  rtp_ports: 20000", 3, []string{"not a range"}},
		{"video in kilobits", trunkYAML + "media:\n  video:\n    max_bitrate: 1500", 4, []string{"write bits per second"}},
		{"video with a unit", trunkYAML + "media:\n  video:\n    max_bitrate: 12k", 4, []string{"media.video.max_bitrate", "without a unit", "1500000"}},
		{"video in a fraction", trunkYAML + "media:\n  video:\n    max_bitrate: 1.5", 4, []string{"without a unit", "1500000"}},
		{"ICE inside RTP", trunkYAML + "media:\n  ice_port: 20010", 3, []string{"lies within media.rtp_ports"}},
		{"a codec policy that is none", trunkYAML + "media:\n  codec: g722", 3, []string{"media.codec", "auto, opus or g711"}},
		{"ICE beyond", trunkYAML + "media:\n  ice_port: 70000", 3, []string{"1 to 65535"}},
		{"SIP inside RTP", trunkYAML + "sip:\n  listen: 0.0.0.0:20010", 3, []string{"lies within media.rtp_ports"}},
		{"SIP on ICE", trunkYAML + "sip:\n  listen: 0.0.0.0:10000", 3, []string{"also media.ice_port"}},

		{"reference unnamed", trunkYAML + "references:\n  - target: tel:+15550100101", 3, []string{"references[0].reference", "ref_shop"}},
		{"reference without target", trunkYAML + "references:\n  - reference: ref_a", 3, []string{"references[0].target", "no target"}},
		{"reference to reference", trunkYAML + "references:\n  - reference: ref_a\n    target: ref_b", 4, []string{"another reference"}},
		{"target with letters", trunkYAML + "references:\n  - reference: ref_a\n    target: tel:+1555HELLO", 4, []string{"only digits"}},
		{"target received by nobody", trunkYAML + "references:\n  - reference: ref_a\n    target: browser:desk", 4, []string{`nobody receives calls as "desk"`}},
		{"target at a SIP address", trunkYAML + "references:\n  - reference: ref_a\n    target: sip:alice@example.com", 4, []string{"telephone numbers only"}},
		{"reference twice", trunkYAML + "references:\n  - {reference: ref_a, target: +15550100101}\n  - {reference: ref_a, target: +15550100102}", 4, []string{"already given as references[0].reference"}},

		{"bad number", trunkYAML + refYAML + "numbers:\n  - number: 015550100\n    reference: ref_a", 4, []string{"begin the number with +"}},
		{"block of a country", trunkYAML + refYAML + "numbers:\n  - number: +4930*\n    reference: ref_a", 4, []string{"too short for a block", "+493012345*"}},
		{"block twice", trunkYAML + refYAML + "numbers:\n  - {number: +493012345*, reference: ref_a}\n  - {number: +49 30 12345*, reference: ref_a}", 5, []string{"already given as numbers[0].number"}},
		{"number missing", trunkYAML + refYAML + "numbers:\n  - reference: ref_a", 4, []string{"numbers[0].number"}},
		{"dangling number", trunkYAML + refYAML + "numbers:\n  - number: +15550100001\n    reference: ref_z", 5, []string{`no reference "ref_z"`, `did you mean "ref_a"?`}},
		{"number to nothing", trunkYAML + "numbers:\n  - number: +15550100001", 3, []string{"numbers[0].reference", "ref_desk"}},
		{"number twice", trunkYAML + refYAML + "numbers:\n  - {number: +15550100001, reference: ref_a}\n  - {number: +1 555 010 0001, reference: ref_a}", 5, []string{"numbers[0].number"}},

		{"publishable payment key", trunkYAML + "payments:\n  stripe:\n    key: pk_live_1\n    webhook_secrets: [whsec_1]", 4, []string{"payments.stripe.key", "rk_"}},
		{"payments without webhooks", trunkYAML + "payments:\n  stripe:\n    key: rk_live_1", 3, []string{"payments.stripe.webhook_secrets", "/v1/payments/webhook"}},
		{"a key for webhooks", trunkYAML + "payments:\n  stripe:\n    key: rk_live_1\n    webhook_secrets:\n    - sk_live_2", 6, []string{"whsec_"}},
		{"two for test wallets", trunkYAML + "payments:\n  stripe: {key: sk_test_1, webhook_secrets: [whsec_1]}\n  test: {listen: 127.0.0.1:8090}", 4, []string{"keep one"}},
		{"test payments nowhere", trunkYAML + "payments:\n  test: {file: x}", 3, []string{"payments.test.listen", "127.0.0.1:8090"}},
		{"secret key", trunkYAML + "keys:\n  - key: sk_12345\n    origins: [https://a.example]\n    destinations: [+1555]", 3, []string{"keys[0].key", "pk_"}},
		{"key twice", trunkYAML + "keys:\n  - {key: pk_12345, origins: [https://a.example], destinations: [+1555]}\n  - {key: pk_12345, origins: [https://a.example], destinations: [+1555]}", 4, []string{"keys[0].key"}},
		{"key without origins", trunkYAML + "keys:\n  - key: pk_12345\n    destinations: [+1555]", 3, []string{"keys[0].origins"}},
		{"bad origin", trunkYAML + "keys:\n  - key: pk_12345\n    origins:\n      - shop.example\n    destinations: [+1555]", 5, []string{"write https://"}},
		{"key to nowhere", trunkYAML + "keys:\n  - key: pk_12345\n    origins: [https://a.example]", 3, []string{"keys[0].destinations"}},
		{"key to the world", trunkYAML + "keys:\n  - key: pk_12345\n    origins: [https://a.example]\n    destinations: [+]", 5, []string{"every number in the world"}},
		{"dangling destination", trunkYAML + "keys:\n  - key: pk_12345\n    origins: [https://a.example]\n    destinations:\n    - +1555\n    - ref_gone", 7, []string{`no reference "ref_gone"`, "add it to references"}},
		{"metadata name", trunkYAML + "keys:\n  - key: pk_12345\n    origins: [https://a.example]\n    destinations: [+1555]\n    metadata: [\"\"]", 6, []string{"1 to 64 characters"}},

		{"receiver's name", trunkYAML + "receivers:\n  - name: the desk\n    token: 0123456789abcdef", 3, []string{"receivers[0].name"}},
		{"short token", trunkYAML + "receivers:\n  - name: desk\n    token: sesame", 4, []string{"16 to 256 characters"}},
		{"token twice", trunkYAML + "receivers:\n  - {name: a, token: 0123456789abcdef}\n  - {name: b, token: 0123456789abcdef}", 4, []string{"receivers[0].token has the same token"}},

		{"ICE server without scheme", trunkYAML + "ice_servers:\n  - urls:\n    - stun.example.com", 4, []string{"stun:"}},
		{"ICE server without urls", trunkYAML + "ice_servers:\n  - username: me", 3, []string{"at least one address"}},
		{"TURN without credential", trunkYAML + "ice_servers:\n  - urls: [turn:turn.example.com]", 3, []string{"username and credential"}},

		{"domain", trunkList + "  domain: sip:carrier.example:x", 5, []string{"trunks[0].domain", "without sip:"}},
		{"yes or no", trunkList + "  refer: yes", 5, []string{"trunks[0].refer", "neither true nor false"}},
		{"sound elsewhere than SIP", trunkYAML + "sip: {listen: 192.0.2.1:5060}\nmedia: {listen: 192.0.2.2}", 3, []string{"media.listen", "192.0.2.1"}},
		{"IPv4 towards IPv6", "trunks: [{name: a, proxy: \"[2001:db8::9]:5060\", identity: {caller_id: +15550100001}}]\nmedia: {listen: \"::\"}\nsip: {listen: 0.0.0.0:5060}", 3, []string{"sip.listen", "[::]:5060"}},
		{"sound on IPv4 towards IPv6", "trunks: [{name: a, proxy: \"[2001:db8::9]:5060\", identity: {caller_id: +15550100001}}]\nmedia: {listen: 0.0.0.0}\nsip: {listen: \"[::]:5060\"}", 2, []string{"media.listen", "IPv6"}},

		{"no calls", trunkYAML + "limits:\n  calls: 0", 3, []string{"at least one"}},
		{"calls in words", trunkYAML + "limits:\n  calls: many", 3, []string{"not a whole number"}},
		{"time without unit", trunkYAML + "limits:\n  ring_time: 45", 3, []string{"a time with its unit"}},
		{"no ring", trunkYAML + "limits:\n  ring_time: 0s", 3, []string{"time to ring"}},
		{"no talk", trunkYAML + "limits:\n  longest_call: -1h", 3, []string{"time to talk"}},
		{"format", trunkYAML + "log:\n  format: xml", 3, []string{"text or json"}},
		{"level", trunkYAML + "log:\n  level: loud", 3, []string{"debug, info, warn or error"}},
		{"drain", trunkYAML + "drain_timeout: -5m", 2, []string{"write 0s"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := parseConfig([]byte(c.yaml))
			var ps Problems
			if !errors.As(err, &ps) || len(ps) != 1 {
				t.Fatalf("got %d problems, want one:\n%v", len(ps), err)
			}
			if ps[0].Line != c.line {
				t.Errorf("line %d, want %d: %v", ps[0].Line, c.line, ps[0])
			}
			for _, w := range c.want {
				if !strings.Contains(ps[0].String(), w) {
					t.Errorf("%q does not say %q", ps[0], w)
				}
			}
			if strings.Contains(err.Error(), "0123456789abcdef") {
				t.Errorf("a token is repeated: %v", err)
			}
		})
	}
}

// trunkList is a trunk in four lines, to which settings may be added; oneTrunk
// lacks its proxy and proxyOnly its identity.
const (
	oneTrunk  = "trunks:\n- name: a\n  identity: {caller_id: +15550100001}\n"
	proxyOnly = "trunks:\n- name: a\n  proxy: 203.0.113.20\n"
	trunkList = "trunks:\n- name: a\n  proxy: 203.0.113.20\n  identity: {caller_id: +15550100001}\n"
)

const refYAML = "references: [{reference: ref_a, target: +15550100101}]\n"

func TestAllMistakesAreTold(t *testing.T) {
	file := filepath.Join(t.TempDir(), "bad.yaml")
	text := `htpp:
  listen: 127.0.0.1:8080
trunks:
- name: carrier
  proxy: carrier example:5060
  identity: {caller_id: 5550100}
numbers:
  - number: +15550100001
    reference: ref_gone
log:
  level: loud
`
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	err := checkConfigCommand{File: file}.Run(&terminal{out: &strings.Builder{}})
	if err == nil {
		t.Fatal("the file passes")
	}
	got := strings.Split(err.Error(), "\n")
	for i, want := range []string{
		`bad.yaml:1: htpp: there is no such setting: did you mean "http"?`,
		`bad.yaml:5: trunks[0].proxy: write the carrier's address or name`,
		`bad.yaml:6: trunks[0].identity.caller_id: "5550100" cannot be called: begin the number with +`,
		`bad.yaml:9: numbers[0].reference: there is no reference "ref_gone"`,
		`bad.yaml:11: log.level: "loud" is no level`,
	} {
		if i >= len(got) || !strings.Contains(got[i], want) {
			t.Errorf("line %d is not %q in:\n%v", i+1, want, err)
		}
	}
	if len(got) != 5 {
		t.Errorf("got %d problems, want 5:\n%v", len(got), err)
	}
}

func TestAFileThatIsNotThere(t *testing.T) {
	_, err := readConfig(filepath.Join(t.TempDir(), "none.yaml"))
	if err == nil || !strings.Contains(err.Error(), "cannot be read") {
		t.Errorf("got %v", err)
	}
}

// What the SIP edge can be told of a trunk, an operator can write: each field of
// it, however deep, but the mark of the simulated carrier's trunk.
func TestEverySettingReachesTheTrunk(t *testing.T) {
	certificate, key := writePair(t, t.TempDir(), "sip.carrier.example", time.Now())
	c, err := parseConfig([]byte(`trunks:
- name: carrier
  proxy: sip.carrier.example
  transport: tls
  tls: {server_name: sip.carrier.example, ca_file: ` + certificate + `, certificate_file: ` + certificate + `, key_file: ` + key + `}
  sources: [203.0.113.0/24, 203.0.113.99]
  domain: carrier.example
  username: acme
  password: secret
  register: {registrar: carrier.example, user: acme-1, expires: 10m}
  public: 198.51.100.7
  identity: {caller_id: +15550100001, numbers: [+155501000*, +15550100201], present: asserted, untrusted: true, believe: true}
  codecs: [pcma]
  srtp: required
  dtmf: rfc4733
  comfort_noise: true
  outbound: [{begins: +49, becomes: "0"}]
  inbound: [{begins: "0", becomes: +49}]
  unknown: busy
  prefixes: [+49]
  rates: [{prefix: +49, per_minute: 12000, currency: EUR, increment: 1, connection: 500}]
  limits: {calls: 30, calls_per_second: 0.5}
  session_timer: {off: true, expires: 30m, min_expires: 90s}
  reliable: required
  keepalive: 1m
  no_answer_after: 4s
  redirects: [sip2.carrier.example]
  context: [order, identity.name]
  refer: true
routes:
- {name: germany, prefixes: [+49], trunks: [carrier], by: cost}
`))
	if err != nil {
		t.Fatal(err)
	}
	unset(t, "trunk", reflect.ValueOf(c.Trunks[0]))
	unset(t, "route", reflect.ValueOf(c.Routes[0]))
	if got := c.Trunks[0].Sources[1].String(); got != "203.0.113.99/32" {
		t.Errorf("a source that is one address is %s", got)
	}
	if !strings.HasPrefix(c.Trunks[0].TLS.Key, "-----BEGIN") {
		t.Error("the key is not what the file holds")
	}
}

// unset complains of each field that is zero.
func unset(t *testing.T, at string, v reflect.Value) {
	t.Helper()
	switch {
	case v.Kind() == reflect.Pointer && !v.IsNil():
		unset(t, at, v.Elem())
	case v.Kind() == reflect.Slice && v.Len() > 0:
		unset(t, at, v.Index(0))
	case v.Kind() == reflect.Struct && v.Type().PkgPath() != "net/netip" && v.Type() != reflect.TypeFor[webtrunk.Address]():
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.Tag.Get("yaml") != "-" || at+"."+f.Name != "trunk.Test" {
				unset(t, at+"."+f.Name, v.Field(i))
			}
		}
	case v.IsZero():
		t.Errorf("no setting sets the %s", at)
	}
}

func TestAliasesAreFollowed(t *testing.T) {
	c, err := parseConfig([]byte(trunkYAML + refYAML + "keys:\n  - &shop {key: pk_12345, origins: &sites [https://a.example], destinations: [ref_a]}\n  - {key: pk_23456, origins: *sites, destinations: [ref_a]}\n"))
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Keys) != 2 || c.Keys[1].Origins[0] != "https://a.example" {
		t.Errorf("keys = %+v", c.Keys)
	}
}

func FuzzConfig(f *testing.F) {
	sample, err := os.ReadFile(sampleFile)
	if err != nil {
		f.Fatal(err)
	}
	for _, s := range []string{string(sample), trunkYAML, "a: &a [*a]", "? [x]: y", "trunks: [*x]", "trunks: [null, {register: null, tls: {ca_file: [x]}}]", "routes: [{}]", "- 1", "null", "keys: [null, {}]"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, err := parseConfig([]byte(s))
		var ps Problems
		switch {
		case err == nil:
			if err := c.Validate(); err != nil {
				t.Errorf("passes, yet does not validate: %v", err)
			}
		case !errors.As(err, &ps) || len(ps) == 0:
			t.Errorf("refused without a problem: %v", err)
		}
		_ = fmt.Sprint(err)
	})
}
