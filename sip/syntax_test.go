package sip

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/emiago/sipgo/sip"
)

// invite is a request that everybody takes, with some lines in place of its own
// or beside them: "To: x" replaces, "+To: x" adds, "-To" leaves out, and "> x"
// is another start line.
func invite(changes ...string) string {
	m := raw{start: "INVITE sip:+15550100001@192.0.2.1 SIP/2.0"}
	m.headers = [][2]string{
		{"Via", "SIP/2.0/UDP 192.0.2.7:5062;branch=z9hG4bK1;rport"}, {"From", `"Ada" <sip:ada@192.0.2.7>;tag=1`}, {"To", "<sip:+15550100001@192.0.2.1>"},
		{"Call-ID", "1@h"}, {"CSeq", "1 INVITE"}, {"Max-Forwards", "70"}, {"Contact", "<sip:ada@192.0.2.7>"},
	}
	for _, c := range changes {
		name, value, _ := strings.Cut(c, ": ")
		switch {
		case strings.HasPrefix(c, "> "):
			m.start = c[2:]
		case strings.HasPrefix(c, "-"):
			m.remove(c[1:])
		case strings.HasPrefix(c, "+"):
			m.headers = append(m.headers, [2]string{name[1:], value})
		default:
			m.set(name, value)
		}
	}
	return m.String()
}

