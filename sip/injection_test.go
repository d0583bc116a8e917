package sip

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"webtrunk"
	"webtrunk/call"
)

// ours are all the headers that an INVITE of ours has towards a trunk that asks
// for nothing else, in order: what is not here is seen by no carrier.
var ours = []string{
	"Via", "Max-Forwards", "From", "To", "Call-ID", "CSeq", "Contact", "Allow", "Accept", "Supported", "User-Agent",
	"Content-Length", "X-Webtrunk-listing", "Session-Expires", "Min-SE", "Content-Type",
}

// tricks are what people write where a name, a number or a note is asked for.
var tricks = []string{
	"a\r\nX-Evil: 1", "a\nX-Evil: 1", "a\rX-Evil: 1", "a\r\n\r\nINVITE sip:x@y SIP/2.0", "a\x00b", "a\x0bb", "a\x7fb", "\xff\xfe", "\xc0\x8d\xc0\x8a",
	"a\u0085b", "a\u2028b", "a\u2029X-Evil: 1", "%0d%0aX-Evil: 1", "\\r\\nX-Evil: 1", `"><sip:evil@evil>`, "<sip:evil@evil.example>;tag=1",
	";tag=evil", "?Route=%3Csip:evil%3E", "?Replaces=x", "@evil.example", "sip:evil@evil.example", ";phone-context=evil", ";user=ip;maddr=203.0.113.9", ",+19005550100",
	"a: b", ": ", " ", "Via", "Contact: <sip:evil@evil>", "=?utf-8?q?=0d=0aX-Evil:_1?=", strings.Repeat("a", 5000), "\u202e0010", "\ufeff+1",
}

// TestInjection: whatever stands in a field that a browser or the API can set,
// the carrier sees the headers that it always sees and no other, or nothing.
func TestInjection(t *testing.T) {
	t.Parallel()
	c := newCarrierWire(t)
	for _, field := range []struct {
		name string
		put  func(*call.Leg, string)
	}{
		{"the value of metadata", func(l *call.Leg, s string) { l.Context["listing"] = s }},
		{"the key of metadata", func(l *call.Leg, s string) { l.Context = map[string]string{s: "1"} }},
		{"who calls", func(l *call.Leg, s string) {
			l.From = webtrunk.Address{Scheme: webtrunk.Tel, Value: "+15550100001" + s}
		}},
		{"who calls, by another scheme", func(l *call.Leg, s string) { l.From = webtrunk.Address{Scheme: webtrunk.SIP, Value: s} }},
		{"who is called", func(l *call.Leg, s string) { l.Address.Value += s }},
		{"the trunk", func(l *call.Leg, s string) { l.Trunk = s }},
		{"the call's name", func(l *call.Leg, s string) { l.Call = webtrunk.CallID(s) }},
	} {
		for _, trick := range append([]string{""}, tricks...) {
			l := call.Leg{ID: 2, Call: "call_test", Address: webtrunk.Address{Scheme: webtrunk.Tel, Value: "+15550100200"}, Context: map[string]string{"listing": "42"}}
			field.put(&l, trick)
			reports := make(chan call.Input, 8)
			_, err := dialRecorded(c.edge, l, &recorder{}, func(in call.Input) { reports <- in })
			if err != nil {
				if k := webtrunk.KindOf(err); k != webtrunk.Invalid && k != webtrunk.NotFound || strings.ContainsAny(err.Error(), "\r\n\x00") {
					t.Errorf("%s: %q is refused by %v", field.name, trick, err)
				}
				continue
			}
			m := c.want("INVITE")
			if fault := strange(m, l.Context); fault != "" {
				t.Errorf("%s: %q: %s in\n%s", field.name, trick, fault, m.bytes)
			}
			c.answer(m, "486")
			c.want("ACK")
			c.next(reports)
		}
	}
	c.idle()
}

var plainly = regexp.MustCompile(`^<sip:\+15550100001@127\.0\.0\.1;user=phone>;tag=[a-z2-7]+$`)

// strange returns what an INVITE has that no INVITE of ours has.
func strange(m raw, context map[string]string) string {
	want := slices.Clone(ours)
	if i := slices.Index(want, "X-Webtrunk-listing"); len(context) > 0 {
		for key := range context {
			want[i] = contextPrefix + key
		}
	} else {
		want = slices.Delete(want, i, i+1)
	}
	var got []string
	for _, h := range m.headers {
		got = append(got, h[0])
	}
	switch {
	case !slices.Equal(got, want):
		return fmt.Sprintf("headers %v", got)
	case !plainly.MatchString(m.get("From")):
		return "From"
	case !strings.HasPrefix(m.uri(), "sip:+15550100200@127.0.0.1:") || m.get("To") != "<"+m.uri()+">":
		return "Request-URI"
	case strings.Count(string(m.bytes), "\r\n\r\n") != 1 || !strings.HasPrefix(m.body, "v=0\r\n"):
		return "a second message"
	}
	return ""
}

