package api

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"webtrunk"
	"webtrunk/directory"
)

func TestErrorsAllLookAlike(t *testing.T) {
	f := &probe{act: func(_ context.Context, _ directory.Principal, word string) (string, error) {
		switch word {
		case "panic":
			panic("our insides")
		case "plain":
			return "", errors.New("our insides")
		case "late":
			return "", fmt.Errorf("waiting: %w", context.DeadlineExceeded)
		case "full":
			return "", &webtrunk.Error{Op: "probe", Kind: webtrunk.Exhausted, Message: "all lines are taken"}
		case "down":
			return "", &webtrunk.Error{Op: "probe", Kind: webtrunk.Unavailable, Message: "the trunk is down", Err: errors.New("our insides")}
		case "cannot":
			return "", &webtrunk.Error{Op: "probe", Kind: webtrunk.Unsupported, Message: "no such codec"}
		}
		return "", nil
	}}
	w := probed(t, f)
	word := func(s string) string { return fmt.Sprintf(`{"word":%q}`, s) }
	for _, c := range []struct {
		method, path, body, header string
		status                     int
		kind, code                 string
	}{
		{"GET", "/v1/nothing", "", "", 404, "not_found", "no_such_route"},
		{"GET", "/v1", "", "", 404, "not_found", "no_such_route"},
		{"DELETE", "/v1/events", "", "", 405, "unsupported", "method_not_allowed"},
		{"OPTIONS", "/v1/events", "", "Origin: https://evil.example", 405, "unsupported", "method_not_allowed"},
		{"POST", "/v1/probes", word(strings.Repeat("x", maxBody)), "", 413, "invalid_request", "body_too_large"},
		{"POST", "/v1/probes", hello, "Content-Type: application/x-www-form-urlencoded", 415, "unsupported", "unsupported_media_type"},
		{"POST", "/v1/probes", hello, "Content-Type: text/plain", 415, "unsupported", "unsupported_media_type"},
		{"POST", "/v1/probes", "", "", 400, "invalid_request", "parameter_invalid"},
		{"POST", "/v1/probes", `{"word":1}`, "", 400, "invalid_request", "parameter_invalid"},
		{"POST", "/v1/probes", `{"word":"a"} {"word":"b"}`, "", 400, "invalid_request", "parameter_invalid"},
		{"POST", "/v1/probes", word("panic"), "", 500, "internal", "internal"},
		{"POST", "/v1/probes", word("plain"), "", 500, "internal", "internal"},
		{"POST", "/v1/probes", word("late"), "", 503, "unavailable", "timeout"},
		{"POST", "/v1/probes", word("full"), "", 429, "rate_limit", "rate_limit"},
		{"POST", "/v1/probes", word("down"), "", 503, "unavailable", "unavailable"},
		{"POST", "/v1/probes", word("cannot"), "", 422, "unsupported", "unsupported"},
		{"DELETE", "/v1/probes", "", "", 403, "forbidden", "session_required"},
	} {
		var with []string
		if c.header != "" {
			with = append(with, c.header)
		}
		got := w.ask("sk_shop", c.method, c.path, c.body, with...)
		what := fmt.Sprintf("%s %s %.40s: %d %s", c.method, c.path, c.body, got.status, got.text)
		if got.status != c.status || got.body["type"] != c.kind || got.body["code"] != c.code {
			t.Errorf("%s, want %d %s %s", what, c.status, c.kind, c.code)
		}
		id := got.header.Get("Request-Id")
		if message := got.str("message"); id == "" || got.body["request_id"] != id || got.body["remedies"] == nil || !strings.HasSuffix(message, ".") || strings.Contains(got.text, "insides") {
			t.Errorf("%s: not told as it should be", what)
		}
		if got.header.Get("Access-Control-Allow-Origin") != "" || got.header.Get("Content-Type") != "application/json" {
			t.Errorf("%s: headers are %v", what, got.header)
		}
	}
	if got := w.ask("sk_shop", "DELETE", "/v1/events", ""); !strings.Contains(got.header.Get("Allow"), "GET") {
		t.Errorf("what is allowed is not said: %v", got.header)
	}
}

