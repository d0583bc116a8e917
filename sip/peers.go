package sip

import (
	"net/netip"

	"github.com/emiago/sipgo/sip"
)

// elsewhere wraps what hears the responses to the INVITE that opens a call. An
// address that does not respond, or says 503, is not yet the trunk: the call is
// tried at the trunk's other addresses first, each once (RFC 3263 §4.3).
func (l *leg) elsewhere(req *sip.Request, on func(*sip.Response)) func(*sip.Response) {
	return func(res *sip.Response) {
		if l.failsOver(req, res) {
			l.dial()
			return
		}
		on(res)
	}
}

// failsOver decides whether an INVITE that failed at one address goes to
// another, or to the same again over a new connection: one that a peer closed
// as we wrote to it says nothing about the peer.
func (l *leg) failsOver(req *sip.Request, res *sip.Response) bool {
	failed := res == nil && !l.out.heard || res != nil && res.StatusCode == sip.StatusServiceUnavailable
	at := peerOf(req.Destination())
	if !failed || l.phase != trying || l.out.cancel != "" || !at.IsValid() {
		return false
	}
	if l.broken && !l.out.redialled {
		l.out.redialled = true
		return true
	}
	if l.out.failed == nil {
		l.out.failed = make(map[netip.AddrPort]bool)
	}
	l.out.failed[at] = true
	if !l.line.passOver(at) || l.out.failed[l.line.proxy()] {
		return false
	}
	l.log.Warn("sip: trying another address of the trunk", "trunk", l.line.Name, "failed", at.String())
	return true
}

// viaProxy is where a leg reaches its trunk's proxy: at the address where its
// call is, which knows of it, unless that has failed since.
func (l *leg) viaProxy() netip.AddrPort {
	if p := l.peer; p.IsValid() && !l.line.isPassedOver(p) {
		return p
	}
	return l.line.proxy()
}
