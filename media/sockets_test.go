package media

import (
	"math/rand/v2"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"webtrunk"
)

var loopback = netip.MustParseAddr("127.0.0.1")

// newSockets returns Sockets over a range that is free at present, below what
// the system itself hands out.
func newSockets(t testing.TB, pairs int) *Sockets {
	t.Helper()
	for range 100 {
		first := uint16(10000 + 2*rand.IntN(10000))
		s, err := NewSockets(loopback, first, first+uint16(2*pairs)-1)
		if err != nil {
			t.Fatal(err)
		}
		if free(s) {
			s.Rest = time.Hour
			t.Cleanup(s.Close)
			return s
		}
	}
	t.Fatal("no range of ports is free")
	return nil
}

func free(s *Sockets) bool {
	for _, p := range s.free {
		rtp, rtcp, err := s.listen(p.rtp)
		if err != nil {
			return false
		}
		rtp.Close()
		rtcp.Close()
	}
	return true
}

func open(t testing.TB, s *Sockets) *Socket {
	t.Helper()
	c, err := s.Open("telephone")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestSocketsAreEvenPairsInTheRange(t *testing.T) {
	s := newSockets(t, 5)
	seen := map[uint16]bool{}
	for range 5 {
		p := open(t, s).LocalPort()
		if p%2 != 0 || p < s.first || p+1 > s.last || seen[p] {
			t.Errorf("port %d of %d–%d, seen before: %v", p, s.first, s.last, seen[p])
		}
		if c, err := net.ListenUDP("udp4", net.UDPAddrFromAddrPort(netip.AddrPortFrom(loopback, p+1))); err == nil {
			c.Close()
			t.Errorf("port %d for RTCP is not bound", p+1)
		}
		seen[p] = true
	}
	_, err := s.Open("one too many")
	if webtrunk.KindOf(err) != webtrunk.Exhausted || !strings.Contains(err.Error(), s.bind.String()) || !strings.Contains(err.Error(), "–") {
		t.Errorf("%v, want exhausted, naming the range", err)
	}
	if inUse, all := s.InUse(); inUse != 5 || all != 5 {
		t.Errorf("%d of %d in use, want 5 of 5", inUse, all)
	}
}

func TestSocketsRefuseARangeWithoutAPair(t *testing.T) {
	for _, r := range [][2]uint16{{0, 0}, {20000, 20000}, {20001, 20002}, {20002, 20001}, {0, 9}, {65535, 65535}} {
		if _, err := NewSockets(loopback, r[0], r[1]); webtrunk.KindOf(err) != webtrunk.Invalid {
			t.Errorf("%d–%d: %v, want invalid", r[0], r[1], err)
		}
	}
	if _, err := NewSockets(netip.Addr{}, 20000, 20009); webtrunk.KindOf(err) != webtrunk.Invalid {
		t.Errorf("no address: %v", err)
	}
	s, err := NewSockets(netip.MustParseAddr("::ffff:127.0.0.1"), 20001, 20004)
	if err != nil || len(s.free) != 1 || s.free[0].rtp != 20002 {
		t.Errorf("%v, %+v; want the pair 20002", err, s.free)
	}
}

// A port that somebody else has taken is passed over.
func TestATakenPortIsPassedOver(t *testing.T) {
	s := newSockets(t, 3)
	for _, taken := range []uint16{s.first, s.first + 3} { // one for RTP, one for RTCP
		c, err := net.ListenUDP("udp4", net.UDPAddrFromAddrPort(netip.AddrPortFrom(loopback, taken)))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() })
	}
	if p := open(t, s).LocalPort(); p != s.first+4 {
		t.Errorf("port %d, want the only free one, %d", p, s.first+4)
	}
	if _, err := s.Open("another"); webtrunk.KindOf(err) != webtrunk.Exhausted {
		t.Errorf("%v, want exhausted", err)
	}
	c, err := net.ListenUDP("udp4", net.UDPAddrFromAddrPort(netip.AddrPortFrom(loopback, s.first+2)))
	if err != nil {
		t.Fatalf("the RTP port whose RTCP port is taken stays bound: %v", err)
	}
	c.Close()
	alone, err := NewSockets(loopback, s.first, s.first+1)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := alone.Open("nobody"); webtrunk.KindOf(err) != webtrunk.Exhausted || !strings.Contains(err.Error(), "address already in use") {
		t.Errorf("%v, want exhausted, with the reason of the last failure", err)
	}
}

func TestAClosedPairRests(t *testing.T) {
	s := newSockets(t, 3)
	first := open(t, s)
	open(t, s)
	first.Close()
	first.Close() // twice is as good as once
	if p := open(t, s).LocalPort(); p == first.LocalPort() {
		t.Errorf("port %d is used again at once", p)
	}
	if _, err := s.Open("too early"); webtrunk.KindOf(err) != webtrunk.Exhausted {
		t.Errorf("%v, want exhausted while the pair rests", err)
	}
	s.free[0].rests = time.Now()
	if p := open(t, s).LocalPort(); p != first.LocalPort() {
		t.Errorf("port %d, want %d after its rest", p, first.LocalPort())
	}
}

func TestPairsAreTakenInTheOrderOfTheirClosing(t *testing.T) {
	s := newSockets(t, 4)
	s.Rest = time.Nanosecond
	var order, again []uint16
	for range 4 {
		c := open(t, s)
		order = append(order, c.LocalPort())
		c.Close()
	}
	for range 4 {
		c := open(t, s)
		again = append(again, c.LocalPort())
		c.Close()
	}
	for i := range order {
		if order[i] != again[i] {
			t.Fatalf("first %v, then %v: a pair was used again before the others", order, again)
		}
	}
}

// Who sees one port cannot tell the next: the first order is random.
func TestTheFirstOrderIsRandom(t *testing.T) {
	same := 0
	for range 5 {
		a, _ := NewSockets(loopback, 20000, 20999)
		b, _ := NewSockets(loopback, 20000, 20999)
		if a.free[0] == b.free[0] && a.free[1] == b.free[1] {
			same++
		}
	}
	if same == 5 {
		t.Error("every time the same order")
	}
}

func TestClosingAllClosesEach(t *testing.T) {
	s := newSockets(t, 2)
	a := open(t, s)
	s.Close()
	if _, err := s.Open("after the end"); webtrunk.KindOf(err) != webtrunk.Conflict {
		t.Errorf("%v, want conflict", err)
	}
	c, err := net.ListenUDP("udp4", net.UDPAddrFromAddrPort(netip.AddrPortFrom(loopback, a.LocalPort())))
	if err != nil {
		t.Fatalf("port %d is still bound: %v", a.LocalPort(), err)
	}
	c.Close()
}
