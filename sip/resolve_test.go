package sip

import (
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"webtrunk/call"
	"webtrunk/trunk"
)

func addrs(list ...string) []netip.Addr {
	var all []netip.Addr
	for _, a := range list {
		all = append(all, netip.MustParseAddr(a))
	}
	return all
}

// TestProxyIsLocated: where the requests of a trunk go, by the rules of RFC
// 3263 §4.2, asked of a real name server.
func TestProxyIsLocated(t *testing.T) {
	t.Parallel()
	dns := newNameServer(t)
	dns.change(func() {
		for _, proto := range []string{"_sip._udp", "_sip._tcp", "_sips._tcp"} {
			port := map[string]uint16{"_sip._udp": 5070, "_sip._tcp": 5080, "_sips._tcp": 5081}[proto]
			dns.srv[proto+".carrier.example"] = []net.SRV{
				{Target: "second.carrier.example.", Port: port + 1, Priority: 20},
				{Target: "first.carrier.example.", Port: port, Priority: 10},
			}
		}
		dns.srv["_sip._udp.half.example"] = []net.SRV{
			{Target: "nowhere.example.", Port: 5060, Priority: 1}, {Target: "first.carrier.example.", Port: 5060, Priority: 2},
		}
		dns.srv["_sip._udp.closed.example"] = []net.SRV{{Target: "."}}
		dns.a["closed.example"] = addrs("127.0.0.9")
		dns.a["carrier.example"] = addrs("127.0.0.9")
		dns.a["first.carrier.example"] = addrs("127.0.0.11", "127.0.0.12")
		dns.a["second.carrier.example"] = addrs("127.0.0.21")
		dns.a["plain.example"] = addrs("127.0.0.31")
	})
	e := &Edge{cfg: Config{Listen: netip.MustParseAddrPort("127.0.0.1:0"), Resolver: dns.resolver()}, address: netip.MustParseAddr("127.0.0.1")}
	for _, c := range []struct {
		proxy     string
		transport trunk.Transport
		want      string // or what the error says
	}{
		{"192.0.2.1", "", "192.0.2.1:5060"},
		{"192.0.2.1", trunk.TLSOverIP, "192.0.2.1:5061"},
		{"192.0.2.1:5090", trunk.TCP, "192.0.2.1:5090"},
		{"carrier.example", "", "127.0.0.11:5070 127.0.0.12:5070 127.0.0.21:5071"},
		{"carrier.example", trunk.TCP, "127.0.0.11:5080 127.0.0.12:5080 127.0.0.21:5081"},
		{"carrier.example", trunk.TLSOverIP, "127.0.0.11:5081 127.0.0.12:5081 127.0.0.21:5082"},
		{"carrier.example:5060", "", "127.0.0.9:5060"}, // a port in the configuration skips SRV
		{"plain.example", "", "127.0.0.31:5060"},
		{"plain.example", trunk.TLSOverIP, "127.0.0.31:5061"},
		{"half.example", "", "127.0.0.11:5060 127.0.0.12:5060"},
		{"closed.example", "", "takes no SIP"},
		{"nowhere.example", "", "no such host"},
	} {
		servers, err := e.locate(t.Context(), trunk.Trunk{Proxy: c.proxy, Transport: c.transport})
		var got []string
		for _, a := range inOrder(servers, func(int) int { return 0 }) {
			got = append(got, a.String())
		}
		if err != nil {
			got = []string{err.Error()}
		}
		if text := strings.Join(got, " "); text != c.want && (err == nil || !strings.Contains(text, c.want)) {
			t.Errorf("%s over %q is at %s, want %s", c.proxy, c.transport, text, c.want)
		}
	}
	dns.change(func() { dns.broken = true })
	if _, err := e.locate(t.Context(), trunk.Trunk{Proxy: "carrier.example"}); err == nil {
		t.Error("a broken name server is taken for one without SRV records")
	}
}

// TestSRVWeights: among servers of one priority chance decides, as their
// weights say, and a lower priority always comes first (RFC 2782).
func TestSRVWeights(t *testing.T) {
	at := func(i byte) []netip.AddrPort {
		return []netip.AddrPort{netip.AddrPortFrom(netip.AddrFrom4([4]byte{192, 0, 2, i}), 5060)}
	}
	servers := []server{{20, 0, at(9)}, {10, 60, at(1)}, {10, 20, at(2)}, {10, 0, at(3)}}
	counts := map[byte]int{}
	for n := range 81 { // each ticket once: 0 is of the one without weight
		drawn := false
		all := inOrder(servers, func(most int) int {
			if drawn {
				return 0
			}
			drawn = true
			if most != 81 {
				t.Fatalf("drawn of %d", most)
			}
			return n
		})
		if len(all) != 4 || all[3] != at(9)[0] {
			t.Fatalf("order %v", all)
		}
		counts[all[0].Addr().As4()[3]]++
	}
	if counts[1] != 60 || counts[2] != 20 || counts[3] != 1 {
		t.Errorf("first came %v", counts)
	}
}

