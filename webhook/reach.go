package webhook

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"syscall"

	"webtrunk"
)

// A Reach says where webhooks may go. The zero Reach is public addresses, by
// HTTPS; what lies beyond is for the operator to allow.
type Reach struct {
	Plain    bool           // plain http:// too
	Networks []netip.Prefix // addresses that are allowed though they are not public
	Resolver *net.Resolver  // nil is the machine's
}

// maxURL is how long an endpoint's URL may be, in bytes.
const maxURL = 2048

// CheckURL returns nil if an endpoint may have the URL. Names are not resolved:
// what they lead to is checked whenever it is dialled.
func (r Reach) CheckURL(s string) error {
	u, err := url.Parse(s)
	switch {
	case err != nil || len(s) > maxURL || u.Hostname() == "" || u.Opaque != "":
		return invalid("url", "This is not a URL that events can be sent to. Write it as https://example.com/webhooks.")
	case u.Scheme == "http" && !r.Plain:
		return invalid("url", "The URL must begin with https://, since events tell who calls whom. The operator of this gateway may allow plain http by the setting webhooks.allow_http.")
	case u.Scheme != "https" && u.Scheme != "http":
		return invalid("url", "The URL must begin with https://.")
	case u.User != nil:
		return invalid("url", "The URL must not contain a user name or password: they would be shown in lists. Deliveries are signed instead; verify webhook-signature.")
	case u.Fragment != "":
		return invalid("url", "The URL must not have a part after #: it is never sent to a server.")
	case !validPort(u):
		return invalid("url", "The URL's port must be between 1 and 65535.")
	}
	return r.checkHost(u.Hostname())
}

// validPort refuses port 0, ports out of range and a colon without a port.
func validPort(u *url.URL) bool {
	if u.Port() == "" {
		return !strings.HasSuffix(u.Host, ":")
	}
	n, err := strconv.Atoi(u.Port())
	return err == nil && n >= 1 && n <= 65535
}

// checkHost refuses at once what dialling would refuse in any case.
func (r Reach) checkHost(host string) error {
	name := strings.ToLower(strings.TrimSuffix(host, "."))
	if name == "localhost" || strings.HasSuffix(name, ".localhost") {
		host = "127.0.0.1"
	}
	addr, err := netip.ParseAddr(host)
	if err != nil {
		return nil // a name
	}
	return r.CheckAddr(addr)
}

// CheckAddr returns nil if webhooks may be sent to an address.
func (r Reach) CheckAddr(addr netip.Addr) error {
	addr = addr.Unmap()
	for _, p := range r.Networks {
		if p.Contains(addr) && addr.Zone() == "" {
			return nil
		}
	}
	if inner, ok := nat64(addr); ok {
		return r.CheckAddr(inner)
	}
	if public(addr) {
		return nil
	}
	return &webtrunk.Error{Op: "url", Kind: webtrunk.Forbidden,
		Message: fmt.Sprintf("Events are not sent to %s, which is not a public address. Use one that can be reached from the internet, have the operator of this gateway allow its network (webhooks.allow_networks), or bring events to your own machine with gateway events --forward.", addr)}
}

// control is the dialer's last word: it sees the address that the connection
// is about to go to, after every name has been resolved.
func (r Reach) control(_, address string, _ syscall.RawConn) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil {
		return forbidden("dial", "Events are not sent to "+quoted(address)+".")
	}
	return r.CheckAddr(to.Addr())
}
