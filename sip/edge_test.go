package sip

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/switchboard"
	"webtrunk/trunk"
)

var _ switchboard.Edge = (*Edge)(nil)
var _ switchboard.Leg = (*seat)(nil)

// eventually waits for what other goroutines bring about.
func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !is(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("never: " + what)
		}
	}
}

// TestListenSaysWhatIsWrong: mistakes in a configuration are explained.
func TestListenSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	good := testConfig(t, netip.MustParseAddrPort("127.0.0.1:5060"))
	taken, _ := startEdge(t, good)
	for name, c := range map[string]struct {
		change func(*Config)
		says   string
	}{
		"port taken": {func(c *Config) { c.Listen = taken.Addr() }, fmt.Sprintf("UDP port %d is already in use: choose another", taken.Addr().Port())},
		"bad trunk":  {func(c *Config) { c.Network.Trunks = []trunk.Trunk{{Name: "x"}} }, "proxy: write the carrier"},
		"no sockets": {func(c *Config) { c.Sockets = nil }, "no media sockets"},
		"everywhere": {func(c *Config) { c.Listen = netip.MustParseAddrPort("0.0.0.0:0") }, "public one to be named"},
		"user agent": {func(c *Config) { c.UserAgent = "a\r\nb" }, "control character"},
	} {
		cfg := good
		c.change(&cfg)
		e, err := Listen(cfg)
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: got %v, want it to say %q", name, err, c.says)
		}
		if err == nil {
			e.Close()
		}
	}
}

// TestPublicAddress: behind NAT, what we write is the public address.
func TestPublicAddress(t *testing.T) {
	t.Parallel()
	w := newWire(t, "127.0.0.1:0")
	cfg := testConfig(t, w.addr())
	cfg.Public = netip.MustParseAddr("203.0.113.7")
	e, _ := startEdge(t, cfg)
	w.edge = e.Addr()
	c := &carrierWire{wire: w, edge: e, last: map[string]raw{}}
	reports := make(chan call.Input, 8)
	leg := c.dial(reports)
	invite := c.want("INVITE")
	for _, part := range []string{"Via", "Contact", "From", "body"} {
		if got := invite.part(part); !strings.Contains(got, "203.0.113.7") || strings.Contains(got, "127.0.0.1") {
			t.Errorf("%s is %q", part, got)
		}
	}
	c.answer(invite, "200")
	c.want("ACK")
	leg.Hangup(call.HangUpLeg{})
	c.answer(c.want("BYE"), "200")
	c.idle()
}

// TestStrangersAreNotHeard: a datagram from an address that no trunk trusts is
// counted and gets no answer, and neither does one that is too large or that
// has stray control characters; calls of the trunk go on.
func TestStrangersAreNotHeard(t *testing.T) {
	t.Parallel()
	c := newCarrierWire(t)
	stranger := newWire(t, "127.0.0.2:0")
	stranger.edge = c.edge.Addr()
	options := c.arriving(1)
	options.start = strings.Replace(options.start, "INVITE", "OPTIONS", 1)
	options.set("CSeq", "1 OPTIONS")
	options.body = ""
	const flood = 200
	for range flood {
		stranger.send(options.String())
		stranger.send("junk")
	}
	c.send(strings.Repeat("x", maxMessage+1))
	c.send("OPTIONS sip:x SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1\nEvil: yes\r\n\r\n")
	c.send("OPTIONS sip:x SIP/2.0\r\nSubject: a\x00b\r\n\r\n")
	c.send("OPTIONS sip:x SIP/2.0\r\n" + strings.Repeat("X: y\r\n", maxHeaders+1) + "\r\n")
	c.send("no SIP at all")
	c.send(options.String())
	c.want("200")
	if _, _, heard := stranger.receive(time.Millisecond); heard {
		t.Error("a stranger was answered")
	}
	eventually(t, "all counted", func() bool { return c.edge.Stats().Strangers == 2*flood })
	if s := c.edge.Stats(); s.Oversize != 1 || s.Malformed != 4 || s.Sent != 1 {
		t.Errorf("counted %+v", s)
	}
}

// TestSourcesAreForgotten: requests of one trunk from many ports are answered
// where they came from, and the library's books do not grow with the ports.
func TestSourcesAreForgotten(t *testing.T) {
	t.Parallel()
	c := newCarrierWire(t)
	for i := range 50 {
		w := newWire(t, "127.0.0.1:0")
		w.edge = c.edge.Addr()
		options := c.arriving(i)
		options.start = strings.Replace(options.start, "INVITE", "OPTIONS", 1)
		options.set("CSeq", "1 OPTIONS")
		options.body = ""
		w.send(options.String()) // its Via names another port, and rport asks for this one (RFC 3581)
		m, _, ok := w.receive(patience)
		if !ok || !strings.Contains(m.get("Via"), fmt.Sprintf("rport=%d;received=127.0.0.1", w.addr().Port())) {
			t.Fatalf("answered\n%s", m.bytes)
		}
	}
	if n := c.edge.layer.Pool("udp").Size(); n > 4 {
		t.Errorf("the library knows %d addresses", n)
	}
}

