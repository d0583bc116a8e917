package signaling

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/pion/rtp"

	"webtrunk/call"
	"webtrunk/media"
)

func TestMetadataIsCheckedBeforeACall(t *testing.T) {
	allowed := []string{"page", "order"}
	many := map[string]string{}
	for i := range 17 {
		many[fmt.Sprint(i)] = ""
	}
	for name, c := range map[string]struct {
		pairs map[string]string
		ok    bool
	}{
		"none":           {nil, true},
		"allowed":        {map[string]string{"page": "/boots?size=43", "order": "Größe 43, 靴"}, true},
		"key":            {map[string]string{"price": "1"}, false},
		"CR LF":          {map[string]string{"page": "/\r\nX-Forged: 1"}, false},
		"LF":             {map[string]string{"page": "a\nb"}, false},
		"NUL":            {map[string]string{"page": "a\x00b"}, false},
		"line separator": {map[string]string{"page": "a\u2028b"}, false},
		"next line":      {map[string]string{"page": "a\u0085b"}, false},
		"not UTF-8":      {map[string]string{"page": "a\xffb"}, false},
		"256 bytes":      {map[string]string{"page": strings.Repeat("a", 256)}, true},
		"257 bytes":      {map[string]string{"page": strings.Repeat("a", 257)}, false},
		"17 pairs":       {many, false},
	} {
		bad := checkMetadata(c.pairs, allowed, maxMetadata)
		if (bad == nil) != c.ok || bad != nil && bad.code != codeBadMetadata {
			t.Errorf("%s: %+v", name, bad)
		}
	}
}

func TestCandidatesAreChecked(t *testing.T) {
	for raw, ok := range map[string]bool{
		``:     true,
		`null`: true,
		`{"candidate":"","sdpMid":"0","sdpMLineIndex":0}`:                                                     true,
		`{"candidate":"candidate:1 1 udp 2122260223 192.168.1.17 51472 typ host generation 0","sdpMid":null}`: true,
		`{"candidate":"candidate:1 1 udp 2122262783 1f4712db.local 54596 typ host"}`:                          true,
		`{"candidate":"candidate:1 1 udp 1 ::1 9 typ host\r\na=evil"}`:                                        false,
		`{"candidate":"candidate:1 1 udp"}`:                                                                   false,
		`{"candidate":"candidate:1 1 udp x 127.0.0.1 9 typ host"}`:                                            false,
		`{"candidate":"candidate:1 1 udp 1 127.0.0.1 99999 typ host"}`:                                        false,
		`{"candidate":7}`: false,
		`"candidate"`:     false,
		`[]`:              false,
	} {
		if bad := checkCandidate(json.RawMessage(raw)); (bad == nil) != ok {
			t.Errorf("%s: %+v", raw, bad)
		}
	}
}

func TestEveryCauseAndCodeHasItsWords(t *testing.T) {
	for _, c := range []call.Cause{
		call.Hangup, call.Canceled, call.Busy, call.Rejected, call.NoAnswer, call.NotFound, call.Unreachable, call.NotAcceptable,
		call.Forbidden, call.Failed, call.ConnectionLost, call.CreditEnded, call.TooLong, call.Answered, call.Transferred,
		call.Unsupported, call.NodeLost, call.Shutdown,
	} {
		if s := sentences[c]; !strings.HasSuffix(s, ".") {
			t.Errorf("%s is told as %q", c, s)
		}
	}
	if sentence("new_cause", "") == "" || sentence(call.Busy, "Said.") != "Said." {
		t.Error("an unknown cause has no words, or the call's own are lost")
	}
}

func TestTheBucketLetsABurstAndThenARateThrough(t *testing.T) {
	b := newBucket(2, 3)
	now := time.Unix(1000, 0)
	took := func(n int) (ok int) {
		for range n {
			if b.take(now) {
				ok++
			}
		}
		return ok
	}
	if n := took(5); n != 3 {
		t.Errorf("a burst of %d", n)
	}
	now = now.Add(time.Second)
	if n := took(5); n != 2 {
		t.Errorf("%d after a second", n)
	}
	now = now.Add(time.Hour)
	if n := took(5); n != 3 {
		t.Errorf("%d after an hour", n)
	}
}

