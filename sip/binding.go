package sip

import (
	"reflect"
	"strings"

	"github.com/emiago/sipgo/sip"

	"webtrunk"
)

// granted is for how many seconds the registrar keeps our binding: what its
// 200 says beside our Contact, else in Expires, else what we asked for (RFC
// 3261 §10.2.4, §10.3). A 200 lists the bindings of others too.
func (n *line) granted(res *sip.Response, asked uint32) uint32 {
	for _, h := range append(res.GetHeaders("Contact"), res.GetHeaders("m")...) {
		for _, one := range elements(h.Value(), ',') {
			if strings.Contains(one, "sip:"+n.user+"@") {
				if value, found := parameter(elements(one, ';'), "expires"); found {
					if seconds, ok := deltaSeconds(value); ok {
						return seconds
					}
				}
			}
		}
	}
	if h := firstHeader(res, "Expires"); h != nil {
		if seconds, ok := deltaSeconds(h.Value()); ok {
			return seconds
		}
	}
	return asked
}

// maxServiceRoutes bounds the proxies that a registrar puts before our calls.
const maxServiceRoutes = 8

// serviceRoute keeps the proxies that requests of ours are to pass, as the
// registrar says with each binding (RFC 3608 §6.1). Those that are no loose
// routers are none that it may name (§5).
func (n *line) serviceRoute(res *sip.Response) {
	var routes []sip.Uri
	for _, h := range res.GetHeaders("Service-Route") {
		for _, one := range elements(h.Value(), ',') {
			var uri sip.Uri
			var params sip.HeaderParams
			if _, err := sip.ParseAddressValue(one, &uri, &params); err == nil && uri.UriParams.Has("lr") && len(routes) < maxServiceRoutes {
				routes = append(routes, uri)
			}
		}
	}
	n.service.Store(&routes)
}

// routes are the proxies that a request which opens a dialog passes.
func (n *line) routes() []sip.Uri {
	routes := n.service.Load()
	if routes == nil {
		return nil
	}
	copied := make([]sip.Uri, len(*routes))
	for i := range *routes {
		copied[i] = *(*routes)[i].Clone()
	}
	return copied
}

// lineFor returns the line that a request which opens a call came over: of
// several that hear its source, as where many accounts are registered at one
// carrier, the one whose binding it names.
func (e *Edge) lineFor(req *sip.Request, o origin) *line {
	var first *line
	for _, n := range e.lines() {
		switch {
		case !n.hears(o.transport, o.from.Addr()):
		case n.Register != nil && req.Recipient.User == n.user:
			return n
		case first == nil:
			first = n
		}
	}
	return first
}

// called is the number that a call is for: in the Request-URI or, where that
// names only the binding that we made, in To.
func (n *line) called(req *sip.Request) webtrunk.Address {
	uri := &req.Recipient
	if n.Register != nil && uri.User == n.user {
		uri = &req.To().Address
	}
	return numberOf(uri, &n.Trunk)
}

// succeed makes n what follows a line of the same trunk that was changed. Where
// it makes the same binding, it takes that over; else the old one is taken back
// before the new one is made, for a registrar may keep only one an account.
func (n *line) succeed(old *line) {
	same := n.Register != nil && old.Register != nil && sameAccount(n, old)
	old.mu.Lock()
	n.health.Follows(&old.health, same)
	old.mu.Unlock()
	if old.Register != nil {
		n.before = old.released
	}
	if same {
		n.user = old.user
		n.service.Store(old.service.Load())
		old.succeeded.Store(true)
	}
}

func sameAccount(a, b *line) bool {
	return a.Proxy == b.Proxy && a.transport() == b.transport() && a.Domain == b.Domain && a.Public == b.Public &&
		a.Username == b.Username && reflect.DeepEqual(a.Register, b.Register)
}
