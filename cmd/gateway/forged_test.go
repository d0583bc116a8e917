package main

import (
	"fmt"
	"net"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/pion/rtp"

	"webtrunk/billing"
	"webtrunk/carrier"
	"webtrunk/directory/shelf"
)

// TestAForgedKeyAcceptsNothing: a stranger who knows where a telephone's sound goes to, and
// what its call is called, says its key 1 in its place. What she says herself, a no, counts.
func TestAForgedKeyAcceptsNothing(t *testing.T) {
	t.Parallel()
	for says, c := range map[string]struct {
		box   carrier.Config
		forge func(t *testing.T, m memberAt, phone *carrier.Call)
	}{
		"by telephone-events": {carrier.Config{}, forgesEvents},
		"by INFO":             {carrier.Config{Codecs: []string{"PCMU", "PCMA"}}, forgesInfo},
	} {
		t.Run(says, func(t *testing.T) {
			t.Parallel()
			m := openMemberBeside(t, c.box, nil)
			phone, id := m.isAsked()
			c.forge(t, m, phone)
			must(t, phone.SendDigits(t.Context(), "2"))
			reaches(t, phone, carrier.Ended)
			s := m.settledCall(id, 100_00)
			q, err := m.billing.Quote(t.Context(), shelf.TenantOf(m.by), s.Quote)
			must(t, err)
			if s.Charged != 0 || q.Answer != billing.Declined || q.Method != billing.ByDigits {
				t.Errorf("%d cents were charged, %s by %s", s.Charged, q.Answer, q.Method)
			}
		})
	}
}

// answer is what the gateway answered to the telephone's INVITE.
func answer(t *testing.T, phone *carrier.Call) string {
	t.Helper()
	for _, m := range phone.Messages() {
		if m.Line == "200 INVITE" {
			return string(m.Raw)
		}
	}
	t.Fatal("the gateway has not answered")
	return ""
}

// found is what a pattern's group matches in a message.
func found(t *testing.T, in, pattern string) string {
	t.Helper()
	m := regexp.MustCompile(pattern).FindStringSubmatch(in)
	if m == nil {
		t.Fatalf("there is no %s in\n%s", pattern, in)
	}
	return m[1]
}

// forgesEvents sends key 1 as telephone-events (RFC 4733 §2.3) from another host, with the
// payload type of the call, from its beginning to its end and the end three times.
func forgesEvents(t *testing.T, _ memberAt, phone *carrier.Call) {
	said := answer(t, phone)
	port, err := strconv.Atoi(found(t, said, `m=audio (\d+)`))
	must(t, err)
	kind, err := strconv.Atoi(found(t, said, `a=rtpmap:(\d+) telephone-event/8000`))
	must(t, err)
	from := otherHost(t)
	for n, last := range []byte{0, 0, 0x80, 0x80, 0x80} {
		p := rtp.Packet{Header: rtp.Header{Version: 2, Marker: n == 0, PayloadType: uint8(kind), SequenceNumber: uint16(n), Timestamp: 160, SSRC: 0xbad},
			Payload: []byte{1, last | 10, byte(min(n, 2)), 160}}
		b, err := p.Marshal()
		must(t, err)
		_, err = from.WriteTo(b, &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port})
		must(t, err)
	}
}

// forgesInfo sends key 1 as an INFO of the telephone's dialog from another host, all of whose
// names it knows.
func forgesInfo(t *testing.T, m memberAt, phone *carrier.Call) {
	said := answer(t, phone)
	line := func(name string) string { return strings.TrimSpace(found(t, said, `(?mi)^`+name+`:([^\r\n]*)`)) }
	const body = "Signal=1\r\nDuration=160\r\n"
	from := otherHost(t)
	request := fmt.Sprintf("INFO sip:%s SIP/2.0\r\nVia: SIP/2.0/UDP %s;branch=z9hG4bKforged\r\nMax-Forwards: 70\r\nFrom: %s\r\nTo: %s\r\nCall-ID: %s\r\nCSeq: 77 INFO\r\nContent-Type: application/dtmf-relay\r\nContent-Length: %d\r\n\r\n%s",
		m.telephones.Addr(), from.LocalAddr(), line("From"), line("To"), line("Call-ID"), len(body), body)
	_, err := from.WriteTo([]byte(request), net.UDPAddrFromAddrPort(m.telephones.Addr()))
	must(t, err)
}

// otherHost is a socket of a host that is no trunk.
func otherHost(t *testing.T) net.PacketConn {
	t.Helper()
	c, err := net.ListenPacket("udp4", "127.0.0.9:0")
	must(t, err)
	t.Cleanup(func() { c.Close() })
	return c
}