func TestASessionThatChangesSomethingProvesItself(t *testing.T) {
	f := &probe{}
	w := probed(t, f)
	cookie, csrf, origin := "Cookie: "+CookieName+"=alice", CSRFHeader+": csrf-alice", "Origin: "+w.http.URL
	w.ask("", "GET", "/v1/events", "", cookie).is(t, 200, "")
	w.ask("", "POST", "/v1/probes", hello, cookie, csrf, origin).is(t, 201, "")
	w.ask("", "DELETE", "/v1/probes", "", cookie, csrf, origin).is(t, 204, "")
	done := f.done.Load()
	for code, with := range map[string][]string{
		"csrf_token_invalid":  {cookie, origin},
		"foreign_origin":      {cookie, csrf, "Origin: https://evil.example"},
		"invalid_credentials": {"Cookie: " + CookieName + "=mallory", csrf, origin},
	} {
		if got := w.ask("", "POST", "/v1/probes", hello, with...); got.body["code"] != code {
			t.Errorf("with %v: %s, want %s", with, got.text, code)
		}
	}
	w.ask("", "POST", "/v1/probes", hello, cookie, csrf, "Origin: null").is(t, 403, "foreign_origin")
	w.ask("", "POST", "/v1/probes", hello, cookie, csrf).is(t, 403, "foreign_origin")
	w.ask("", "POST", "/v1/probes", hello, cookie, CSRFHeader+": csrf-bob", origin).is(t, 403, "csrf_token_invalid")
	if f.done.Load() != done {
		t.Error("something was done all the same")
	}
}

func TestWhoAsksCannotBeFoundOut(t *testing.T) {
	w := newWorld(t)
	w.users.down = &webtrunk.Error{Op: "key", Kind: webtrunk.Unavailable, Message: "the database is away"}
	w.ask("sk_shop", "GET", "/v1/events", "").is(t, 503, "unavailable")
}

func TestOneLineOfLogForEachRequest(t *testing.T) {
	var lines bytes.Buffer
	var mu sync.Mutex
	w := newWorld(t, func(w *world) {
		w.cfg.Log = slog.New(slog.NewTextHandler(locked{&mu, &lines}, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}).claim()
	id := w.talk(shop)
	got := w.ask("sk_shop", "POST", "/v1/calls/"+id+"/digits?", `{"digits":"9876"}`).is(t, 200, "")
	mu.Lock()
	defer mu.Unlock()
	text := lines.String()
	for _, part := range []string{"level=INFO", "status=200", "request=" + got.header.Get("Request-Id"), "account=acct_shop", "principal=key_sk_shop", "call=" + id} {
		if !strings.Contains(text, part) {
			t.Errorf("the log lacks %s: %s", part, text)
		}
	}
	if strings.Count(text, "\n") != 1 || strings.Contains(text, "9876") || strings.Contains(text, "Bearer") {
		t.Errorf("the log says %s", text)
	}
}

type locked struct {
	mu *sync.Mutex
	w  io.Writer
}

func (l locked) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(b)
}

func TestWhoeverAsksTooOftenIsToldWhenToGoOn(t *testing.T) {
	clock := time.Now()
	w := newWorld(t, func(w *world) {
		w.cfg.Now = func() time.Time { return clock }
		w.cfg.Limits = Limits{Principal: Rate{PerSecond: 2, Burst: 3}, Address: Rate{PerSecond: 5, Burst: 6}}
	})
	for left := 2; left >= 0; left-- {
		got := w.ask("sk_shop", "GET", "/v1/events", "").is(t, 200, "")
		if h := got.header; h.Get("RateLimit-Limit") != "3" || h.Get("RateLimit-Remaining") != fmt.Sprint(left) || h.Get("RateLimit-Reset") == "" {
			t.Errorf("the limits are told as %v", h)
		}
	}
	got := w.ask("sk_shop", "GET", "/v1/events", "").is(t, 429, "too_many_requests")
	if got.header.Get("Retry-After") != "1" || len(got.body["remedies"].([]any)) < 2 {
		t.Errorf("refused as %v %s", got.header, got.text)
	}
	w.ask("sk_other", "GET", "/v1/events", "").is(t, 200, "") // another key has its own
	w.ask("", "GET", "/v1/events", "").is(t, 401, "")
	w.ask("", "GET", "/v1/events", "").is(t, 429, "too_many_requests") // the address's are used up
	clock = clock.Add(time.Second)
	w.ask("sk_shop", "GET", "/v1/events", "").is(t, 200, "")
	w.ask("sk_shop", "GET", "/v1/events", "").is(t, 200, "")
	w.ask("sk_shop", "GET", "/v1/events", "").is(t, 429, "")
}

func TestALimiterRemembersSoManyCallers(t *testing.T) {
	l := newLimiter(Rate{PerSecond: 1, Burst: 1}, 100)
	now := time.Now()
	for i := range 10_000 {
		l.take(fmt.Sprint(i), now)
	}
	if len(l.buckets) != 100 || l.recent.Len() != 100 {
		t.Errorf("%d and %d callers are remembered", len(l.buckets), l.recent.Len())
	}
	if ok, _, _ := l.take("9999", now); ok {
		t.Error("the last caller was forgotten")
	}
	if ok, _, _ := l.take("9999", now.Add(-time.Hour)); ok {
		t.Error("a clock that goes back gives tokens")
	}
}

func TestForwardedForIsBelievedFromTrustedProxiesOnly(t *testing.T) {
	s := &Server{cfg: Config{TrustedProxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}}}
	for _, c := range []struct{ peer, forwarded, want string }{
		{"192.0.2.1:5", "198.51.100.7", "192.0.2.1"},
		{"10.0.0.1:5", "198.51.100.7", "198.51.100.7"},
		{"10.0.0.1:5", "203.0.113.9, 198.51.100.7", "198.51.100.7"}, // the first is what the client claims
		{"10.0.0.1:5", "198.51.100.7, 10.0.0.2", "198.51.100.7"},
		{"10.0.0.1:5", "nonsense", "10.0.0.1"},
		{"10.0.0.1:5", "", "10.0.0.1"},
		{"[::ffff:10.0.0.1]:5", "2001:db8::1", "2001:db8::1"},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = c.peer
		r.Header.Set("X-Forwarded-For", c.forwarded)
		if got := s.clientAddress(r); got != c.want {
			t.Errorf("%s for %q is %s, want %s", c.peer, c.forwarded, got, c.want)
		}
	}
	if a, b := addressGroup("2001:db8::1"), addressGroup("2001:db8::2"); a != b {
		t.Errorf("hosts of one network are %s and %s", a, b)
	}
}

