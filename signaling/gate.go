package signaling

import (
	"net"
	"net/netip"
	"sync"
)

// A gate is a listener that lets in a bounded number of connections of one
// address, and that can close all of them. It guards ICE over TCP, where a
// stranger would otherwise cost a goroutine per connection.
type gate struct {
	net.Listener
	most int

	mu    sync.Mutex
	conns map[*gatedConn]bool
	count map[netip.Prefix]int
}

func newGate(l net.Listener, perAddress int) *gate {
	return &gate{Listener: l, most: perAddress, conns: map[*gatedConn]bool{}, count: map[netip.Prefix]int{}}
}

// Accept returns the next connection that fits; others are closed.
func (g *gate) Accept() (net.Conn, error) {
	for {
		conn, err := g.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if c := g.admit(conn); c != nil {
			return c, nil
		}
		conn.Close()
	}
}

func (g *gate) admit(conn net.Conn) *gatedConn {
	tcp, ok := conn.RemoteAddr().(*net.TCPAddr)
	if !ok {
		return nil
	}
	c := &gatedConn{Conn: conn, gate: g, from: neighbourhood(tcp.AddrPort().Addr())}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.count[c.from] >= g.most {
		return nil
	}
	g.count[c.from]++
	g.conns[c] = true
	return c
}

func (g *gate) leave(c *gatedConn) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.conns[c] {
		return
	}
	delete(g.conns, c)
	if g.count[c.from]--; g.count[c.from] == 0 {
		delete(g.count, c.from)
	}
}

// Close closes the listener and every connection.
func (g *gate) Close() error {
	err := g.Listener.Close()
	g.mu.Lock()
	defer g.mu.Unlock()
	for c := range g.conns {
		c.Conn.Close()
	}
	return err
}

type gatedConn struct {
	net.Conn
	gate *gate
	from netip.Prefix
}

func (c *gatedConn) Close() error {
	c.gate.leave(c)
	return c.Conn.Close()
}

// neighbourhood is what counts as one address: an IPv4 address, or the /64
// that an IPv6 host is given (RFC 6177).
func neighbourhood(a netip.Addr) netip.Prefix {
	a = a.Unmap()
	bits := 32
	if a.Is6() {
		bits = 64
	}
	p, _ := a.WithZone("").Prefix(bits)
	return p
}
