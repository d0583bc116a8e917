package datagram

import (
	"bytes"
	"errors"
	"net"
	"net/netip"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func listen(t testing.TB, network, host string) *Conn {
	t.Helper()
	raw, err := net.ListenUDP(network, net.UDPAddrFromAddrPort(netip.AddrPortFrom(netip.MustParseAddr(host), 0)))
	if err != nil {
		t.Fatal(err)
	}
	c, err := New(raw)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// A heard packet is one that Read has handed over.
type heard struct {
	packet []byte
	from   netip.AddrPort
}

// hears has a socket read; ended gets what Read returns.
func hears(c *Conn, room int) (packets chan heard, ended chan error) {
	packets, ended = make(chan heard, 100), make(chan error, 1)
	go func() {
		ended <- c.Read(make([]byte, room), func(b []byte, from netip.AddrPort) {
			packets <- heard{bytes.Clone(b), from}
		})
	}()
	return packets, ended
}

func next[T any](t *testing.T, from chan T) T {
	t.Helper()
	select {
	case x := <-from:
		return x
	case <-time.After(10 * time.Second):
		t.Fatal("nothing came in ten seconds")
		panic("")
	}
}

// Packets cross whole, one by one, and who sent them is known: with either
// protocol, and the same way as by the net package.
func TestPacketsCross(t *testing.T) {
	for network, host := range map[string]string{"udp4": "127.0.0.1", "udp6": "::1"} {
		a, b := listen(t, network, host), listen(t, network, host)
		packets, ended := hears(b, 100)
		for _, text := range []string{"one", "", "three"} {
			a.Send([]byte(text), b.LocalAddrPort())
			if got := next(t, packets); string(got.packet) != text || got.from != a.LocalAddrPort() {
				t.Errorf("%s: %q from %v, want %q from %v", network, got.packet, got.from, text, a.LocalAddrPort())
			}
		}
		if _, err := a.WriteToUDPAddrPort([]byte("as ever"), b.LocalAddrPort()); err != nil {
			t.Fatal(err)
		}
		if got := next(t, packets); string(got.packet) != "as ever" || got.from != a.LocalAddrPort() {
			t.Errorf("%s: %q from %v", network, got.packet, got.from)
		}
		b.Close()
		if err := next(t, ended); !errors.Is(err, net.ErrClosed) {
			t.Errorf("%s: a closed socket ends with %v", network, err)
		}
	}
}

// An IPv4 address in IPv6's clothes is the same to send to; no address is none.
func TestWhereToSend(t *testing.T) {
	a, b := listen(t, "udp4", "127.0.0.1"), listen(t, "udp4", "127.0.0.1")
	packets, _ := hears(b, 100)
	at := b.LocalAddrPort()
	a.Send([]byte("nowhere"), netip.AddrPort{})
	a.Send([]byte("another protocol"), netip.AddrPortFrom(netip.IPv6Loopback(), at.Port()))
	a.Send([]byte("here"), netip.AddrPortFrom(netip.AddrFrom16(at.Addr().As16()), at.Port()))
	if got := next(t, packets); string(got.packet) != "here" {
		t.Errorf("%q came first", got.packet)
	}
}

// What is longer than the room is cut, and what follows is not.
func TestALongPacketIsCut(t *testing.T) {
	a, b := listen(t, "udp4", "127.0.0.1"), listen(t, "udp4", "127.0.0.1")
	packets, _ := hears(b, 10)
	a.Send(make([]byte, 1000), b.LocalAddrPort())
	a.Send([]byte("short"), b.LocalAddrPort())
	if n := len(next(t, packets).packet); n != 10 {
		t.Errorf("%d bytes, want 10", n)
	}
	if got := next(t, packets); string(got.packet) != "short" {
		t.Errorf("then %q", got.packet)
	}
}

// A socket may be closed while somebody waits, while somebody sends, and while
// more comes than can be read.
func TestClosingEndsReadWhateverComes(t *testing.T) {
	a, b := listen(t, "udp4", "127.0.0.1"), listen(t, "udp4", "127.0.0.1")
	var stop atomic.Bool
	done := make(chan struct{})
	go func() { // a flood, to the end of the test
		defer close(done)
		for !stop.Load() {
			a.Send([]byte("flood"), b.LocalAddrPort())
		}
	}()
	packets, ended := make(chan int, 1), make(chan error, 1)
	go func() {
		n := 0
		ended <- b.Read(make([]byte, 10), func([]byte, netip.AddrPort) {
			if n++; n == 3*1000 {
				packets <- n
			}
		})
	}()
	next(t, packets)
	b.Close()
	b.Close()
	if err := next(t, ended); !errors.Is(err, net.ErrClosed) {
		t.Errorf("it ends with %v", err)
	}
	a.Close() // while it sends
	stop.Store(true)
	next(t, done)
	if err := b.Read(make([]byte, 10), nil); !errors.Is(err, net.ErrClosed) {
		t.Errorf("a socket that is closed is read with %v", err)
	}
}

// Who closes a socket while a packet of it is taken disturbs neither: the packet
// is taken to its end, and no other after it.
func TestClosingWhileAPacketIsTaken(t *testing.T) {
	a, b := listen(t, "udp4", "127.0.0.1"), listen(t, "udp4", "127.0.0.1")
	taken, more := make(chan string), make(chan struct{})
	ended, closed := make(chan error, 1), make(chan error, 1)
	go func() {
		ended <- b.Read(make([]byte, 10), func(p []byte, _ netip.AddrPort) {
			taken <- string(p)
			<-more
			taken <- string(p)
		})
	}()
	a.Send([]byte("first"), b.LocalAddrPort())
	a.Send([]byte("second"), b.LocalAddrPort())
	next(t, taken)
	go func() { closed <- b.Close() }()
	for !b.closed.Load() {
		runtime.Gosched()
	}
	close(more)
	if got := next(t, taken); got != "first" {
		t.Errorf("while it was taken, a packet became %q", got)
	}
	if err := next(t, ended); !errors.Is(err, net.ErrClosed) {
		t.Errorf("Read ends with %v", err)
	}
	if err := next(t, closed); err != nil {
		t.Error(err)
	}
}

// A socket that never runs dry does not keep others from theirs, nor goroutines
// from their processor, be there one alone.
func TestAFloodLeavesOthersTheirTurn(t *testing.T) {
	flooded, quiet, a := listen(t, "udp4", "127.0.0.1"), listen(t, "udp4", "127.0.0.1"), listen(t, "udp4", "127.0.0.1")
	ended := make(chan error, 1)
	go func() { // it floods itself: each packet that is read is two that are sent
		ended <- flooded.Read(make([]byte, 10), func(b []byte, _ netip.AddrPort) {
			a.Send(b, flooded.LocalAddrPort())
			a.Send(b, flooded.LocalAddrPort())
		})
	}()
	if _, err := a.WriteToUDPAddrPort([]byte("flood"), flooded.LocalAddrPort()); err != nil {
		t.Fatal(err)
	}
	packets, _ := hears(quiet, 100)
	for range 5 {
		if _, err := a.WriteToUDPAddrPort([]byte("hello"), quiet.LocalAddrPort()); err != nil {
			t.Fatal(err)
		}
		next(t, packets)
	}
	flooded.Close()
	next(t, ended)
}

func TestAPacketAllocatesNothing(t *testing.T) {
	for network, host := range map[string]string{"udp4": "127.0.0.1", "udp6": "::1"} {
		a, b := listen(t, network, host), listen(t, network, host)
		at, packet := b.LocalAddrPort(), []byte("sixty bytes of sound")
		came := make(chan struct{})
		go func() {
			_ = b.Read(make([]byte, 100), func([]byte, netip.AddrPort) { came <- struct{}{} })
		}()
		if n := testing.AllocsPerRun(500, func() {
			a.Send(packet, at)
			<-came
		}); n != 0 {
			t.Errorf("%s: %v allocations a packet", network, n)
		}
	}
}

// One packet through the kernel, sent and read, here and by the net package.
func BenchmarkPacket(b *testing.B) {
	from, to := listen(b, "udp4", "127.0.0.1"), listen(b, "udp4", "127.0.0.1")
	at, packet, came := to.LocalAddrPort(), make([]byte, 172), make(chan struct{}, 1)
	go func() {
		_ = to.Read(make([]byte, 1500), func([]byte, netip.AddrPort) { came <- struct{}{} })
	}()
	b.ReportAllocs()
	for b.Loop() {
		from.Send(packet, at)
		<-came
	}
}

// Who closes a socket waits for those who send by it: the next socket has the same
// number, and must not send what was meant for the last.
func TestNothingLeavesByTheNextSocket(t *testing.T) {
	to := listen(t, "udp4", "127.0.0.1")
	came, ended := make(chan struct{}, 1), make(chan error, 1)
	go func() {
		ended <- to.Read(make([]byte, 100), func(b []byte, from netip.AddrPort) {
			if string(b) != from.String() {
				t.Errorf("a packet of %s came from %v", b, from)
			}
			select {
			case came <- struct{}{}:
			default:
			}
		})
	}()
	for range 10 {
		a := listen(t, "udp4", "127.0.0.1")
		var stop atomic.Bool
		var sending sync.WaitGroup
		for range 2 {
			sending.Go(func() {
				for who := []byte(a.LocalAddrPort().String()); !stop.Load(); {
					a.Send(who, to.LocalAddrPort())
				}
			})
		}
		next(t, came)
		a.Close()
		successor := listen(t, "udp4", "127.0.0.1")
		successor.Send([]byte(successor.LocalAddrPort().String()), to.LocalAddrPort())
		next(t, came)
		stop.Store(true)
		sending.Wait()
		successor.Close()
	}
	to.Close()
	next(t, ended)
}
