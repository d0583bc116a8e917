package carrier

import (
	"net/netip"

	"github.com/emiago/sipgo/sip"
)

// A dialog is RFC 3261 §12: what the two ends of an answered call remember to
// recognise and reach each other. It belongs to the signalling loop.
type dialog struct {
	c                   *Carrier
	callID              string
	localTag, remoteTag string
	local, remote       sip.Uri
	target              sip.Uri        // the other side's Contact
	routes              []sip.Uri      // in the order in which requests pass them
	peer                netip.AddrPort // where to send when the target is no IP address
	seq, remoteSeq      uint32
	acks                map[uint32]*sip.Request // ours, by the number of their INVITE
}

// newServerDialog is the dialog that an INVITE to us begins (§12.1.1).
func (c *Carrier) newServerDialog(invite *sip.Request, peer netip.AddrPort) *dialog {
	d := &dialog{
		c: c, callID: invite.CallID().Value(), peer: peer,
		localTag: token(), remoteTag: tagOf(invite.From().Params),
		local: invite.To().Address, remote: invite.From().Address,
		target: invite.From().Address,
		routes: recordRoutes(invite), remoteSeq: invite.CSeq().SeqNo,
	}
	d.retarget(invite)
	return d
}

// established returns d as a response to our INVITE settles it (§12.1.2).
func (d dialog) established(res *sip.Response) *dialog {
	d.remoteTag = tagOf(res.To().Params)
	d.acks = nil // another telephone's
	d.retarget(res)
	d.routes = recordRoutes(res)
	for i, j := 0, len(d.routes)-1; i < j; i, j = i+1, j-1 {
		d.routes[i], d.routes[j] = d.routes[j], d.routes[i]
	}
	return &d
}

// retarget takes a new Contact, from INVITEs and their 2xx (§12.2).
func (d *dialog) retarget(msg sip.Message) {
	if hs := msg.GetHeaders("Contact"); len(hs) > 0 {
		if contact, ok := hs[0].(*sip.ContactHeader); ok && !contact.Address.Wildcard {
			d.target = contact.Address
		}
	}
}

func recordRoutes(msg sip.Message) []sip.Uri {
	var routes []sip.Uri
	for _, h := range msg.GetHeaders("Record-Route") {
		if r, ok := h.(*sip.RecordRouteHeader); ok {
			routes = append(routes, r.Address)
		}
	}
	return routes
}

// request begins a request inside the dialog (§12.2.1.1). ACK takes the
// number of the INVITE it acknowledges; everything else the next.
func (d *dialog) request(method sip.RequestMethod) *sip.Request {
	if method != sip.ACK {
		d.seq++
	}
	return d.numbered(method, d.seq)
}

func (d *dialog) numbered(method sip.RequestMethod, seq uint32) *sip.Request {
	req := sip.NewRequest(method, d.target)
	req.AppendHeader(d.c.via())
	for _, r := range d.routes {
		req.AppendHeader(&sip.RouteHeader{Address: r})
	}
	hops := sip.MaxForwardsHeader(70)
	req.AppendHeader(&hops)
	req.AppendHeader(&sip.FromHeader{Address: d.local, Params: tagged(d.localTag)})
	req.AppendHeader(&sip.ToHeader{Address: d.remote, Params: tagged(d.remoteTag)})
	id := sip.CallIDHeader(d.callID)
	req.AppendHeader(&id)
	req.AppendHeader(&sip.CSeqHeader{SeqNo: seq, MethodName: method})
	return req
}

func tagged(tag string) sip.HeaderParams {
	if tag == "" {
		return nil
	}
	return sip.HeaderParams{{K: "tag", V: tag}}
}

// hop is where the dialog's requests are sent: the first route, else the
// target. There is no DNS on loopback, so a name means "where you came from".
func (d *dialog) hop() netip.AddrPort {
	uri := d.target
	if len(d.routes) > 0 {
		uri = d.routes[0]
	}
	ip, err := netip.ParseAddr(uri.Host)
	if err != nil {
		return d.peer
	}
	port := uri.Port
	if port <= 0 || port > 65535 {
		port = sip.DefaultUdpPort
	}
	return netip.AddrPortFrom(ip.Unmap(), uint16(port))
}
