package api

import (
	"context"
	"crypto/sha256"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"webtrunk"
	"webtrunk/directory"
)

// A request is what is known of the request being answered.
type request struct {
	id         string
	address    string // whoever asks, as the trusted proxies say
	principal  directory.Principal
	credential string // that it came with, to seal secrets with
	csrf       string // of the session that it came with: what proves that our page asks
	err        error  // why it failed, for the log
	left       bool   // the credential counts no more
	remembered bool   // who asks was not looked up: the database is away

	seed     string // of the IDs that it makes; empty makes new ones
	made     int
	repeated bool
}

type requestKey struct{}

// requestOf returns the request that a context belongs to.
func requestOf(ctx context.Context) *request {
	if r, ok := ctx.Value(requestKey{}).(*request); ok {
		return r
	}
	return &request{}
}

// NewID returns the ID of something that the request makes. A request with an
// Idempotency-Key that is carried out again gets the same IDs in the same order.
// It is for the handler's own goroutine.
func NewID(ctx context.Context, prefix string) string {
	r := requestOf(ctx)
	if r.seed == "" {
		return webtrunk.NewID(prefix)
	}
	r.made++
	if r.made == 1 {
		return prefix + "_" + r.seed
	}
	const alphabet = "0123456789abcdefghjkmnpqrstvwxyz"
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %d", r.seed, r.made))
	id := []byte(r.seed)
	for i := 10; i < len(id); i++ { // the first 10 characters are the time
		id[i] = alphabet[sum[i]&31]
	}
	return prefix + "_" + string(id)
}

// Repeated reports whether the request may have been carried out before, by a
// process that died before it could say so.
func Repeated(ctx context.Context) bool { return requestOf(ctx).repeated }

// RequestID returns the ID of the request that a context belongs to, for logs.
func RequestID(ctx context.Context) string { return requestOf(ctx).id }

// observe gives a request its ID, catches what panics, and logs once.
func (s *Server) observe(w http.ResponseWriter, r *http.Request, next http.HandlerFunc) {
	began := s.cfg.Now()
	req := &request{id: webtrunk.NewID("req"), address: s.clientAddress(r)}
	r = r.WithContext(context.WithValue(r.Context(), requestKey{}, req))
	out := &observed{ResponseWriter: w}
	h := out.Header()
	h.Set("Request-Id", req.id)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	defer func() {
		if p := recover(); p != nil {
			if p == http.ErrAbortHandler {
				panic(p)
			}
			s.panicked(out, r, p)
		}
		s.log(r, req, out.status, s.cfg.Now().Sub(began))
	}()
	next(out, r)
}

// panicked answers for a handler that broke, without saying how.
func (s *Server) panicked(w *observed, r *http.Request, p any) {
	s.cfg.Log.Error("request panicked", "request", requestOf(r.Context()).id, "panic", p, "stack", string(debug.Stack()))
	if w.status == 0 {
		s.fail(w, r, fmt.Errorf("panic: %v", p))
	}
}

// log writes the request's one line: its path but not its query, which may
// hold what people search for.
func (s *Server) log(r *http.Request, req *request, status int, took time.Duration) {
	level := slog.LevelDebug
	switch {
	case status >= 500:
		level = slog.LevelError
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		level = slog.LevelInfo
	}
	attrs := []slog.Attr{
		slog.String("request", req.id), slog.String("method", r.Method), slog.String("path", pathToLog(r.URL.Path)),
		slog.Int("status", status), slog.Duration("took", took), slog.String("address", req.address),
	}
	if req.principal.ID != "" {
		attrs = append(attrs, slog.String("account", string(req.principal.Account)), slog.String("principal", req.principal.ID))
	}
	if req.remembered {
		attrs = append(attrs, slog.Bool("remembered", true))
	}
	if id, _, _ := strings.Cut(strings.TrimPrefix(pathToLog(r.URL.Path), "/v1/calls/"), "/"); strings.HasPrefix(id, "call_") {
		attrs = append(attrs, slog.String("call", id))
	}
	if req.err != nil {
		attrs = append(attrs, slog.Any("error", req.err))
	}
	s.cfg.Log.LogAttrs(r.Context(), level, "request", attrs...)
}

// maxPath is how much of a path is logged: the longest of ours is shorter.
const maxPath = 200

// pathToLog is a path without the secrets that somebody may have taken for IDs,
// and no longer than ours are.
func pathToLog(path string) string {
	parts := strings.Split(strings.ToValidUTF8(path[:min(len(path), maxPath)], ""), "/")
	for i, part := range parts {
		for _, secret := range []string{"sk_", "rk_", "whsec_", "ids_", "eyJ"} {
			if strings.HasPrefix(part, secret) {
				parts[i] = secret + "…"
			}
		}
	}
	return strings.Join(parts, "/")
}

// observed notes the status of an answer.
type observed struct {
	http.ResponseWriter
	status int
}

func (o *observed) WriteHeader(status int) {
	if o.status == 0 {
		o.status = status
	}
	o.ResponseWriter.WriteHeader(status)
}

func (o *observed) Write(b []byte) (int, error) {
	if o.status == 0 {
		o.status = http.StatusOK
	}
	return o.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach the connection.
func (o *observed) Unwrap() http.ResponseWriter { return o.ResponseWriter }

// Flush lets a stream through.
func (o *observed) Flush() { http.NewResponseController(o.ResponseWriter).Flush() }