// TestJudgement: what the front door takes and what it refuses before the
// library sees it, one rule a line.
func TestJudgement(t *testing.T) {
	from := netip.MustParseAddrPort("192.0.2.7:5062")
	for _, c := range []struct {
		name string
		text string
		want string // of the answer; "" for none, "pass" where the library gets it
	}{
		{"plain", invite(), "pass"},
		{"a version from the future (§7.1)", invite("> INVITE sip:a@b SIP/3.0"), "505"},
		{"a version in small letters", invite("> INVITE sip:a@b sip/2.0"), "pass"},
		{"no version", invite("> INVITE sip:a@b"), ""},
		{"HTTP", invite("> GET / HTTP/1.1"), ""},
		{"two spaces (§7.1)", invite("> INVITE  sip:a@b SIP/2.0"), "400"},
		{"a method in small letters is another (§7.1)", invite("> invite sip:a@b SIP/2.0", "CSeq: 1 invite"), "501"},
		{"an unknown method (§8.2.1)", invite("> JOIN sip:a@b SIP/2.0", "CSeq: 1 JOIN"), "501"},
		{"CSeq of another method (§8.1.1.5)", invite("CSeq: 1 OPTIONS"), "400"},
		{"CSeq of 2^31 (§8.1.1.5)", invite("CSeq: 2147483648 INVITE"), "400"},
		{"CSeq of 2^31-1", invite("CSeq: 2147483647 INVITE"), "pass"},
		{"CSeq below zero", invite("CSeq: -1 INVITE"), "400"},
		{"no To (§8.1.1)", invite("-To"), "400"},
		{"no From", invite("-From"), "400"},
		{"no tag in From (§8.1.1.3)", invite("From: <sip:a@b>"), "400"},
		{"no Call-ID", invite("-Call-ID"), "400"},
		{"no CSeq", invite("-CSeq"), "400"},
		{"no Via: nobody to answer", invite("-Via"), ""},
		{"two From (§7.3.1)", invite("+From: <sip:x@y>;tag=2"), "400"},
		{"two Call-ID, one short", invite("+i: 2@h"), "400"},
		{"two lengths", invite("+Content-Length: 0"), "400"},
		{"a length beyond the datagram (§18.3)", strings.Replace(invite(), "Length: 0", "Length: 10", 1), "400"},
		{"a length below zero", strings.Replace(invite(), "Length: 0", "Length: -1", 1), "400"},
		{"more hops than there are (§20.22)", invite("Max-Forwards: 256"), "400"},
		{"no hops said", invite("-Max-Forwards"), "pass"},
		{"tel (§19.1.6)", invite("> INVITE tel:+15550100001 SIP/2.0"), "pass"},
		{"sips", invite("> INVITE sips:+15550100001@b SIP/2.0"), "pass"},
		{"a scheme that nobody knows (§8.2.2.1)", invite("> INVITE urn:service:sos SIP/2.0"), "416"},
		{"a scheme with a dot", invite("> INVITE soap.beep://b SIP/2.0"), "416"},
		{"no scheme", invite("> INVITE +15550100001@b SIP/2.0"), "400"},
		{"angle brackets (§7.1)", invite("> INVITE <sip:a@b> SIP/2.0"), "400"},
		{"headers in the Request-URI (§19.1.1)", invite("> INVITE sip:a@b?Route=%3Csip:x%3E SIP/2.0"), "400"},
		{"a question mark in the user", invite("> INVITE sip:a?b@b SIP/2.0"), "pass"},
		{"quotes left open (§25.1)", invite(`To: "Bob <sip:b@b>`), "400"},
		{"a comma in a bare name", invite(`From: Bell, A <sip:b@b>;tag=1`), "400"},
		{"a comma in a quoted name", invite(`From: "Bell, A" <sip:b@b>;tag=1`), "pass"},
		{"a bare name of two words", invite(`From: A. Bell <sip:b@b>;tag=1`), "pass"},
		{"brackets left open", invite(`To: <sip:b@b`), "400"},
		{"space in an address", invite(`To: < sip:b@b >`), "400"},
		{"no scheme in an address", invite(`To: b@b`), "400"},
		{"a bare address with headers (§20.10)", invite(`Contact: sip:b@b?Route=x`), "400"},
		{"a bare address with parameters", invite(`From: sip:b@b;tag=1`), "pass"},
		{"any Contact", invite("> REGISTER sip:b SIP/2.0", "CSeq: 1 REGISTER", "Contact: *"), "pass"},
		{"a Via without who sent it (§20.42)", invite("Via: SIP/2.0/UDP ;branch=1"), "400"},
		{"a Via with empty parameters", invite("Via: SIP/2.0/UDP h;;branch=1"), "400"},
		{"a Via of another protocol", invite("Via: HTTP/1.1 h"), ""},
		{"a Date of another zone (§20.17)", invite("+Date: Fri, 01 Jan 2010 16:00:00 EST"), "400"},
		{"a Date", invite("+Date: Fri, 01 Jan 2010 16:00:00 GMT"), "pass"},
		{"a line without a name", invite("-Date", "+: x"), "pass"},
		{"an ACK has no answer (§17.1.1.3)", invite("> ACK sip:a@b SIP/2.0", "CSeq: 1 INVITE"), ""},
		{"a response with a code that is none", invite("> SIP/2.0 1200 OK"), ""},
		{"a response with a huge CSeq", invite("> SIP/2.0 200 OK", "CSeq: 99999999999 INVITE"), ""},
		{"a response", invite("> SIP/2.0 200 OK"), "pass"},
		{"a lone LF in a value", invite("+X: a\nVia: y"), ""},
		{"a NUL", invite("+X: a\x00b"), ""},
	} {
		seen := examine([]byte(c.text), from, "Webtrunk")
		got := ""
		switch {
		case seen.clean != nil:
			got = "pass"
		case seen.reply != nil:
			m := parseRaw(seen.reply)
			_, got = m.isRequest()
			if m.get("Via") == "" || !strings.Contains(m.get("Via"), "received=192.0.2.7") || m.get("To") != "" && m.tag("To") == "" {
				t.Errorf("%s: answered by\n%s", c.name, seen.reply)
			}
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// TestStatelessAnswers: one request has one answer, however often it comes, at
// the port that it asks for and at no other address (RFC 3261 §8.2.7, §18.2.2,
// RFC 3581 §4).
func TestStatelessAnswers(t *testing.T) {
	from := netip.MustParseAddrPort("192.0.2.7:4444")
	for via, to := range map[string]string{
		"SIP/2.0/UDP 198.51.100.1:5062;branch=z9hG4bK1;rport": "192.0.2.7:4444",
		"SIP/2.0/UDP 198.51.100.1:5062;branch=z9hG4bK1":       "192.0.2.7:5062",
		"SIP/2.0/UDP 198.51.100.1":                            "192.0.2.7:5060",
		"SIP/2.0/UDP [2001:db8::1];branch=1":                  "192.0.2.7:5060",
		"SIP/2.0/UDP h:99999;maddr=203.0.113.1":               "192.0.2.7:5060",
	} {
		text := []byte(invite("Via: "+via, "CSeq: 1 BYE"))
		one, two := examine(text, from, "Webtrunk"), examine(text, from, "Webtrunk")
		if one.to.String() != to || string(one.reply) != string(two.reply) || len(one.reply) == 0 {
			t.Errorf("%s: answered to %s by\n%s\nand\n%s", via, one.to, one.reply, two.reply)
		}
	}
	one, two := examine([]byte(invite("CSeq: 1 BYE")), from, ""), examine([]byte(invite("CSeq: 1 BYE", "Call-ID: 2")), from, "")
	if parseRaw(one.reply).tag("To") == parseRaw(two.reply).tag("To") {
		t.Error("two requests have one tag")
	}
}

// TestTidied: a message in any form that RFC 3261 §7.3.1 allows becomes one
// that the library reads as it was meant.
func TestTidied(t *testing.T) {
	text := "INVITE sip:a@b SIP/2.0\r\nv :  SIP  / 2.0\r\n /UDP  h : 5062 ;\r\n  branch  =  z9hG4bK1  ,\r\n SIP/2.0/TCP  i\r\nf:\"J \\\"  R\"   <sip:a@b;x = y>\r\n ; tag\r\n =1\r\n" +
		"t:   <sip:c@d>\r\nI: 1\r\nCSEQ: 0007\r\n\t INVITE\r\nSubject:  two  words\r\n and more\r\nl : 3\r\n\r\nx y"
	seen := examine([]byte(strings.ReplaceAll(text, "x = y", "x=y")), netip.MustParseAddrPort("192.0.2.7:1"), "")
	msg, err := sip.NewParser().ParseSIP(seen.clean)
	if err != nil {
		t.Fatalf("%v in %q for %q", err, seen.clean, seen.reply)
	}
	req := msg.(*sip.Request)
	if v := req.Via(); v.Transport != "UDP" || v.Host != "h" || v.Port != 5062 || v.Params.GetOr("branch", "") != "z9hG4bK1" {
		t.Errorf("Via is %+v", v)
	}
	if f := req.From(); f.Address.User != "a" || tagOf(f.Params) != "1" || !strings.Contains(f.DisplayName, "  R") {
		t.Errorf("From is %+v", f)
	}
	if req.CSeq().SeqNo != 7 || req.GetHeader("Subject").Value() != "two  words and more" || string(req.Body()) != "x y" || len(req.GetHeaders("Via")) != 2 {
		t.Errorf("read as\n%s", req)
	}
	plain := []byte(invite())
	if seen := examine(plain, netip.MustParseAddrPort("192.0.2.7:1"), ""); &seen.clean[0] != &plain[0] {
		t.Error("a message that needs nothing is copied")
	}
}
