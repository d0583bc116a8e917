package media

import (
	"net"
	"net/netip"
	"os"
	"runtime"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"golang.org/x/net/ipv4"
	"golang.org/x/sys/unix"
)

// What the kernel and Go's scheduler take for a packet, each step by itself.
// Added up as doc/performance.md does they are what a call that passes through
// costs. The times are the processor's, not those that pass.

// A cable is a pair of sockets without a gateway around them.
type cable struct {
	near, far *net.UDPConn
	to        netip.AddrPort // far
	packet    []byte
	read      [maxDatagram]byte
}

func newCable(b *testing.B) *cable {
	w := &cable{packet: telephone20()}
	for _, c := range []**net.UDPConn{&w.near, &w.far} {
		conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { conn.Close() })
		*c = conn
	}
	w.to = w.far.LocalAddr().(*net.UDPAddr).AddrPort()
	return w
}

// batch is how many packets of a call lie in a socket's room without filling it.
const batch = 64

func (w *cable) send(b *testing.B) {
	for range batch {
		if _, err := w.near.WriteToUDPAddrPort(w.packet, w.to); err != nil {
			b.Fatal(err)
		}
	}
}

func (w *cable) take(b *testing.B) {
	for range batch {
		if _, _, err := w.far.ReadFromUDPAddrPort(w.read[:]); err != nil {
			b.Fatal(err)
		}
	}
}

// taking times what f does, in rounds of a batch, and what comes between not.
func taking(b *testing.B, before, f, after func(*testing.B)) {
	var took time.Duration
	rounds := 0
	for b.Loop() {
		before(b)
		begin := time.Now()
		f(b)
		took += time.Since(begin)
		after(b)
		rounds++
	}
	b.ReportMetric(float64(took)/float64(rounds*batch), "ns/packet")
}

func nothing(*testing.B) {}

// Sent, up to the room of a socket at which nobody sleeps.
func BenchmarkKernelSends(b *testing.B) {
	w := newCable(b)
	taking(b, nothing, w.send, w.take)
}

// The same by one system call for eight: what a batch would save.
func BenchmarkKernelSendsEight(b *testing.B) {
	w := newCable(b)
	together, messages := ipv4.NewPacketConn(w.near), make([]ipv4.Message, 8)
	for i := range messages {
		messages[i] = ipv4.Message{Buffers: [][]byte{w.packet}, Addr: net.UDPAddrFromAddrPort(w.to)}
	}
	taking(b, nothing, func(b *testing.B) {
		for range batch / len(messages) {
			if n, err := together.WriteBatch(messages, 0); n != len(messages) {
				b.Fatal(n, err)
			}
		}
	}, w.take)
}

// Sent to far ends that another core reads, as a generator does, or a network's card:
// what both touch goes to and fro between the cores.
func BenchmarkKernelSendsToAnotherCore(b *testing.B) {
	w := newCable(b)
	var heard atomic.Int64
	done := make(chan struct{})
	if err := w.far.SetReadBuffer(1 << 20); err != nil {
		b.Fatal(err)
	}
	raw, err := w.far.SyscallConn()
	if err != nil {
		b.Fatal(err)
	}
	var stop atomic.Bool
	go func() {
		defer close(done)
		var read [maxDatagram]byte
		for !stop.Load() { // it never sleeps, so that nobody has to wake it
			_ = raw.Read(func(fd uintptr) bool {
				if n, _, err := unix.Recvfrom(int(fd), read[:], unix.MSG_DONTWAIT); err == nil && n > 0 {
					heard.Add(1)
				}
				return true
			})
		}
	}()
	sent := int64(0)
	taking(b, nothing, func(b *testing.B) {
		for range batch {
			if _, err := w.near.WriteToUDPAddrPort(w.packet, w.to); err != nil {
				b.Fatal(err)
			}
			sent++
		}
	}, func(b *testing.B) {
		if !spin(10*time.Second, func() bool { return heard.Load() == sent }) {
			b.Fatalf("%d packets of %d were heard", heard.Load(), sent)
		}
	})
	stop.Store(true)
	<-done
}

