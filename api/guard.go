package api

import (
	"bytes"
	"context"
	"crypto/subtle"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"webtrunk"
	"webtrunk/directory"
)

// maxBody bounds a request's body. The largest sensible one, a call with 50
// long metadata, has 28 KiB.
const maxBody = 64 << 10

// bodyTime is how long a body may take to arrive: 64 KiB at the speed of a bad
// mobile network.
const bodyTime = 10 * time.Second

// goodbye forgets who has logged out.
func (s *Server) goodbye(r *http.Request) {
	if req := requestOf(r.Context()); req.left {
		s.lately.forget("cookie " + req.credential)
	}
}

// answerTime is how long an answer may take: less than the site waits before it
// closes the connection, so that whoever asked is told.
const answerTime = 20 * time.Second

// guard lets a request through to a route that its caller may use: known by key
// or session, with the route's right, within its rate, with a body that can be
// read, and not for the second time.
func (s *Server) guard(rt *Route, next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		steps := []func(*Route, http.ResponseWriter, *http.Request) error{s.identify, s.permit, s.heed, s.ration, s.readBody}
		for _, step := range steps {
			if err := step(rt, w, r); err != nil {
				s.fail(w, r, err)
				return
			}
		}
		if !rt.Raw {
			limited, done := context.WithTimeout(r.Context(), answerTime)
			defer done()
			r = r.WithContext(limited)
		}
		defer s.goodbye(r)
		if key, ok := idempotencyKey(r); ok && rt.Writes() && !rt.Public && !rt.Raw {
			s.once(rt, key, w, r, next)
			return
		}
		next(w, r)
	}
}

// identify finds out who asks. A key goes before a cookie: whoever sends one
// means it.
func (s *Server) identify(rt *Route, w http.ResponseWriter, r *http.Request) error {
	if rt.Customer {
		return s.identifyCustomer(rt, w, r)
	}
	if rt.Public {
		requestOf(r.Context()).credential, _ = s.sessionCookie(r) // a login ends the session before it
		return nil
	}
	if header := r.Header.Get("Authorization"); header != "" {
		return s.identifyKey(rt, header, w, r)
	}
	cookie, ok := s.sessionCookie(r)
	if !ok {
		return unknown(w, "missing_credentials", "This request says nothing of who makes it.",
			`Send your secret key: "Authorization: Bearer sk_…". Keys are printed by "gateway account create" and "gateway demo", and made by POST /v1/keys.`)
	}
	return s.identifySession(rt, cookie, w, r)
}

func (s *Server) identifyKey(rt *Route, header string, w http.ResponseWriter, r *http.Request) error {
	scheme, bearer, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "Bearer") || bearer == "" {
		return unknown(w, "malformed_credentials", "The Authorization header is not understood.", `Write it as "Authorization: Bearer sk_…".`)
	}
	if rt.Session {
		return &Problem{Kind: webtrunk.Forbidden, Code: "session_required", Message: "This is for people who are logged in, not for keys.",
			Remedies: []string{"Do it in the gateway's pages, where you log in."}}
	}
	bearer = strings.TrimSpace(bearer)
	p, _, err := s.who(r.Context(), rt, "bearer "+bearer, func(ctx context.Context) (directory.Principal, string, error) {
		p, err := s.cfg.Auth.Authenticate(ctx, bearer)
		return p, "", err
	})
	return s.identified(p, bearer, err, w, r)
}

// identifySession takes a cookie.
func (s *Server) identifySession(rt *Route, cookie string, w http.ResponseWriter, r *http.Request) error {
	p, csrf, err := s.who(r.Context(), rt, "cookie "+cookie, func(ctx context.Context) (directory.Principal, string, error) {
		return s.cfg.Auth.Session(ctx, cookie)
	})
	p.Test = wantsTest(r)
	return s.entered(rt, p, cookie, csrf, err, w, r)
}

// entered takes whoever a cookie is of, where our page asks.
func (s *Server) entered(rt *Route, p directory.Principal, cookie, csrf string, err error, w http.ResponseWriter, r *http.Request) error {
	if err := s.identified(p, cookie, err, w, r); err != nil {
		return err
	}
	requestOf(r.Context()).csrf = csrf
	if !rt.Writes() {
		return nil
	}
	return fromOurPage(r, csrf)
}

