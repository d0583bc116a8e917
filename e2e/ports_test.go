package e2e

import (
	"net"
	"net/netip"
	"testing"
)

// freePort returns an even port that was free a moment ago, as was the next,
// over UDP and TCP: for whatever must be told its ports.
func freePort(t *testing.T) uint16 {
	t.Helper()
	return freePortOf(t, loopback)
}

// freePortOf is freePort for another of this machine's addresses.
func freePortOf(t *testing.T, host netip.Addr) uint16 {
	t.Helper()
	for range 100 {
		l, err := net.ListenTCP("tcp", net.TCPAddrFromAddrPort(netip.AddrPortFrom(host, 0)))
		check(t, err)
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
