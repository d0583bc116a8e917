package sip

import (
	"net"
	"net/netip"
	"strings"
	"testing"

	"webtrunk/call"
	"webtrunk/trunk"
)

// TestTransportOfTheTarget: inside a dialog a request takes the transport that
// the next hop asks for, be it a Contact or a Route (RFC 3263 §4.1), though the
// trunk's own is UDP.
func TestTransportOfTheTarget(t *testing.T) {
	t.Parallel()
	for _, header := range []string{"Contact", "Record-Route"} {
		c, far := newCarrierWire(t), newWire(t, "127.0.0.1:0")
		l, err := net.Listen("tcp4", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		s := far.overStreams(trunk.TCP, l, nil)
		reports := make(chan call.Input, 8)
		c.dial(reports)
		ok := c.want("INVITE")
		ok.start = "SIP/2.0 200 OK"
		ok.set("To", ok.get("To")+";tag=far")
		ok.set("Contact", "<sip:carrier@"+c.addr().String()+">")
		ok.set(header, "<sip:carrier@"+s.addr().String()+";transport=tcp;lr>")
		ok.body = sdpOf("pcmu")
		c.send(ok.String())
		b, _ := s.receive(patience)
		if ack := parseRaw(b); !strings.HasPrefix(ack.start, "ACK ") || !strings.HasPrefix(ack.get("Via"), "SIP/2.0/TCP ") {
			t.Errorf("%s: by TCP comes\n%s", header, b)
		}
	}
}

// TestTLSIsNotLeft: a peer of a trunk over TLS cannot talk us out of it.
func TestTLSIsNotLeft(t *testing.T) {
	t.Parallel()
	c := overTCPWire(t, trunk.TLSOverIP, nil)
	reports := make(chan call.Input, 8)
	leg := c.dial(reports)
	ok := c.want("INVITE")
	ok.start = "SIP/2.0 200 OK"
	ok.remove("Content-Length") // it is written anew
	ok.set("To", ok.get("To")+";tag=far")
	ok.set("Contact", "<sip:carrier@"+c.addr().String()+";transport=udp>")
	ok.body = sdpOf("pcmu")
	c.send(ok.String())
	if ack := c.want("ACK"); !strings.HasPrefix(ack.get("Via"), "SIP/2.0/TLS ") {
		t.Errorf("the ACK comes as\n%s", ack.bytes)
	}
	leg.Hangup(call.HangUpLeg{Cause: call.Hangup})
	c.answer(c.want("BYE"), "200")
}

// TestPublicOfATrunk: what a trunk is told of where we are is its own, in Via,
// Contact, From and SDP, and what comes back under it is ours.
func TestPublicOfATrunk(t *testing.T) {
	t.Parallel()
	w := newWire(t, "127.0.0.1:0")
	cfg := testConfig(t, w.addr())
	cfg.Network.Trunks[0].Public = netip.MustParseAddr("192.0.2.7")
	e, d := startEdge(t, cfg)
	w.edge = e.Addr()
	c := &carrierWire{wire: w, edge: e, desk: d, last: map[string]raw{}, run: 9}
	reports := make(chan call.Input, 8)
	c.dial(reports)
	invite := c.want("INVITE")
	for part, want := range map[string]string{
		"Via": "SIP/2.0/UDP 192.0.2.7:", "Contact": "@192.0.2.7:", "From": "@192.0.2.7;", "body": "c=IN IP4 192.0.2.7\r\n",
	} {
		if !strings.Contains(invite.part(part), want) {
			t.Errorf("%s is %q", part, invite.part(part))
		}
	}
	c.answer(invite, "486")
	c.want("ACK")
	if got := describeInput(c.next(reports)); got != "ended busy 486" {
		t.Errorf("the leg reports %s", got)
	}
}

// TestIPv6: addresses stand in brackets where a port may follow.
func TestIPv6(t *testing.T) {
	t.Parallel()
	conn, err := net.ListenUDP("udp6", &net.UDPAddr{IP: net.IPv6loopback})
	if err != nil {
		t.Fatalf("this test needs ::1, switch IPv6 on for the loopback interface: %v", err)
	}
	t.Cleanup(func() { conn.Close() })
	w := &wire{t: t, conn: conn, seen: map[string]bool{}}
	cfg := testConfig(t, w.addr())
	cfg.Listen = netip.MustParseAddrPort("[::1]:0")
	e, d := startEdge(t, cfg)
	w.edge = e.Addr()
	c := &carrierWire{wire: w, edge: e, desk: d, last: map[string]raw{}, run: 10}
	reports := make(chan call.Input, 8)
	c.dial(reports)
	invite := c.want("INVITE")
	if !strings.HasPrefix(invite.get("Via"), "SIP/2.0/UDP [::1]:") || !strings.Contains(invite.contact(), "@[::1]:") {
		t.Errorf("told as\n%s", invite.bytes)
	}
	c.answer(invite, "486")
	c.want("ACK")
	if got := describeInput(c.next(reports)); got != "ended busy 486" {
		t.Errorf("the leg reports %s", got)
	}
	c.send(c.options(1).String())
	if ok := c.want("200"); !strings.HasPrefix(ok.get("Via"), "SIP/2.0/UDP [::1]:") {
		t.Errorf("answered\n%s", ok.bytes)
	}
}
