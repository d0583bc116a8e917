package sip

import (
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
)

// TestPasswordsOfAddressesAreHidden: wherever they stand in a line, as the
// pattern says that this is the fast form of.
func TestPasswordsOfAddressesAreHidden(t *testing.T) {
	t.Parallel()
	pattern := regexp.MustCompile(`(?i)(sips?:[^@:;<>\s]*):[^@<>\s]*@`)
	pieces := []string{"sip", "SIPS", "sips", "s", ":", ":", "@", "bob", ";", "<", ">", " ", "\t", "4711", "é", "\xff", "host:5060"}
	hidden := 0
	for range 20_000 {
		var line strings.Builder
		for range rand.IntN(12) {
			line.WriteString(pieces[rand.IntN(len(pieces))])
		}
		var got strings.Builder
		hidePasswords(&got, line.String())
		want := pattern.ReplaceAllString(line.String(), "$1:"+leftOut+"@")
		if got.String() != want {
			t.Fatalf("%q becomes %q, want %q", line.String(), got.String(), want)
		}
		if want != line.String() {
			hidden++
		}
	}
	if hidden == 0 {
		t.Error("no line had a password")
	}
}

// BenchmarkRedact: every message of every call is redacted.
func BenchmarkRedact(b *testing.B) {
	message := strings.Join([]string{
		"INVITE sip:+15550100001@192.0.2.1:5060;user=phone SIP/2.0",
		"Via: SIP/2.0/UDP 198.51.100.7:5060;branch=z9hG4bKq8Wz1",
		"Max-Forwards: 70",
		"From: \"A\" <sip:+15550100199@198.51.100.7>;tag=5dTq8Wz1",
		"To: <sip:+15550100001@192.0.2.1:5060>",
		"Call-ID: 5dTq8Wz1@198.51.100.7",
		"CSeq: 1 INVITE",
		"Contact: <sip:+15550100199@198.51.100.7:5060>",
		"Content-Type: application/sdp",
		"Content-Length: 129",
		"", "v=0", "o=- 1 1 IN IP4 198.51.100.7", "s=-", "c=IN IP4 198.51.100.7", "t=0 0", "m=audio 4000 RTP/AVP 0", "a=rtpmap:0 PCMU/8000", "",
	}, "\r\n")
	b.ReportAllocs()
	for b.Loop() {
		redact(message)
	}
}