func TestReadyOnlyWhileAllIsWell(t *testing.T) {
	var trouble error
	w := newWorld(t, func(w *world) {
		w.cfg.Checks = []Check{{"journal", func(context.Context) error { return trouble }}}
	})
	w.ask("", "GET", "/readyz", "").is(t, 200, "")
	trouble = &webtrunk.Error{Op: "journal", Kind: webtrunk.Unavailable, Message: "records wait for the database", Err: errors.New("secret path")}
	got := w.ask("", "GET", "/readyz", "").is(t, 503, "")
	if !strings.Contains(got.text, "Records wait for the database.") || strings.Contains(got.text, "secret") || got.str("status") != "not_ready" {
		t.Errorf("it says %s", got.text)
	}
	w.db.Close()
	if got := w.ask("", "GET", "/readyz", "").is(t, 503, ""); !strings.Contains(got.text, "The database does not respond") {
		t.Errorf("it says %s", got.text)
	}
	w.ask("", "GET", "/healthz", "").is(t, 200, "")
}

// TestABodyThatNeverArrivesIsRefused is a client that stops in the middle.
func TestABodyThatNeverArrivesIsRefused(t *testing.T) {
	w := newWorld(t)
	conn, err := net.Dial("tcp", strings.TrimPrefix(w.http.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(conn, "POST /v1/calls HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer sk_shop\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{")
	if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	answer, err := io.ReadAll(conn)
	conn.Close()
	if err != nil || !strings.Contains(string(answer), "body_incomplete") {
		t.Errorf("the answer is %s, %v", answer, err)
	}
}

func TestTheServersOwnHeaders(t *testing.T) {
	w := newWorld(t)
	got := w.ask("", "GET", "/docs", "").is(t, 200, "")
	if policy := got.header.Get("Content-Security-Policy"); !strings.HasPrefix(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") {
		t.Errorf("the page's policy is %q", policy)
	}
	if strings.Contains(got.text, "<script") || strings.Contains(got.text, "://cdn") {
		t.Error("the page loads something from elsewhere")
	}
	for _, rt := range w.server.Routes() {
		if !strings.Contains(got.text, `<article id="`+operationID(&rt)+`">`) {
			t.Errorf("%s %s is not in the documentation", rt.Method, rt.Path)
		}
	}
	w.ask("", "GET", "/docs/page.css", "").is(t, 200, "")
	if _, err := New(Config{}); err == nil {
		t.Error("a server without a store was made")
	}
}
