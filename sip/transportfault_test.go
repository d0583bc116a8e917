package sip

import (
	"errors"
	"net"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/trunk"
)

// The library has measured faults in its transports. These tests show that the
// edge stays clear of each.

// TestFault11LongMessages: over UDP the library refuses to send more than 1,300
// bytes, responses too. Ours go out whole.
func TestFault11LongMessages(t *testing.T) {
	t.Parallel()
	c := newCarrierWire(t)
	context := map[string]string{}
	for _, key := range strings.Split("abcdefghijklmnop", "") {
		context[key] = strings.Repeat(key, maxContextValue)
	}
	reports := make(chan call.Input, 8)
	_, err := dialRecorded(c.edge, call.Leg{ID: 2, Call: "call_test", Address: webtrunk.Address{Scheme: webtrunk.Tel, Value: "+15550100200"}, Context: context},
		&recorder{}, func(in call.Input) { reports <- in })
	if err != nil {
		t.Fatal(err)
	}
	invite := c.want("INVITE")
	if len(invite.bytes) < 4000 || invite.get("X-Webtrunk-p") != context["p"] {
		t.Errorf("the INVITE is %d bytes long", len(invite.bytes))
	}
	c.answer(invite, "486")
	c.want("ACK")
	options := c.options(1)
	for i := range 40 { // each comes back in the response
		options.headers = append(options.headers, [2]string{"Via", "SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK" + strings.Repeat("x", 30+i)})
	}
	c.send(options.String())
	if ok := c.want("200"); len(ok.bytes) < 3000 {
		t.Errorf("the response is %d bytes long", len(ok.bytes))
	}
}

// TestFault12SourcesStay: the library keeps each UDP source for ever. It sees
// one for each address that a trunk trusts; TestSourcesAreForgotten counts them.
func TestFault12SourcesStay(t *testing.T) {
	t.Parallel()
	a, b := sourceAddr(netip.MustParseAddr("192.0.2.1")), sourceAddr(netip.MustParseAddr("192.0.2.2"))
	if a.String() != "192.0.2.1:0" || a.String() == b.String() {
		t.Errorf("sources are filed as %s and %s", a, b)
	}
}

// TestFault13ReadErrors: the library stops listening at the first error of a
// read. None but the end of the socket reaches it.
func TestFault13ReadErrors(t *testing.T) {
	t.Parallel()
	c := newCarrierWire(t)
	c.edge.door.SetReadDeadline(time.Now().Add(-time.Second)) // each read fails at once
	c.send(c.options(1).String())
	c.edge.door.SetReadDeadline(time.Time{})
	c.want("200")
}

// TestFault14OurPort: the library sends requests from a random port unless the
// bound one is named. Over UDP ours leave from the edge's, over TCP from its address.
func TestFault14OurPort(t *testing.T) {
	t.Parallel()
	c := newCarrierWire(t)
	c.dial(make(chan call.Input, 8))
	b := make([]byte, 65536)
	c.conn.SetReadDeadline(time.Now().Add(patience))
	if _, from, err := c.conn.ReadFromUDPAddrPort(b); err != nil || from != c.edge.Addr() {
		t.Errorf("the INVITE comes from %v, the edge is at %v", from, c.edge.Addr())
	}

	cfg := testConfig(t, c.addr())
	cfg.Listen = netip.MustParseAddrPort("127.0.0.6:0")
	w := newWire(t, "127.0.0.1:0")
	s := w.overTCP(&cfg)
	e, d := startEdge(t, cfg)
	over := &carrierWire{wire: w, edge: e, desk: d, last: map[string]raw{}}
	over.dial(make(chan call.Input, 8))
	over.want("INVITE")
	s.mu.Lock()
	from := s.conns[0].RemoteAddr().(*net.TCPAddr).AddrPort().Addr()
	s.mu.Unlock()
	if from != cfg.Listen.Addr() {
		t.Errorf("the connection comes from %v", from)
	}
}

