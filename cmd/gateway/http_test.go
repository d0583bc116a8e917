package main

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func discard() *slog.Logger { return slog.New(slog.DiscardHandler) }

// client asks one question per connection, trusts no proxy and leaves nothing
// open.
func client(config *tls.Config) *http.Client {
	return &http.Client{
		Timeout:       10 * time.Second,
		Transport:     &http.Transport{DisableKeepAlives: true, TLSClientConfig: config},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

func get(t *testing.T, c *http.Client, url string) (status int, body string, header http.Header) {
	t.Helper()
	res, err := c.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(b), res.Header
}

// open serves a small site on a free port until the test ends.
func open(t *testing.T, h HTTPConfig, secure *encryption, socket http.Handler) *site {
	t.Helper()
	s, err := openSite(h, secure, "http.listen", discard())
	if err != nil {
		t.Fatal(err)
	}
	pages := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "page "+r.URL.Path) })
	api := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "api "+r.URL.Path) })
	s.serve(routes(pages, socket, http.NotFoundHandler(), http.NotFoundHandler(), api, behind(h)))
	t.Cleanup(func() { s.quit(); s.wait() })
	return s
}

func TestASiteServesPagesAndTheInterface(t *testing.T) {
	s := open(t, HTTPConfig{Listen: "127.0.0.1:0"}, nil, http.NotFoundHandler())
	base := "http://" + s.addr().String()
	for path, want := range map[string]string{"/": "page /", "/desk": "page /desk", "/v1/widget.js": "page /v1/widget.js",
		"/v1/calls": "api /v1/calls", "/docs": "api /docs", "/healthz": "api /healthz", "/readyz": "api /readyz"} {
		if status, body, _ := get(t, client(nil), base+path); status != 200 || body != want {
			t.Errorf("%s: %d %q, want %q", path, status, body, want)
		}
	}
	if err := s.mayTakeCalls(); err != nil {
		t.Errorf("it takes no calls: %v", err)
	}
	s.draining.Store(true)
	if err := s.mayTakeCalls(); !strings.Contains(sentence(err), "being stopped") {
		t.Errorf("while draining it says %v", err)
	}
}

func TestAPortThatIsTaken(t *testing.T) {
	s := open(t, HTTPConfig{Listen: "127.0.0.1:0"}, nil, http.NotFoundHandler())
	_, err := openSite(HTTPConfig{Listen: hostPort(s.addr().String())}, nil, "--http", discard())
	if err == nil || !strings.Contains(sentence(err), "already taken") || !strings.Contains(sentence(err), "--http 127.0.0.1:8081") {
		t.Errorf("got %v", err)
	}
	_, err = openSite(HTTPConfig{Listen: "127.0.0.1:8081"}, nil, "--http", discard())
	if err != nil && strings.Contains(sentence(err), "--http 127.0.0.1:8081") {
		t.Errorf("the advice is the port that is taken: %v", err)
	}
	_, err = openSite(HTTPConfig{Listen: "192.0.2.123:80"}, nil, "http.listen", discard())
	if err == nil || !strings.Contains(sentence(err), "no address of this machine") {
		t.Errorf("got %v", err)
	}
	_, err = openSite(HTTPConfig{Listen: "127.0.0.1:0", Redirect: hostPort(s.addr().String())}, &encryption{}, "http.listen", discard())
	if err == nil || !strings.Contains(sentence(err), "http.redirect") {
		t.Errorf("got %v", err)
	}
}

func TestClosingWaitsForWebSockets(t *testing.T) {
	opened, release := make(chan struct{}), make(chan struct{})
	s := open(t, HTTPConfig{Listen: "127.0.0.1:0"}, nil, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close()
		close(opened)
		<-release
	}))
	conn, err := net.Dial("tcp", s.addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	io.WriteString(conn, "GET /v1/ws HTTP/1.1\r\nHost: x\r\n\r\n")
	<-opened
	s.quit()
	waited := make(chan struct{})
	go func() { s.wait(); close(waited) }()
	select {
	case <-waited:
		t.Fatal("wait returned while a WebSocket was open")
	default:
	}
	close(release)
	<-waited
}

func TestARequestThatComesTooLate(t *testing.T) {
	s := open(t, HTTPConfig{Listen: "127.0.0.1:0"}, nil, http.NotFoundHandler())
	s.quit()
	w := httptest.NewRecorder()
	s.counted(http.NotFoundHandler()).ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	if w.Code != 503 {
		t.Errorf("got %d, want 503", w.Code)
	}
}