func TestTheHistoryKnowsWhatAPageMissed(t *testing.T) {
	h := newHistory(3)
	for i := 1; i <= 5; i++ {
		if h.next() != uint64(i) {
			t.Fatalf("message %d is numbered %d", i, h.next())
		}
		h.add([]byte{byte(i)})
	}
	for last, want := range map[uint64]string{0: "-", 1: "-", 2: "345", 4: "5", 5: "", 6: "-", ^uint64(0): "-"} {
		missed, ok := h.after(last)
		got := ""
		for _, m := range missed {
			got += fmt.Sprint(m[0])
		}
		if !ok {
			got = "-"
		}
		if got != want {
			t.Errorf("after %d: %q, want %q", last, got, want)
		}
	}
}

func TestMessagesAreReadWithTheFaultNamed(t *testing.T) {
	for raw, want := range map[string]code{
		`{"type":"ping"}`:                                 "",
		`{"type":"ping","more":[1,2]}`:                    "",
		`{"type":"call","id":"c1","to":"+1","sdp":"v=0"}`: "",
		`{"type":"nonsense"}`:                             "", // known only to handle
		``:                                                codeBadMessage,
		`[]`:                                              codeBadMessage,
		`"ping"`:                                          codeBadMessage,
		`{}`:                                              codeBadMessage,
		`{"type":7}`:                                      codeBadMessage,
		`{"type":"call"}`:                                 codeBadMessage,
		`{"type":"call","id":"a b"}`:                      codeBadMessage,
		`{"type":"call","id":"` + strings.Repeat("a", 65) + `"}`: codeBadMessage,
		`{"type":"call","id":"c1","metadata":{"page":7}}`:        codeBadMetadata,
		`{"type":"hello","version":"one"}`:                       codeBadMessage,
		"{\"type\":\"ping\xff\"}":                                codeBadMessage,
		`{"type":"ping"}{"type":"ping"}`:                         codeBadMessage,
	} {
		_, bad := parseRequest([]byte(raw))
		got := code("")
		if bad != nil {
			got = bad.code
		}
		if got != want {
			t.Errorf("%s: %q, want %q", raw, got, want)
		}
	}
	if r, bad := parseRequest([]byte(`{"type":"call","id":"c1","to":5}`)); bad == nil || r.ID != "c1" {
		t.Errorf("the error about c1 is about %q (%+v)", r.ID, bad)
	}
}