// TestOtherTrunkCannotHangUp: a trunk's peer that has learned a dialog's tags
// still is no party to it.
func TestOtherTrunkCannotHangUp(t *testing.T) {
	t.Parallel()
	w, other := newWire(t, "127.0.0.1:0"), newWire(t, "127.0.0.3:0")
	cfg := testConfig(t, w.addr())
	cfg.Network.Trunks = append(cfg.Network.Trunks, trunk.Trunk{Name: "other", Proxy: other.addr().String(), Keepalive: -1, Identity: cfg.Network.Trunks[0].Identity})
	e, _ := startEdge(t, cfg)
	w.edge, other.edge = e.Addr(), e.Addr()
	c := &carrierWire{wire: w, edge: e, last: map[string]raw{}}
	reports := make(chan call.Input, 8)
	leg := c.dial(reports)
	invite := c.want("INVITE")
	c.answer(invite, "200")
	c.want("ACK")
	bye := raw{start: "BYE " + invite.contact() + " SIP/2.0"}
	bye.set("Via", "SIP/2.0/UDP "+other.addr().String()+";branch=z9hG4bKforged;rport")
	bye.set("From", invite.get("To")+";tag=far")
	bye.set("To", invite.get("From"))
	bye.set("Call-ID", invite.get("Call-ID"))
	bye.set("CSeq", "9 BYE")
	other.send(bye.String())
	if m, _, _ := other.receive(patience); !strings.Contains(m.start, "481") {
		t.Errorf("a forged BYE was answered %q", m.start)
	}
	if got := describeInput(c.next(reports)); got != "answered" {
		t.Errorf("the leg reports %q", got)
	}
	leg.Hangup(call.HangUpLeg{})
	c.answer(c.want("BYE"), "200")
	c.idle()
}

// TestRefusedOffers: what the exchange answers becomes a status.
func TestRefusedOffers(t *testing.T) {
	t.Parallel()
	c := newCarrierWire(t)
	for i, k := range []struct {
		kind   webtrunk.Kind
		status string
	}{
		{webtrunk.Unavailable, "503"}, {webtrunk.Exhausted, "503"}, {webtrunk.Forbidden, "403"},
		{webtrunk.NotFound, "404"}, {webtrunk.Invalid, "404"}, {webtrunk.Internal, "500"},
	} {
		c.edge.mu.Lock()
		c.edge.exchange = &desk{refuse: &webtrunk.Error{Kind: k.kind, Message: "secret reason"}}
		c.edge.mu.Unlock()
		c.send(c.arriving(i).String())
		res := c.want(k.status)
		if k.status == "503" && res.get("Retry-After") == "" {
			t.Error("503 without Retry-After")
		}
		if bytes.Contains(res.bytes, []byte("secret")) {
			t.Errorf("the reason was told to the trunk:\n%s", res.bytes)
		}
	}
}

// TestPanicEndsOneCall: a panic in one call is answered 500 and counted; the
// next call is whole. In a call that is up, it ends that call by BYE.
func TestPanicEndsOneCall(t *testing.T) {
	t.Parallel()
	c := newCarrierWire(t)
	c.edge.mu.Lock()
	c.edge.exchange = &desk{panics: true}
	c.edge.mu.Unlock()
	c.send(c.arriving(0).String())
	c.want("500")

	c.edge.mu.Lock()
	c.edge.exchange = c.desk
	c.edge.mu.Unlock()
	c.send(c.arriving(1).String())
	o := <-c.desk.offers
	o.leg.Answer()
	ok := c.want("200")
	ack := c.arriving(1)
	ack.start = strings.Replace(ack.start, "INVITE", "ACK", 1)
	ack.set("CSeq", "1 ACK")
	ack.set("To", ok.get("To"))
	ack.body = ""
	c.send(ack.String())
	legOf(o.leg).box.post(func() { panic("a fault of ours") })
	c.answer(c.want("BYE"), "200")
	if got := describeInput(c.next(c.desk.reports)); got != "ended failed" {
		t.Errorf("the leg reports %q", got)
	}
	eventually(t, "both finished", func() bool { return c.edge.Stats().Legs == 0 })
	if n := c.edge.Stats().Panics; n != 2 {
		t.Errorf("%d panics counted", n)
	}
}

