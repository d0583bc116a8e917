package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"net/netip"
	"net/url"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"webtrunk/carrier"
)

func startTestDemo(t *testing.T, c demoCommand) *demo {
	t.Helper()
	d, err := startDemo(c, discard())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.close)
	return d
}

func TestTheDemoServesItsPages(t *testing.T) {
	d := startTestDemo(t, demoCommand{HTTP: "127.0.0.1:0"})
	base := d.urls()[0]
	for path, want := range map[string]string{
		"/":             d.pages.Reference,
		"/phone":        "15550100101",
		"/video":        `to="&#43;15550100001" video`,
		"/desk":         d.pages.AgentToken,
		"/advice":       d.pages.Advice,
		"/v1/widget.js": "webtrunk-call",
		"/healthz":      `"alive"`,
		"/readyz":       `"ready"`,
		"/metrics":      "webtrunk_",
		"/monitor":      "/monitor/monitor.js",
		"/docs":         "/v1/calls",
	} {
		if status, body, _ := get(t, client(nil), base+path); status != 200 || !strings.Contains(body, want) {
			t.Errorf("%s: %d, without %q", path, status, want)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	d.drain(ctx)
	if status, _, _ := get(t, client(nil), base+"/readyz"); status != 503 {
		t.Errorf("readyz after draining: %d, want 503", status)
	}
}

func TestTheDemoIntroducesItself(t *testing.T) {
	d := startTestDemo(t, demoCommand{HTTP: "127.0.0.1:0"})
	var words bytes.Buffer
	d.introduce(&words)
	wanted := []string{d.urls()[0] + "/", "/phone", "/video", "/desk", "/advice", demoCustomerEmail, d.pages.Key, d.pages.Reference, deskNumber, "Try this", "Ctrl-C"}
	for _, n := range carrier.Numbers() {
		wanted = append(wanted, n.Number, n.Does)
	}
	for _, w := range wanted {
		if !strings.Contains(words.String(), w) {
			t.Errorf("it does not mention %q", w)
		}
	}
	if strings.Contains(words.String(), "certificate") || strings.Contains(words.String(), d.pages.AgentToken) {
		t.Error("it speaks of what is not there, or of a secret")
	}
	for _, n := range []string{shopNumber, toneNumber, digitsNumber, callsBackNumber} {
		if !slices.ContainsFunc(carrier.Numbers(), func(c carrier.Number) bool { return c.Number == n }) {
			t.Errorf("the carrier has no %s", n)
		}
	}
}

func TestTwoDemosAtOnce(t *testing.T) {
	a := startTestDemo(t, demoCommand{HTTP: "127.0.0.1:0"})
	b := startTestDemo(t, demoCommand{HTTP: "127.0.0.1:0"})
	if a.pages.Key == b.pages.Key || a.pages.AgentToken == b.pages.AgentToken || a.pages.Reference == b.pages.Reference {
		t.Error("two demos share a key")
	}
	for _, d := range []*demo{a, b} {
		if status, _, _ := get(t, client(nil), d.urls()[0]+"/readyz"); status != 200 {
			t.Errorf("%s: %d", d.urls()[0], status)
		}
	}
	c := demoCommand{HTTP: hostPort(a.site.addr().String())}
	if _, err := startDemo(c, discard()); err == nil || !strings.Contains(sentence(err), "already taken") || !strings.Contains(sentence(err), "--http") {
		t.Errorf("a third on the first one's port: %v", err)
	}
}

func TestTheDemoOverHTTPS(t *testing.T) {
	d := startTestDemo(t, demoCommand{HTTP: "0.0.0.0:0", HTTPS: true})
	var words bytes.Buffer
	d.introduce(&words)
	if !strings.Contains(words.String(), "The browser will warn") {
		t.Error("nobody is told of the browser's warning")
	}
	port := netip.MustParseAddrPort(d.site.addr().String()).Port()
	leaf := d.site.secure.config.Certificates[0].Certificate[0]
	parsed, err := x509.ParseCertificate(leaf)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(parsed)
	for _, base := range d.urls() {
		u, err := url.Parse(base)
		if err != nil || u.Scheme != "https" {
			t.Fatalf("%s: %v", base, err)
		}
		if err := parsed.VerifyHostname(u.Hostname()); err != nil {
			t.Errorf("a browser at %s: %v", base, err)
		}
	}
	local := netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), port)
	status, body, _ := get(t, client(&tls.Config{RootCAs: roots}), "https://"+local.String()+"/")
	if status != 200 || !strings.Contains(body, d.pages.Key) {
		t.Errorf("the shop over HTTPS: %d", status)
	}
}

