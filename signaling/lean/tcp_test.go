package lean

import (
	"bufio"
	"bytes"
	"errors"
	"net"
	"net/netip"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/pion/stun/v4"

	"webtrunk/media"
)

func openTCP(t testing.TB) (*Door, net.Listener) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	check(t, err)
	at := l.Addr().(*net.TCPAddr).AddrPort()
	return open(t, func(c *Config) { c.TCP, c.Listen = l, at }), l
}

func (d *Door) call(t testing.TB) *framed {
	t.Helper()
	c, err := net.Dial("tcp", d.at().String())
	check(t, err)
	return &framed{Conn: c}
}

// Where UDP is blocked everything goes by TCP, and back again.
func TestAPageSpeaksAndHearsByTCP(t *testing.T) {
	t.Parallel()
	d, _ := openTCP(t)
	p := d.visit(t, nil)
	if l := p.session.Local(); len(l.Candidates) != 2 || !strings.HasSuffix(l.Candidates[1], " typ host tcptype passive") {
		t.Errorf("candidates %q", l.Candidates)
	}
	p.plug(t, d.call(t))
	p.connects(t)
	p.says(t, "by TCP")
	p.told(t, 1, "by TCP too")

	p.plug(t, d.dial(t)) // the network lets UDP through again
	p.checks(t)
	p.says(t, "by UDP")
	p.told(t, 2, "by UDP too")

	p.plug(t, d.call(t))
	p.session.Restart(p.ufrag)
	p.checks(t)
	p.says(t, "by TCP once more")
	p.told(t, 3, "and so are we")
	p.asleep(t)
	check(t, p.conn.Close())
	for next(t, "goodbye", p.paths) {
	}
}

// What is no check, or nobody's, costs the connection; a page's own bears junk.
func TestJunkOnConnections(t *testing.T) {
	t.Parallel()
	d, _ := openTCP(t)
	p := d.visit(t, nil)
	p.plug(t, d.call(t))
	p.connects(t)
	forged := append([]byte(nil), p.request(controls)...)
	forged[len(forged)-30] ^= 1
	for what, b := range map[string][]byte{
		"no STUN":   appendFrame(nil, []byte("GET / HTTP/1.1")),
		"oversize":  {0xff, 0xff, 1, 2, 3},
		"empty":     {0, 0},
		"1501":      {0x05, 0xdd},
		"TLS":       {22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3},
		"cut short": {0, 20, 0},
	} {
		t.Run(what, func(t *testing.T) {
			c, err := net.Dial("tcp", d.at().String())
			check(t, err)
			defer c.Close()
			_, err = c.Write(b)
			check(t, err)
			if what == "cut short" || what == "TLS" { // it waits for more, as long as it may
				check(t, c.(*net.TCPConn).CloseWrite())
			}
			check(t, c.SetReadDeadline(time.Now().Add(patience)))
			if n, err := c.Read(make([]byte, 10)); err == nil || errors.Is(err, netTimeout(err)) {
				t.Errorf("%d bytes were answered: %v", n, err)
			}
		})
	}
	c := d.call(t)
	defer c.Close()
	_, err := c.Write(forged) // knows the ufrag, not the password
	check(t, err)
	_, err = c.Write(p.packet(t, 7, "not by this connection"))
	check(t, err)
	p.write([]byte{})
	p.write(make([]byte, 20))
	p.says(t, "control")
	connections := 0
	for w := range p.session.snapshot() {
		if _, tcp := w.(*tcpWay); tcp {
			connections++
		}
	}
	if connections != 1 {
		t.Errorf("%d connections are the page's", connections)
	}
	p.write(make([]byte, maxDatagram+1)) // oversize: the connection is over, the session is not
	p.plug(t, d.call(t))
	p.checks(t)
	p.says(t, "by another")
}

// netTimeout is err where it is a timeout, which no connection here may come to.
func netTimeout(err error) error {
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() {
		return err
	}
	return errors.New("no timeout")
}

func (s *Session) snapshot() map[way]bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := map[way]bool{}
	for w := range s.ways {
		all[w] = true
	}
	return all
}