func FuzzRequest(f *testing.F) {
	f.Add([]byte(`{"type":"call","id":"c1","to":"ref_shop","sdp":"v=0","metadata":{"page":"/"}}`))
	f.Add([]byte(`{"type":"candidate","id":"c1","candidate":{"candidate":"candidate:1 1 udp 1 ::1 9 typ host"}}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		r, bad := parseRequest(raw)
		if bad != nil && remedies[bad.code] == nil {
			t.Errorf("refused with %+v", bad)
		}
		if r.ID != "" && needsID[r.Type] && !validID(r.ID) {
			t.Errorf("took the id %q", r.ID)
		}
		checkMetadata(r.Metadata, []string{"page"}, maxMetadata)
		checkCandidate(r.Candidate)
	})
}

func TestTheAddressIsWhatTrustedProxiesSay(t *testing.T) {
	s := &Server{cfg: Config{TrustedProxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}}}
	for _, c := range []struct{ remote, forwarded, want string }{
		{"192.0.2.1:5", "", "192.0.2.1"},
		{"192.0.2.1:5", "198.51.100.7", "192.0.2.1"}, // no proxy of ours
		{"10.0.0.1:5", "198.51.100.7", "198.51.100.7"},
		{"10.0.0.1:5", "6.6.6.6, 198.51.100.7", "198.51.100.7"}, // the left is the page's own word
		{"10.0.0.1:5", "198.51.100.7, 10.0.0.2", "198.51.100.7"},
		{"10.0.0.1:5", "rubbish", "10.0.0.1"},
		{"10.0.0.1:5", "", "10.0.0.1"},
		{"[::ffff:192.0.2.1]:5", "", "192.0.2.1"},
	} {
		r := httptest.NewRequest("GET", "/v1/ws", nil)
		r.RemoteAddr = c.remote
		if c.forwarded != "" {
			r.Header.Set("X-Forwarded-For", c.forwarded)
		}
		if got := s.clientAddr(r).String(); got != c.want {
			t.Errorf("%s forwarding %q is %s, want %s", c.remote, c.forwarded, got, c.want)
		}
	}
}

func TestNeighboursShareTheirLimit(t *testing.T) {
	same := func(a, b string) bool {
		return neighbourhood(netip.MustParseAddr(a)) == neighbourhood(netip.MustParseAddr(b))
	}
	if !same("2001:db8::1", "2001:db8::ffff") || same("2001:db8::1", "2001:db8:0:1::1") ||
		same("192.0.2.1", "192.0.2.2") || !same("::ffff:192.0.2.1", "192.0.2.1") || !same("fe80::1%eth0", "fe80::2%eth1") {
		t.Error("addresses are not counted as their networks are given out")
	}
}

func TestPacketsAreReadAsPionReadsThem(t *testing.T) {
	p := rtp.Packet{Header: rtp.Header{
		Version: 2, Marker: true, PayloadType: 111, SequenceNumber: 4711, Timestamp: 123456789, SSRC: 7, CSRC: []uint32{1, 2},
	}, Payload: []byte("sound")}
	check := func(name string) {
		t.Helper()
		raw, err := p.Marshal()
		if err != nil {
			t.Fatal(err)
		}
		f, ok := media.FrameOf(raw)
		if !ok || string(f.Payload) != "sound" || f.PayloadType != 111 || !f.Marker || f.Sequence != 4711 || f.Timestamp != 123456789 {
			t.Errorf("%s: %v %+v", name, ok, f)
		}
	}
	check("with CSRCs")
	if err := p.Header.SetExtension(1, []byte{9, 9}); err != nil {
		t.Fatal(err)
	}
	check("with an extension")
	p.Header.Padding, p.PaddingSize = true, 4
	check("with padding")
}

func FuzzPacket(f *testing.F) {
	f.Add([]byte{0x80, 0x6f, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 2, 3})
	f.Add([]byte{0xb0, 0x6f, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0xbe, 0xde, 0, 1, 1, 2, 3, 4, 5, 1})
	f.Fuzz(func(t *testing.T, raw []byte) {
		frame, ok := media.FrameOf(raw)
		if ok && len(frame.Payload) > len(raw)-12 {
			t.Errorf("%d bytes of payload in %d", len(frame.Payload), len(raw))
		}
		var p rtp.Packet
		if p.Unmarshal(raw) == nil && ok && p.SequenceNumber != frame.Sequence {
			t.Errorf("sequence %d, pion says %d", frame.Sequence, p.SequenceNumber)
		}
	})
}

// nowhere is a stream whose packets are counted.
type nowhere struct{ packets, bytes int }

func (n *nowhere) WriteRTP(_ *rtp.Header, payload []byte) (int, error) {
	n.packets++
	n.bytes += len(payload)
	return len(payload), nil
}
func (n *nowhere) Write(b []byte) (int, error) { return len(b), nil }

func TestAPacketCostsNoAllocation(t *testing.T) {
	var w wire
	payload := make([]byte, 60)
	w.Send(media.Frame{Payload: payload}) // nobody is connected: dropped
	out := &nowhere{}
	w.connect(&stream{to: out, ssrc: 7})
	raw := append([]byte{0x80, 111, 0, 1, 0, 0, 0, 1, 0, 0, 0, 7}, payload...)
	if n := testing.AllocsPerRun(1000, func() {
		f, _ := media.FrameOf(raw)
		w.Send(f)
	}); n != 0 {
		t.Errorf("%v allocations a packet", n)
	}
	if out.packets != 1001 || out.bytes != 60*out.packets {
		t.Errorf("%d packets with %d bytes left", out.packets, out.bytes)
	}
}
