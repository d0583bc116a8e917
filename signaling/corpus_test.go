package signaling

import (
	"strings"
	"testing"

	"webtrunk/corpus"
)

// The corpus of this package's fuzz targets: packets of every kind, browsers'
// offers, and those that the tests above refuse.
func TestCorpus(t *testing.T) {
	corpus.Hold(t, "FuzzPacket", corpus.Of(corpus.Kinds("rtp")))
	corpus.Hold(t, "FuzzPageReports", corpus.Of(corpus.RTCP()))
	corpus.Hold(t, "FuzzDeparted", corpus.Of(corpus.RTP(), byte(1)))
	offers := corpus.Inputs{}
	for name, o := range hostileOffers(t) {
		if len(o.sdp) < 8<<10 {
			offers[strings.ReplaceAll(name, " ", "-")] = []any{o.sdp}
		}
	}
	for who, sdp := range corpus.Captured("sdp") {
		offers[who] = []any{string(sdp)}
	}
	for _, name := range []string{"chromium", "firefox"} {
		offers[name] = []any{browser(t, name)}
	}
	corpus.Hold(t, "FuzzOffer", offers)
	requests := corpus.Inputs{}
	for name, text := range map[string]string{
		"hello":     `{"type":"hello","version":1,"key":"pk_shop","session":"s","last":7}`,
		"accept":    `{"type":"accept","id":"i1","sdp":"v=0"}`,
		"offer":     `{"type":"offer","id":"c1","sdp":"v=0\r\n"}`,
		"dtmf":      `{"type":"dtmf","id":"c1","digits":"123*#ABCD"}`,
		"mute":      `{"type":"mute","id":"c1","muted":true,"system":true}`,
		"hangup":    `{"type":"hangup","id":"c1"}`,
		"candidate": `{"type":"candidate","id":"c1","candidate":{"candidate":"candidate:1 1 tcp 1518214911 192.0.2.1 9 typ host tcptype active","sdpMid":"0","sdpMLineIndex":0}}`,
		"end":       `{"type":"candidate","id":"c1","candidate":null}`,
		"mdns":      `{"type":"candidate","id":"c1","candidate":{"candidate":"candidate:1 1 udp 1 0a1b.local 9 typ host"}}`,
		"array":     `[{"type":"hangup"}]`,
		"number":    `7`,
		"twice":     `{"type":"call","type":"hangup","id":"c1"}`,
		"deep":      strings.Repeat(`{"metadata":`, 200) + `1` + strings.Repeat(`}`, 200),
		"cut":       `{"type":"call","id":"c1","to":"+1555`,
		"not-utf-8": "{\"type\":\"call\",\"id\":\"c\xff\"}",
		"nul":       `{"type":"call","id":"c\u0000","to":"+15550100101"}`,
	} {
		requests[name] = []any{[]byte(text)}
	}
	corpus.Hold(t, "FuzzRequest", requests)
}