// A page that takes nothing is not waited for: what does not fit is lost.
func TestASlowPageStopsNobody(t *testing.T) {
	t.Parallel()
	d, _ := openTCP(t)
	stuck, well := d.visit(t, nil), d.visit(t, nil)
	well.connects(t)
	raw := d.call(t)
	stuck.plug(t, raw)
	stuck.connects(t)
	check(t, raw.Conn.(*net.TCPConn).SetReadBuffer(4096))
	stuck.mu.Lock() // it reads one packet, and then no more
	payload := make([]byte, 1400)
	for n := range uint16(6000) { // 8 MB, at once
		stuck.session.Send(media.Frame{Sequence: n, Payload: payload})
	}
	for w := range stuck.session.snapshot() {
		if tcp, ok := w.(*tcpWay); ok {
			tcp.mu.Lock()
			if n := len(tcp.pending); n > maxPending {
				t.Errorf("%d bytes wait", n)
			}
			tcp.mu.Unlock()
		}
	}
	well.told(t, 1, "not stopped")
	well.says(t, "nor deaf")
	stuck.mu.Unlock()
}

// Packets and connections that are nobody's here are handed on as they came.
func TestStrangersAreHandedOn(t *testing.T) {
	t.Parallel()
	d, _ := openTCP(t)
	c := d.dial(t)
	defer c.Close()
	check(t, firstOf(c.Write(stun.MustBuild(stun.BindingRequest, stun.TransactionID, stun.NewUsername("theirs:page")).Raw)))
	s := d.Strangers()[0]
	var b [1500]byte
	n, from, err := s.ReadFrom(b[:])
	check(t, err)
	if !isSTUN(b[:n]) || from.String() != c.LocalAddr().String() {
		t.Errorf("%d bytes from %s", n, from)
	}
	check(t, firstOf(s.WriteTo([]byte("hello"), from)))
	if n, err := c.Read(b[:]); err != nil || string(b[:n]) != "hello" {
		t.Errorf("answered %q %v", b[:n], err)
	}
	for range 3 * maxStrange { // nobody reads them
		check(t, firstOf(c.Write([]byte{0x80, 1, 2, 3})))
	}
	p := d.visit(t, nil)
	p.connects(t)

	raw, err := net.Dial("tcp", d.at().String())
	check(t, err)
	defer raw.Close()
	sent := appendFrame(appendFrame(nil, stun.MustBuild(stun.BindingRequest, stun.TransactionID, stun.NewUsername("theirs:page")).Raw), []byte("more"))
	check(t, firstOf(raw.Write(sent)))
	conn, err := d.StrangersTCP().Accept()
	check(t, err)
	defer conn.Close()
	got := make([]byte, len(sent))
	for n := 0; n < len(got); {
		more, err := conn.Read(got[n:])
		check(t, err)
		n += more
	}
	if !bytes.Equal(got, sent) {
		t.Error("a connection was handed on with other bytes")
	}
	check(t, s.Close())
	for err = nil; err == nil; {
		_, _, err = s.ReadFrom(b[:])
	}
}

func firstOf(_ int, err error) error { return err }

// Frames of any stranger are read as they are long, or not at all.
func FuzzFrames(f *testing.F) {
	f.Add(appendFrame(appendFrame(nil, []byte("one")), []byte("two")))
	f.Add([]byte{0xff, 0xff, 1})
	f.Fuzz(func(t *testing.T, raw []byte) {
		r := bufio.NewReaderSize(bytes.NewReader(raw), 16)
		var into [100]byte
		var again []byte
		for {
			frame, err := readFrame(r, into[:])
			if err != nil {
				break
			}
			again = appendFrame(again, frame)
		}
		if !bytes.HasPrefix(raw, again) {
			t.Errorf("%x was read as %x", raw, again)
		}
	})
}

