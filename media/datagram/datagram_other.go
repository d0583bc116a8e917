//go:build !linux

package datagram

import "net/netip"

// Read takes packets into b and hands each to take, until the socket is closed,
// which is net.ErrClosed, or the system refuses, which may pass. A packet longer
// than b is cut. take must not keep b, nor wait for Read or call Close.
func (c *Conn) Read(b []byte, take func(packet []byte, from netip.AddrPort)) error {
	for {
		n, from, err := c.ReadFromUDPAddrPort(b)
		if err != nil {
			return err
		}
		take(b[:n], from)
	}
}

// Send sends a packet, for any goroutine. One that the network does not take, or that
// is sent after the socket was closed, is lost as any packet may be.
func (c *Conn) Send(packet []byte, to netip.AddrPort) {
	if c.enter() {
		_, _ = c.WriteToUDPAddrPort(packet, to)
	}
	c.leave()
}
