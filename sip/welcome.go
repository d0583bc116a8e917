package sip

import (
	"crypto/tls"
	"errors"
	"net"
	"net/netip"
	"time"

	"webtrunk"
	"webtrunk/trunk"
)

// listenStreams binds what the configuration names beside UDP.
func (e *Edge) listenStreams() error {
	for t, at := range map[trunk.Transport]netip.AddrPort{trunk.TCP: e.cfg.ListenTCP, trunk.TLSOverIP: e.cfg.ListenTLS} {
		if at == (netip.AddrPort{}) {
			continue
		}
		network := "tcp"
		if at.Addr().Is4() {
			network = "tcp4"
		}
		l, err := net.ListenTCP(network, net.TCPAddrFromAddrPort(at))
		if err != nil {
			return cannotListen("TCP", at, err)
		}
		e.listeners[t] = l
	}
	return nil
}

// accept takes connections until the listener is closed.
func (e *Edge) accept(l *net.TCPListener, t trunk.Transport) {
	for {
		conn, err := l.AcceptTCP()
		switch {
		case errors.Is(err, net.ErrClosed):
			return
		case err != nil:
			time.Sleep(time.Millisecond) // an error that stays must not spin
		default:
			e.welcome(conn, t)
		}
	}
}

// welcome lets a connection in, or ends it without a byte: before TLS, and
// with a reset, so that neither side keeps anything of it.
func (e *Edge) welcome(conn *net.TCPConn, t trunk.Transport) {
	away := func() {
		_ = conn.SetLinger(0)
		conn.Close()
	}
	if from := conn.RemoteAddr().(*net.TCPAddr).AddrPort().Addr().Unmap(); e.lineOf(t, from) == nil {
		e.counters.strangers.Add(1)
		away()
		return
	}
	s := e.newConnection(conn, t, false)
	if s == nil {
		e.counters.crowded.Add(1)
		away()
		return
	}
	if !e.run(func() { e.usher(s) }) {
		s.abandon()
	}
}

// usher brings a peer's connection to the library. TLS is agreed on a
// goroutine of the connection's own, so that one that stays half-open delays
// nobody.
func (e *Edge) usher(s *connection) {
	if s.transport == trunk.TLSOverIP {
		conn := tls.Server(s.raw, e.tls)
		if err := e.shake(conn); err != nil {
			e.parted(s, err)
			s.abandon()
			return
		}
		s.Conn = conn
	}
	if !e.doorways[s.transport].enter(s) {
		s.abandon()
	}
}

func (e *Edge) shake(conn *tls.Conn) error {
	ctx, cancel := e.within(e.timers.Handshake)
	defer cancel()
	return conn.HandshakeContext(ctx)
}

// parted counts and logs why a connection has ended, where that is of interest.
func (e *Edge) parted(s *connection, err error) {
	switch {
	case errors.Is(err, errTooLong):
		e.counters.oversize.Add(1)
	case errors.Is(err, errUnframed):
		e.counters.malformed.Add(1)
	}
	e.log.Debug("sip: a connection has ended", "transport", string(s.transport), "peer", s.peer.String(), "error", err)
}

// ourTLS is how we prove ourselves to peers that connect by TLS.
func (cfg *Config) ourTLS() (*tls.Config, error) {
	if cfg.ListenTLS == (netip.AddrPort{}) {
		return nil, nil
	}
	if cfg.TLS == nil || len(cfg.TLS.Certificates) == 0 && cfg.TLS.GetCertificate == nil && cfg.TLS.GetConfigForClient == nil {
		return nil, &webtrunk.Error{Op: "sip", Kind: webtrunk.Invalid, Message: "listening for SIP over TLS needs a certificate of ours"}
	}
	c := cfg.TLS.Clone()
	c.MinVersion = max(c.MinVersion, tls.VersionTLS12)
	return c, nil
}
