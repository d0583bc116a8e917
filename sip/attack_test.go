package sip

import (
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"

	"webtrunk/trunk"
)

// saysOverUDP sends a datagram from the carrier's own address and returns what
// comes back within a moment.
func saysOverUDP(t *testing.T, e *Edge, text string) string {
	t.Helper()
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	count := func() uint64 { s := e.Stats(); return s.Received + s.Strangers + s.Throttled }
	before := count()
	if _, err := conn.WriteToUDPAddrPort([]byte(text), e.Addr()); err != nil {
		t.Fatal(err)
	}
	eventually(t, "counted", func() bool { return count() != before })
	b := make([]byte, 2000)
	conn.SetReadDeadline(time.Now().Add(20 * time.Millisecond))
	n, _, _ := conn.ReadFromUDPAddrPort(b)
	return string(b[:n])
}

// A trunk over TLS hears nothing else: whoever can forge its carrier's address
// in a datagram, or stands there without a certificate, calls nobody and learns
// nothing.
func TestATrunkOverTLSHearsTLSAlone(t *testing.T) {
	t.Parallel()
	c := overTCPWire(t, trunk.TLSOverIP, func(cfg *Config) { cfg.ListenTCP = cfg.Listen })
	for _, text := range []string{c.options(1).String(), c.arriving(2).String()} {
		if said := saysOverUDP(t, c.edge, strings.ReplaceAll(text, "SIP/2.0/TLS", "SIP/2.0/UDP")); said != "" {
			t.Errorf("a datagram is answered\n%s", said)
		}
	}
	if conn, err := net.DialTimeout("tcp", c.edge.AddrOf(trunk.TCP).String(), patience); err == nil { // else it was reset by then
		defer conn.Close()
		if said := ends(t, conn); len(said) > 0 {
			t.Errorf("a connection without TLS is told %q", said)
		}
	}
	eventually(t, "counted", func() bool { return c.edge.Stats().Strangers == 3 })
	if s := c.edge.Stats(); s.Strangers != 3 || s.Received != 0 || len(c.desk.offers) != 0 {
		t.Errorf("%d were turned away, %d heard, %d calls offered", s.Strangers, s.Received, len(c.desk.offers))
	}
	c.wire.stream.connect(c.wire.edge)
	c.send(c.options(3).String())
	c.want("200")
}

// Datagrams that bear a carrier's address use up no more than datagrams may:
// the same carrier's connection is read as before.
func TestForgedDatagramsDoNotSlowAConnection(t *testing.T) {
	t.Parallel()
	c := overTCPWire(t, trunk.TCP, func(cfg *Config) { cfg.Bounds = Bounds{Rate: 0.001, Burst: 3} })
	for i := range 5 {
		saysOverUDP(t, c.edge, strings.ReplaceAll(c.options(10+i).String(), "SIP/2.0/TCP", "SIP/2.0/UDP"))
	}
	if s := c.edge.Stats(); s.Throttled != 2 {
		t.Fatalf("%d datagrams were dropped", s.Throttled)
	}
	c.wire.stream.connect(c.wire.edge)
	c.send(c.options(20).String())
	c.want("200")
}

// What DNS says of a carrier is believed as a source, so that an answer must
// not make one of this machine, of nobody or of everybody.
func TestDNSMakesNoCarrierOfThisMachine(t *testing.T) {
	t.Parallel()
	dns := newNameServer(t)
	dns.change(func() {
		dns.a["poisoned.example"] = addrs("127.0.0.1", "0.0.0.0", "255.255.255.255", "224.0.0.1", "192.0.2.7")
		dns.a["local.example"] = addrs("127.0.0.1")
		dns.a["localhost"] = addrs("127.0.0.1")
	})
	e := &Edge{cfg: Config{Listen: netip.MustParseAddrPort("192.0.2.1:0"), Resolver: dns.resolver()}, address: netip.MustParseAddr("192.0.2.1")}
	for proxy, want := range map[string]string{"poisoned.example:5060": "192.0.2.7:5060", "local.example:5060": "", "localhost:5060": "127.0.0.1:5060"} {
		servers, err := e.locate(t.Context(), trunk.Trunk{Proxy: proxy})
		var got []string
		for _, a := range inOrder(servers, func(int) int { return 0 }) {
			got = append(got, a.String())
		}
		if strings.Join(got, " ") != want || (err != nil) != (want == "") {
			t.Errorf("%s is at %v (%v), want %q", proxy, got, err, want)
		}
	}
}

