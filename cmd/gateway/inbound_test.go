package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"webtrunk/carrier"
	"webtrunk/trunk"
)

const stranger = "+15550100177"

// dial places a telephone call to a number of the demo's.
func dial(t *testing.T, d *demo, to string) *carrier.Call {
	t.Helper()
	c, err := d.carrier.Call(t.Context(), stranger, to, nil)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// reaches waits until something about a telephone call is true.
func reaches(t *testing.T, c *carrier.Call, asked ...carrier.Match) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	if err := c.Wait(ctx, asked...); err != nil {
		t.Fatalf("%v; the call is %v, %+v:\n%s", err, c.State(), c.End(), strings.Join(c.Transcript(), "\n"))
	}
}

// ringing waits until the desk's page is told of a call, and returns its id there.
func ringing(t *testing.T, desk *websocket.Conn) string {
	t.Helper()
	m := read(t, desk)
	if m["type"] != "incoming" || m["from"] != "tel:"+stranger && m["from"] != stranger {
		t.Fatalf("the desk is told %v", m)
	}
	return m["id"].(string)
}

func desk(t *testing.T, d *demo) *websocket.Conn {
	t.Helper()
	conn, m := hello(t, d, d.urls()[0], d.pages.AgentKey, d.pages.AgentToken)
	if m["type"] != "welcome" {
		t.Fatalf("the desk is told %v", m)
	}
	return conn
}

func TestATelephoneRingsAtTheDesk(t *testing.T) {
	d := startTestDemo(t, demoCommand{HTTP: "127.0.0.1:0"})
	page := desk(t, d)
	phone := dial(t, d, deskNumber)
	id := ringing(t, page)
	reaches(t, phone, carrier.Reached(carrier.Ringing))
	page.WriteJSON(map[string]string{"type": "reject", "id": id})
	reaches(t, phone, carrier.Ended)
	if code := phone.End().Code; code != 603 && code != 486 {
		t.Errorf("the declined telephone got %d", code)
	}
}

func TestNobodyAtTheDesk(t *testing.T) {
	d := startTestDemo(t, demoCommand{HTTP: "127.0.0.1:0"})
	phone := dial(t, d, deskNumber)
	reaches(t, phone, carrier.Ended)
	if code := phone.End().Code; code < 400 {
		t.Errorf("the telephone got %d", code)
	}
}

func TestATrunkReachesOurNumbersOnly(t *testing.T) {
	d := startTestDemo(t, demoCommand{HTTP: "127.0.0.1:0"})
	phone := dial(t, d, "+15550100101") // the carrier's own echo: never out again
	reaches(t, phone, carrier.Ended)
	if code := phone.End().Code; code != 404 {
		t.Errorf("the telephone got %d, want 404", code)
	}
	if n := len(d.carrier.Calls()); n != 1 {
		t.Errorf("the carrier saw %d calls, want its own alone", n)
	}
}

// A carrier may call a reference by a SIP address of our domain, and gets no
// further with one that nobody has.
func TestATelephoneCallsAReference(t *testing.T) {
	d := startTestDemo(t, demoCommand{HTTP: "127.0.0.1:0"})
	page := desk(t, d)
	phone := dial(t, d, d.cfg.Numbers[0].Reference)
	ringing(t, page)
	phone.Hangup(t.Context())
	nobody := dial(t, d, "ref_nobody")
	reaches(t, nobody, carrier.Ended)
	if code := nobody.End().Code; code != 404 {
		t.Errorf("a reference that nobody has is answered %d, want 404", code)
	}
}

