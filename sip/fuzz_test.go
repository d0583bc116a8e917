package sip

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/emiago/sipgo/sip"

	"webtrunk"
	"webtrunk/trunk"
)

var testAddr = netip.MustParseAddr("192.0.2.9")

// FuzzSDP: no description makes us panic, and what we answer to it, or offer
// after it, can be read and stays within a message.
func FuzzSDP(f *testing.F) {
	for _, name := range []string{"pcmu", "alaw", "opus", "zero", "video,sendonly", "nokeys,inactive", "bad",
		"savp,c:1:80:a", "savp,c:1:gcm:b,c:2:32:c:life,video", "c:3:gcm:d:wsh,ptime=30,maxptime=40", "only=0-11+16,rtcp=40009,mux", "savp,c:1:f8:a,c:2:80:b:mki"} {
		f.Add([]byte(sdpOf(name)))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		d, err := parseSDP(body)
		if err != nil {
			return
		}
		for _, policy := range []trunk.MediaEncryption{trunk.SRTPOff, trunk.SRTPOffered, trunk.SRTPRequired} {
			fuzzSession(t, d, body, policy)
		}
	})
}

// fuzzSession takes a description as an offer and as an answer.
func fuzzSession(t *testing.T, d description, body []byte, policy trunk.MediaEncryption) {
	s := sessionOf(policy)
	if answer, err := s.answer(d); err == nil {
		for _, ours := range [][]byte{answer, s.offer(), s.offerAnew()} {
			back, err := parseSDP(ours)
			if err != nil || back.audio() != s.audio || len(back.streams) != len(d.streams) {
				t.Fatalf("%v in\n%q\nfor\n%q", err, ours, body)
			}
			if len(ours) > maxMessage/2 {
				t.Fatalf("a description of %d bytes", len(ours))
			}
		}
		if s.held != d.streams[s.audio].held() || s.remote.IsValid() && s.remote.Port() == 0 {
			t.Fatalf("%+v", s)
		}
		if secret := s.secrecy.tag != ""; policy == trunk.SRTPRequired && !secret || policy == trunk.SRTPOff && secret {
			t.Fatalf("%s, and keys: %v", policy, secret)
		}
	}
	again := sessionOf(policy)
	again.offer()
	if again.accept(d) == nil && policy == trunk.SRTPRequired && again.secrecy.tag == "" {
		t.Fatal("an answer without keys is taken")
	}
}

// FuzzCrypto: a line of keys that is read is one that we could have written.
func FuzzCrypto(f *testing.F) {
	for _, line := range []string{"c:1:80:a", "c:2:gcm:b:life", "c:3:32:c:mki", "c:4:80:d:bare"} {
		_, value, _ := strings.Cut(cryptoOf(strings.Split(line, ":")[1:]), ":")
		f.Add(strings.TrimSpace(value))
	}
	f.Fuzz(func(t *testing.T, value string) {
		c, ok := parseCrypto(value)
		if !ok {
			return
		}
		again, ok := parseCrypto(strings.TrimPrefix(c.String(), "a=crypto:"))
		if !ok || again != c || len(c.String()) > 128 {
			t.Fatalf("%q is read as %q", value, c)
		}
	})
}

// FuzzEvents: what a fmtp says of keys is read within bounds, and the short
// form means what the long one does.
func FuzzEvents(f *testing.F) {
	for _, fmtp := range []string{"", "0-15", "0-16", "0-11,16", "events=0-11", "5", "9-3", "0-4294967295", "events=0-15;rate=8000"} {
		f.Add(fmtp)
	}
	f.Fuzz(func(t *testing.T, fmtp string) {
		if strings.Contains(fmtp, "=") || fmtp == "" {
			return
		}
		if eventsIn(fmtp) != eventsIn("events="+strings.TrimLeft(fmtp, " ")) && !strings.Contains(fmtp, ";") {
			t.Fatalf("%q means two things", fmtp)
		}
	})
}

// FuzzNumber: whatever a URI holds, what we make of it is a proper address or
// nobody.
func FuzzNumber(f *testing.F) {
	for _, uri := range []string{"sip:+15550100001@127.0.0.1;user=phone", "tel:+1-555;phone-context=+1", "sip:%2B1555@x", "sip:a:b@[::1]:5060?x=y", "sips:15550100001@h"} {
		f.Add(uri, "+49")
	}
	f.Fuzz(func(t *testing.T, text, prefix string) {
		var uri sip.Uri
		if sip.ParseUri(text, &uri) != nil {
			return
		}
		a := numberOf(&uri, &trunk.Trunk{Inbound: bare(prefix)})
		if a.IsZero() {
			return
		}
		again, err := webtrunk.ParseAddress(a.String())
		if err != nil || again != a || strings.ContainsAny(a.String(), "\r\n\x00 \"<>") {
			t.Fatalf("%q gives %q (%v)", text, a, err)
		}
	})
}

// FuzzInfo: a body of SIP INFO is one key or none.
func FuzzInfo(f *testing.F) {
	f.Add("Signal=5\r\nDuration=160\r\n")
	f.Add("11")
	f.Fuzz(func(t *testing.T, body string) {
		if d := infoDigit(body); len(d) > 1 || d != "" && !strings.Contains("0123456789*#ABCD", d) {
			t.Fatalf("%q gives %q", body, d)
		}
	})
}

// FuzzFrontDoor: what passes the door and the parser can be repeated in a
// response without splitting it.
func FuzzFrontDoor(f *testing.F) {
	f.Add([]byte(invite()))
	f.Add([]byte(invite("To: \"a\\\x07\" <sip:x@y>", "> JOIN  sip:a@b SIP/2.0")))
	f.Add([]byte("OPTIONS sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK1;rport\r\nFrom: \"x\" <sip:a@b>;tag=1\r\nTo: <sip:c@d>\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n"))
	f.Add([]byte("UPDATE sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK1;rport\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:c@d>;tag=2\r\nCall-ID: 1\r\nCSeq: 2 UPDATE\r\nk: timer, 100rel\r\nx: 1800;refresher=uac\r\nMin-SE: 90;x\r\nRAck: 1 1 INVITE\r\nContent-Length: 0\r\n\r\n"))
	parser := sip.NewParser()
	e := &Edge{cfg: Config{UserAgent: "Webtrunk"}, host: "127.0.0.1", port: 5060}
	e.door = &frontDoor{source: netip.MustParseAddrPort("127.0.0.1:5061")}
	f.Fuzz(func(t *testing.T, b []byte) {
		seen := examine(b, e.door.source, "Webtrunk")
		if len(seen.clean) > len(b) || len(seen.clean) > 0 && !wellFormed(seen.clean) {
			t.Fatalf("%q became %q", b, seen.clean)
		}
		if seen.reply != nil && (!wellFormed(seen.reply) || !strings.HasSuffix(string(seen.reply), "\r\n\r\n")) {
			t.Fatalf("%q is answered by %q", b, seen.reply)
		}
		if seen.clean == nil {
			return
		}
		msg, err := parser.ParseSIP(seen.clean)
		req, ok := msg.(*sip.Request)
		if err != nil || !ok {
			return
		}
		req.SetSource("127.0.0.1:0")
		e.received(req, e.door.source)
		if wholesome(req) != nil {
			return
		}
		_ = objection(req, []string{timerOption})
		wantBounded(t, req)
		res := e.response(req, 488, "ours")
		if err := seal(res); err != nil && len(b) < maxMessage/2 {
			t.Fatalf("%v for %q", err, b)
		}
	})
}