// A named is an edge whose trunk is a name, with two servers behind it.
type named struct {
	dns           *nameServer
	first, second *carrierWire
	edge          *Edge
}

func newNamed(t *testing.T, change func(*Config)) *named {
	t.Helper()
	n := &named{dns: newNameServer(t)}
	one, two := newWire(t, "127.0.0.1:0"), newWire(t, "127.0.0.3:0")
	n.dns.change(func() {
		n.dns.srv["_sip._udp.carrier.example"] = []net.SRV{
			{Target: "one.carrier.example.", Port: one.addr().Port(), Priority: 1},
			{Target: "two.carrier.example.", Port: two.addr().Port(), Priority: 2},
		}
		n.dns.a["one.carrier.example"], n.dns.a["two.carrier.example"] = addrs("127.0.0.1"), addrs("127.0.0.3")
	})
	cfg := testConfig(t, one.addr())
	cfg.Network.Trunks[0].Proxy, cfg.Resolver = "carrier.example", n.dns.resolver()
	cfg.Timers.B = time.Second
	if change != nil {
		change(&cfg)
	}
	e, d := startEdge(t, cfg)
	one.edge, two.edge = e.Addr(), e.Addr()
	n.edge = e
	n.first = &carrierWire{wire: one, edge: e, desk: d, last: map[string]raw{}, run: 1}
	n.second = &carrierWire{wire: two, edge: e, desk: d, last: map[string]raw{}, run: 2, tag: "second"}
	return n
}

// TestNextAddressOfATrunk: an address that is silent, or says 503, is not the
// trunk: the same call goes on to the next, as a transaction of its own, and
// later calls go there at once (RFC 3263 §4.3). What comes of the first
// after all is hung up.
func TestNextAddressOfATrunk(t *testing.T) {
	t.Parallel()
	for name, fails := range map[string]func(c *carrierWire, invite raw){
		"silent": func(*carrierWire, raw) {},
		"503": func(c *carrierWire, invite raw) {
			c.answer(invite, "503")
			c.want("ACK")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n := newNamed(t, nil)
			reports := make(chan call.Input, 8)
			leg := n.first.dial(reports)
			invite := n.first.want("INVITE")
			fails(n.first, invite)
			again := n.second.want("INVITE")
			if again.get("Call-ID") != invite.get("Call-ID") || again.get("Via") == invite.get("Via") || again.uri() != "sip:+15550100200@carrier.example;user=phone" {
				t.Errorf("the second address is asked\n%s", again.bytes)
			}
			n.second.answer(again, "180")
			n.second.answer(again, "200")
			n.second.want("ACK")
			for _, want := range []string{"ringing", "answered"} {
				if got := describeInput(n.second.next(reports)); got != want {
					t.Fatalf("the leg reports %s, want %s", got, want)
				}
			}
			if name == "silent" { // its telephone was answered late: a call that nobody waits for
				n.first.answer(invite, "200")
				n.first.want("ACK")
				n.first.answer(n.first.want("BYE"), "200")
			}
			leg.Hangup(call.HangUpLeg{Cause: call.Hangup})
			n.second.answer(n.second.want("BYE"), "200")
			n.second.idle()

			n.second.dial(reports)
			n.second.answer(n.second.want("INVITE"), "486") // at once
			n.second.want("ACK")
			peers := n.edge.Stats().Trunks[0].State.Peers
			if want := []netip.AddrPort{n.second.addr(), n.first.addr()}; !slices.Equal(peers, want) {
				t.Errorf("the trunk is at %v, want %v", peers, want)
			}
		})
	}
}

// TestNoAddressOfATrunk: when none answers, the trunk has failed, and each
// address was tried once.
func TestNoAddressOfATrunk(t *testing.T) {
	t.Parallel()
	n := newNamed(t, nil)
	reports := make(chan call.Input, 8)
	n.first.dial(reports)
	n.first.want("INVITE")
	n.second.want("INVITE")
	if got := describeInput(n.first.next(reports)); got != "ended unreachable" {
		t.Errorf("the leg reports %s", got)
	}
	if s := n.edge.Stats().Trunks[0]; s.Failed != 1 || s.Silent != 1 || s.Dialled != 1 || s.Invites != 2 {
		t.Errorf("counted %+v", s)
	}
}

// TestBusyIsNoFailure: what the called party says is not asked of the trunk's
// other addresses.
func TestBusyIsNoFailure(t *testing.T) {
	t.Parallel()
	n := newNamed(t, nil)
	reports := make(chan call.Input, 8)
	n.first.dial(reports)
	n.first.answer(n.first.want("INVITE"), "486")
	n.first.want("ACK")
	if got := describeInput(n.first.next(reports)); got != "ended busy 486" {
		t.Errorf("the leg reports %s", got)
	}
	if _, _, heard := n.second.receive(time.Millisecond); heard {
		t.Error("the second address was asked")
	}
}

