package sip

import (
	"context"
	"errors"
	"net"
	"sync"
	"syscall"

	"github.com/emiago/sipgo/sip"
)

// A doorway is the listener that the library accepts its connections from:
// those that peers have opened and that passed the front door, and those that we
// have opened. So the library reads and writes connections and never makes one:
// left to itself it would dial from any port, prove a trunk's certificate
// against an address, and know one setting of TLS for all trunks.
type doorway struct {
	in     chan entrance
	closed chan struct{}
	once   sync.Once
	filed  chan struct{} // of the connection that was accepted last
}

// An entrance is a connection on its way into the library's books.
type entrance struct {
	conn  net.Conn
	filed chan struct{}
}

func newDoorway() *doorway {
	return &doorway{in: make(chan entrance), closed: make(chan struct{})}
}

// enter hands a connection to the library and returns when it is in its
// books, so that a message may name it. It reports false when the edge closes.
func (d *doorway) enter(conn net.Conn) bool {
	e := entrance{conn, make(chan struct{})}
	select {
	case d.in <- e:
	case <-d.closed:
		return false
	}
	select {
	case <-e.filed:
		return true
	case <-d.closed:
		return true // it has it, and will read that it is closed
	}
}

// Accept implements net.Listener. The library has filed a connection when it
// asks for the next.
func (d *doorway) Accept() (net.Conn, error) {
	if d.filed != nil {
		close(d.filed)
		d.filed = nil
	}
	select {
	case e := <-d.in:
		d.filed = e.filed
		return e.conn, nil
	case <-d.closed:
		return nil, net.ErrClosed
	}
}

func (d *doorway) Close() error {
	d.once.Do(func() { close(d.closed) })
	return nil
}

func (d *doorway) Addr() net.Addr { return doorAddr{} }

var errNoDialling = errors.New("the library is to use the connections that it is given")

// noDialling makes the library's own attempts fail: to connect where no
// connection is in its books, and to resolve a name, of which it would take the
// first address alone and know no other.
func noDialling() sip.TransportsConfig {
	never := func(net.Addr) net.Dialer {
		return net.Dialer{Control: func(string, string, syscall.RawConn) error { return errNoDialling }}
	}
	return sip.TransportsConfig{
		TCP: &sip.TransportTCP{DialerCreate: never},
		TLS: &sip.TransportTLS{TransportTCP: &sip.TransportTCP{DialerCreate: never}},
	}
}

var noResolver = &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
	return nil, errNoDialling
}}
