package sip

import (
	"net/url"
	"strings"

	"github.com/emiago/sipgo/sip"

	"webtrunk"
)

// A reference is whom a REFER names (RFC 3515 §2.1) and, where the far side has
// talked to them in another call, which one ours is to take the place of (RFC
// 3891, RFC 5589 §7).
type reference struct {
	number   webtrunk.Address
	replaces replaced
	ours     *leg // whose dialog that is, where it is one of ours
}

// referTo reads the one Refer-To of a REFER. Whom it names is dialled by number
// alone: nothing of its host, its port or its other headers goes anywhere.
func (n *line) referTo(req *sip.Request) (r reference, no *refusal) {
	named := append(req.GetHeaders("Refer-To"), req.GetHeaders("r")...)
	if len(named) != 1 { // RFC 3515 §2.4.1
		return r, &refusal{status: sip.StatusBadRequest}
	}
	var uri sip.Uri
	var params sip.HeaderParams
	if _, err := sip.ParseAddressValue(named[0].Value(), &uri, &params); err != nil || !strings.Contains(named[0].Value(), ":") {
		return r, &refusal{status: sip.StatusBadRequest}
	}
	switch {
	case uri.Scheme != "sip" && uri.Scheme != "sips" && uri.Scheme != "tel":
		return r, &refusal{status: 416}
	case uri.UriParams.GetOr("method", "INVITE") != "INVITE", !n.mayLeadTo(&uri):
		return r, &refusal{status: sip.StatusGlobalDecline}
	}
	if r.number = numberOf(&uri, &n.Trunk); r.number.Scheme != webtrunk.Tel {
		return r, &refusal{status: sip.StatusGlobalDecline}
	}
	escaped, found := uri.Headers.Get("Replaces")
	if !found {
		return r, nil
	}
	value, err := url.PathUnescape(escaped) // §19.1.1: what would end the URI is escaped
	ok := false
	if err == nil {
		r.replaces, ok = parseReplaces(value)
	}
	if !ok {
		return r, &refusal{status: sip.StatusBadRequest}
	}
	return r, nil
}

// mayLeadTo reports whether the host that a number is said to be at is ours, the
// trunk's, or one that the operator lets it send calls to.
func (n *line) mayLeadTo(uri *sip.Uri) bool {
	if uri.Scheme == "tel" {
		return true
	}
	proxy, _ := n.Host()
	domain, _, _ := strings.Cut(n.Domain, ":")
	for _, host := range append([]string{n.host(), proxy, domain}, n.Redirects...) {
		if host != "" && strings.EqualFold(strings.Trim(uri.Host, "[]"), strings.Trim(host, "[]")) {
			return true
		}
	}
	return false
}
