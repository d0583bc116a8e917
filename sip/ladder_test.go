package sip

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"

	"webtrunk"
	"webtrunk/call"
)

// TestSecretsAreNotKept: of what is secret, the name remains.
func TestSecretsAreNotKept(t *testing.T) {
	message := strings.Join([]string{
		"INVITE sip:bob:letmein@127.0.0.1;user=phone SIP/2.0",
		"Via: SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bK1",
		"From: <sip:+15550100001:hunter2@127.0.0.1>;tag=1",
		`Authorization: Digest username="acme", realm="carrier", nonce="n0nce", uri="sip:a", response="r3sponse", cnonce="cn0nce", nc=00000001, qop=auth`,
		`Proxy-Authenticate: Digest realm="carrier, Inc.", nonce="n0nce2", algorithm=SHA-256, opaque="0paque"`,
		"Identity: t0ken",
		"X-Webtrunk-pin: 4711",
		"P-Secret-Thing: s3cret",
		"Content-Type: application/sdp",
		"", "v=0", "c=IN IP4 127.0.0.1", "m=audio 4000 RTP/SAVP 0",
		"a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:k3ykeykey|2^20", "a=crypto:2", "k=clear:k3y", "a=rtpmap:0 PCMU/8000", "",
	}, "\r\n")
	got := redact(message)
	for _, secret := range []string{"letmein", "hunter2", "n0nce", "r3sponse", "cn0nce", "0paque", "t0ken", "4711", "s3cret", "k3y"} {
		if strings.Contains(got, secret) {
			t.Errorf("%q is kept:\n%s", secret, got)
		}
	}
	for _, want := range []string{
		"INVITE sip:bob:…@127.0.0.1;user=phone SIP/2.0\n", `realm="carrier, Inc."`, `username="acme"`, "algorithm=SHA-256", "Identity: …", "X-Webtrunk-pin: …",
		"a=crypto:1 AES_CM_128_HMAC_SHA1_80 …\n", "a=rtpmap:0 PCMU/8000", "branch=z9hG4bK1",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is gone:\n%s", want, got)
		}
	}
	for body, want := range map[string]string{
		"application/dtmf-relay|Signal=5\r\nDuration=160\r\n": "[24 bytes …]\n",
		"application/dtmf|5":                                   "[1 bytes …]\n",
		"text/plain|my card is 4711":                           "[15 bytes …]\n",
		"message/sipfrag;version=2.0|SIP/2.0 200 OK\r\nX: pin": "SIP/2.0 200 OK\n",
		"|anything": "[8 bytes …]\n",
	} {
		kind, text, _ := strings.Cut(body, "|")
		if got := redact("INFO sip:a SIP/2.0\r\nContent-Type: " + kind + "\r\n\r\n" + text); !strings.HasSuffix(got, "\n\n"+want) {
			t.Errorf("%s is kept as %q", body, got)
		}
	}
}

// TestLaddersAreBounded: legs, messages, bytes and time.
func TestLaddersAreBounded(t *testing.T) {
	s, now := newLadders(), time.Now()
	say := func(callID string, size int) {
		req := sip.NewRequest(sip.OPTIONS, sip.Uri{Scheme: "sip", Host: "a"})
		id := sip.CallIDHeader(callID)
		req.AppendHeader(&id)
		req.AppendHeader(sip.NewHeader("Warning", strings.Repeat("w", size)))
		s.note(req, true)
	}
	for i := range maxTracks + 10 {
		id := fmt.Sprint("c", i)
		s.begin(id, "carrier", now)
		s.begin(id, "carrier", now) // the same Call-ID again
		s.name(id, webtrunk.CallID(id), 1)
	}
	if len(s.tracks) != maxTracks || len(s.byID) != maxTracks || len(s.of("c9", now)) != 0 || len(s.of("c10", now)) != 1 {
		t.Errorf("%d legs are known by %d names", len(s.tracks), len(s.byID))
	}
	for range maxRungs + 5 {
		say("c10", 10)
	}
	for range 4 {
		say("c11", maxTrackBytes/3)
	}
	say("unknown", 10)
	many, long := s.of("c10", now)[0], s.of("c11", now)[0]
	if len(many.rungs) != maxRungs || many.missed != 5 || len(long.rungs) != 2 || long.missed != 2 {
		t.Errorf("kept %d and %d messages, missed %d and %d", len(many.rungs), len(long.rungs), many.missed, long.missed)
	}
	if text := drawLadder("c10", []track{many}, false); !strings.Contains(text, "5 more messages were not kept") {
		t.Error(text)
	}
	later := now.Add(keepTracks + time.Second)
	if len(s.of("c10", later)) != 0 {
		t.Error("a call is known for too long")
	}
	s.begin("new", "carrier", later)
	if len(s.tracks) != 1 || len(s.byID) != 1 {
		t.Errorf("%d legs are kept for too long", len(s.tracks))
	}
}

