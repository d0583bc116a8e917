package api

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"webtrunk"
	"webtrunk/directory"
	"webtrunk/store"
)

// A Config says what a Server works with.
type Config struct {
	Store    *store.DB
	Auth     Authenticator
	Features []Feature // whose routes are served
	Checks   []Check   // what must be well for the gateway to be ready
	Version  string    // of the gateway, as the document states it

	// TrustedProxies may say in X-Forwarded-For for whom they ask.
	TrustedProxies []netip.Prefix
	Limits         Limits
	Log            *slog.Logger     // nil discards
	Now            func() time.Time // nil is time.Now
}

// An Authenticator knows who asks. A refusal is a *webtrunk.Error whose message
// is a sentence for the caller; webtrunk.Unavailable and webtrunk.Internal mean
// that it could not be found out.
type Authenticator interface {
	// Authenticate returns whoever holds a key or a client token.
	Authenticate(ctx context.Context, bearer string) (directory.Principal, error)
	// Session returns who is logged in with a cookie, and the token that the
	// pages of this session send with whatever they change.
	Session(ctx context.Context, cookie string) (p directory.Principal, csrf string, err error)
	// CustomerSession returns which customer is signed in with a cookie of theirs, and
	// the token likewise.
	CustomerSession(ctx context.Context, cookie string) (p directory.Principal, csrf string, err error)
}

// A Feature is a group of resources.
type Feature interface{ Routes(s *Server) }

// CookieName is the name of the session cookie, CSRFHeader of the header that
// goes with it in requests that change something.
const (
	CookieName = "webtrunk_session"
	CSRFHeader = "X-CSRF-Token"
	// ModeCookie holds "test" while somebody who is logged in wants to see and
	// make test resources; a person, unlike a key, may see either.
	ModeCookie = "webtrunk_mode"
)

// A Server answers /v1/, /docs, /healthz and /readyz.
type Server struct {
	cfg        Config
	mux        *http.ServeMux
	api        huma.API
	routes     []*Route
	events     []eventType
	accounts   *limiter
	principals *limiter
	addresses  *limiter
	waiting    atomic.Int64 // requests that wait for another with their idempotency key
	lately     lately
	running    sync.Map // idempotency keys being carried out by this process: key to chan struct{}
}

// New makes a server of the features' routes.
func New(cfg Config) (*Server, error) {
	if cfg.Store == nil || cfg.Auth == nil {
		return nil, &webtrunk.Error{Op: "api", Kind: webtrunk.Invalid, Message: "the API needs a store and an authenticator"}
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	limits := cfg.Limits.withDefaults()
	s := &Server{
		cfg: cfg, mux: http.NewServeMux(),
		accounts:   newLimiter(limits.Account, limits.Remembered),
		principals: newLimiter(limits.Principal, limits.Remembered), addresses: newLimiter(limits.Address, limits.Remembered),
	}
	s.lately.listen(false)
	s.api = huma.NewAPI(describe(cfg.Version), adapter{s})
	for _, f := range cfg.Features {
		f.Routes(s)
	}
	s.healthRoutes()
	s.documentRoutes()
	return s, nil
}

// ServeHTTP answers one request, whatever it is.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.observe(w, r, func(w http.ResponseWriter, r *http.Request) {
		if !s.admitAddress(w, r) {
			return
		}
		if h, pattern := s.mux.Handler(r); pattern == "" {
			s.noRoute(w, r, h)
			return
		}
		s.mux.ServeHTTP(w, r)
	})
}

// noRoute answers what no route does, as the mux would, but in our words: 405
// where the path has other methods, else 404.
func (s *Server) noRoute(w http.ResponseWriter, r *http.Request, standard http.Handler) {
	saw := &statusOnly{header: http.Header{}}
	standard.ServeHTTP(saw, r)
	if saw.status == http.StatusMethodNotAllowed {
		w.Header().Set("Allow", saw.header.Get("Allow"))
		s.fail(w, r, &Problem{Status: http.StatusMethodNotAllowed, Kind: webtrunk.Unsupported, Code: "method_not_allowed",
			Message:  "There is no " + r.Method + " on " + pathToLog(r.URL.Path) + ".",
			Remedies: []string{"Use one of " + saw.header.Get("Allow") + ", or see /docs."}})
		return
	}
	s.fail(w, r, &Problem{Kind: webtrunk.NotFound, Code: "no_such_route",
		Message:  "There is nothing at " + pathToLog(r.URL.Path) + ".",
		Remedies: []string{"Check the path: all resources are under /v1 and listed in /docs."}})
}

// statusOnly takes an answer's status and headers and drops its body.
type statusOnly struct {
	header http.Header
	status int
}

func (s *statusOnly) Header() http.Header         { return s.header }
func (s *statusOnly) WriteHeader(status int)      { s.status = status }
func (s *statusOnly) Write(b []byte) (int, error) { return len(b), nil }
