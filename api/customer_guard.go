package api

import (
	"context"
	"net/http"
	"strings"

	"webtrunk"
)

// CustomerCookieName is the name of the cookie of a customer who is signed in. Whoever works
// for the account has another, so that a browser may hold both and neither is taken for the
// other.
const CustomerCookieName = "webtrunk_customer"

// identifyCustomer finds out which customer asks. Only routes that say Customer come here,
// and nothing but this cookie is heard: a customer can do nothing anywhere else.
func (s *Server) identifyCustomer(rt *Route, w http.ResponseWriter, r *http.Request) error {
	cookie, ok := s.cookieOf(r, CustomerCookieName)
	if rt.Public {
		requestOf(r.Context()).credential = cookie // signing in ends the session before it
		return nil
	}
	scheme, _, _ := strings.Cut(strings.ToLower(r.Header.Get("Authorization")), " ")
	switch {
	case scheme == "bearer":
		return &Problem{Kind: webtrunk.Forbidden, Code: "customer_required", Message: "This is for customers who are signed in, not for keys.",
			Remedies: []string{"Use /v1/customers, which is for your server."}}
	case scheme != "":
		return unknown(w, "malformed_credentials", "The Authorization header is not understood.", "Leave it out: a customer is known by a cookie.")
	case !ok:
		return unknown(w, "missing_credentials", "You are not signed in.", "Sign in by POST /v1/me/session.")
	}
	limited, done := context.WithTimeout(r.Context(), identifyTime)
	defer done()
	p, csrf, err := s.cfg.Auth.CustomerSession(limited, cookie)
	return s.entered(rt, p, cookie, csrf, err, w, r)
}
