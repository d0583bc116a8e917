package install

import (
	"fmt"
	"mime"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// A Page is what a server has answered.
type Page struct {
	URL    *url.URL // where it was in the end, after redirects
	Status int
	Header http.Header
	Body   []byte
	Cut    bool // it is longer than Body
}

// A Widget is what a page is to show.
type Widget struct {
	Key     string // pk_…
	Enabled bool
	Origins []string                 // whose pages may use it, as browsers write them
	Permits func(target string) bool // whether the button may call a reference or number
}

// A Gateway is where the button's script comes from.
type Gateway struct {
	Origin string // https://calls.example.com
	Pinned string // the path of the widget's version that it serves, /v1/widget-….js
}

// A check is one page looked at.
type check struct {
	Page
	Widget
	Gateway
	seen  contents
	rules []policy
	found []Finding
}

// Check tells what a page lacks for a widget's button to work on it, and what it
// has.
func Check(p Page, w Widget, g Gateway) []Finding {
	c := &check{Page: p, Widget: w, Gateway: g, seen: read(p.Body)}
	c.rules = policiesOf(p.Header.Values("Content-Security-Policy"), c.seen.policies)
	if c.answer(); !Works(c.found) {
		return c.found // whatever else the page holds is not the page
	}
	for _, look := range []func(){c.secure, c.origin, c.script, c.element, c.policies, c.devices} {
		look()
	}
	return c.found
}

func (c *check) tell(code Code, grade Grade, about, change, format string, a ...any) {
	c.found = append(c.found, Finding{Code: code, Grade: grade, About: about, Change: change, Message: fmt.Sprintf(format, a...)})
}

// answer looks at what kind of answer it is.
func (c *check) answer() {
	kind, _, _ := mime.ParseMediaType(c.Header.Get("Content-Type"))
	switch {
	case c.Status != http.StatusOK:
		c.tell(PageStatus, Fault, fmt.Sprint(c.Status), "", "The server answered %d instead of 200, so this is not the page that visitors see.", c.Status)
	case kind != "text/html" && kind != "application/xhtml+xml":
		c.tell(PageNotHTML, Fault, kind, "Content-Type: text/html; charset=utf-8", "The server says that this is %q, which browsers do not show as a page.", kind)
	case c.Cut:
		c.tell(PageCut, Doubt, "", "", "The page is so long that only its beginning was read.")
	}
}

// secure looks at the schemes: browsers give a microphone to secure pages only,
// and load no script of an insecure server into one.
func (c *check) secure() {
	switch {
	case !trustworthy(c.URL):
		c.tell(PageInsecure, Fault, "", "https://"+c.URL.Host+c.URL.EscapedPath(), "The page comes without HTTPS, and browsers give the microphone to secure pages only.")
	case c.URL.Scheme == "https" && !strings.HasPrefix(c.Gateway.Origin, "https://"):
		c.tell(GatewayPlain, Fault, c.Gateway.Origin, "", "The gateway is reached without HTTPS, and browsers load nothing from there into a secure page.")
	default:
		c.tell(PageSecure, Well, "", "", "The page is one to which browsers give a microphone.")
	}
	if c.sandboxed() {
		c.tell(PageSandboxed, Fault, "", "Content-Security-Policy: sandbox allow-scripts allow-same-origin", "The page puts itself into a sandbox without an origin or without scripts.")
	}
}

// trustworthy follows Secure Contexts §3.1: this machine counts as secure. An address
// is one as a whole: 127.0.0.1.example.com is somebody's name.
func trustworthy(u *url.URL) bool {
	name := strings.ToLower(u.Hostname())
	addr, err := netip.ParseAddr(name)
	return u.Scheme == "https" || name == "localhost" || strings.HasSuffix(name, ".localhost") || err == nil && addr.IsLoopback()
}

func (c *check) sandboxed() bool {
	for _, p := range c.rules {
		flags, there := p["sandbox"]
		if there && !(slices.Contains(flags, "allow-scripts") && slices.Contains(flags, "allow-same-origin")) {
			return true
		}
	}
	return false
}

// origin looks at whether the widget serves the page's site.
func (c *check) origin() {
	if !c.Enabled {
		c.tell(WidgetDisabled, Fault, "", "", "The widget is disabled: enable it, or no page can use its key.")
	}
	own := originOf(c.URL)
	if !slices.Contains(c.Origins, own) {
		c.tell(OriginMissing, Fault, own, own, "The widget does not list the page's origin: add %s to its sites.", own)
		return
	}
	c.tell(OriginListed, Well, own, "", "The widget lists the page's origin %s.", own)
}

// originOf is the origin of a page as browsers write it (RFC 6454 §6.2).
func originOf(u *url.URL) string {
	host := strings.ToLower(u.Host)
	switch u.Scheme {
	case "https":
		host = strings.TrimSuffix(host, ":443")
	case "http":
		host = strings.TrimSuffix(host, ":80")
	}
	return u.Scheme + "://" + host
}
