package webhook

import (
	"context"
	"encoding/binary"
	"net"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"webtrunk"
)

func TestURLsOfEndpoints(t *testing.T) {
	var public Reach
	for _, url := range []string{
		"https://example.com/hooks", "https://example.com:8443/a?b=c", "https://8.8.8.8/", "https://[2606:4700:4700::1111]:443/",
		"https://[64:ff9b::8.8.8.8]/", "https://bücher.example/",
	} {
		if err := public.CheckURL(url); err != nil {
			t.Errorf("%s: %v", url, err)
		}
	}
	for _, url := range []string{
		"", "example.com", "https://", "https:example.com", "ftp://example.com/", "file:///etc/passwd", "javascript:alert(1)",
		"http://example.com/", "https://user:password@example.com/", "https://user@example.com/", "https://example.com/#part",
		"https://example.com:0/", "https://example.com:65536/", "https://example.com:/", "https://example.com:http/", "https://exa mple.com/",
		"https://example.com/\r\nX: y", "https://example.com/" + strings.Repeat("a", 2048),
	} {
		kind(t, public.CheckURL(url), webtrunk.Invalid)
	}
	for _, host := range []string{
		"127.0.0.1", "127.9.9.9", "localhost", "LOCALHOST.", "a.localhost", "[::1]", "0.0.0.0", "[::]", "10.0.0.1", "172.16.0.1", "192.168.1.1",
		"169.254.169.254", "100.64.0.1", "100.100.100.200", "168.63.129.16", "192.0.0.192", "[fd00:ec2::254]", "[fe80::1]", "[fe80::1%25eth0]",
		"[fc00::1]", "[fec0::1]", "224.0.0.1", "[ff02::1]", "255.255.255.255", "240.0.0.1", "198.18.0.1", "192.0.2.1", "203.0.113.1",
		"[::ffff:127.0.0.1]", "[::ffff:10.0.0.1]", "[::127.0.0.1]", "[::ffff:0:127.0.0.1]", "[64:ff9b::127.0.0.1]", "[64:ff9b::a9fe:a9fe]",
		"[64:ff9b:1::8.8.8.8]", "[2002:7f00:1::]", "[2001:0:1::1]", "[2001:db8::1]", "[100::1]", "[5f00::1]",
	} {
		kind(t, public.CheckURL("https://"+host+"/"), webtrunk.Forbidden)
	}
}

// What the operator allows is allowed in every form of the address, and
// nothing beside it.
func TestNetworksThatTheOperatorAllows(t *testing.T) {
	r := Reach{Plain: true, Networks: []netip.Prefix{netip.MustParsePrefix("10.1.0.0/16"), netip.MustParsePrefix("fd12::/32")}}
	for _, ok := range []string{"http://10.1.2.3/", "http://[::ffff:10.1.2.3]:80/", "http://[fd12::1]/", "https://[64:ff9b::10.1.2.3]/"} {
		if err := r.CheckURL(ok); err != nil {
			t.Errorf("%s: %v", ok, err)
		}
	}
	for _, no := range []string{"http://10.2.0.1/", "http://[fd13::1]/", "http://127.0.0.1/"} {
		kind(t, r.CheckURL(no), webtrunk.Forbidden)
	}
}

// A nameServer answers for every name with the addresses that it is given, one
// after the other, and then the last for ever.
type nameServer struct {
	addr    string
	mu      sync.Mutex
	answers []string
	asked   int
}

func newNameServer(t testing.TB, answers ...string) *nameServer {
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	n := &nameServer{addr: conn.LocalAddr().String(), answers: answers}
	done := make(chan struct{})
	go func() {
		defer close(done)
		b := make([]byte, 1500)
		for {
			size, from, err := conn.ReadFrom(b)
			if err != nil {
				return
			}
			conn.WriteTo(n.reply(b[:size]), from)
		}
	}()
	t.Cleanup(func() { conn.Close(); <-done })
	return n
}

func (n *nameServer) reply(query []byte) []byte {
	var m dnsmessage.Message
	if m.Unpack(query) != nil || len(m.Questions) == 0 {
		return query
	}
	m.Response, m.Additionals = true, nil
	if m.Questions[0].Type == dnsmessage.TypeA {
		n.mu.Lock()
		a := netip.MustParseAddr(n.answers[min(n.asked, len(n.answers)-1)]).As4()
		n.asked++
		n.mu.Unlock()
		m.Answers = []dnsmessage.Resource{{
			Header: dnsmessage.ResourceHeader{Name: m.Questions[0].Name, Class: dnsmessage.ClassINET},
			Body:   &dnsmessage.AResource{A: a},
		}}
	}
	b, _ := m.Pack()
	return b
}

// resolver asks this server and no other.
func (n *nameServer) resolver() *net.Resolver {
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", n.addr)
	}}
}

// port is an address's, as a URL writes it.
func port(addr string) string { return addr[strings.LastIndex(addr, ":"):] }

