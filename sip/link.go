package sip

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/netip"
	"time"

	"webtrunk"
	"webtrunk/trunk"
)

// A hop is where a request goes over a connection.
type hop struct {
	transport trunk.Transport
	to        netip.AddrPort
}

// A link is the connection that a line keeps open to one address, and dials
// again when something is to be sent and it is gone. Who wants to send while it
// is being dialled waits in line.
type link struct {
	connection *connection
	dialled    bool // just now
	waiting    []func(*connection, error)
	fails      int       // in a row
	idle       time.Time // until when it is not dialled again, after a failure
	err        error     // the last one
}

// Redialling begins quickly, for most peers have only restarted, and never
// becomes so slow that a call has to wait for a trunk that is back.
const (
	firstRedial = 100 * time.Millisecond
	lastRedial  = 5 * time.Second
)

// connected returns the live connection to h, nil where there is none.
func (n *line) connected(h hop) *connection {
	n.linksMu.Lock()
	defer n.linksMu.Unlock()
	if k := n.links[h]; k != nil && !k.dialled && k.connection != nil && k.connection.alive() {
		return k.connection
	}
	return nil
}

// connect calls then with the connection to h, which is dialled first where it
// is gone, or with what went wrong. then is called in the order of connect, on
// any goroutine and perhaps before connect returns. It must not wait.
func (n *line) connect(h hop, then func(*connection, error)) {
	n.linksMu.Lock()
	defer n.linksMu.Unlock()
	k := n.links[h]
	if k == nil {
		k = n.addLink(h)
	}
	switch {
	case k == nil:
		then(nil, &webtrunk.Error{Op: "sip: trunk " + n.Name, Kind: webtrunk.Exhausted, Message: "its peers name too many addresses to connect to"})
	case k.dialled:
		k.waiting = append(k.waiting, then)
	case k.connection != nil && k.connection.alive():
		then(k.connection, nil)
	case k.err != nil && time.Now().Before(k.idle):
		then(nil, k.err)
	default:
		k.dialled, k.waiting = true, append(k.waiting, then)
		if !n.e.run(func() { n.settleLink(k, h) }) {
			k.dialled, k.waiting = false, nil
			then(nil, net.ErrClosed)
		}
	}
}

// addLink makes room for one more address. linksMu is held.
func (n *line) addLink(h hop) *link {
	if len(n.links) >= n.e.bounds.Links {
		for other, k := range n.links {
			if !k.dialled && (k.connection == nil || !k.connection.alive()) {
				delete(n.links, other)
			}
		}
	}
	if len(n.links) >= n.e.bounds.Links {
		return nil
	}
	if n.links == nil {
		n.links = make(map[hop]*link)
	}
	k := &link{}
	n.links[h] = k
	return k
}

// settleLink dials and tells who waits.
func (n *line) settleLink(k *link, h hop) {
	s, err := n.dial(h)
	n.linksMu.Lock()
	defer n.linksMu.Unlock()
	k.dialled, k.connection, k.err = false, s, err
	if err == nil {
		k.fails = 0
	} else {
		k.idle = time.Now().Add(min(firstRedial<<min(k.fails, 10), lastRedial))
		k.fails++
		n.e.log.Warn("sip: cannot connect to the trunk: check its address, its transport and the firewall",
			"trunk", n.Name, "transport", string(h.transport), "to", h.to.String(), "error", err)
	}
	for _, then := range k.waiting {
		then(s, err)
	}
	k.waiting = nil
}

// dial opens a connection and has the library file it. TCP and TLS together
// have as long as one of them.
func (n *line) dial(h hop) (*connection, error) {
	ctx, cancel := n.e.within(n.e.timers.Connect)
	defer cancel()
	from := net.Dialer{LocalAddr: n.e.from(h.to.Addr())}
	conn, err := from.DialContext(ctx, "tcp", h.to.String())
	if err != nil {
		return nil, err
	}
	s := n.e.newConnection(conn, h.transport, true)
	if s == nil {
		conn.Close()
		return nil, net.ErrClosed
	}
	if h.transport == trunk.TLSOverIP {
		secure := tls.Client(conn, n.tls)
		if err := secure.HandshakeContext(ctx); err != nil {
			s.abandon()
			return nil, fmt.Errorf("TLS is not agreed: %w", err)
		}
		s.Conn = secure
	}
	if !n.e.doorways[h.transport].enter(s) {
		s.abandon()
		return nil, net.ErrClosed
	}
	return s, nil
}

// from is the address that our connections leave from: the one that carriers
// know us by, where the edge listens on one alone.
func (e *Edge) from(to netip.Addr) net.Addr {
	at := e.Addr().Addr().Unmap()
	if at.IsUnspecified() || at.Is4() != to.Is4() {
		return nil
	}
	return &net.TCPAddr{IP: at.AsSlice(), Zone: at.Zone()}
}

// within is a context for what may take d, and no longer than the edge is there.
func (e *Edge) within(d time.Duration) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithTimeout(context.Background(), d)
	e.run(func() {
		select {
		case <-e.leaving:
			cancel()
		case <-ctx.Done():
		}
	})
	return ctx, cancel
}
