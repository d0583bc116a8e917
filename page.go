package webtrunk

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"unicode"
)

// MostPage is how many bytes the address of a page may have.
const MostPage = 2000

// ParsePage reads the address of a page that a browser is to open for somebody who did
// not write it: an https page, or one of this machine's own, that carries no login. It is
// returned as a browser writes it. Nothing that runs in the page which opens it is one.
func ParsePage(s string) (*url.URL, error) {
	unfit := func(message string) (*url.URL, error) {
		return nil, &Error{Op: "page", Kind: Invalid, Message: message}
	}
	odd := func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) || r == '\\' }
	switch {
	case len(s) > MostPage:
		return unfit(fmt.Sprintf("The address of a page has at most %d characters.", MostPage))
	case strings.ContainsFunc(s, odd):
		return unfit("The address of a page has no spaces, backslashes or control characters.")
	}
	u, err := url.Parse(s)
	switch {
	case err != nil || u.Opaque != "" || u.Hostname() == "" || u.Scheme != "https" && u.Scheme != "http":
		return unfit("A page is an https address, such as https://shop.example/offer.")
	case u.Scheme == "http" && !ownMachine(u.Hostname()):
		return unfit("A page is an https address: http is for pages of this machine alone.")
	case strings.ContainsFunc(u.Host, func(r rune) bool { return r > unicode.MaxASCII }):
		return unfit("Write the host of a page in letters of ASCII, as browsers do: xn--….")
	case u.User != nil:
		return unfit("The address of a page carries no user name and no password.")
	}
	u.Host = strings.ToLower(u.Host)
	if host, port, err := net.SplitHostPort(u.Host); err == nil && port == map[string]string{"https": "443", "http": "80"}[u.Scheme] {
		if u.Host = host; strings.Contains(host, ":") {
			u.Host = "[" + host + "]"
		}
	}
	if u.Path == "" {
		u.Path = "/"
	}
	return u, nil
}

// ownMachine reports a host that no network is asked for.
func ownMachine(host string) bool {
	addr, err := netip.ParseAddr(host)
	return strings.EqualFold(host, "localhost") || err == nil && addr.IsLoopback()
}

// PageOrigin is the origin of a page that ParsePage has read (RFC 6454 §6.2).
func PageOrigin(u *url.URL) string { return u.Scheme + "://" + u.Host }