// TestInjectedDigits: keys are keys, and nothing else is sent for one.
func TestInjectedDigits(t *testing.T) {
	t.Parallel()
	c := newCarrierWire(t)
	c.sdp = "nokeys"
	reports := make(chan call.Input, 8)
	leg, err := dialRecorded(c.edge, call.Leg{ID: 2, Call: "call_test", Address: webtrunk.Address{Scheme: webtrunk.Tel, Value: "+15550100200"}}, &recorder{}, func(in call.Input) { reports <- in })
	if err != nil {
		t.Fatal(err)
	}
	c.answer(c.want("INVITE"), "200")
	c.want("ACK")
	c.next(reports)
	for _, trick := range tricks {
		if err := leg.SendDigits("1" + trick); webtrunk.KindOf(err) != webtrunk.Invalid {
			t.Errorf("%q is pressed: %v", trick, err)
		}
	}
	leg.Hangup(call.HangUpLeg{Cause: call.Cause("odd\r\nX-Evil: 1"), Message: "a\r\nX-Evil: 1"})
	bye := c.want("BYE")
	if bye.get("X-Evil") != "" || bye.get("Reason") != `Q.850;cause=41;text="Temporary failure"` {
		t.Errorf("hung up by\n%s", bye.bytes)
	}
	c.answer(bye, "200")
	c.idle()
}

// TestTopologyIsHidden: what stands in the messages of one trunk, of its hosts,
// software, names and identifiers, reaches neither the other trunk of a call
// nor, in what is reported, the core, which learns the name that a caller says.
func TestTopologyIsHidden(t *testing.T) {
	t.Parallel()
	c := newCarrierWire(t)
	in := c.arriving(1)
	secrets := []string{"secret-host.example", "198.51.100.77", "SecretSoft", "secret-tag", "secret-id", "secret-user", "secret-name", "secret-route"}
	in.set("Via", c.via()+";branch=z9hG4bKsecret-id;rport")
	in.headers = append(in.headers[:1], append([][2]string{{"Via", "SIP/2.0/UDP secret-host.example;branch=z9hG4bKx"}}, in.headers[1:]...)...)
	in.set("Call-ID", "secret-id@198.51.100.77")
	in.set("From", `"said-name" <sip:+15550100200@secret-host.example>;tag=secret-tag`)
	in.set("Contact", "<sip:secret-user@"+c.addr().String()+">")
	in.set("User-Agent", "SecretSoft/1.0")
	in.set("Organization", "secret-name")
	in.set("X-Webtrunk-listing", "secret-id")
	in.set("Record-Route", "<sip:"+c.addr().String()+";lr;secret-route>")
	in.body = strings.ReplaceAll(strings.ReplaceAll(sdpOf("pcmu"), "127.0.0.1", "198.51.100.77"), "o=carrier", "o=secret-user")
	c.send(in.String())
	arrived := <-c.desk.offers
	for _, s := range secrets {
		o := arrived.in
		if o.Dialog = nil; strings.Contains(fmt.Sprintf("%+v", o), s) { // the dialog is for us alone
			t.Errorf("the core is told %q: %+v", s, o)
		}
	}
	if said := arrived.in.Context; len(said) != 1 || said[call.CallerName] != "said-name" {
		t.Errorf("the core is told that the caller says %v", said)
	}
	secrets = append(secrets, "said-name") // it is for who answers, not for the other trunk
	reports := make(chan call.Input, 8)
	onward := call.Leg{ID: 2, Call: arrived.in.ID, From: arrived.in.From, Address: webtrunk.Address{Scheme: webtrunk.Tel, Value: "+15550100200"}, Context: arrived.in.Context}
	leg, err := dialRecorded(c.edge, onward, &recorder{}, func(in call.Input) { reports <- in })
	if err != nil {
		t.Fatal(err)
	}
	var seen []raw
	invite := c.want("INVITE")
	c.answer(invite, "200")
	seen = append(seen, invite, c.want("ACK"))
	c.next(reports)
	leg.Hangup(call.HangUpLeg{Cause: call.Hangup})
	bye := c.want("BYE")
	c.answer(bye, "200")
	for _, m := range append(seen, bye) {
		for _, s := range secrets {
			if strings.Contains(string(m.bytes), s) {
				t.Errorf("the other trunk is told %q:\n%s", s, m.bytes)
			}
		}
	}
	if fault := strange(invite, nil); fault != "" {
		t.Errorf("%s in\n%s", fault, invite.bytes)
	}
	arrived.leg.Hangup(call.HangUpLeg{Cause: call.Busy})
	c.want("486")
}
