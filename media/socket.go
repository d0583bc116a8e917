package media

import "net/netip"

// Sockets hands out pairs of UDP ports for telephone legs: RTP on the even
// port, RTCP on the next (RFC 3550 §11).
type Sockets struct{}

// NewSockets hands out ports first to last on a local address.
func NewSockets(bind netip.Addr, first, last uint16) (*Sockets, error) { return &Sockets{}, nil }

// Open binds a free pair. It fails with webtrunk.Exhausted when none is left.
func (s *Sockets) Open(name string) (*Socket, error) { return &Socket{}, nil }

// Close ends every open socket.
func (s *Sockets) Close() {}

// A Socket is a telephone leg's RTP endpoint and the Sender of its Port.
type Socket struct{}

// Port returns the leg's port in the media loop.
func (s *Socket) Port() *Port { return nil }

// LocalPort returns the RTP port to write into our SDP.
func (s *Socket) LocalPort() uint16 { return 0 }

// SetRemote sets where the far SDP wants its RTP, and re-arms the latch: a
// sender at the signalled address but another port is learned once, within
// the first packets; other sources are dropped and counted.
func (s *Socket) SetRemote(rtp netip.AddrPort) {}

// Close closes the port pair, drains it before reuse and waits.
func (s *Socket) Close() {}
