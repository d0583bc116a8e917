package main

import (
	"net/http"
	"net/netip"
	"slices"
)

// behind lets only the trusted proxies in, where they are what adds HTTPS:
// whoever goes around them would speak in the open, and could claim to be
// anybody. Without such proxies everybody is let in.
func behind(h HTTPConfig) func(http.Handler) http.Handler {
	if h.secure() || len(h.TrustedProxies) == 0 {
		return func(next http.Handler) http.Handler { return next }
	}
	trusted := prefixes(h.TrustedProxies)
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if !from(r, trusted) {
				http.Error(w, "This gateway stands behind a proxy and is reached through it only. If you came from the proxy, add its address to trusted_proxies.", http.StatusForbidden)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}

func from(r *http.Request, trusted []netip.Prefix) bool {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	return err == nil && slices.ContainsFunc(trusted, func(p netip.Prefix) bool { return p.Contains(peer.Addr().Unmap()) })
}
