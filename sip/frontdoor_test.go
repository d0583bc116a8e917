package sip

import (
	"net"
	"testing"
	"time"

	"webtrunk"
)

// TestNothingIsSentToStrangers: whatever goes wrong above it, the front door sends
// to nobody whom no trunk trusts.
func TestNothingIsSentToStrangers(t *testing.T) {
	t.Parallel()
	peer := newWire(t, "127.0.0.1:0")
	e, _ := startEdge(t, testConfig(t, peer.addr()))
	stranger, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 99)})
	if err != nil {
		t.Fatal(err)
	}
	defer stranger.Close()
	if _, err := e.door.WriteTo([]byte("hello"), stranger.LocalAddr()); webtrunk.KindOf(err) != webtrunk.Forbidden {
		t.Errorf("sending to a stranger: %v", err)
	}
	stranger.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
	if n, _, err := stranger.ReadFrom(make([]byte, 100)); err == nil {
		t.Errorf("a stranger was sent %d bytes", n)
	}
	if _, err := e.door.WriteTo([]byte("\r\n\r\n"), net.UDPAddrFromAddrPort(peer.addr())); err != nil {
		t.Errorf("sending to a trunk: %v", err)
	}
}
