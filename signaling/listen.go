package signaling

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"syscall"
	"time"

	"github.com/pion/ice/v4"

	"webtrunk"
)

// An ear is the port on which all browsers' media arrives, over UDP and, for
// networks that block UDP, over TCP (RFC 6544).
type ear struct {
	udp  ice.UDPMux
	tcp  *ice.TCPMuxDefault
	gate *gate
	addr netip.AddrPort
}

// listen binds UDP and TCP on the same port. Port 0 takes a free one.
func listen(addr netip.AddrPort, perAddress int) (*ear, error) {
	attempts := 1
	if addr.Port() == 0 {
		attempts = 16 // a port that is free for UDP may be taken for TCP
	}
	var err error
	for range attempts {
		var e *ear
		if e, err = listenOnce(addr, perAddress); err == nil {
			return e, nil
		}
	}
	return nil, err
}

func listenOnce(addr netip.AddrPort, perAddress int) (*ear, error) {
	tcp, err := net.ListenTCP("tcp", net.TCPAddrFromAddrPort(addr))
	if err != nil {
		return nil, taken("TCP", addr, err)
	}
	addr = netip.AddrPortFrom(addr.Addr(), tcp.Addr().(*net.TCPAddr).AddrPort().Port())
	udp, err := listenUDP(addr)
	if err != nil {
		tcp.Close()
		return nil, taken("UDP", addr, err)
	}
	g := newGate(tcp, perAddress)
	return &ear{udp: udp, gate: g, addr: addr, tcp: ice.NewTCPMuxDefault(ice.TCPMuxParams{
		Listener:        g,
		Logger:          quiet{},
		ReadBufferSize:  64,        // packets
		WriteBufferSize: 128 << 10, // over it packets are dropped: a stuck page must not stop the media loop
		// Whoever connects has to show that it is a call of ours at once.
		FirstStunBindTimeout:         5 * time.Second,
		AliveDurationForConnFromStun: 10 * time.Second,
	})}, nil
}

// listenUDP binds one socket, or one per local address where addr names none:
// answers must leave from the address that was asked.
func listenUDP(addr netip.AddrPort) (ice.UDPMux, error) {
	const buffer = 1 << 20 // seconds of media of a thousand calls, if we are held up
	if addr.Addr().IsUnspecified() {
		return ice.NewMultiUDPMuxFromPort(int(addr.Port()),
			ice.UDPMuxFromPortWithLogger(quiet{}), ice.UDPMuxFromPortWithReadBufferSize(buffer))
	}
	conn, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(addr))
	if err != nil {
		return nil, err
	}
	conn.SetReadBuffer(buffer) // the kernel's limit applies; less is no error
	return ice.NewUDPMuxDefault(ice.UDPMuxParams{Logger: quiet{}, UDPConn: conn}), nil
}

// taken says which port could not be had.
func taken(network string, addr netip.AddrPort, err error) error {
	message := fmt.Sprintf("cannot listen on %s %s for browsers' media", network, addr)
	kind := webtrunk.Unavailable
	if errors.Is(err, syscall.EADDRINUSE) {
		kind = webtrunk.Conflict
		message = fmt.Sprintf("%s port %s for browsers' media is already taken: stop the program that uses it, or set another port", network, addr)
	}
	return &webtrunk.Error{Op: "signaling: listen", Kind: kind, Message: message, Err: err}
}

// close ends the port and all that came in through it.
func (e *ear) close() {
	e.udp.Close()
	e.gate.Close() // before the mux, which waits for connections that say nothing
	e.tcp.Close()
}