func TestTheDemoAdvisesHTTPSForOtherMachines(t *testing.T) {
	d := startTestDemo(t, demoCommand{HTTP: ":0"})
	if !strings.Contains(d.advice(), "--https") {
		t.Error("nobody is told that other machines need HTTPS")
	}
	if d.browsers.MediaAddr().Addr().IsLoopback() {
		t.Error("other machines' sound comes in on loopback")
	}
	if !d.telephones.Addr().Addr().IsLoopback() || !d.carrier.Addr().Addr().IsLoopback() {
		t.Error("the telephone network is open to other machines")
	}
}

func TestWhereTheDemoIsOpened(t *testing.T) {
	for at, want := range map[hostPort]string{
		"127.0.0.1:80":   "127.0.0.1 localhost",
		"localhost:80":   "localhost",
		"192.0.2.1:80":   "192.0.2.1",
		"box.example:80": "box.example",
	} {
		if got := strings.Join(demoCommand{HTTP: at}.hosts(), " "); got != want {
			t.Errorf("%s is opened at %s, want %s", at, got, want)
		}
	}
	everywhere := demoCommand{HTTP: ":80"}.hosts()
	for _, a := range machineAddresses() {
		if !slices.Contains(everywhere, a.String()) {
			t.Errorf("%v lacks %v", everywhere, a)
		}
	}
}

// hello opens the demo's WebSocket as a page of origin and returns the answer
// to its hello.
func hello(t *testing.T, d *demo, origin, key, token string) (*websocket.Conn, map[string]any) {
	t.Helper()
	conn, _, err := websocket.DefaultDialer.Dial("ws://"+d.site.addr().String()+"/v1/ws", map[string][]string{"Origin": {origin}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if err := conn.WriteJSON(map[string]any{"type": "hello", "version": 1, "key": key, "token": token}); err != nil {
		t.Fatal(err)
	}
	return conn, read(t, conn)
}

func read(t *testing.T, conn *websocket.Conn) (m map[string]any) {
	t.Helper()
	conn.SetReadDeadline(time.Now().Add(30 * time.Second))
	_, text, err := conn.ReadMessage()
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &m); err != nil {
		t.Fatal(err)
	}
	return m
}

func TestTheDemoKnowsItsOwnPages(t *testing.T) {
	d := startTestDemo(t, demoCommand{HTTP: "127.0.0.1:0"})
	for _, origin := range d.urls() {
		if _, m := hello(t, d, origin, d.pages.Key, ""); m["type"] != "welcome" {
			t.Errorf("the shop at %s: %v", origin, m)
		}
	}
	if _, m := hello(t, d, d.urls()[0], d.pages.AgentKey, d.pages.AgentToken); m["type"] != "welcome" {
		t.Errorf("the desk: %v", m)
	}
	if _, m := hello(t, d, d.urls()[0], d.pages.AgentKey, "somebody-elses-token"); m["code"] != "bad_token" {
		t.Errorf("a desk with a wrong token: %v", m)
	}
	if _, m := hello(t, d, "https://evil.example", d.pages.Key, ""); m["code"] != "bad_origin" {
		t.Errorf("another site: %v", m)
	}
}

func TestADemoIsToldToStop(t *testing.T) {
	signals := make(chan os.Signal, 2)
	signals <- syscall.SIGTERM
	var out, log bytes.Buffer
	code := run([]string{"demo", "--http", "127.0.0.1:0"}, &terminal{&out, &log, signals})
	if code != 0 {
		t.Errorf("exit code %d:\n%s", code, &log)
	}
	if !strings.Contains(log.String(), "a second signal hangs up") || !strings.Contains(log.String(), "stopped") {
		t.Errorf("the log does not tell of the end:\n%s", &log)
	}
}
