package lean

import (
	"encoding/binary"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/pion/srtp/v3"
	"golang.org/x/sys/unix"

	"webtrunk/media"
	"webtrunk/transcode"
)

// What a packet costs that passes through, without the kernel: a page's is proved,
// decrypted, carried to the telephone and written; a telephone's is carried to the
// page, encrypted and written. A gateway has many calls, and between two packets of
// one it has slept and served all others. So each step finds nothing of its call
// where it is quick to reach, which a benchmark of one call does not show.

// between is what happens between two packets.
var between = []struct {
	name  string
	calls int
	do    func()
}{
	{"OneCall", 1, func() {}},
	{"400Calls", 400, func() {}},
	{"400CallsAfter2MiB", 400, touch},
	{"400CallsAfterSleep", 400, sleep},
}

var others [2 << 20]byte

// touch uses the caches up to the second level, as others would.
func touch() {
	for i := 0; i < len(others); i += 64 {
		others[i]++
	}
}

// sleep is what a process does that waits for a packet: the core serves others, and
// on a virtual machine other machines.
func sleep() {
	wait := unix.NsecToTimespec(100_000)
	_ = unix.Nanosleep(&wait, nil)
}

func BenchmarkPassedToTheTelephone(b *testing.B) { measureCold(b, (*passing).toTelephone) }
func BenchmarkPassedToThePage(b *testing.B)      { measureCold(b, (*passing).toPage) }

// measureCold reports the median of packets, which does not mind what else the machine
// does, and what the clock takes is in it.
func measureCold(b *testing.B, pass func(*passing, func())) {
	for _, c := range between {
		b.Run(c.name, func(b *testing.B) {
			calls := newPassing(b, c.calls)
			for range 10 { // the way is laid, and everything is where it stays
				pass(calls, func() {})
			}
			calls.took = calls.took[:0]
			for b.Loop() {
				pass(calls, c.do)
			}
			slices.Sort(calls.took)
			b.ReportMetric(float64(calls.took[len(calls.took)/2]), "ns/packet")
			calls.all(b)
		})
	}
}

// passing are calls of G.711 whose packets pass through.
type passing struct {
	socket *socket
	work   scratch
	calls  []*passingCall
	took   []time.Duration // by each packet
}

// A passingCall is a page and a telephone that are joined.
type passingCall struct {
	session   *Session
	seal      *sealer // the page's
	from      netip.AddrPort
	port      *media.Port // the page's
	telephone *media.Socket
	begin     time.Time
	number    uint16
	ts        uint32
	sound     [12 + 160 + longest]byte // as it comes from the page
}

var g711 = media.Format{Codec: transcode.PCMU}

// elsewhere is an address that a socket of IPv4 cannot send to, which the kernel says
// at once.
var elsewhere = netip.MustParseAddrPort("[2001:db8::1]:4000")

func newPassing(b *testing.B, calls int) *passing {
	d := open(b, nil)
	ports, err := media.NewSockets(netip.MustParseAddr("127.0.88.1"), 20000, 20000+4*uint16(calls))
	check(b, err)
	b.Cleanup(ports.Close)
	x := &passing{socket: d.sockets[0]}
	for i := range calls {
		x.calls = append(x.calls, newPassingCall(b, d, ports, i))
	}
	return x
}

func newPassingCall(b *testing.B, d *Door, ports *media.Sockets, i int) *passingCall {
	c := &passingCall{begin: time.Now(), from: netip.AddrPortFrom(netip.AddrFrom4([4]byte{192, 0, 2, byte(i >> 8)}), uint16(1000+i))}
	meter := &media.Meter{}
	var err error
	c.session, err = d.Open(Page{Ufrag: "page", Clock: 8000, Ear: &carries{call: c, meter: meter}, Meter: meter})
	check(b, err)
	b.Cleanup(c.session.Close)
	c.protect(b)
	c.port = media.NewPort("page", speaks{c.session})
	b.Cleanup(c.port.Close)
	c.telephone, err = ports.Open("telephone")
	check(b, err)
	c.telephone.SetRemote(elsewhere)
	c.port.SetFormat(g711)
	c.telephone.Port().SetFormat(g711)
	_, err = media.Join(c.port, c.telephone.Port())
	check(b, err)
	d.sockets[0].bound[c.from] = c.session
	to := way(unwired{c.from})
	c.session.current.Store(&to)
	return c
}

// protect gives both sides keys, as a handshake does.
func (c *passingCall) protect(b *testing.B) {
	keys, theirs := newKeys(b)
	out, in, err := protect(srtp.ProtectionProfileAeadAes128Gcm, keys)
	check(b, err)
	c.seal, _, err = protect(srtp.ProtectionProfileAeadAes128Gcm, theirs)
	check(b, err)
	c.session.rise(out, in, nil, nil)
}

// carries is the Ear that hands a page's sound to its port.
type carries struct {
	call  *passingCall
	meter *media.Meter
}

func (e *carries) Sound(ssrc uint32, b []byte, now time.Time) {
	f := media.Frame{Sequence: binary.BigEndian.Uint16(b[2:]), Timestamp: binary.BigEndian.Uint32(b[4:]), Payload: b[rtpHeader:]}
	e.call.port.Receive(f)
	e.meter.Arrived(ssrc, f, e.call.port.Format().Codec.ClockRate(), now)
}
func (e *carries) Path(bool) {}
func (e *carries) Loss(int)  {}

// speaks is the Sender of a page's port.
type speaks struct{ session *Session }

func (s speaks) Send(f media.Frame) { s.session.Send(f) }

// unwired is a way that leads nowhere.
type unwired struct{ to netip.AddrPort }

func (unwired) send([]byte)              {}
func (w unwired) remote() netip.AddrPort { return w.to }
func (unwired) bind(*Session) bool       { return true }
func (unwired) unbind(*Session)          {}

// frame is the next packet of a call's, in either direction. Its timestamp keeps up with
// a round that takes longer than a packet lasts.
func (c *passingCall) frame(payload []byte) media.Frame {
	c.number++
	c.ts = max(c.ts+160, uint32(time.Since(c.begin)*8000/time.Second))
	return media.Frame{Sequence: c.number, Timestamp: c.ts, Payload: payload}
}

// toTelephone has each page say a packet.
func (x *passing) toTelephone(before func()) {
	sealed := make([][]byte, len(x.calls))
	for i, c := range x.calls {
		var b [maxDatagram]byte
		f := c.frame(nil)
		n := f.WriteHeader(b[:], 7) + 160
		sealed[i], _ = c.seal.seal(c.sound[:copy(c.sound[:], b[:n])])
	}
	for i, c := range x.calls {
		before()
		packet := x.work.in[:copy(x.work.in[:], sealed[i])]
		begin := time.Now()
		x.socket.take(&x.work, packet, c.from)
		x.took = append(x.took, time.Since(begin))
	}
}

// toPage has each telephone say a packet.
func (x *passing) toPage(before func()) {
	var sound [160]byte
	for _, c := range x.calls {
		before()
		f := c.frame(sound[:])
		begin := time.Now()
		c.telephone.Port().Receive(f)
		x.took = append(x.took, time.Since(begin))
	}
}

// all holds that what was measured is packets on their way, and not what is let go: some
// are, for a machine that does other things is late.
func (x *passing) all(b *testing.B) {
	for _, c := range x.calls {
		sent := c.telephone.Port().Stats().Sent + c.port.Stats().Sent
		if sent < uint64(c.number)/2 {
			b.Fatalf("%d packets of %d were sent", sent, c.number)
		}
	}
}
