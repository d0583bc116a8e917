package sip

import (
	"fmt"
	"strings"
	"testing"

	"github.com/emiago/sipgo/sip"

	"webtrunk/call"
	"webtrunk/trunk"
)

// TestSealSeesEveryLine: the last check before the socket finds what would
// split a message, in whichever part of it.
func TestSealSeesEveryLine(t *testing.T) {
	e := &Edge{cfg: Config{UserAgent: "Webtrunk"}, host: "127.0.0.1", port: 5060}
	build := func() *sip.Request {
		d := dialog{callID: "c", local: sip.Uri{User: "a", Host: "b"}, remote: sip.Uri{User: "c", Host: "d"}, target: sip.Uri{User: "c", Host: "d"}, localTag: "t"}
		return e.newLine(trunk.Trunk{}).request(&d, sip.INVITE)
	}
	if err := seal(build()); err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(*sip.Request){
		"Request-URI":    func(r *sip.Request) { r.Recipient.User = "a\r\nX: y" },
		"From":           func(r *sip.Request) { r.From().DisplayName = "a\nb" },
		"header value":   func(r *sip.Request) { r.AppendHeader(sip.NewHeader("X-A", "a\r\nX-B: c")) },
		"header name":    func(r *sip.Request) { r.AppendHeader(sip.NewHeader("X-A: b\r\nX-B", "c")) },
		"Call-ID":        func(r *sip.Request) { *r.CallID() = "a\x00b" },
		"no UTF-8":       func(r *sip.Request) { r.AppendHeader(sip.NewHeader("X-A", "\xff")) },
		"a huge message": func(r *sip.Request) { r.SetBody(make([]byte, maxMessage)) },
		"route":          func(r *sip.Request) { r.AppendHeader(&sip.RouteHeader{Address: sip.Uri{Host: "a\r\nb"}}) },
		"tag":            func(r *sip.Request) { r.To().Params.Add("tag", "x\r\ny") },
	} {
		req := build()
		spoil(req)
		if seal(req) == nil {
			t.Errorf("%s passes:\n%s", name, req)
		}
	}
	res := sip.NewResponse(200, "OK\r\nX: y")
	if seal(res) == nil {
		t.Error("a reason phrase passes")
	}
}

// TestNumbers reads who a URI names.
func TestNumbers(t *testing.T) {
	for _, c := range []struct{ uri, prefix, want string }{
		{"sip:+15550100001@127.0.0.1", "", "tel:+15550100001"},
		{"sip:+15550100001;phone-context=+1@127.0.0.1", "", "tel:+15550100001"},
		{"sip:%2B15550100001@127.0.0.1", "", "tel:+15550100001"},
		{"sip:+1-555-010-0001@127.0.0.1;user=phone", "", "tel:+15550100001"},
		{"tel:+15550100001;isub=1", "", "tel:+15550100001"},
		{"sip:15550100001@127.0.0.1", "+", "tel:+15550100001"},
		{"sip:30123456@127.0.0.1", "+49", "tel:+4930123456"},
		{"sip:15550100001@127.0.0.1", "", "sip:15550100001@127.0.0.1"},
		{"sip:alice@carrier.example", "+", "sip:alice@carrier.example"},
		{"sip:+0155501@127.0.0.1", "", "sip:+0155501@127.0.0.1"},
		{"sip:+1555%0d%0aX@127.0.0.1", "", ""},
		{"sip:+١٥٥٥@127.0.0.1", "", ""},
		{"sip:%ZZ@127.0.0.1", "", ""},
		{"sip:127.0.0.1", "", ""},
		{"tel:5550100", "", ""},
	} {
		var uri sip.Uri
		if err := sip.ParseUri(c.uri, &uri); err != nil {
			t.Errorf("%s: %v", c.uri, err)
			continue
		}
		if got := numberOf(&uri, &trunk.Trunk{Inbound: bare(c.prefix)}).String(); got != c.want {
			t.Errorf("%s is %q, want %q", c.uri, got, c.want)
		}
	}
}

// TestEveryCauseHasAnEnding: no cause that the core knows is left to chance.
func TestEveryCauseHasAnEnding(t *testing.T) {
	want := map[call.Cause]int{
		call.Hangup: 480, call.Canceled: 487, call.Busy: 486, call.Rejected: 603, call.NoAnswer: 480, call.NotFound: 404,
		call.Unreachable: 503, call.NotAcceptable: 488, call.Forbidden: 403, call.Failed: 500, call.ConnectionLost: 480,
		call.CreditEnded: 403, call.TooLong: 480, call.Answered: 480, call.Transferred: 480, call.Unsupported: 501,
		call.NodeLost: 500, call.Shutdown: 503, "something new": 500,
	}
	for cause, status := range want {
		e := endingOf(cause)
		if e.status != status || phrases[e.status] == "" || e.q850 == 0 || e.text == "" {
			t.Errorf("%s ends as %+v", cause, e)
		}
	}
	// What the far side reads from our code is what was meant.
	for _, cause := range []call.Cause{call.Busy, call.Rejected, call.NoAnswer, call.NotFound, call.Unreachable, call.NotAcceptable, call.Forbidden, call.Canceled} {
		if got := call.FromSIP(endingOf(cause).status); got != cause && cause != call.Unreachable {
			t.Errorf("%s is read as %s", cause, got)
		}
	}
}