// TestNamesAreTrusted: the addresses that a proxy's name leads to may call us,
// and only they. When the name moves, the new address may; when DNS
// fails, what it said stays.
func TestNamesAreTrusted(t *testing.T) {
	t.Parallel()
	n := newNamed(t, func(cfg *Config) { cfg.Timers.Resolve = 500 * time.Millisecond; cfg.Timers.T2 = 20 * time.Millisecond })
	third := newWire(t, "127.0.0.4:0")
	third.edge = n.edge.Addr()
	c := &carrierWire{wire: third, edge: n.edge, desk: n.first.desk, last: map[string]raw{}, run: 3}
	eventually(t, "resolved", func() bool { return len(n.edge.Stats().Trunks[0].State.Peers) == 2 })
	call := func(c *carrierWire, i int) bool {
		before := n.edge.Stats()
		options := c.arriving(i)
		options.start = strings.Replace(options.start, "INVITE", "OPTIONS", 1)
		options.set("CSeq", "1 OPTIONS")
		options.body = ""
		c.send(options.String())
		eventually(t, "counted", func() bool {
			s := n.edge.Stats()
			return s.Strangers > before.Strangers || s.Received > before.Received
		})
		return n.edge.Stats().Strangers == before.Strangers
	}
	if !call(n.second, 1) || call(c, 2) {
		t.Fatal("not those that DNS names are trusted")
	}
	n.dns.change(func() { n.dns.a["two.carrier.example"] = addrs("127.0.0.4") })
	eventually(t, "moved", func() bool { return n.edge.lineOf(trunk.UDP, netip.MustParseAddr("127.0.0.4")) != nil })
	if !call(c, 3) || !call(n.second, 4) {
		t.Error("the new address is no peer, or the old one, whose calls may be up, is none any more")
	}
	n.dns.change(func() { n.dns.broken = true })
	asked := n.dns.times("_sip._udp.carrier.example")
	eventually(t, "asked again", func() bool { return n.dns.times("_sip._udp.carrier.example") > asked+3 })
	if !call(c, 5) || len(n.edge.Stats().Trunks[0].State.Peers) != 2 {
		t.Error("what DNS had said is forgotten when it fails")
	}
}

// TestCallWaitsForItsName: a call that is made before DNS has answered goes
// out when it has; one whose name is not found fails with a reason, and not
// after Timer B.
func TestCallWaitsForItsName(t *testing.T) {
	t.Parallel()
	n := newNamed(t, func(cfg *Config) { cfg.Timers.B = 10 * patience; cfg.Timers.T2 = 10 * time.Millisecond })
	reports := make(chan call.Input, 8)
	n.first.dial(reports)
	n.first.answer(n.first.want("INVITE"), "486")
	n.first.want("ACK")
	n.first.next(reports)

	network := n.edge.roster.Load().network
	network.Trunks = slices.Clone(network.Trunks)
	network.Trunks[0].Proxy = "nowhere.example"
	if err := n.edge.SetNetwork(network); err != nil {
		t.Fatal(err)
	}
	n.first.dial(reports)
	if got := describeInput(n.first.next(reports)); got != "ended unreachable" {
		t.Errorf("the leg reports %s", got)
	}
}

// TestPassedOverAddressReturns: an address that failed comes first again when
// its time is over.
func TestPassedOverAddressReturns(t *testing.T) {
	w := newWhereabouts()
	now := time.Now()
	a, b := netip.MustParseAddrPort("192.0.2.1:5060"), netip.MustParseAddrPort("192.0.2.2:5060")
	w.found([]server{{1, 0, []netip.AddrPort{a}}, {2, 0, []netip.AddrPort{b}}}, nil, now)
	for _, step := range []struct {
		pass    netip.AddrPort
		at      time.Duration
		another bool
		want    string
	}{
		{netip.AddrPort{}, 0, true, fmt.Sprint([]netip.AddrPort{a, b})},
		{a, 0, true, fmt.Sprint([]netip.AddrPort{b, a})},
		{b, time.Second, false, fmt.Sprint([]netip.AddrPort{a, b})}, // both: the one that failed first
		{netip.AddrPort{}, 11 * time.Second, true, fmt.Sprint([]netip.AddrPort{a, b})},
	} {
		at := now.Add(step.at)
		if step.pass.IsValid() {
			if w.passOver(step.pass, at.Add(10*time.Second), at) != step.another {
				t.Errorf("after %v: another is not %v", step.at, step.another)
			}
		}
		if got := fmt.Sprint(w.choose(at)); got != step.want {
			t.Errorf("after %v: %s, want %s", step.at, got, step.want)
		}
	}
}