// A name leads to an address that is allowed when the endpoint is made and at
// its first delivery, and to a machine inside afterwards. The machine inside is
// never connected to.
func TestRebindingName(t *testing.T) {
	onEach(t, func(w *world) {
		inside, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			w.Fatal(err)
		}
		defer inside.Close()
		connected := make(chan struct{}, 100)
		go func() {
			for {
				conn, err := inside.Accept()
				if err != nil {
					return
				}
				conn.Close()
				connected <- struct{}{}
			}
		}()
		outside := newReceiver(w)
		outside.answers(func(int, message) answer {
			return answer{code: 204, header: map[string]string{"Connection": "close"}} // a connection kept would need no name
		})
		outside.stop()
		outside.start("127.0.0.2" + port(inside.Addr().String()))
		names := newNameServer(w, "127.0.0.2", "127.0.0.1")
		reach := Reach{Plain: true, Networks: []netip.Prefix{netip.MustParsePrefix("127.0.0.2/32")}, Resolver: names.resolver()}
		w.endpoints.Reach = reach
		w.endpoint("http://hooks.rebind.example" + port(outside.addr) + "/")
		s := w.sender()
		s.Reach, s.Schedule.For = reach, time.Nanosecond
		w.run(s)
		w.append(w.record("trunk.up", nil))
		outside.wait(w, 1)
		w.append(w.record("trunk.down", nil))
		d := w.settled(1, Failed)[0]
		if !strings.Contains(d.Error, "127.0.0.1, which is not a public address") || d.Code != 0 {
			w.Fatalf("%+v", d)
		}
		select {
		case <-connected:
			w.Fatal("the machine inside was connected to")
		default:
		}
	})
}

// An endpoint that was allowed once, and a redirect to the inside: neither
// reaches it.
func TestInsideIsNotReached(t *testing.T) {
	onEach(t, func(w *world) {
		inside, tempter := newReceiver(w), newReceiver(w)
		tempter.answers(func(int, message) answer {
			return answer{code: 308, header: map[string]string{"Location": inside.url()}}
		})
		ep, _ := w.endpoint(inside.url())
		redirected, _ := w.endpoint(tempter.url())
		_, _, err := (&Endpoints{DB: w.db}).Create(w.ctx, w.in, Draft{URL: "https" + strings.TrimPrefix(inside.url(), "http")})
		kind(w, err, webtrunk.Forbidden)
		s := w.sender()
		s.Reach, s.Schedule.For = Reach{Plain: true, Networks: []netip.Prefix{netip.MustParsePrefix("127.0.0.3/32")}}, time.Nanosecond
		stop := w.run(s)
		w.append(w.record("trunk.up", nil))
		w.settled(2, Failed)
		stop()
		if n := inside.requests() + tempter.requests(); n != 0 {
			w.Fatalf("%d requests reached 127.0.0.1", n)
		}
		s = w.sender() // now allowed, but the redirect is still none of ours
		s.Schedule.For = time.Nanosecond
		w.run(s)
		for _, d := range w.all(Filter{}) {
			if d.Endpoint == ep.ID && !strings.Contains(d.Error, "not a public address") {
				w.Fatalf("%+v", d)
			}
			if d.Endpoint == redirected.ID {
				if _, err := w.deliveries.Replay(w.ctx, w.in, d.ID); err != nil {
					w.Fatal(err)
				}
			}
		}
		w.until("the redirect was answered", func() bool { return len(w.all(Filter{Endpoint: redirected.ID, Status: Failed})) == 1 })
		if d := w.all(Filter{Endpoint: redirected.ID})[0]; !strings.Contains(d.Error, "308, a redirect") || inside.requests() != 0 {
			w.Fatalf("%+v, %d requests inside", d, inside.requests())
		}
	})
}

func FuzzCheckURL(f *testing.F) {
	f.Add("https://example.com/")
	f.Add("https://[::ffff:127.0.0.1]:1/")
	f.Fuzz(func(t *testing.T, s string) {
		if (Reach{}).CheckURL(s) == nil && !strings.HasPrefix(strings.ToLower(s), "https:") {
			t.Fatalf("%q passed", s)
		}
	})
}

// An address that public takes is global unicast in every reading of its bytes.
func FuzzCheckAddr(f *testing.F) {
	f.Add(binary.BigEndian.AppendUint64(make([]byte, 8), 0xffff7f000001))
	f.Fuzz(func(t *testing.T, b []byte) {
		addr, ok := netip.AddrFromSlice(b)
		if !ok || (Reach{}).CheckAddr(addr) != nil {
			return
		}
		inner := addr.Unmap()
		if v4, ok := nat64(inner); ok {
			inner = v4
		}
		if inner.IsLoopback() || inner.IsPrivate() || inner.IsLinkLocalUnicast() || inner.IsMulticast() || inner.IsUnspecified() {
			t.Fatalf("%s passed", addr)
		}
	})
}