// A name that leads elsewhere each time lets in so many addresses and no more:
// those of the last answers.
func TestANameThatWandersLetsFewIn(t *testing.T) {
	t.Parallel()
	w, now := newWhereabouts(), time.Now()
	at := func(i int) netip.AddrPort {
		return netip.AddrPortFrom(netip.AddrFrom4([4]byte{198, 18, byte(i >> 8), byte(i)}), 5060)
	}
	const answers = 4 * maxSeen
	for i := range answers {
		w.found([]server{{at: []netip.AddrPort{at(i)}}}, nil, now.Add(time.Duration(i)*time.Millisecond))
	}
	if n := len(*w.trusted.Load()); n != maxSeen || !w.trusts(at(answers-1).Addr()) || w.trusts(at(0).Addr()) {
		t.Errorf("%d addresses are trusted", n)
	}
}

// A description that names this machine, or everybody on the network, has no
// sound sent there.
func TestSoundGoesToNobodyHere(t *testing.T) {
	t.Parallel()
	for address, goes := range map[string]bool{"127.0.0.1": false, "127.1.2.3": false, "255.255.255.255": false, "192.0.2.7": true} {
		body := strings.ReplaceAll(sdpOf("pcmu"), "127.0.0.1", address)
		s := sessionOf(trunk.SRTPOff)
		d, err := parseSDP([]byte(body))
		if err == nil {
			_, err = s.answer(d)
		}
		if s.remote.IsValid() != goes || s.control.IsValid() != goes {
			t.Errorf("%s: sound goes to %v, reports to %v (%v)", address, s.remote, s.control, err)
		}
	}
	s := sessionOf(trunk.SRTPOff)
	d, err := parseSDP([]byte(strings.ReplaceAll(sdpOf("pcmu"), "127.0.0.1", "192.0.2.7") + "a=rtcp:9 IN IP4 127.0.0.1\r\n"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.answer(d); err != nil || s.control.Addr().IsLoopback() {
		t.Errorf("reports go to %v (%v)", s.control, err)
	}
}

// A name with more dead addresses than are passed over at once is found dead,
// and its registration and OPTIONS fail: they are not tried round and round.
func TestANameOfDeadAddressesFails(t *testing.T) {
	t.Parallel()
	n := newNamed(t, func(cfg *Config) { cfg.Timers.PassOver = time.Nanosecond })
	l := n.edge.lines()[0]
	eventually(t, "resolved", func() bool { return l.proxy().IsValid() })
	failed := make(chan error, 1)
	go func() {
		_, err := l.errand(l.account(), l.atDomain(), l.atDomain()).ask(t.Context(), "OPTIONS", 10*time.Millisecond, func(*sip.Request) {})
		failed <- err
	}()
	select {
	case err := <-failed:
		if err != errSilent {
			t.Error(err)
		}
	case <-time.After(patience):
		t.Fatal("it is asked for ever")
	}
}

// A datagram that is refused at the door is answered by at most twice its bytes:
// whoever forges a source has little of it.
func TestARefusalAtTheDoorIsNoEcho(t *testing.T) {
	t.Parallel()
	c := newCarrierWire(t)
	for _, text := range []string{
		"X sip:a SIP/2.0\r\nv: SIP/2.0/UDP a;rport\r\n\r\n",
		"OPTIONS sip:a SIP/3.0\r\nv:SIP/2.0/UDP a;rport\r\n\r\n",
		"OPTIONS sip:a SIP/2.0\r\nv:SIP/2.0/UDP a;rport\r\nf:<sip:a>\r\nt:<sip:a>\r\ni:1\r\nCSeq:1 OPTIONS\r\n\r\n",
	} {
		if said := saysOverUDP(t, c.edge, text); len(said) > maxEcho*len(text) {
			t.Errorf("%d bytes are answered by %d\n%s", len(text), len(said), said)
		}
	}
	m := c.options(1)
	m.start = strings.Replace(m.start, "SIP/2.0", "SIP/3.0", 1)
	m.set("User-Agent", strings.Repeat("a telephone ", 8))
	if said := saysOverUDP(t, c.edge, m.String()); !strings.HasPrefix(said, "SIP/2.0 505 ") {
		t.Errorf("a whole request is answered by %q", said)
	}
}