// fromOurPage refuses what a page of another site has made a browser send with its cookie:
// whatever changes something must prove that our page asks, by its origin, and by a token
// that only our page can read.
func fromOurPage(r *http.Request, csrf string) error {
	if !sameOrigin(r) {
		return &Problem{Kind: webtrunk.Forbidden, Code: "foreign_origin", Message: "This came from a page of another site, which may not act with your login.",
			Remedies: []string{"Use the gateway's own pages, or an API key from a server."}}
	}
	given := r.Header.Get(CSRFHeader)
	if csrf == "" || subtle.ConstantTimeCompare([]byte(given), []byte(csrf)) != 1 {
		return &Problem{Kind: webtrunk.Forbidden, Code: "csrf_token_invalid", Message: "This page's token is missing or not that of your login.",
			Remedies: []string{"Reload the page.", "Programs: send an API key instead of the cookie."}}
	}
	return nil
}

// wantsTest reports whether somebody who is logged in wants to see test resources.
func wantsTest(r *http.Request) bool {
	mode, err := r.Cookie(ModeCookie)
	return err == nil && mode.Value == "test"
}

// identified notes who asks, or says that nobody known does.
func (s *Server) identified(p directory.Principal, credential string, err error, w http.ResponseWriter, r *http.Request) error {
	if err == nil {
		req := requestOf(r.Context())
		req.principal, req.credential = p, credential
		return nil
	}
	if k := webtrunk.KindOf(err); k == webtrunk.Unavailable || k == webtrunk.Internal || k == webtrunk.Exhausted {
		return err
	}
	remedy := "Check that the whole key was copied, and that it was not revoked, or make a new one."
	switch {
	case r.Header.Get("Authorization") == "":
		remedy = "Log in again."
	case strings.HasPrefix(credential, "pk_"):
		remedy = "Make a secret or restricted key for your server."
	}
	problem := unknown(w, "invalid_credentials", webtrunk.MessageOf(err, "This key or login is not valid."), remedy)
	problem.Err = err
	return problem
}

func unknown(w http.ResponseWriter, code, message, remedy string) *Problem {
	w.Header().Set("WWW-Authenticate", `Bearer realm="webtrunk"`)
	return &Problem{Status: http.StatusUnauthorized, Kind: webtrunk.Forbidden, Code: code, Message: message, Remedies: []string{remedy}}
}

// sameOrigin reports whether a browser says that the request comes from a page
// of the host that it is sent to.
func sameOrigin(r *http.Request) bool {
	origin, err := url.Parse(r.Header.Get("Origin"))
	return err == nil && origin.Host != "" && strings.EqualFold(origin.Host, r.Host)
}

// permit holds the caller to the route's right.
func (s *Server) permit(rt *Route, _ http.ResponseWriter, r *http.Request) error {
	p := requestOf(r.Context()).principal
	if rt.Operator && !p.Operator {
		return &Problem{Kind: webtrunk.Forbidden, Code: "operator_required", Message: "This is for the operator of the gateway.",
			Remedies: []string{"Use a key of the account that runs the gateway."}}
	}
	if rt.Right == "" {
		return nil
	}
	return holds(p, rt.Right)
}

// holds returns nil if a caller has a right; some requests need one beside their
// route's.
func holds(p directory.Principal, right directory.Right) error {
	if err := p.May(right); err != nil {
		return &Problem{Kind: webtrunk.Forbidden, Code: "right_missing", Param: string(right), Message: webtrunk.MessageOf(err, "This key lacks the right "+string(right)+".")}
	}
	return nil
}

// readBody reads a request's body whole, so that what is refused for its size
// or type is refused before anything happens, and a repetition can be told.
func (s *Server) readBody(_ *Route, w http.ResponseWriter, r *http.Request) error {
	if r.Body == nil || r.Body == http.NoBody {
		return nil
	}
	connection := http.NewResponseController(w)
	connection.SetReadDeadline(time.Now().Add(bodyTime)) // of the whole body: a byte now and then does not put it off
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	connection.SetReadDeadline(time.Time{})
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return &Problem{Status: http.StatusRequestEntityTooLarge, Kind: webtrunk.Invalid, Code: "body_too_large", Message: "The body has more than 64 KiB.",
			Remedies: []string{"Send less: metadata is for short notes, not for documents."}}
	case err != nil:
		return &Problem{Kind: webtrunk.Invalid, Code: "body_incomplete", Message: "The body did not arrive whole.", Remedies: []string{"Send the request again."}, Err: err}
	case len(body) > 0 && !isJSON(r.Header.Get("Content-Type")):
		return &Problem{Status: http.StatusUnsupportedMediaType, Kind: webtrunk.Unsupported, Code: "unsupported_media_type", Param: "Content-Type",
			Message: "The body is not said to be JSON.", Remedies: []string{`Send JSON, and the header "Content-Type: application/json".`}}
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	return nil
}

func isJSON(contentType string) bool {
	media, _, err := mime.ParseMediaType(contentType)
	return err == nil && media == "application/json"
}
