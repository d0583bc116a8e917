package lean

import (
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/ice/v4"
)

// maxStrange bounds how many packets wait for whoever serves strangers.
const maxStrange = 512

// Strangers are the packets to one local address that are nobody's here, as a
// net.PacketConn for who serves them. What they do not read in time is lost.
type Strangers struct {
	conn *net.UDPConn
	full chan *letter
	free chan *letter
	done chan struct{}
	once sync.Once

	handed, missed atomic.Uint64
}

// A letter is one packet and where it came from.
type letter struct {
	n    int
	from netip.AddrPort
	text [maxDatagram]byte
}

// A mux that is not given this one looks up an address for every packet, and
// allocates for it.
var _ ice.AddrPortReaderWriter = (*Strangers)(nil)

func newStrangers(conn *net.UDPConn) *Strangers {
	return &Strangers{conn: conn, full: make(chan *letter, maxStrange), free: make(chan *letter, maxStrange), done: make(chan struct{})}
}

// put leaves a packet, unless too many wait.
func (s *Strangers) put(b []byte, from netip.AddrPort) {
	var l *letter
	select {
	case l = <-s.free:
	default:
		l = &letter{} // these come to be as many as ever waited at once
	}
	l.n, l.from = copy(l.text[:], b), from
	select {
	case s.full <- l:
		s.handed.Add(1)
	default:
		s.missed.Add(1)
		s.keep(l)
	}
}

func (s *Strangers) keep(l *letter) {
	select {
	case s.free <- l:
	default:
	}
}

// ReadFromAddrPort waits for the next packet.
func (s *Strangers) ReadFromAddrPort(b []byte) (int, netip.AddrPort, error) {
	select {
	case l := <-s.full:
		n, from := copy(b, l.text[:l.n]), l.from
		s.keep(l)
		return n, from, nil
	case <-s.done:
		return 0, netip.AddrPort{}, net.ErrClosed
	}
}

// WriteToAddrPort sends a packet from the address that strangers' came to.
func (s *Strangers) WriteToAddrPort(b []byte, to netip.AddrPort) (int, error) {
	return s.conn.WriteToUDPAddrPort(b, to)
}

// ReadFrom is ReadFromAddrPort for who does not know of it.
func (s *Strangers) ReadFrom(b []byte) (int, net.Addr, error) {
	n, from, err := s.ReadFromAddrPort(b)
	if err != nil {
		return 0, nil, err
	}
	return n, net.UDPAddrFromAddrPort(from), nil
}

// WriteTo is WriteToAddrPort for who does not know of it.
func (s *Strangers) WriteTo(b []byte, to net.Addr) (int, error) { return s.conn.WriteTo(b, to) }

// Close ends reading; the socket is the door's.
func (s *Strangers) Close() error {
	s.once.Do(func() { close(s.done) })
	return nil
}

// LocalAddr is the address that strangers' packets came to.
func (s *Strangers) LocalAddr() net.Addr { return s.conn.LocalAddr() }

// Deadlines are the socket's, which others use too: a read ends by Close, and
// a write of a datagram does not block.

// SetDeadline does nothing.
func (s *Strangers) SetDeadline(time.Time) error { return nil }

// SetReadDeadline does nothing.
func (s *Strangers) SetReadDeadline(time.Time) error { return nil }

// SetWriteDeadline does nothing.
func (s *Strangers) SetWriteDeadline(time.Time) error { return nil }
