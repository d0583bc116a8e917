package sip

import (
	"net/netip"
	"strconv"
	"strings"

	"github.com/emiago/sipgo/sip"

	"webtrunk/trunk"
)

// An origin is where a message came from and how.
type origin struct {
	transport  trunk.Transport
	from       netip.AddrPort
	connection string // the label of the connection that it came over; "" over UDP
}

// originOf says where a message came from that is at the gate: on the
// goroutine that has read it.
func (e *Edge) originOf(msg sip.Message) origin {
	t := transportOf(msg.Transport())
	if t == trunk.UDP {
		return origin{t, e.door.source, ""}
	}
	return origin{t, peerOf(msg.Source()), msg.Source()}
}

// transportOf reads the transport in a Via, a URI or the library's messages.
func transportOf(name string) trunk.Transport {
	switch strings.ToLower(name) {
	case "tcp":
		return trunk.TCP
	case "tls":
		return trunk.TLSOverIP
	}
	return trunk.UDP
}

// onTheWire is a transport's name in a Via (RFC 3261 §20.42), and the library's.
func onTheWire(t trunk.Transport) string { return strings.ToUpper(string(carriedBy(t))) }

// carriedBy is a trunk's transport, UDP where it names none.
func carriedBy(t trunk.Transport) trunk.Transport {
	if t == "" {
		return trunk.UDP
	}
	return t
}

// portOf is where SIP over a transport is when nobody says otherwise (§19.1.2).
func portOf(t trunk.Transport) uint16 {
	if t == trunk.TLSOverIP {
		return tlsPort
	}
	return defaultPort
}

// The library files a connection under its peer's address, of which there may
// be several: two trunks may share a proxy, and a peer's outgoing port may be
// that of its proxy too. So that a message takes the connection that it is meant
// for and no other, each is filed under a label of its own: the peer's address,
// with the port raised by a multiple of ports. The library takes any number there.
const ports = 1 << 16

func label(peer netip.AddrPort, serial int) string {
	host := sourceHost(peer.Addr())
	return host + ":" + strconv.Itoa(int(peer.Port())+ports*serial)
}

func sourceHost(a netip.Addr) string {
	if a.Is6() {
		return "[" + a.String() + "]"
	}
	return a.String()
}

// peerOf returns the address that a label, or a plain address, stands for;
// none for what is neither.
func peerOf(label string) netip.AddrPort {
	i := strings.LastIndexByte(label, ':')
	if i < 0 {
		return netip.AddrPort{}
	}
	port, err := strconv.Atoi(label[i+1:])
	if err != nil || port < 0 {
		return netip.AddrPort{}
	}
	a, err := netip.ParseAddr(strings.Trim(label[:i], "[]"))
	if err != nil {
		return netip.AddrPort{}
	}
	return netip.AddrPortFrom(a.Unmap(), uint16(port%ports))
}
