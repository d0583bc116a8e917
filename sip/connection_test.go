package sip

import (
	"bytes"
	"crypto/tls"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"webtrunk/call"
	"webtrunk/trunk"
)

// overTCPWire is a carrier over TCP or TLS that a Go test speaks for.
func overTCPWire(t *testing.T, over trunk.Transport, change func(*Config)) *carrierWire {
	t.Helper()
	w := newWire(t, "127.0.0.1:0")
	cfg := testConfig(t, w.addr())
	if over == trunk.TLSOverIP {
		w.overTLS(&cfg)
	} else {
		w.overTCP(&cfg)
	}
	if change != nil {
		change(&cfg)
	}
	e, d := startEdge(t, cfg)
	w.edge = e.AddrOf(over)
	return &carrierWire{wire: w, edge: e, desk: d, run: 7, last: map[string]raw{}}
}

func (c *carrierWire) options(i int) raw {
	m := c.arriving(i)
	m.start = strings.Replace(m.start, "INVITE", "OPTIONS", 1)
	m.set("CSeq", "1 OPTIONS")
	m.remove("Content-Type")
	m.body = ""
	return m
}

// dialFrom connects from an address of the loopback network.
func dialFrom(t *testing.T, from string, to netip.AddrPort) net.Conn {
	t.Helper()
	d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}, Timeout: patience}
	conn, err := d.Dial("tcp", to.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

// ends waits until a connection is closed by its peer, and returns what came over it.
func ends(t *testing.T, conn net.Conn) []byte {
	t.Helper()
	conn.SetReadDeadline(time.Now().Add(patience))
	b, err := io.ReadAll(conn)
	if e := net.Error(nil); errors.As(err, &e) && e.Timeout() {
		t.Fatal("the connection is not closed")
	}
	return b
}

// turnedAway connects, speaks, and is ended without a byte, perhaps before the
// connection is known to be made.
func turnedAway(t *testing.T, from string, at netip.AddrPort) {
	t.Helper()
	d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}, Timeout: patience}
	conn, err := d.Dial("tcp", at.String())
	if err != nil {
		return
	}
	defer conn.Close()
	_, _ = conn.Write([]byte("OPTIONS sip:x SIP/2.0\r\nContent-Length: 0\r\n\r\n"))
	if b := ends(t, conn); len(b) != 0 {
		t.Errorf("%s hears %q", from, b)
	}
}

// TestStrangersCannotConnect: a connection from an address that no trunk
// trusts ends without a byte, also where TLS would begin.
func TestStrangersCannotConnect(t *testing.T) {
	t.Parallel()
	for _, over := range []trunk.Transport{trunk.TCP, trunk.TLSOverIP} {
		c := overTCPWire(t, over, nil)
		for range 20 {
			turnedAway(t, "127.0.0.2", c.wire.edge)
		}
		eventually(t, "counted", func() bool { return c.edge.Stats().Strangers == 20 })
		if s := c.edge.Stats(); s.Connections != 0 || s.Sent != 0 || s.Received != 0 {
			t.Errorf("counted %+v", s)
		}
	}
}

// TestHalfOpenTLSBlocksNobody: connections on which TLS never begins are
// given up after a time, and calls come and go meanwhile.
func TestHalfOpenTLSBlocksNobody(t *testing.T) {
	t.Parallel()
	c := overTCPWire(t, trunk.TLSOverIP, func(cfg *Config) { cfg.Timers.Handshake = 2 * time.Second })
	var open []net.Conn
	for range 10 {
		open = append(open, dialFrom(t, "127.0.0.1", c.wire.edge))
	}
	eventually(t, "all in", func() bool { return c.edge.Stats().Connections == 10 })
	c.send(c.options(1).String())
	c.want("200")
	for _, conn := range open {
		ends(t, conn)
	}
	eventually(t, "all given up", func() bool { return c.edge.Stats().Connections == 1 })
}

