package sip

import (
	"net"
	"net/netip"
	"slices"
	"strings"

	"github.com/emiago/sipgo/sip"

	"webtrunk/trunk"
)

// host and port are where the line's peer reaches us, as our Via and Contact
// say it; address is the one in our SDP.
func (n *line) host() string {
	if n.Public.IsValid() {
		return sourceHost(n.Public)
	}
	return n.e.host
}
func (n *line) port() int { return n.e.portFor(n.transport()) }
func (n *line) address() netip.Addr {
	if n.Public.IsValid() {
		return n.Public
	}
	return n.e.address
}

func (n *line) transport() trunk.Transport { return carriedBy(n.Transport) }

// portFor is where we listen for a transport. Without a listener for it, the
// peer has nothing but the connection that we open, and the number only names us.
func (e *Edge) portFor(t trunk.Transport) int {
	if l := e.listeners[t]; l != nil {
		return l.Addr().(*net.TCPAddr).Port
	}
	return e.port
}

// via is the top Via of our requests (RFC 3261 §18.1.1).
func (n *line) via() *sip.ViaHeader {
	return &sip.ViaHeader{
		ProtocolName: "SIP", ProtocolVersion: "2.0", Transport: onTheWire(n.transport()), Host: n.host(), Port: n.port(),
		Params: sip.HeaderParams{{K: "branch", V: sip.RFC3261BranchMagicCookie + token()}, {K: "rport", V: ""}},
	}
}

// contact is where our peers reach us for the rest of a dialog.
func (n *line) contact() *sip.ContactHeader {
	uri := sip.Uri{Scheme: "sip", User: n.user, Host: n.host(), Port: n.port()}
	if t := n.transport(); t != trunk.UDP { // §19.1.1: UDP is what goes without saying
		uri.UriParams = sip.HeaderParams{{K: "transport", V: string(t)}}
	}
	return &sip.ContactHeader{Address: uri}
}

// carry has a request leave by the line's transport.
func (n *line) carry(req *sip.Request) { n.carryBy(req, n.transport()) }

// carryBy names the transport and the local address that a request leaves by.
// Over UDP that is our socket: the library would bind another one for itself.
// A connection is named by its label, just before the request is sent.
func (n *line) carryBy(req *sip.Request, t trunk.Transport) {
	req.SetTransport(onTheWire(t))
	req.Via().Transport, req.Via().Port = onTheWire(t), n.e.portFor(t)
	req.Laddr = sip.Addr{}
	if t == trunk.UDP {
		req.Laddr = n.e.laddr
	}
}

// toward sends a request of a dialog to where the dialog's requests go.
func (l *leg) toward(req *sip.Request, d *dialog) {
	t, to := l.nextHop(d)
	l.line.carryBy(req, t)
	req.SetDestination(to.String())
}

// speaks chooses the transport to an address that a peer has named: the one
// that its URI asks for (RFC 3263 §4.1), but nothing less than a trunk over TLS
// has promised, and no TLS with whom nothing is agreed about certificates.
func (n *line) speaks(uri *sip.Uri) trunk.Transport {
	asked, named := uri.UriParams.Get("transport")
	t := trunk.Transport(strings.ToLower(asked))
	if n.transport() == trunk.TLSOverIP || !named || t != trunk.UDP && t != trunk.TCP {
		return n.transport()
	}
	return t
}

// sameWay sends a request the way that another went: a CANCEL and the ACK of a
// refusal follow their INVITE (§9.1, §17.1.1.3).
func sameWay(req, first *sip.Request) {
	req.SetTransport(first.Transport())
	req.Laddr = first.Laddr
	req.SetDestination(first.Destination())
}

// wrote reports whether a Via is one of this line's. The library takes the
// brackets off an IPv6 address there, and leaves them on in a URI.
func (n *line) wrote(via *sip.ViaHeader) bool {
	return sameHost(via.Host, n.host()) && n.e.isPort(via.Port)
}

// isOurs reports whether a Via is one that we wrote.
func (e *Edge) isOurs(via *sip.ViaHeader) bool {
	return sameHost(via.Host, e.host) && e.isPort(via.Port) ||
		slices.ContainsFunc(e.lines(), func(n *line) bool { return n.wrote(via) })
}

func (e *Edge) isPort(port int) bool {
	return port == e.port || port == e.portFor(trunk.TCP) || port == e.portFor(trunk.TLSOverIP)
}