func TestOnlyTheProxyIsLetIn(t *testing.T) {
	for name, c := range map[string]struct {
		config HTTPConfig
		peer   string
		want   int
	}{
		"the proxy":               {HTTPConfig{TrustedProxies: proxies("10.0.0.5")}, "10.0.0.5:4711", 200},
		"the proxy, mapped":       {HTTPConfig{TrustedProxies: proxies("10.0.0.0/24")}, "[::ffff:10.0.0.9]:4711", 200},
		"around the proxy":        {HTTPConfig{TrustedProxies: proxies("10.0.0.5")}, "203.0.113.9:4711", 403},
		"no proxy configured":     {HTTPConfig{}, "203.0.113.9:4711", 200},
		"HTTPS of ours and proxy": {HTTPConfig{TrustedProxies: proxies("10.0.0.5"), Certificate: "c"}, "203.0.113.9:4711", 200},
	} {
		r, w := httptest.NewRequest("GET", "/", nil), httptest.NewRecorder()
		r.RemoteAddr = c.peer
		r.Header.Set("X-Forwarded-For", "10.0.0.5") // saying so helps nobody
		behind(c.config)(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})).ServeHTTP(w, r)
		if w.Code != c.want {
			t.Errorf("%s: %d, want %d", name, w.Code, c.want)
		}
	}
}

func proxies(s string) []network {
	var n network
	if err := n.UnmarshalText([]byte(s)); err != nil {
		panic(err)
	}
	return []network{n}
}

func TestHealthIsAskedWithoutTheProxy(t *testing.T) {
	s := open(t, HTTPConfig{Listen: "127.0.0.1:0", TrustedProxies: proxies("10.0.0.5")}, nil, http.NotFoundHandler())
	base := "http://" + s.addr().String()
	for path, want := range map[string]int{"/": 403, "/v1/ws": 403, "/healthz": 200, "/readyz": 200} {
		if status, _, _ := get(t, client(nil), base+path); status != want {
			t.Errorf("%s: %d, want %d", path, status, want)
		}
	}
}

func TestPlainHTTPIsSentToHTTPS(t *testing.T) {
	for _, c := range []struct{ port, method, host, path, want string }{
		{"443", "GET", "calls.example.com", "/desk?x=1", "https://calls.example.com/desk?x=1"},
		{"443", "GET", "calls.example.com:80", "/", "https://calls.example.com/"},
		{"8443", "HEAD", "calls.example.com:8080", "/", "https://calls.example.com:8443/"},
		{"443", "GET", "[2001:db8::1]:80", "/", "https://[2001:db8::1]/"},
		{"8443", "GET", "[2001:db8::1]", "/", "https://[2001:db8::1]:8443/"},
		{"443", "POST", "calls.example.com", "/", ""},
	} {
		at := net.TCPAddrFromAddrPort(netip.MustParseAddrPort("0.0.0.0:" + c.port))
		r, w := httptest.NewRequest(c.method, "http://placeholder"+c.path, nil), httptest.NewRecorder()
		r.Host = c.host
		toHTTPS(at).ServeHTTP(w, r)
		if got := w.Header().Get("Location"); got != c.want {
			t.Errorf("%s %s%s goes to %q, want %q", c.method, c.host, c.path, got, c.want)
		}
	}
}

func TestHTTPSWithRedirect(t *testing.T) {
	certificate, err := selfMade([]string{"localhost"}, []netip.Addr{netip.MustParseAddr("127.0.0.1")})
	if err != nil {
		t.Fatal(err)
	}
	secure := &encryption{
		config:     &tls.Config{Certificates: []tls.Certificate{certificate}},
		challenges: func(other http.Handler) http.Handler { return other },
	}
	s := open(t, HTTPConfig{Listen: "127.0.0.1:0", Redirect: "127.0.0.1:0"}, secure, http.NotFoundHandler())

	leaf, err := x509.ParseCertificate(certificate.Certificate[0])
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(leaf)
	trusting := client(&tls.Config{RootCAs: roots})
	_, _, header := get(t, trusting, "http://"+s.redirect.Addr().String()+"/desk")
	if want := "https://" + s.addr().String() + "/desk"; header.Get("Location") != want {
		t.Fatalf("redirected to %q, want %q", header.Get("Location"), want)
	}
	if status, body, _ := get(t, trusting, header.Get("Location")); status != 200 || body != "page /desk" {
		t.Errorf("over HTTPS: %d %q", status, body)
	}
}

func TestWhatIsStartedLastIsStoppedFirst(t *testing.T) {
	var s stack
	var order []string
	for _, name := range []string{"ports", "edges", "calls"} {
		s.push(func() { order = append(order, name) })
	}
	s.unwind()
	s.unwind() // once is enough
	if got := strings.Join(order, " "); got != "calls edges ports" {
		t.Errorf("stopped %s", got)
	}
}
