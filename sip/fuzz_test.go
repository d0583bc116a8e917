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
	for _, name := range []string{"pcmu", "alaw", "opus", "zero", "video,sendonly", "nokeys,inactive", "bad"} {
		f.Add([]byte(sdpOf(name)))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		d, err := parseSDP(body)
		if err != nil {
			return
		}
		s := session{id: "1", addr: testAddr, port: 5000, prefers: preferences(nil)}
		answer, err := s.answer(d)
		if err != nil {
			return
		}
		for _, ours := range [][]byte{answer, s.offer()} {
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
		again := session{id: "1", addr: testAddr, port: 5000, prefers: preferences(nil)}
		again.offer()
		_ = again.accept(d)
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
	f.Add([]byte("OPTIONS sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK1;rport\r\nFrom: \"x\" <sip:a@b>;tag=1\r\nTo: <sip:c@d>\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n"))
	parser := sip.NewParser()
	e := &Edge{cfg: Config{UserAgent: "Webtrunk"}, host: "127.0.0.1", port: 5060}
	e.door = &frontDoor{source: netip.MustParseAddrPort("127.0.0.1:5061")}
	f.Fuzz(func(t *testing.T, b []byte) {
		if !wellFormed(b) {
			return
		}
		msg, err := parser.ParseSIP(b)
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
		res := e.response(req, 488, "ours")
		if err := seal(res); err != nil && len(b) < maxMessage/2 {
			t.Fatalf("%v for %q", err, b)
		}
	})
}