// TestDescriptionsAreRead covers what telephones write (RFC 8866, RFC 3264).
func TestDescriptionsAreRead(t *testing.T) {
	const head = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nt=0 0\r\n"
	for _, c := range []struct{ name, sdp, want string }{
		{"plain", head + "c=IN IP4 192.0.2.1\r\nm=audio 4000 RTP/AVP 0 8 101\r\na=rtpmap:101 telephone-event/8000\r\n", "PCMU 0 events 101 to 192.0.2.1:4000 sendrecv"},
		{"lines end with LF", "v=0\nc=IN IP4 192.0.2.1\nm=audio 4000 RTP/AVP 8\n", "PCMA 8 events 0 to 192.0.2.1:4000 sendrecv"},
		{"connection of the stream wins", head + "c=IN IP4 192.0.2.1\r\nm=audio 4000 RTP/AVP 0\r\nc=IN IP4 192.0.2.2\r\n", "PCMU 0 events 0 to 192.0.2.2:4000 sendrecv"},
		{"direction of the session", head + "c=IN IP4 192.0.2.1\r\na=sendonly\r\nm=audio 4000 RTP/AVP 0\r\n", "PCMU 0 events 0 to 192.0.2.1:4000 recvonly held"},
		{"dynamic payload type", head + "c=IN IP4 192.0.2.1\r\nm=audio 4000 RTP/AVP 97\r\na=rtpmap:97 pcma/8000/1\r\n", "PCMA 97 events 0 to 192.0.2.1:4000 sendrecv"},
		{"unknown codec first", head + "c=IN IP4 192.0.2.1\r\nm=audio 4000 RTP/AVP 18 8\r\na=rtpmap:18 G729/8000\r\n", "PCMA 8 events 0 to 192.0.2.1:4000 sendrecv"},
		{"wideband is not asked for", head + "c=IN IP4 192.0.2.1\r\nm=audio 4000 RTP/AVP 9 8\r\n", "PCMA 8 events 0 to 192.0.2.1:4000 sendrecv"},
		{"events at another clock only", head + "c=IN IP4 192.0.2.1\r\nm=audio 4000 RTP/AVP 0 110\r\na=rtpmap:110 telephone-event/48000\r\n", "PCMU 0 events 0 to 192.0.2.1:4000 sendrecv"},
		{"IPv6", head + "c=IN IP6 2001:db8::1\r\nm=audio 4000 RTP/AVP 0\r\n", "PCMU 0 events 0 to [2001:db8::1]:4000 sendrecv"},
		{"hold by address", head + "c=IN IP4 0.0.0.0\r\nm=audio 4000 RTP/AVP 0\r\n", "PCMU 0 events 0 to invalid AddrPort recvonly held"},
		{"inactive", head + "c=IN IP4 192.0.2.1\r\nm=audio 4000 RTP/AVP 0\r\na=inactive\r\n", "PCMU 0 events 0 to 192.0.2.1:4000 inactive held"},
		{"recvonly is no hold", head + "c=IN IP4 192.0.2.1\r\nm=audio 4000 RTP/AVP 0\r\na=recvonly\r\n", "PCMU 0 events 0 to 192.0.2.1:4000 sendonly"},
		{"rejected stream", head + "c=IN IP4 192.0.2.1\r\nm=audio 0 RTP/AVP 0\r\n", "error"},
		{"SRTP", head + "c=IN IP4 192.0.2.1\r\nm=audio 4000 RTP/SAVP 0\r\n", "error"},
		{"video alone", head + "c=IN IP4 192.0.2.1\r\nm=video 4000 RTP/AVP 99\r\n", "error"},
		{"no connection", head + "m=audio 4000 RTP/AVP 0\r\n", "error"},
		{"a name for an address", head + "c=IN IP4 media.example\r\nm=audio 4000 RTP/AVP 0\r\n", "error"},
		{"multicast", head + "c=IN IP4 224.1.1.1\r\nm=audio 4000 RTP/AVP 0\r\n", "error"},
		{"port out of range", head + "c=IN IP4 192.0.2.1\r\nm=audio 70000 RTP/AVP 0\r\n", "error"},
		{"five streams", head + "c=IN IP4 192.0.2.1\r\n" + strings.Repeat("m=audio 4000 RTP/AVP 0\r\n", 5), "error"},
		{"endless formats", head + "c=IN IP4 192.0.2.1\r\nm=audio 4000 RTP/AVP" + strings.Repeat(" 0", 40) + "\r\n", "error"},
		{"too long", head + strings.Repeat("a=x\r\n", maxSDP), "error"},
		{"control characters", head + "c=IN IP4 192.0.2.1\r\nm=audio 4000 RTP/AVP 0\r\nm=vi\x00deo 0 RTP/AVP 9\r\n", "error"},
		{"empty", "", "error"},
	} {
		if got := describeSDP([]byte(c.sdp)); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func describeSDP(sdp []byte) string {
	s := session{id: "1", addr: testAddr, port: 5000, prefers: preferences(nil)}
	d, err := parseSDP(sdp)
	var answer []byte
	if err == nil {
		answer, err = s.answer(d)
	}
	if err != nil {
		return "error"
	}
	back, err := parseSDP(answer)
	if err != nil || len(back.streams) != len(d.streams) {
		return "an answer that cannot be read"
	}
	text := fmt.Sprintf("%s %d events %d to %s %s", s.format.Codec, s.format.PayloadType, s.format.Events, s.remote, back.streams[s.audio].direction)
	if s.held {
		text += " held"
	}
	return text
}

// bare are the rules of a carrier that leaves the beginning of numbers out.
func bare(prefix string) trunk.Rules {
	if prefix == "" {
		return nil
	}
	return trunk.Rules{{Begins: "+", Becomes: "+"}, {Becomes: prefix}}
}