// FuzzPacket gives a door whatever a stranger may send, from a stranger's
// address and from that of a page with a call.
func FuzzPacket(f *testing.F) {
	d := open(f, nil)
	p := d.visit(f, nil)
	p.connects(f)
	p.says(f, "first")
	p.asleep(f)
	f.Add(p.request(controls, nominate), true)
	f.Add(p.packet(f, 7, "sound"), true)
	f.Add([]byte{21, 254, 253, 0, 1, 0, 0, 0, 0, 0, 9, 0, 2, 1, 0}, true)
	f.Add([]byte{0x80, 200, 0, 6, 0, 0, 0, 7, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}, true)
	k, r, here := p.socket(f, d), &scratch{}, p.from()
	f.Fuzz(func(t *testing.T, b []byte, page bool) {
		from := netip.MustParseAddrPort("127.0.0.1:9")
		if page {
			from = here
		}
		k.take(r, b[:min(len(b), maxDatagram)], from)
		if s := d.Stats(); s.Panics != 0 {
			t.Fatal("a packet made us fail")
		}
		d.wantBounded(t, p.session, k)
	})
}

// FuzzReport gives a door what a page with keys reports: whoever calls has keys.
func FuzzReport(f *testing.F) {
	d := open(f, nil)
	p := d.visit(f, nil)
	p.connects(f)
	p.says(f, "first")
	p.asleep(f)
	k, r, here := p.socket(f, d), &scratch{}, p.from()
	f.Fuzz(func(t *testing.T, clear []byte) {
		sealed, err := p.seal.EncryptRTCP(nil, clear, nil)
		if err != nil || len(sealed) > maxDatagram {
			return // no page can send it
		}
		k.take(r, sealed, here)
		if s := d.Stats(); s.Panics != 0 {
			t.Fatal("a report made us fail")
		}
		d.wantBounded(t, p.session, k)
	})
}

// wantBounded holds that packets from two addresses have left no more than one
// session that knows two ways, however many there were.
func (d *Door) wantBounded(t *testing.T, s *Session, k *socket) {
	t.Helper()
	d.mu.Lock()
	sessions, open := len(d.sessions), len(d.open)
	d.mu.Unlock()
	s.mu.Lock()
	ways, sources := len(s.ways), len(s.sources.known)
	s.mu.Unlock()
	k.mu.Lock()
	bound := len(k.bound)
	k.mu.Unlock()
	waiting := 0
	for _, x := range d.strangers {
		waiting += len(x.full) + len(x.free)
	}
	if sessions > 1 || open > 1 || ways > 2 || sources > maxSources || bound > 2 || waiting > 2*maxStrange*len(d.strangers) {
		t.Fatalf("%d names of %d sessions, %d ways, %d sources, %d addresses, %d packets wait", sessions, open, ways, sources, bound, waiting)
	}
}

// A poor listener has no file descriptor now and then.
type poor struct {
	net.Listener
	fails atomic.Int32
}

func (l *poor) Accept() (net.Conn, error) {
	if l.fails.Add(-1) >= 0 {
		return nil, syscall.EMFILE
	}
	return l.Listener.Accept()
}

// While the process has no file descriptor left nobody can come in; afterwards
// pages can.
func TestRunningOutOfDescriptorsPasses(t *testing.T) {
	t.Parallel()
	tcp, err := net.Listen("tcp", "127.0.0.1:0")
	check(t, err)
	l := &poor{Listener: tcp}
	l.fails.Store(3)
	d := open(t, func(c *Config) { c.Listen, c.TCP = tcp.Addr().(*net.TCPAddr).AddrPort(), l })
	p := d.visit(t, nil)
	p.plug(t, d.call(t))
	p.connects(t)
	p.says(t, "after all")
}

// Connections that say nothing are bounded together, from however many
// addresses they come; one that a page has shown to be its own does not count.
func TestSilentConnectionsAreBounded(t *testing.T) {
	t.Parallel()
	v := newVisitors(nil)
	pages := 0
	for range 3 * maxUnknown {
		here, there := net.Pipe()
		defer there.Close()
		defer here.Close()
		if !v.enter(here) {
			break
		}
		if pages++; pages <= 10 {
			v.know(here)
			v.know(here)
		}
	}
	if want := maxUnknown + 10; pages != want {
		t.Errorf("%d connections were let in, want %d", pages, want)
	}
	for conn := range v.here {
		v.leave(conn)
	}
	if v.unknown != 0 {
		t.Errorf("%d are still counted", v.unknown)
	}
}