func TestRunningCallsMayEndWhileDraining(t *testing.T) {
	d := startTestDemo(t, demoCommand{HTTP: "127.0.0.1:0"})
	page := desk(t, d)
	phone := dial(t, d, deskNumber)
	id := ringing(t, page)

	drained := make(chan struct{})
	go func() { d.drain(t.Context()); close(drained) }()
	if m := read(t, page); m["type"] != "bye" {
		t.Errorf("the page is told %v", m)
	}
	late := dial(t, d, deskNumber)
	reaches(t, late, carrier.Ended)
	if code := late.End().Code; code != 503 {
		t.Errorf("a call while draining got %d, want 503", code)
	}
	select {
	case <-drained:
		t.Fatal("drained, with a call that rings")
	default:
	}
	page.WriteJSON(map[string]string{"type": "reject", "id": id})
	reaches(t, phone, carrier.Ended)
	<-drained
}

func TestASecondSignalHangsUp(t *testing.T) {
	d := startTestDemo(t, demoCommand{HTTP: "127.0.0.1:0"})
	page := desk(t, d)
	phone := dial(t, d, deskNumber)
	ringing(t, page)

	signals := make(chan os.Signal)
	ended := make(chan struct{})
	go func() { d.runUntil(signals); close(ended) }()
	signals <- syscall.SIGTERM
	if m := read(t, page); m["type"] != "bye" {
		t.Errorf("the page is told %v", m)
	}
	signals <- syscall.SIGTERM
	if m := read(t, page); m["type"] != "ended" {
		t.Errorf("the page is told %v", m)
	}
	<-ended
	reaches(t, phone, carrier.Ended)
	if code := phone.End().Code; code != 503 && code != 480 {
		t.Errorf("the telephone got %d", code)
	}
}

func TestCallsThatOutlastTheDrainAreHungUp(t *testing.T) {
	d := startTestDemo(t, demoCommand{HTTP: "127.0.0.1:0"})
	d.cfg.DrainTimeout = 0
	page := desk(t, d)
	phone := dial(t, d, deskNumber)
	ringing(t, page)
	signals := make(chan os.Signal, 1)
	signals <- syscall.SIGTERM
	d.runUntil(signals)
	reaches(t, phone, carrier.Ended)
}

// synced is a log that is written by several goroutines and read by the test.
type synced struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *synced) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *synced) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// TestServeByFile starts what `serve` starts, from a file, with a carrier that
// sends it a call.
func TestServeByFile(t *testing.T) {
	network, err := carrier.Start(carrier.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { network.Close() })
	cfg, err := parseConfig(fmt.Appendf(nil, `
database: sqlite:%s
http: {listen: 127.0.0.1:0}
sip: {listen: 127.0.0.1:0}
metrics: {listen: 127.0.0.1:0}
media: {listen: 127.0.0.1, ice_port: 0, rtp_ports: 30000-30999}
trunks: [{name: box, proxy: %s, identity: {caller_id: +15550100001}}]
voice_policy: {allow_prefixes: ["+1555010"]}
references: [{reference: ref_desk, target: browser:desk}]
numbers: [{number: +15550100001, reference: ref_desk}]
keys: [{key: pk_desk1, origins: [https://desk.example], destinations: [ref_desk]}]
receivers: [{name: desk, token: 0123456789abcdef}]
limits: {calls: 1}
drain_timeout: 0s
`, filepath.Join(t.TempDir(), "webtrunk.db"), network.Addr()))
	if err != nil {
		t.Fatal(err)
	}
	var log synced
	g, err := startGateway(cfg, &terminal{err: &log})
	if err != nil {
		t.Fatal(err)
	}
	defer g.stop()
	network.SetGateway(g.telephones.Addr())
	if status, body, _ := get(t, client(nil), "http://"+g.site.addr().String()+"/"); status != 200 || strings.Contains(body, "Kiln") {
		t.Errorf("a real gateway serves %d and perhaps the demo's shop", status)
	}

	d := &demo{gateway: g, carrier: network}
	page, m := hello(t, d, "https://desk.example", "pk_desk1", "0123456789abcdef")
	if m["type"] != "welcome" {
		t.Fatal(m)
	}
	first := dial(t, d, "+15550100001")
	ringing(t, page)
	second := dial(t, d, "+15550100001") // one too many
	reaches(t, second, carrier.Ended)
	if first.State() == carrier.Over {
		t.Error("the first call ended for the second")
	}
	if !strings.Contains(log.String(), "All lines are busy") || strings.Contains(log.String(), "0123456789abcdef") {
		t.Errorf("the log:\n%s", log.String())
	}
	signals := make(chan os.Signal, 1)
	signals <- syscall.SIGTERM
	g.runUntil(signals)
}