// TestFault15NameOfTheCertificate: for a destination that is an address, the
// library proves the certificate against the address. Each trunk has its own
// name to prove: the one that is configured, else the proxy's, and not the one
// that SRV leads to (RFC 5922 §7.2).
func TestFault15NameOfTheCertificate(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		certified string
		target    string // of the SRV record
		works     bool
	}{
		{"carrier.example", "edge.carrier.example.", true},
		{"edge.carrier.example", "edge.carrier.example.", false},
		{"127.0.0.1", "edge.carrier.example.", false},
	} {
		dns, a := newNameServer(t), newAuthority(t)
		o := overTCPWire(t, trunk.TLSOverIP, func(cfg *Config) {
			at := netip.MustParseAddrPort(cfg.Network.Trunks[0].Proxy)
			dns.change(func() {
				dns.srv["_sips._tcp.carrier.example"] = []net.SRV{{Target: c.target, Port: at.Port()}}
				dns.a["edge.carrier.example"] = addrs(at.Addr().String())
			})
			cfg.Network.Trunks[0].Proxy, cfg.Resolver = "carrier.example", dns.resolver()
			cfg.Network.Trunks[0].TLS.ServerName, cfg.Network.Trunks[0].TLS.CA = "", a.PEM
		})
		pair, _, _ := a.issue(c.certified)
		o.stream.proof.Store(&pair)
		reports := make(chan call.Input, 8)
		o.dial(reports)
		if !c.works {
			if got := describeInput(o.next(reports)); got != "ended unreachable" {
				t.Errorf("certified as %s: the leg reports %s", c.certified, got)
			}
			continue
		}
		o.answer(o.want("INVITE"), "486")
		o.want("ACK")
	}
}

// TestFault16NamesInTheLibrary: the library resolves names by A before SRV and
// knows one address. It resolves none here, and connects to nobody.
func TestFault16NamesInTheLibrary(t *testing.T) {
	t.Parallel()
	c := overTCPWire(t, trunk.TCP, nil)
	request := func(to, transport string) error {
		n := c.edge.lines()[0]
		d := dialog{callID: "c", local: sip.Uri{Scheme: "sip", User: "a", Host: "b"}, remote: sip.Uri{Scheme: "sip", User: "c", Host: "d"}, localTag: "t"}
		d.target = d.remote
		req := n.request(&d, sip.OPTIONS)
		req.SetTransport(transport)
		req.Laddr = sip.Addr{}
		req.SetDestination(to)
		_, err := c.edge.txs.Request(t.Context(), req)
		return err
	}
	for _, to := range []string{"carrier.example:5060", c.addr().String()} {
		for _, transport := range []string{"TCP", "TLS"} {
			if err := request(to, transport); err == nil || to == c.addr().String() && !errors.Is(err, errNoDialling) {
				t.Errorf("to %s over %s: %v", to, transport, err)
			}
		}
	}
	if n := c.stream.arrivals(); n != 0 {
		t.Errorf("the library has opened %d connections", n)
	}
}

// TestFault19ClosedPort: a UDP port that is closed is not noticed by the
// library. Silence is, after Timer B, and the trunk's next address is tried.
func TestFault19ClosedPort(t *testing.T) {
	t.Parallel()
	n := newNamed(t, nil)
	closed := n.first.addr()
	eventually(t, "resolved", func() bool { return len(n.edge.Stats().Trunks[0].State.Peers) == 2 })
	n.first.conn.Close()
	reports := make(chan call.Input, 8)
	n.second.dial(reports)
	n.second.answer(n.second.want("INVITE"), "486")
	n.second.want("ACK")
	if got := describeInput(n.second.next(reports)); got != "ended busy 486" {
		t.Errorf("the leg reports %s", got)
	}
	if peers := n.edge.Stats().Trunks[0].State.Peers; slices.Index(peers, closed) != 1 {
		t.Errorf("the trunk is at %v", peers)
	}
}