// TestTLSIsAtLeast12, both ways.
func TestTLSIsAtLeast12(t *testing.T) {
	t.Parallel()
	c := overTCPWire(t, trunk.TLSOverIP, nil)
	old := tls.Client(dialFrom(t, "127.0.0.1", c.wire.edge), &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11})
	if err := old.Handshake(); err == nil {
		t.Error("TLS 1.1 is agreed")
	}
	if out := c.edge.lines()[0].tls; out.MinVersion != tls.VersionTLS12 || out.InsecureSkipVerify {
		t.Errorf("connections of ours are made with %+v", out)
	}
}

// TestCarrierIsProved: a carrier whose certificate names another, or was
// signed by nobody that we believe, gets no byte of a call.
func TestCarrierIsProved(t *testing.T) {
	t.Parallel()
	stranger := newAuthority(t)
	for name, spoil := range map[string]func(*trunk.TLS){
		"another name":      func(s *trunk.TLS) { s.ServerName = "sip.other.example" },
		"no name at all":    func(s *trunk.TLS) { s.ServerName = "" }, // then it is the proxy's, an address here
		"another authority": func(s *trunk.TLS) { s.CA = stranger.PEM },
		"the system's":      func(s *trunk.TLS) { s.CA = "" },
	} {
		c := overTCPWire(t, trunk.TLSOverIP, func(cfg *Config) { spoil(&cfg.Network.Trunks[0].TLS) })
		reports := make(chan call.Input, 8)
		c.dial(reports)
		if got := describeInput(c.next(reports)); got != "ended unreachable" {
			t.Errorf("%s: the leg reports %s", name, got)
		}
		if _, _, heard := c.receive(time.Millisecond); heard {
			t.Errorf("%s: the carrier was told of the call", name)
		}
	}
}

// TestTLSSettingsAreExplained: what cannot be is refused before it is used.
func TestTLSSettingsAreExplained(t *testing.T) {
	a := newAuthority(t)
	_, one, _ := a.issue("a.example")
	_, _, two := a.issue("b.example")
	for says, settings := range map[string]trunk.TLS{
		"holds no certificate": {CA: "nonsense"},
		"cannot be used":       {Certificate: one, Key: two},
	} {
		cfg := testConfig(t, netip.MustParseAddrPort("127.0.0.1:5061"))
		cfg.Network.Trunks[0].Transport, cfg.Network.Trunks[0].TLS = trunk.TLSOverIP, settings
		if e, err := Listen(cfg); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("want %q, got %v", says, err)
			if err == nil {
				e.Close()
			}
		}
	}
	cfg := testConfig(t, netip.MustParseAddrPort("127.0.0.1:5061"))
	cfg.ListenTLS = cfg.Listen
	if _, err := Listen(cfg); err == nil || !strings.Contains(err.Error(), "needs a certificate") {
		t.Errorf("without a certificate: %v", err)
	}
}

// TestSlowMessageEnds: a peer that trickles a message is cut off at an absolute
// deadline, though each of its bytes comes soon after the one before.
func TestSlowMessageEnds(t *testing.T) {
	t.Parallel()
	c := overTCPWire(t, trunk.TCP, func(cfg *Config) { cfg.Timers.Message = 200 * time.Millisecond })
	conn := dialFrom(t, "127.0.0.1", c.wire.edge)
	text := strings.Repeat("X: a long message that never ends\r\n", 1000)
	began := time.Now()
	for i := 0; ; i++ {
		if _, err := conn.Write([]byte(text[i : i+1])); err != nil {
			break
		}
		if time.Since(began) > patience {
			t.Fatal("it goes on and on")
		}
		time.Sleep(5 * time.Millisecond) // the peer's slowness
	}
	c.send(c.options(1).String())
	c.want("200")
}

// TestIdleConnectionEnds: one between messages ends after its own time, which
// messages renew.
func TestIdleConnectionEnds(t *testing.T) {
	t.Parallel()
	c := overTCPWire(t, trunk.TCP, func(cfg *Config) { cfg.Timers.Idle = 100 * time.Millisecond })
	c.send(c.options(1).String())
	c.want("200")
	eventually(t, "ended", func() bool { return c.edge.Stats().Connections == 0 })
}

