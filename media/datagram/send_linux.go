package datagram

import (
	"net/netip"

	"golang.org/x/sys/unix"
)

// Send sends a packet, for any goroutine. One that the network does not take, or that
// is sent after the socket was closed, is lost as any packet may be.
func (c *Conn) Send(packet []byte, to netip.AddrPort) {
	var at address
	size := at.write(to)
	if size == 0 {
		_, _ = c.WriteToUDPAddrPort(packet, to)
		return
	}
	if c.enter() {
		for send(c.fd, packet, &at, size) == unix.EINTR { // without room it would wait, and sound does not
		}
	}
	c.leave()
}
