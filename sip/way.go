package sip

import (
	"net/netip"

	"github.com/emiago/sipgo/sip"
)

// host and port are where the line's peer reaches us, as our Via and Contact
// say it; address is the one in our SDP.
func (n *line) host() string        { return n.e.host }
func (n *line) port() int           { return n.e.port }
func (n *line) address() netip.Addr { return n.e.address }

// via is the top Via of our requests (RFC 3261 §18.1.1).
func (n *line) via() *sip.ViaHeader {
	return &sip.ViaHeader{
		ProtocolName: "SIP", ProtocolVersion: "2.0", Transport: "UDP", Host: n.host(), Port: n.port(),
		Params: sip.HeaderParams{{K: "branch", V: sip.RFC3261BranchMagicCookie + token()}, {K: "rport", V: ""}},
	}
}

// contact is where our peers reach us for the rest of a dialog.
func (n *line) contact() *sip.ContactHeader {
	return &sip.ContactHeader{Address: sip.Uri{Scheme: "sip", User: "webtrunk", Host: n.host(), Port: n.port()}}
}

// carry names the transport and the local address that a request leaves by.
func (n *line) carry(req *sip.Request) {
	req.SetTransport("UDP")
	req.Laddr = n.e.laddr
}

// sameWay sends a request the way that another went: a CANCEL and the ACK of a
// refusal follow their INVITE (§9.1, §17.1.1.3).
func sameWay(req, first *sip.Request) {
	req.SetTransport(first.Transport())
	req.Laddr = first.Laddr
	req.SetDestination(first.Destination())
}

// isOurs reports whether a Via is one that we wrote.
func (e *Edge) isOurs(via *sip.ViaHeader) bool { return via.Host == e.host && via.Port == e.port }