// TestConnectionsAreCapped: per source and in all, and one that ends makes room.
func TestConnectionsAreCapped(t *testing.T) {
	t.Parallel()
	c := overTCPWire(t, trunk.TCP, func(cfg *Config) {
		cfg.Bounds.PerSource, cfg.Bounds.Connections = 2, 3
		cfg.Network.Trunks[0].Sources = []netip.Prefix{netip.MustParsePrefix("127.0.0.5/32")}
	})
	first := dialFrom(t, "127.0.0.1", c.wire.edge)
	dialFrom(t, "127.0.0.1", c.wire.edge)
	eventually(t, "two in", func() bool { return c.edge.Stats().Connections == 2 })
	turnedAway(t, "127.0.0.1", c.wire.edge)
	dialFrom(t, "127.0.0.5", c.wire.edge)
	eventually(t, "three in", func() bool { return c.edge.Stats().Connections == 3 })
	turnedAway(t, "127.0.0.5", c.wire.edge)
	if n := c.edge.Stats().Crowded; n != 2 {
		t.Errorf("%d were turned away", n)
	}
	first.Close()
	eventually(t, "room", func() bool { return c.edge.Stats().Connections == 2 })
	conn := dialFrom(t, "127.0.0.1", c.wire.edge)
	if _, err := conn.Write([]byte("\r\n\r\n")); err != nil {
		t.Fatal(err)
	}
	pong := make([]byte, 2)
	conn.SetReadDeadline(time.Now().Add(patience))
	if _, err := io.ReadFull(conn, pong); err != nil {
		t.Error("nobody is let in any more: ", err)
	}
}

// TestFramesThatEnd: a message whose end nobody can know ends its connection;
// one that is framed and no good is dropped alone.
func TestFramesThatEnd(t *testing.T) {
	t.Parallel()
	c := overTCPWire(t, trunk.TCP, nil)
	for _, text := range []string{
		"OPTIONS sip:x SIP/2.0\r\nSubject: no length\r\n\r\n",
		"OPTIONS sip:x SIP/2.0\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
		"OPTIONS sip:x SIP/2.0\r\nContent-Length: 70000\r\n\r\n",
	} {
		conn := dialFrom(t, "127.0.0.1", c.wire.edge)
		if _, err := conn.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
		ends(t, conn)
	}
	for _, text := range []string{
		"OPTIONS sip:x SIP/2.0\r\nSubject: a\x00b\r\nContent-Length: 0\r\n\r\n",
		"OPTIONS sip:x SIP/2.0\r\nVia: SIP/2.0/TCP 127.0.0.1\nEvil: yes\r\nContent-Length: 0\r\n\r\n",
		"OPTIONS sip:x SIP/2.0\r\n" + strings.Repeat("X: y\r\n", maxHeaders) + "Content-Length: 0\r\n\r\n",
		"no SIP at all\r\nContent-Length: 3\r\n\r\nabc",
	} {
		c.send(text)
	}
	c.send(c.options(1).String())
	c.want("200")
	if s := c.edge.Stats(); s.Oversize != 1 || s.Malformed != 6 {
		t.Errorf("counted %+v", s)
	}
}

// TestManyInOneRead: messages that come in one segment, or in pieces, are the
// same messages.
func TestManyInOneRead(t *testing.T) {
	t.Parallel()
	c := overTCPWire(t, trunk.TCP, nil)
	var all strings.Builder
	for i := range 5 {
		all.WriteString("\r\n" + c.options(i).String())
	}
	c.send(all.String())
	for range 5 {
		c.want("200")
	}
	big := c.options(6)
	big.set("Content-Type", "text/plain")
	big.body = strings.Repeat("x", 40<<10) // more than the library reads at once
	text := big.String()
	for piece := range slices.Chunk([]byte(text), 9000) {
		c.send(string(piece))
	}
	c.want("200")
}

