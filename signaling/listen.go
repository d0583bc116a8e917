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
	"webtrunk/signaling/lean"
)

// An ear is the port on which all browsers' media arrives, over UDP and, for
// networks that block UDP, over TCP (RFC 6544).
type ear struct {
	door *lean.Door // reads the port; what is no session's of its own goes to the muxes
	udp  ice.UDPMux
	tcp  *ice.TCPMuxDefault
	gate *gate
	addr netip.AddrPort
}

// listen binds UDP and TCP on the same port. Port 0 takes a free one.
func listen(cfg Config, i *identity) (*ear, error) {
	addr := cfg.Media
	attempts := 1
	if addr.Port() == 0 {
		attempts = 16 // a port that is free for UDP may be taken for TCP
	}
	var err error
	for range attempts {
		var e *ear
		if e, err = listenOnce(cfg, addr, i); err == nil {
			return e, nil
		}
	}
	return nil, err
}

func listenOnce(cfg Config, addr netip.AddrPort, i *identity) (*ear, error) {
	tcp, err := net.ListenTCP("tcp", net.TCPAddrFromAddrPort(addr))
	if err != nil {
		return nil, taken("TCP", addr, err)
	}
	addr = netip.AddrPortFrom(addr.Addr(), tcp.Addr().(*net.TCPAddr).AddrPort().Port())
	g := newGate(tcp, cfg.Limits.PerAddress)
	door, err := lean.Listen(lean.Config{
		Listen: addr, TCP: g, Public: cfg.PublicIPs, Certificate: i.certificate, Vanish: cfg.Limits.Vanish,
	})
	if err != nil {
		g.Close()
		return nil, taken("UDP", addr, err)
	}
	return &ear{door: door, gate: g, addr: addr, udp: muxOf(door), tcp: ice.NewTCPMuxDefault(ice.TCPMuxParams{
		Listener:        door.StrangersTCP(),
		Logger:          lean.Quiet{},
		ReadBufferSize:  64,        // packets
		WriteBufferSize: 128 << 10, // over it packets are dropped: a stuck page must not stop the media loop
		// Whoever connects has to show that it is a call of ours at once.
		FirstStunBindTimeout:         5 * time.Second,
		AliveDurationForConnFromStun: 10 * time.Second,
	})}, nil
}

// muxOf is where PeerConnections find what the door has for strangers.
func muxOf(door *lean.Door) ice.UDPMux {
	var muxes []ice.UDPMux
	for _, s := range door.Strangers() {
		muxes = append(muxes, ice.NewUDPMuxDefault(ice.UDPMuxParams{Logger: lean.Quiet{}, UDPConn: s}))
	}
	return ice.NewMultiUDPMuxDefault(muxes...)
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
	e.door.Close()
	e.tcp.Close()
}
