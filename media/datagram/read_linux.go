package datagram

import (
	"errors"
	"net"
	"net/netip"

	"golang.org/x/sys/unix"
)

// patience is how many packets in a row are taken as if the socket were to run
// dry soon. The one after them is asked for in a call that is prepared for, which
// wakes the watchman.
const patience = 64

// Read takes packets into b and hands each to take, until the socket is closed,
// which is net.ErrClosed, or the system refuses, which may pass. A packet longer
// than b is cut. take must not keep b, nor wait for Read or call Close.
func (c *Conn) Read(b []byte, take func(packet []byte, from netip.AddrPort)) error {
	var from address
	var refused error
	err := c.raw.Read(func(fd uintptr) (over bool) {
		for n := 1; ; n++ {
			size, errno := receive(fd, b, &from, n%patience == 0)
			switch {
			case c.closed.Load(): // one that never runs dry must hear of it, too
				refused = net.ErrClosed
				return true
			case errno == unix.EAGAIN:
				return false
			case errno != 0 && errno != unix.EINTR:
				refused = errno
				return true
			case errno == 0:
				take(b[:size], from.addrPort())
			}
		}
	})
	return errors.Join(err, refused)
}
