package sip

import (
	"net/netip"
	"strconv"
	"strings"

	"github.com/emiago/sipgo/sip"

	"webtrunk/trunk"
)

// A dialog is what RFC 3261 §12 says one is: two tags, two addresses, a remote
// target, a route set and two sequence numbers. It belongs to one leg's
// goroutine, which is why two of its requests never share a CSeq.
type dialog struct {
	callID        string
	local, remote sip.Uri // From and To of our requests
	localTag      string
	remoteTag     string
	target        sip.Uri // where the far side wants its requests: its Contact
	routes        []sip.Uri
	seq           uint32 // of our last request
	remoteSeq     uint32 // of theirs
}

// answerer is the dialog that a request to us opens (§12.1.1).
func answerer(req *sip.Request, tag string) dialog {
	d := dialog{
		callID: req.CallID().Value(), localTag: tag, remoteTag: tagOf(req.From().Params),
		local: *req.To().Address.Clone(), remote: *req.From().Address.Clone(),
		routes: recordRoutes(req), remoteSeq: req.CSeq().SeqNo,
	}
	d.refresh(req)
	if d.target.Host == "" {
		d.target = d.remote
	}
	return d
}

// answeredBy is the dialog that a response to our INVITE opens: the call's own
// or, where a proxy forked it, one of several (§12.1.2).
func (d dialog) answeredBy(res *sip.Response) dialog {
	d.remoteTag = tagOf(res.To().Params)
	d.seq = res.CSeq().SeqNo
	d.routes = recordRoutes(res)
	for i, j := 0, len(d.routes)-1; i < j; i, j = i+1, j-1 {
		d.routes[i], d.routes[j] = d.routes[j], d.routes[i]
	}
	d.refresh(res)
	return d
}

// refresh takes a new remote target from a message that may bring one (§12.2).
func (d *dialog) refresh(msg interface{ Contact() *sip.ContactHeader }) {
	if c := msg.Contact(); c != nil && !c.Address.Wildcard && c.Address.Host != "" {
		d.target = *c.Address.Clone()
		d.target.Headers = nil
	}
}

func recordRoutes(msg sip.Message) []sip.Uri {
	var routes []sip.Uri
	for _, h := range msg.GetHeaders("Record-Route") {
		if rr, ok := h.(*sip.RecordRouteHeader); ok {
			routes = append(routes, *rr.Address.Clone())
		}
	}
	return routes
}

// request builds the dialog's next request (§12.2.1.1). An ACK repeats the
// number of its INVITE instead.
func (n *line) request(d *dialog, m sip.RequestMethod) *sip.Request {
	if m != sip.ACK {
		d.seq++
	}
	target, routes := d.target, d.routes
	if len(routes) > 0 && !routes[0].UriParams.Has("lr") { // a strict router wants to be the target
		target, routes = routes[0], append(append([]sip.Uri{}, routes[1:]...), d.target)
	}
	req := sip.NewRequest(m, target)
	req.AppendHeader(n.via())
	for _, r := range routes {
		req.AppendHeader(&sip.RouteHeader{Address: r})
	}
	forwards := sip.MaxForwardsHeader(mostForwards)
	req.AppendHeader(&forwards)
	req.AppendHeader(&sip.FromHeader{DisplayName: displayOf(d.local), Address: d.local, Params: tagged(d.localTag)})
	req.AppendHeader(&sip.ToHeader{Address: d.remote, Params: tagged(d.remoteTag)})
	id := sip.CallIDHeader(d.callID)
	req.AppendHeader(&id)
	req.AppendHeader(&sip.CSeqHeader{SeqNo: d.seq, MethodName: m})
	if m == sip.INVITE || m == sip.UPDATE { // what may refresh the target (§12.2, RFC 3311 §5.1)
		req.AppendHeader(n.contact())
		req.AppendHeader(sip.NewHeader("Allow", n.allows()))
		req.AppendHeader(accept())
		appendHeader(req, supported(n.options()))
	}
	req.AppendHeader(sip.NewHeader("User-Agent", n.e.cfg.UserAgent))
	req.SetBody(nil)
	n.carry(req)
	return req
}

func tagged(tag string) sip.HeaderParams {
	if tag == "" {
		return nil
	}
	return sip.HeaderParams{{K: "tag", V: tag}}
}

// nextHop is where a dialog's requests go: to its first route, strict or loose,
// else its target (§8.1.2), where that is an address that the trunk trusts. A
// name, or an address whose answers our front door would drop, is reached
// through the trunk's proxy.
func (l *leg) nextHop(d *dialog) (trunk.Transport, netip.AddrPort) {
	uri := d.target
	if len(d.routes) > 0 {
		uri = d.routes[0]
	}
	a, err := netip.ParseAddr(strings.Trim(uri.Host, "[]"))
	if err != nil || !l.line.trusts(a) || uri.Port < 0 || uri.Port > 65535 {
		return l.line.transport(), l.viaProxy()
	}
	t, port := l.line.speaks(&uri), uint16(uri.Port)
	if port == 0 {
		port = portOf(t)
	}
	return t, netip.AddrPortFrom(a, port)
}

// domain is the trunk's domain in our Request-URI.
func (n *line) domain() (string, int) {
	if n.Domain != "" {
		host, port, found := strings.Cut(n.Domain, ":")
		if p, err := strconv.Atoi(port); found && err == nil {
			return host, p
		}
		return n.Domain, 0
	}
	host, port := n.Host()
	return host, int(port)
}
