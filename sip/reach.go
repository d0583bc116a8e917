package sip

import (
	"net/netip"

	"github.com/emiago/sipgo/sip"

	"webtrunk/trunk"
)

// reach calls then when a request can leave: its destination is known and,
// over TCP and TLS, connected. Over UDP that is at once; else the leg goes on
// with other things meanwhile, but what it sends keeps its order.
func (l *leg) reach(req *sip.Request, then func(error)) {
	if l.reaching == 0 && l.line.ready(req, l.came) {
		then(nil)
		return
	}
	l.reaching++
	l.line.prepare(req, l.came, func(err error) {
		l.box.post(func() {
			l.reaching--
			then(err)
		})
	})
}

// ready reports whether a request can leave at once, and names its connection.
// A request inside a dialog that came over a connection takes that one, where
// it goes to the same host: a peer behind NAT, or one that only connects, cannot
// be reached by another.
func (n *line) ready(req *sip.Request, came origin) bool {
	to := peerOf(req.Destination())
	if !to.IsValid() {
		return false
	}
	t := transportOf(req.Transport())
	if t == trunk.UDP {
		return true
	}
	s := n.e.connections.named(req.Destination())
	if s == nil && came.transport == t && came.connection != "" && came.from.Addr() == to.Addr() {
		s = n.e.connections.named(came.connection)
	}
	if s == nil {
		s = n.connected(hop{t, to})
	}
	if s == nil {
		return false
	}
	req.SetDestination(s.name)
	return true
}

// prepare brings about that a request can leave, and calls then, on any
// goroutine. Requests are prepared in the order of the calls.
func (n *line) prepare(req *sip.Request, came origin, then func(error)) {
	if !peerOf(req.Destination()).IsValid() {
		n.where.known(func(err error) {
			if err != nil {
				then(err)
				return
			}
			req.SetDestination(n.proxy().String())
			n.prepare(req, came, then)
		})
		return
	}
	if n.ready(req, came) {
		then(nil)
		return
	}
	n.connect(hop{transportOf(req.Transport()), peerOf(req.Destination())}, func(s *connection, err error) {
		if err == nil {
			req.SetDestination(s.name)
		}
		then(err)
	})
}

// reply sends a response whose connection is gone: over one to the port that
// the request's Via names, at the address it came from (RFC 3261 §18.2.2).
func (e *Edge) reply(res *sip.Response) {
	t := transportOf(res.Transport())
	from, via := peerOf(res.Destination()).Addr(), res.Via()
	n := e.lineOf(t, from)
	if n == nil || via == nil || t == trunk.UDP {
		return
	}
	port := uint16(via.Port)
	if port == 0 {
		port = portOf(t)
	}
	n.connect(hop{t, netip.AddrPortFrom(from, port)}, func(s *connection, err error) {
		if err != nil {
			e.log.Debug("sip: response not sent", "status", res.StatusCode, "error", err)
			return
		}
		e.run(func() { _ = e.layer.WriteMsgTo(res, s.name, onTheWire(t)) })
	})
}
