package datagram

import (
	"net"
	"net/netip"
	"runtime"
	"sync/atomic"
	"syscall"
)

// A Conn is a UDP socket. Read is for one goroutine; any may send.
type Conn struct {
	// What a packet needs comes first, for it is seldom in the nearest cache.
	fd    uintptr
	users atomic.Int64 // who sends just now; negative when it is closed
	*net.UDPConn

	raw    syscall.RawConn
	closed atomic.Bool
}

// New returns a Conn, which has the socket from now on.
func New(conn *net.UDPConn) (*Conn, error) {
	raw, err := conn.SyscallConn()
	if err != nil {
		return nil, err
	}
	c := &Conn{UDPConn: conn, raw: raw}
	return c, raw.Control(func(fd uintptr) { c.fd = fd })
}

// LocalAddrPort is LocalAddr.
func (c *Conn) LocalAddrPort() netip.AddrPort { return c.LocalAddr().(*net.UDPAddr).AddrPort() }

// shut is what makes users negative, whoever sends.
const shut = -1 << 40

// enter keeps the socket open until leave, which follows in any case; not ok means that
// it is closed. Without it a number might be sent by that is another socket's by then.
func (c *Conn) enter() (ok bool) { return c.users.Add(1) > 0 }

func (c *Conn) leave() { c.users.Add(-1) }

// Close ends Read. It may wait until take, which Read has called, returns: so take
// must not call it, nor wait for anything that is held meanwhile.
func (c *Conn) Close() error {
	if !c.closed.Swap(true) {
		c.users.Add(shut)
		for c.users.Load() != shut { // a call that sends takes microseconds
			runtime.Gosched()
		}
	}
	return c.UDPConn.Close()
}