// TestRateOfASource: datagrams beyond an address's rate are dropped, and
// counted; messages over a connection wait.
func TestRateOfASource(t *testing.T) {
	t.Parallel()
	w := newWire(t, "127.0.0.1:0")
	cfg := testConfig(t, w.addr())
	cfg.Bounds.Rate, cfg.Bounds.Burst = 0.001, 3
	e, d := startEdge(t, cfg)
	w.edge = e.Addr()
	c := &carrierWire{wire: w, edge: e, desk: d, run: 8, last: map[string]raw{}}
	for i := range 10 {
		c.send(c.options(i).String())
	}
	eventually(t, "counted", func() bool { return e.Stats().Throttled == 7 })
	for range 3 {
		c.want("200")
	}

	c = overTCPWire(t, trunk.TCP, func(cfg *Config) { cfg.Bounds.Rate, cfg.Bounds.Burst = 50, 1 })
	began := time.Now()
	for i := range 6 {
		c.send(c.options(i).String())
	}
	for range 6 {
		c.want("200")
	}
	if took := time.Since(began); took < 90*time.Millisecond { // five of them wait for 20 ms
		t.Errorf("six messages were taken in %v", took)
	}
}

// TestSourcesAreBounded: of a network of sources, those that spoke last are
// remembered.
func TestSourcesAreBounded(t *testing.T) {
	s := newSources(Bounds{Rate: 1, Burst: 1, Sources: 100})
	now := time.Now()
	at := func(i int) netip.Addr { return netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}) }
	for i := range 100000 {
		if !s.take(at(i), now) {
			t.Fatal("a source is refused its first message")
		}
	}
	if len(s.known) != 100 || s.recent.Len() != 100 {
		t.Errorf("%d sources are remembered", len(s.known))
	}
	if s.take(at(99999), now) || !s.take(at(0), now) || !s.take(at(99999), now.Add(time.Second)) {
		t.Error("not the last ones are remembered, or not what they have sent")
	}
}

// TestTwoTrunksOfOneProxy share an address and no connection: each call takes
// its own trunk's.
func TestTwoTrunksOfOneProxy(t *testing.T) {
	t.Parallel()
	c := overTCPWire(t, trunk.TCP, func(cfg *Config) {
		other := cfg.Network.Trunks[0]
		other.Name, other.Domain = "other", "other.example"
		cfg.Network.Trunks = append(cfg.Network.Trunks, other)
	})
	for i, name := range []string{"carrier", "other", "carrier", "other"} {
		reports := make(chan call.Input, 8)
		leg := call.Leg{ID: 2, Call: "call_test", Trunk: name, Address: c.edge.lines()[0].Identity.CallerID}
		if _, err := dialRecorded(c.edge, leg, &recorder{}, func(in call.Input) { reports <- in }); err != nil {
			t.Fatal(err)
		}
		invite := c.want("INVITE")
		if i < 2 {
			eventually(t, "a connection of its own", func() bool { return c.stream.arrivals() == i+1 })
			c.answer(invite, "486")
			c.want("ACK")
			c.next(reports)
		}
	}
	if n := c.stream.arrivals(); n != 2 {
		t.Errorf("%d connections were opened", n)
	}
}

// TestRemovedTrunkIsTurnedOut: a peer that is trusted no more loses its connection.
func TestRemovedTrunkIsTurnedOut(t *testing.T) {
	t.Parallel()
	c := overTCPWire(t, trunk.TCP, nil)
	conn := dialFrom(t, "127.0.0.1", c.wire.edge)
	eventually(t, "in", func() bool { return c.edge.Stats().Connections == 1 })
	network := c.edge.roster.Load().network
	network.Trunks = slices.Clone(network.Trunks)
	network.Trunks[0].Proxy = "127.0.0.9:5060"
	if err := c.edge.SetNetwork(network); err != nil {
		t.Fatal(err)
	}
	ends(t, conn)
}