// TestMetadataCannotInject: nothing of a call's metadata can add a line to an
// INVITE. It is refused before anything is sent.
func TestMetadataCannotInject(t *testing.T) {
	t.Parallel()
	c := newCarrierWire(t)
	for _, context := range []map[string]string{
		{"page": "a\r\nRoute: <sip:evil>"}, {"page": "a\nb"}, {"page": "a\rb"}, {"page": "a\x00b"}, {"page": "\xff\xfe"},
		{"page": "a\u2028b"}, {"page": "a\u0085b"}, {"page": strings.Repeat("x", maxContextValue+1)},
		{"pa\r\nge": "x"}, {"pa:ge": "x"}, {"": "x"}, {strings.Repeat("k", maxContextKey+1): "x"},
	} {
		_, err := c.edge.Dial(t.Context(), call.Leg{Address: webtrunk.Address{Scheme: webtrunk.Tel, Value: "+15550100200"}, Context: context}, nil)
		if webtrunk.KindOf(err) != webtrunk.Invalid {
			t.Errorf("%q: %v", context, err)
		}
	}
	many := map[string]string{}
	for i := range maxContext + 1 {
		many[fmt.Sprint("k", i)] = "v"
	}
	if _, err := c.edge.Dial(t.Context(), call.Leg{Address: webtrunk.Address{Scheme: webtrunk.Tel, Value: "+15550100200"}, Context: many}, nil); err == nil {
		t.Error("too many entries are taken")
	}
	if s := c.edge.Stats(); s.Sent != 0 || s.Legs != 0 {
		t.Errorf("something was sent: %+v", s)
	}
}

// TestOnlyTelephonesAreDialled: an address of another scheme has no trunk.
func TestOnlyTelephonesAreDialled(t *testing.T) {
	t.Parallel()
	c := newCarrierWire(t)
	_, err := c.edge.Dial(t.Context(), call.Leg{Address: webtrunk.Address{Scheme: webtrunk.SIP, Value: "a@b"}}, nil)
	if webtrunk.KindOf(err) != webtrunk.Unsupported {
		t.Error(err)
	}
}

// TestLegSaysWhatItCannot: wishes that a leg cannot fulfil are errors with a
// sentence, and after the end every wish is.
func TestLegSaysWhatItCannot(t *testing.T) {
	t.Parallel()
	c := newCarrierWire(t)
	reports := make(chan call.Input, 8)
	l := c.dial(reports).(switchboard.Leg)
	for name, err := range map[string]error{"answer": l.Answer(), "ring": l.Progress(false), "digits": l.SendDigits("12x")} {
		if err == nil || webtrunk.MessageOf(err, "") == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	c.answer(c.want("INVITE"), "486")
	c.want("ACK")
	if got := describeInput(c.next(reports)); got != "ended busy 486" {
		t.Fatal(got)
	}
	c.idle()
	eventually(t, "wishes refused", func() bool { return l.Hold() != nil && l.Resume() != nil && l.SendDigits("1") != nil })
	l.Hangup(call.HangUpLeg{})
}

// TestDrainWaits: draining ends when the last call has.
func TestDrainWaits(t *testing.T) {
	t.Parallel()
	c := newCarrierWire(t)
	reports := make(chan call.Input, 8)
	c.dial(reports)
	invite := c.want("INVITE")
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := c.edge.Drain(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("a call is up, and Drain says %v", err)
	}
	drained := make(chan error)
	go func() { drained <- c.edge.Drain(context.Background()) }()
	c.answer(invite, "486")
	if err := <-drained; err != nil {
		t.Error(err)
	}
}

// TestLateAnswersAreForgotten: what is kept of a finished call for late
// answers goes after the linger time.
func TestLateAnswersAreForgotten(t *testing.T) {
	t.Parallel()
	w := newWire(t, "127.0.0.1:0")
	cfg := testConfig(t, w.addr())
	cfg.Timers.Linger = 50 * time.Millisecond
	e, _ := startEdge(t, cfg)
	w.edge = e.Addr()
	c := &carrierWire{wire: w, edge: e, last: map[string]raw{}}
	for range 5 {
		reports := make(chan call.Input, 8)
		leg := c.dial(reports)
		c.answer(c.want("INVITE"), "200")
		c.want("ACK")
		leg.Hangup(call.HangUpLeg{})
		c.answer(c.want("BYE"), "200")
	}
	c.idle()
	eventually(t, "all forgotten", func() bool { return e.Stats().Known == 0 })
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.invites)+len(e.merges)+len(e.open) != 0 {
		t.Errorf("left: %d invites, %d merges, %d open", len(e.invites), len(e.merges), len(e.open))
	}
}

// TestLogsHoldNoPackets: a message that cannot be parsed, and the library's
// own remarks, leave nothing of their bytes in our log.
func TestLogsHoldNoPackets(t *testing.T) {
	t.Parallel()
	w := newWire(t, "127.0.0.1:0")
	cfg := testConfig(t, w.addr())
	var log lockedBuffer
	cfg.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	e, _ := startEdge(t, cfg)
	w.edge = e.Addr()
	w.send("INVITE sip:x SIP/2.0\r\nVia: broken pin=1234\r\n\r\n")
	w.send("SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK1234\r\nFrom: <sip:a@b>;tag=1234\r\nTo: <sip:a@b>\r\nCall-ID: 1234\r\nCSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n")
	eventually(t, "both counted", func() bool { return e.Stats().Malformed == 1 && e.Stats().Stray == 1 })
	e.Close()
	if strings.Contains(log.String(), "1234") {
		t.Errorf("the log holds what a stranger wrote:\n%s", log.String())
	}
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}
