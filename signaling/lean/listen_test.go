package lean

import (
	"crypto/tls"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"testing"

	"github.com/pion/dtls/v3"

	"webtrunk/media"
)

// An unspecified address is each local one that others can reach, all at one
// port; where there is none, that is said.
func TestAnUnspecifiedAddressIsEveryLocalOne(t *testing.T) {
	addrs, err := localAddrs()
	check(t, err)
	d, err := Listen(Config{Listen: netip.MustParseAddrPort("0.0.0.0:0"), Certificate: noCertificate})
	if len(addrs) == 0 {
		if err == nil || !strings.Contains(err.Error(), "name one") {
			t.Fatalf("on a machine without a network: %v", err)
		}
		return
	}
	check(t, err)
	defer d.Close()
	port := d.at().Port()
	for i, a := range addrs {
		if want := fmt.Sprintf(" %s %d typ host", a, port); !strings.HasSuffix(d.candidates[i], want) {
			t.Errorf("candidate %q, want%s", d.candidates[i], want)
		}
	}
	if len(d.candidates) != len(addrs) || len(d.Strangers()) != len(addrs) {
		t.Errorf("%d candidates and %d sockets for strangers of %d addresses", len(d.candidates), len(d.Strangers()), len(addrs))
	}
}

func noCertificate() (tls.Certificate, error) { return tls.Certificate{}, fmt.Errorf("none today") }

func TestWhoseAddressesAreCandidates(t *testing.T) {
	for a, ok := range map[string]bool{
		"192.0.2.1": true, "10.1.2.3": true, "2001:db8::1": true, "fd00::1": true,
		"127.0.0.1": false, "::1": false, "169.254.1.1": false, "fe80::1": false, "ff02::1": false, "::ffff:192.0.2.1": false,
	} {
		if reachable(netip.MustParseAddr(a)) != ok {
			t.Errorf("%s is reachable: %v", a, !ok)
		}
	}
	public := Config{Public: []netip.Addr{netip.MustParseAddr("203.0.113.7"), netip.MustParseAddr("2001:db8::7")}, TCP: &net.TCPListener{}}
	got := candidates(public, []netip.AddrPort{netip.MustParseAddrPort("10.0.0.1:4000")})
	want := []string{
		"candidate:u1 1 udp 2130706431 203.0.113.7 4000 typ host",
		"candidate:u2 1 udp 2130706175 2001:db8::7 4000 typ host",
		"candidate:t1 1 tcp 1516240895 203.0.113.7 4000 typ host tcptype passive",
		"candidate:t2 1 tcp 1516240639 2001:db8::7 4000 typ host tcptype passive",
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("candidates\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// A port that is taken, also by sockets that share, is an error; so is a session
// without a certificate.
func TestWhatCannotBeHadIsAnError(t *testing.T) {
	taken, err := net.ListenPacket("udp4", "127.0.0.1:0")
	check(t, err)
	defer taken.Close()
	if d, err := Listen(Config{Listen: taken.LocalAddr().(*net.UDPAddr).AddrPort(), Certificate: noCertificate}); err == nil {
		d.Close()
		t.Error("a port that is taken was taken again")
	}
	d := open(t, func(c *Config) { c.Certificate = noCertificate })
	if _, err := d.Open(Page{Ear: newEar(), Meter: &media.Meter{}}); err == nil {
		t.Error("a session without a certificate")
	}
	if d.StrangersTCP() != nil {
		t.Error("connections are handed on where there are none")
	}
}

// BenchmarkAPacketOnItsWay is a packet read, opened, sealed and sent back, under
// each protection by its number (RFC 5764 §4.1.2, RFC 7714 §14.2).
func BenchmarkAPacketOnItsWay(b *testing.B) {
	for _, with := range protections {
		b.Run(fmt.Sprintf("%#04x", uint16(with)), func(b *testing.B) { measureWay(b, with) })
	}
}

func measureWay(b *testing.B, with dtls.SRTPProtectionProfile) {
	d := open(b, nil)
	p := d.visit(b, nil)
	p.offers = []dtls.SRTPProtectionProfile{with}
	p.connects(b)
	p.says(b, "first")
	p.asleep(b)
	p.session.mu.Lock()
	p.session.page.Ear = &mirror{session: p.session}
	p.session.mu.Unlock()
	const batch = 1000
	packets := make([][]byte, batch)
	k, r, from := p.socket(b, d), &scratch{}, p.from()
	for b.Loop() {
		b.StopTimer()
		for i := range packets {
			packets[i] = p.packet(b, 7, "sixty bytes of sound, which are what 24 kbit/s make of 20 ms")
		}
		b.StartTimer()
		for _, packet := range packets {
			k.take(r, r.in[:copy(r.in[:], packet)], from)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*batch), "ns/packet")
}