// TestDeafPeerBlocksNobody: one that reads nothing is given up when its time
// to take a message is over, and other connections are served meanwhile.
func TestDeafPeerBlocksNobody(t *testing.T) {
	t.Parallel()
	c := overTCPWire(t, trunk.TCP, func(cfg *Config) { cfg.Timers.Write = 300 * time.Millisecond })
	deaf := dialFrom(t, "127.0.0.1", c.wire.edge).(*net.TCPConn)
	_ = deaf.SetReadBuffer(1 << 10)
	big := c.options(0)
	big.set("Via", big.get("Via")+";pad="+strings.Repeat("x", 8<<10)) // comes back in the answer
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		for i := range 100000 {
			big.set("Call-ID", "deaf"+strings.Repeat("i", i%50))
			big.set("Via", strings.Replace(big.get("Via"), ";branch=z9hG4bK", ";branch=z9hG4bK"+string(rune('a'+i%26)), 1))
			if _, err := deaf.Write([]byte(big.String())); err != nil {
				return
			}
		}
	}()
	for i := range 20 {
		c.send(c.options(i).String())
		c.want("200")
	}
	select {
	case <-gone:
	case <-time.After(patience):
		t.Error("the deaf peer is still served")
		deaf.Close()
		<-gone
	}
}

// TestRedialsAreSpaced: while a trunk cannot be connected to, what is sent over
// it fails at once and it is not dialled for each message; when it is back, it
// is found.
func TestRedialsAreSpaced(t *testing.T) {
	t.Parallel()
	c := overTCPWire(t, trunk.TCP, nil)
	n, at := c.edge.lines()[0], hop{trunk.TCP, c.addr()}
	c.stream.listener.Close()
	connect := func() (*connection, error) {
		type outcome struct {
			s   *connection
			err error
		}
		done := make(chan outcome, 1)
		n.connect(at, func(s *connection, err error) { done <- outcome{s, err} })
		o := <-done
		return o.s, o.err
	}
	_, first := connect()
	for first != nil { // from the second failure on, the pause is long enough to be seen
		n.linksMu.Lock()
		k := n.links[at]
		pause, fails := time.Until(k.idle), k.fails
		n.linksMu.Unlock()
		if _, again := connect(); fails > 1 && pause > firstRedial && again != first {
			t.Fatalf("dialled again with %v to wait", pause)
		} else if fails > 1 && pause > firstRedial {
			break
		} else {
			first = again
		}
	}
	if first == nil {
		t.Fatal("connected to nobody")
	}
	back, err := net.Listen("tcp4", at.to.String())
	if err != nil {
		t.Fatal(err)
	}
	defer back.Close()
	eventually(t, "back", func() bool { s, err := connect(); return err == nil && s.alive() })
}

// TestParserPanicOverTCP: what the parser falls over is dropped alone (fault 21
// of the library: it recovers from nothing).
func TestParserPanicOverTCP(t *testing.T) {
	e := &Edge{log: slog.New(slog.DiscardHandler)}
	c := &connection{e: e} // without a parser: to use it panics
	if c.readable([]byte("OPTIONS sip:x SIP/2.0\r\nContent-Length: 0\r\n\r\n")) || e.counters.panics.Load() != 1 {
		t.Error("the panic is not caught")
	}
}

// TestLogsHoldNothingOfConnections: as TestLogsHoldNoPackets, over TCP (fault 20).
func TestLogsHoldNothingOfConnections(t *testing.T) {
	t.Parallel()
	var log lockedBuffer
	c := overTCPWire(t, trunk.TCP, func(cfg *Config) {
		cfg.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	c.send("INVITE sip:x SIP/2.0\r\nVia: broken pin=98761234\r\nContent-Length: 0\r\n\r\n")
	c.send("INVITE sip:98761234 SIP/2.0\r\nContent-Length: x98761234\r\n\r\n")
	eventually(t, "both counted", func() bool { return c.edge.Stats().Malformed == 2 })
	c.edge.Close()
	if bytes.Contains([]byte(log.String()), []byte("98761234")) {
		t.Errorf("the log holds what a peer wrote:\n%s", log.String())
	}
}
