package install

import (
	"net"
	"net/url"
	"strings"
)

// A site is whose pages have one origin: a scheme, and what is dialled for it.
type site struct {
	scheme  string
	address string // host:port as an HTTP client dials it, in lower case
}

// siteAt returns the site of an origin, and none that a page could be of where it is none.
func siteAt(origin string) site {
	u, err := url.Parse(origin)
	if err != nil || u.Hostname() == "" {
		return site{}
	}
	return siteOf(u)
}

func siteOf(u *url.URL) site {
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	return site{scheme: u.Scheme, address: net.JoinHostPort(strings.ToLower(u.Hostname()), port)}
}