// Taken, of what is there.
func BenchmarkKernelGives(b *testing.B) {
	w := newCable(b)
	taking(b, w.send, w.take, nothing)
}

// Asked for what is not there.
func BenchmarkKernelHasNothing(b *testing.B) {
	w := newCable(b)
	raw, err := w.far.SyscallConn()
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		_ = raw.Read(func(fd uintptr) bool {
			if _, _, err := unix.Recvfrom(int(fd), w.read[:], unix.MSG_DONTWAIT); err != unix.EAGAIN {
				b.Error(err)
			}
			return true
		})
	}
}

// Sent to a socket at which a thread sleeps, on another core: how much more the
// send takes is what waking costs the sender.
func BenchmarkKernelSendsToASleeper(b *testing.B) {
	w := newCable(b)
	far, to := blockingSocket(b)
	var heard atomic.Int64
	done := make(chan struct{})
	go func() {
		defer close(done)
		for read := make([]byte, maxDatagram); ; heard.Add(1) {
			if n, _, err := unix.Recvfrom(far, read, 0); n == 0 || err != nil {
				return
			}
		}
	}()
	var took time.Duration
	sent := int64(0)
	for b.Loop() {
		spin(50*time.Microsecond, func() bool { return false }) // until it sleeps again
		begin := time.Now()
		_, err := w.near.WriteToUDPAddrPort(w.packet, to)
		took += time.Since(begin)
		if err != nil {
			b.Fatal(err)
		}
		sent++
		if !spin(10*time.Second, func() bool { return heard.Load() == sent }) {
			b.Fatal("a packet was not heard")
		}
	}
	b.ReportMetric(float64(took)/float64(sent), "ns/packet")
	if _, err := w.near.WriteToUDPAddrPort(nil, to); err != nil {
		b.Fatal(err)
	}
	<-done
}

// blockingSocket is one whose reader sleeps in the kernel, and not in Go.
func blockingSocket(b *testing.B) (fd int, at netip.AddrPort) {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { unix.Close(fd) })
	if err := unix.Bind(fd, &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		b.Fatal(err)
	}
	name, err := unix.Getsockname(fd)
	if err != nil {
		b.Fatal(err)
	}
	return fd, netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), uint16(name.(*unix.SockaddrInet4).Port))
}

// spin works until something is so, and reports whether it was in time.
func spin(within time.Duration, is func() bool) bool {
	for begin := time.Now(); !is(); {
		if time.Since(begin) > within {
			return false
		}
	}
	return true
}

// A goroutine woken for one thing at a time: the whole process sleeps between
// them, as a gateway with few calls does. A timer of the kernel's wakes it, and
// is read as a packet is. The figure is the process's CPU, so it has all that Go
// does around a wake-up in it.
func BenchmarkKernelWakes(b *testing.B) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	fd, err := unix.TimerfdCreate(unix.CLOCK_MONOTONIC, unix.TFD_NONBLOCK|unix.TFD_CLOEXEC)
	if err != nil {
		b.Fatal(err)
	}
	every := unix.NsecToTimespec(200_000)
	if err := unix.TimerfdSettime(fd, 0, &unix.ItimerSpec{Interval: every, Value: every}, nil); err != nil {
		b.Fatal(err)
	}
	timer := os.NewFile(uintptr(fd), "timer")
	defer timer.Close()
	var passed [8]byte
	before, n := used(b), 0
	for b.Loop() {
		if _, err := timer.Read(passed[:]); err != nil {
			b.Fatal(err)
		}
		n++
	}
	b.ReportMetric(float64(used(b)-before)/float64(n), "ns-cpu/wake")
}

// used is the CPU time of this process.
func used(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