func TestAStartThatFailsNamesTheSetting(t *testing.T) {
	taken, err := carrier.Start(carrier.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { taken.Close() })
	ok, err := parseConfig([]byte("database: sqlite:" + filepath.Join(t.TempDir(), "webtrunk.db") + "\nmetrics: {listen: 127.0.0.1:0}\nhttp: {listen: 127.0.0.1:0}\nsip: {listen: 127.0.0.1:0}\nmedia: {listen: 127.0.0.1, ice_port: 0}\n" + trunkYAML))
	if err != nil {
		t.Fatal(err)
	}
	busyTCP := open(t, HTTPConfig{Listen: "127.0.0.1:0"}, nil, http.NotFoundHandler()).addr()
	for want, spoil := range map[string]func(*Config){
		"database":       func(c *Config) { c.Database = "sqlite:/nowhere/at/all.db" },
		"sip.listen":     func(c *Config) { c.SIP.Listen = taken.Addr() },
		"media.ice_port": func(c *Config) { c.Media.ICEPort = uint16(busyTCP.Port) },
		"http.listen":    func(c *Config) { c.HTTP.Listen = hostPort(busyTCP.String()) },
		"no reference":   func(c *Config) { c.Numbers = []NumberConfig{{"+15550100001", "ref_none"}} },
		"public_addresses": func(c *Config) {
			c.SIP.Listen, c.Media.Listen = netip.MustParseAddrPort("0.0.0.0:0"), netip.IPv4Unspecified()
			c.Trunks[0].Proxy = "[fe80::1%none0]:5060"
		},
	} {
		t.Run(want, func(t *testing.T) {
			c := ok
			c.Trunks = slices.Clone(ok.Trunks)
			spoil(&c)
			g, err := startGateway(c, &terminal{err: &synced{}})
			if err == nil {
				g.stop()
				t.Fatal("it starts")
			}
			if !strings.Contains(sentence(err), want) {
				t.Errorf("%q does not name %s", sentence(err), want)
			}
		})
	}
}

func TestWhatTheCarrierIsTold(t *testing.T) {
	for name, c := range map[string]struct {
		public     []netip.Addr
		sip, media string
		want       string
	}{
		"behind NAT":               {[]netip.Addr{netip.MustParseAddr("2001:db8::1"), netip.MustParseAddr("203.0.113.1")}, "0.0.0.0", "0.0.0.0", "203.0.113.1"},
		"on one address":           {nil, "127.0.0.9", "127.0.0.9", "127.0.0.9"},
		"sound on all addresses":   {nil, "127.0.0.9", "0.0.0.0", "127.0.0.9"},
		"SIP on all, sound on one": {nil, "0.0.0.0", "127.0.0.9", "127.0.0.9"},
		"on all addresses":         {nil, "0.0.0.0", "0.0.0.0", "127.0.0.1"},
		"public of the others":     {[]netip.Addr{netip.MustParseAddr("2001:db8::1")}, "127.0.0.9", "127.0.0.9", "127.0.0.9"},
	} {
		got, err := advertised(Config{
			PublicAddresses: c.public, Media: MediaConfig{Listen: netip.MustParseAddr(c.media)},
			SIP: SIPConfig{Listen: netip.AddrPortFrom(netip.MustParseAddr(c.sip), 5060)},
		}, trunk.Trunk{Proxy: "127.0.0.1:5060"})
		if err != nil || got.String() != c.want {
			t.Errorf("%s: %v, %v; want %s", name, got, err, c.want)
		}
	}
}