// TestLaddersTakeNoMoreBytesThanTheyMay: a carrier whose messages are as long as
// they may be, in call after call, costs what it may, and the last of them are
// remembered.
func TestLaddersTakeNoMoreBytesThanTheyMay(t *testing.T) {
	s, now := newLadders(), time.Now()
	heap := func() int64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	before := heap()
	const calls = 300 // of 90 KiB each
	for i := range calls {
		id := sip.CallIDHeader(fmt.Sprint("c", i))
		s.begin(id.Value(), "carrier", now)
		s.name(id.Value(), webtrunk.CallID(id), 1)
		for range 7 {
			req := sip.NewRequest(sip.OPTIONS, sip.Uri{Scheme: "sip", Host: "a"})
			req.AppendHeader(&id)
			req.AppendHeader(sip.NewHeader("Warning", strings.Repeat("w", 15<<10)))
			s.note(req, false)
		}
	}
	if took := heap() - before; took > maxLadderBytes+2<<20 {
		t.Errorf("the ladders take %d kB, of %d messages' bytes", took>>10, s.bytes)
	}
	bytes := 0
	for _, x := range s.tracks {
		bytes += x.bytes
	}
	last := s.of(webtrunk.CallID(fmt.Sprint("c", calls-1)), now)
	if bytes != s.bytes || bytes > maxLadderBytes || len(s.byID) != len(s.tracks) || len(last) != 1 || len(last[0].rungs) != 6 {
		t.Errorf("%d bytes of %d calls, counted as %d of %d; of the last %v", bytes, len(s.tracks), s.bytes, len(s.byID), last)
	}
}

// TestLadderOfACall: what was said in a call, in order, from both sides.
func TestLadderOfACall(t *testing.T) {
	c := newCarrierWire(t)
	var record recorder
	reports := make(chan call.Input, 16)
	leg, err := dialRecorded(c.edge, call.Leg{ID: 2, Call: "call_ladder", Kind: call.PSTN, Address: webtrunk.Address{Scheme: webtrunk.Tel, Value: "+15550100200"}}, &record, func(in call.Input) { reports <- in })
	if err != nil {
		t.Fatal(err)
	}
	invite := c.want("INVITE")
	c.answer(invite, "180")
	c.answer(invite, "200")
	c.want("ACK")
	leg.Hangup(call.HangUpLeg{Cause: call.Hangup})
	c.answer(c.want("BYE"), "200")
	eventually(t, "the ladder is whole", func() bool {
		text, ok := c.edge.Ladder("call_ladder", false)
		return ok && strings.Contains(text, "← carrier  200 Whatever  "+bye(text))
	})
	text, _ := c.edge.Ladder("call_ladder", true)
	at := 0
	for _, want := range []string{
		"Call call_ladder\n\nLeg b over the trunk carrier, SIP Call-ID ", "webtrunk → carrier  INVITE sip:+15550100200@127.0.0.1", " PCMU PCMA telephone-event sendrecv",
		"webtrunk ← carrier  180 Whatever", "webtrunk ← carrier  200 Whatever", "audio 127.0.0.1:40000 RTP/AVP PCMU PCMA telephone-event sendrecv",
		"webtrunk → carrier  ACK sip:", "webtrunk → carrier  BYE sip:", `Reason: Q.850;cause=16`, "webtrunk ← carrier  200 Whatever",
		"--- leg b, message 1, +0.0", "INVITE sip:+15550100200@127.0.0.1", "m=audio ",
	} {
		i := strings.Index(text[at:], want)
		if i < 0 {
			t.Fatalf("%q does not come, or not behind what it follows:\n%s", want, text)
		}
		at += i
	}
	if _, ok := c.edge.Ladder("call_other", false); ok {
		t.Error("a call is known that never was")
	}
}

// bye is the CSeq of the BYE in a ladder.
func bye(text string) string {
	_, after, _ := strings.Cut(text, "→ carrier  BYE ")
	line, _, _ := strings.Cut(after, "\n")
	fields := strings.Fields(line)
	return strings.Join(fields[max(0, len(fields)-2):], " ")
}
