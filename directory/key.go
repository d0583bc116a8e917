package directory

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"webtrunk"
)

// A Key is publishable: it stands in the source of a web page for everybody to
// read, and is worth only what its origins, destinations and metadata allow.
type Key struct {
	Name         string        // "pk_…"
	Origins      []Origin      // the sites whose pages may use it
	Destinations []Destination // where these pages may call; empty means nowhere
	Metadata     []string      // what they may say about a call
}

// Serves reports whether a page of origin, as the browser states it, may use
// the key.
func (k Key) Serves(origin string) bool {
	o, err := ParseOrigin(origin)
	return err == nil && slices.Contains(k.Origins, o)
}

// Permit returns nil if the key may call to, else a sentence for the caller. A
// reference that exists but is not the key's is refused in the same words as
// one that does not exist, so that a page cannot find out which there are.
func (k Key) Permit(to webtrunk.Address) error {
	for _, d := range k.Destinations {
		if d.Covers(to) {
			return nil
		}
	}
	if to.Scheme == webtrunk.Ref {
		return leadsNowhere("permit", to.Value)
	}
	return &webtrunk.Error{Op: "permit", Kind: webtrunk.Forbidden,
		Message: fmt.Sprintf("This page may not call %s. Ask the site's owner to allow it, or use the telephone.", to.Value)}
}

// PermitMetadata returns nil if the key may send metadata under name.
func (k Key) PermitMetadata(name string) error {
	if slices.Contains(k.Metadata, name) {
		return nil
	}
	return &webtrunk.Error{Op: "permit", Kind: webtrunk.Forbidden,
		Message: fmt.Sprintf("This page may not send %q with a call. Ask the site's owner to allow this name.", name)}
}

func (k Key) validate() error {
	if err := CheckKeyName(k.Name); err != nil {
		return err
	}
	if len(k.Origins) == 0 {
		return invalid("key "+k.Name, "name at least one origin, or no page can use the key")
	}
	return nil
}

// CheckKeyName says what is wrong with the name of a publishable key.
func CheckKeyName(name string) error {
	if !strings.HasPrefix(name, "pk_") || len(name) < 8 || !plain(name) {
		return invalid("key", "a publishable key is pk_ and 5 to 61 letters, digits, '-' or '_'")
	}
	return nil
}

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
