package directory

import (
	"fmt"
	"net/url"
	"strings"

	"webtrunk"
)

// An Origin is a web origin in the one way in which browsers write it
// (RFC 6454 §6.2): scheme, host in lower case, and the port unless it is the
// scheme's own.
type Origin string

// ParseOrigin reads an origin. It accepts capital letters and the scheme's own
// port, which people write, and refuses everything that is no http or https
// origin; so "null", which sandboxed pages send, is nobody's origin.
func ParseOrigin(s string) (Origin, error) {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || strings.Contains(u.Host, "*") {
		return "", invalid("origin", fmt.Sprintf("%q is not an origin: write https:// and the site's host, such as https://shop.example", s))
	}
	if strings.Trim(u.Host, ascii) != "" {
		return "", invalid("origin", fmt.Sprintf("write the host of %q as browsers send it, in its xn-- form", s))
	}
	if u.User != nil || u.Path != "" || strings.ContainsAny(s, "?#") {
		return "", invalid("origin", fmt.Sprintf("an origin ends after the host and port: write %s://%s", u.Scheme, u.Host))
	}
	host := strings.ToLower(u.Host)
	switch u.Scheme {
	case "http":
		host = strings.TrimSuffix(host, ":80")
	case "https":
		host = strings.TrimSuffix(host, ":443")
	}
	return Origin(u.Scheme + "://" + host), nil
}

const ascii = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._:[]"

// UnmarshalText reads an origin with ParseOrigin.
func (o *Origin) UnmarshalText(b []byte) (err error) {
	*o, err = ParseOrigin(string(b))
	return err
}

// plain reports whether s is 1 to 64 ASCII letters, digits, '-' and '_'.
func plain(s string) bool {
	for _, r := range s {
		if !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == '-' || r == '_') {
			return false
		}
	}
	return len(s) > 0 && len(s) <= 64
}

func invalid(op, message string) error {
	return &webtrunk.Error{Op: op, Kind: webtrunk.Invalid, Message: message}
}
