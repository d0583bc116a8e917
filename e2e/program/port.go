package program

import (
	"net"
	"net/netip"
	"testing"
)

// FreePort returns an even port of one of this machine's addresses that was free a
// moment ago, as was the next, over UDP and TCP: for whatever must be told its ports.
func FreePort(t testing.TB, host netip.Addr) uint16 {
	t.Helper()
	for range 100 {
		l, err := net.ListenTCP("tcp", net.TCPAddrFromAddrPort(netip.AddrPortFrom(host, 0)))
		if err != nil {
			t.Fatal(err)
		}
		port := uint16(l.Addr().(*net.TCPAddr).Port) &^ 1
		l.Close()
		if free(host, port) && free(host, port+1) {
			return port
		}
	}
	t.Fatal("no free pair of ports")
	return 0
}

func free(host netip.Addr, port uint16) bool {
	at := netip.AddrPortFrom(host, port)
	l, err := net.ListenTCP("tcp", net.TCPAddrFromAddrPort(at))
	if err != nil {
		return false
	}
	defer l.Close()
	u, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(at))
	if err != nil {
		return false
	}
	u.Close()
	return true
}
