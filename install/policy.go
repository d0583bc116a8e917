package install

import (
	"net/url"
	"slices"
	"strings"
)

// A policy is one Content-Security-Policy: what it says by directive. A page may
// have several, and all must allow what it does.
type policy map[string][]string

// policiesOf reads policies of headers, which may hold several with commas
// between (CSP 3 §2.2), and of meta tags.
func policiesOf(headers, tags []string) (all []policy) {
	for _, h := range headers {
		for one := range strings.SplitSeq(h, ",") {
			all = append(all, parsePolicy(one))
		}
	}
	for _, t := range tags {
		p := parsePolicy(t)
		delete(p, "sandbox") // not from a meta tag (CSP 3 §3.3)
		all = append(all, p)
	}
	return all
}

// parsePolicy reads one. Of a directive that comes twice the first counts.
func parsePolicy(text string) policy {
	p := policy{}
	for directive := range strings.SplitSeq(text, ";") {
		words := strings.Fields(directive)
		if len(words) == 0 {
			continue
		}
		name := strings.ToLower(words[0])
		if _, there := p[name]; !there {
			p[name] = words[1:]
		}
	}
	return p
}

// of returns the sources that count for something, the first directive that is
// there of those that do, and whether there is any.
func (p policy) of(directives ...string) (sources []string, name string, there bool) {
	for _, name := range directives {
		if sources, there := p[name]; there {
			return sources, name, true
		}
	}
	return nil, "", false
}

// policies looks at whether the page's policies let the widget's script run, and
// reach the gateway.
func (c *check) policies() {
	before := len(c.found)
	origin, err := url.Parse(c.Gateway.Origin)
	if err != nil {
		return
	}
	c.mayRun(origin)
	c.mayConnect(origin)
	switch {
	case len(c.found) > before:
	case len(c.rules) == 0:
		c.tell(PolicyWell, Well, "", "", "The page has no Content-Security-Policy that could keep the button from working.")
	default:
		c.tell(PolicyWell, Well, "", "", "The page's Content-Security-Policy allows what the button needs.")
	}
}

func (c *check) mayRun(gateway *url.URL) {
	tag, _ := c.widgetScript()
	script := *gateway
	script.Path = newest
	for _, p := range c.rules {
		sources, name, there := p.of("script-src-elem", "script-src", "default-src")
		if there && !c.runs(sources, tag["nonce"], &script) {
			c.tell(PolicyScript, Fault, name, "script-src "+widened(sources, c.Gateway.Origin),
				"The page's Content-Security-Policy (%s) does not let the widget's script run.", name)
			return
		}
	}
}

// runs follows CSP 3 §6.7.1.1: a nonce counts for a script and for what it
// imports, and with 'strict-dynamic' nothing but a nonce does.
func (c *check) runs(sources []string, nonce string, script *url.URL) bool {
	if nonce != "" && slices.Contains(sources, "'nonce-"+nonce+"'") {
		return true
	}
	return !hasKeyword(sources, "'strict-dynamic'") && c.listed(sources, script)
}

func (c *check) mayConnect(gateway *url.URL) {
	socket := *gateway
	socket.Scheme = strings.Replace(gateway.Scheme, "http", "ws", 1)
	for _, p := range c.rules {
		sources, name, there := p.of("connect-src", "default-src")
		if there && !(c.listed(sources, gateway) && c.listed(sources, &socket)) {
			c.tell(PolicyConnect, Fault, name, "connect-src "+widened(sources, c.Gateway.Origin, socket.Scheme+"://"+socket.Host),
				"The page's Content-Security-Policy (%s) does not let the button reach the gateway; https: and wss: have to be named both.", name)
			return
		}
	}
}

// listed reports whether sources name an address (CSP 3 §6.7.2.7).
func (c *check) listed(sources []string, address *url.URL) bool {
	return slices.ContainsFunc(sources, func(s string) bool { return c.matches(strings.ToLower(s), address) })
}

func (c *check) matches(source string, address *url.URL) bool {
	switch {
	case source == "*":
		return true
	case source == "'self'":
		return strings.EqualFold(address.Host, c.URL.Host)
	case strings.HasPrefix(source, "'"):
		return false
	case strings.HasSuffix(source, ":"):
		return covers(strings.TrimSuffix(source, ":"), address.Scheme)
	}
	scheme, rest, named := strings.Cut(source, "://")
	if !named {
		scheme, rest = c.URL.Scheme, source
	}
	host, path, _ := strings.Cut(rest, "/")
	return covers(scheme, address.Scheme) && hostMatches(host, address) && pathMatches(path, address.Path)
}

// covers follows CSP 3 §6.7.2.9: a scheme covers itself and its secure form, and
// https does not cover wss.
func covers(scheme, wanted string) bool {
	switch scheme {
	case wanted:
		return true
	case "http":
		return wanted == "https"
	case "ws":
		return wanted == "wss" || wanted == "http" || wanted == "https"
	case "wss":
		return wanted == "https"
	}
	return false
}

// hostMatches follows CSP 3 §6.7.2.10 and §6.7.2.11.
func hostMatches(pattern string, address *url.URL) bool {
	name, port := pattern, ""
	if i := strings.LastIndexByte(pattern, ':'); i > strings.LastIndexByte(pattern, ']') {
		name, port = pattern[:i], pattern[i+1:]
	}
	if port != "*" && number(port, address.Scheme) != number(address.Port(), address.Scheme) {
		return false
	}
	host := strings.ToLower(address.Hostname())
	if ending, wild := strings.CutPrefix(name, "*"); wild {
		return strings.HasSuffix(host, ending)
	}
	return strings.Trim(name, "[]") == host
}

// number is a port, or that of its scheme where none is written.
func number(port, scheme string) string {
	switch {
	case port != "":
		return port
	case scheme == "https" || scheme == "wss":
		return "443"
	}
	return "80"
}

// pathMatches follows CSP 3 §6.7.2.12: a path that ends in a slash covers all
// below it. A path says nothing of sockets and of the gateway as such.
func pathMatches(pattern, path string) bool {
	if pattern == "" || path == "" {
		return true
	}
	pattern = "/" + pattern
	return pattern == path || strings.HasSuffix(pattern, "/") && strings.HasPrefix(path, pattern)
}

// widened is a list of sources with others added; 'none' stands alone.
func widened(sources []string, more ...string) string {
	all := slices.DeleteFunc(slices.Clone(sources), func(s string) bool { return strings.EqualFold(s, "'none'") })
	for _, one := range more {
		if !slices.Contains(all, one) {
			all = append(all, one)
		}
	}
	return strings.Join(all, " ")
}

func hasKeyword(sources []string, word string) bool {
	return slices.ContainsFunc(sources, func(s string) bool { return strings.EqualFold(s, word) })
}
