package media

import (
	"bytes"
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
)

// A handset is the far end of a socket: a telephone made of plain UDP.
type handset struct {
	t    testing.TB
	conn *net.UDPConn
	to   netip.AddrPort
}

// newHandset returns a handset on an address of the loopback net.
func newHandset(t testing.TB, host string, to uint16) *handset {
	t.Helper()
	conn, err := net.ListenUDP("udp4", net.UDPAddrFromAddrPort(netip.AddrPortFrom(netip.MustParseAddr(host), 0)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return &handset{t, conn, netip.AddrPortFrom(loopback, to)}
}

func (h *handset) addr() netip.AddrPort { return h.conn.LocalAddr().(*net.UDPAddr).AddrPort() }

func (h *handset) send(b []byte) {
	h.t.Helper()
	if _, err := h.conn.WriteToUDPAddrPort(b, h.to); err != nil {
		h.t.Fatal(err)
	}
}

// inTime bounds what is waited for on a machine that has other things to do.
const inTime = 30 * time.Second

// hear returns the next datagram.
func (h *handset) hear() []byte {
	h.t.Helper()
	b := make([]byte, 2000)
	_ = h.conn.SetReadDeadline(time.Now().Add(inTime))
	n, err := h.conn.Read(b)
	if err != nil {
		h.t.Fatal(err)
	}
	return b[:n]
}

func packet(f Frame, ssrc uint32) []byte {
	b, err := (&rtp.Packet{
		Header:  rtp.Header{Version: 2, PayloadType: f.PayloadType, Marker: f.Marker, SequenceNumber: f.Sequence, Timestamp: f.Timestamp, SSRC: ssrc},
		Payload: f.Payload,
	}).Marshal()
	if err != nil {
		panic(err)
	}
	return b
}

// speak sends a frame to a socket's leg, as a joined leg would.
func speak(c *Socket, n int) { c.Port().out.write(&source{clock: 8000}, packet20(n)) }

// sentPackets returns how many packets a socket has put on the wire.
func sentPackets(c *Socket) uint32 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.departing.packets
}

// until waits for what a socket's goroutine is about to do.
func until(t testing.TB, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(inTime); !done(); {
		if time.Now().After(deadline) {
			t.Fatalf("still not %s", what)
		}
		time.Sleep(time.Millisecond)
	}
}

// line returns a socket joined to a leg, and a handset whose address is signalled.
func line(t testing.TB, f Format) (*Socket, *leg, *handset) {
	t.Helper()
	c := open(t, newSockets(t, 1))
	c.Port().SetFormat(f)
	l := newLeg(t, "other", f)
	began := time.Now() // for good: on a busy machine what is sent at once comes late, and is not to count as stale
	l.now = func() time.Time { return began }
	c.mu.Lock()
	c.port.now = l.now
	c.mu.Unlock()
	if _, err := Join(c.Port(), l.Port); err != nil {
		t.Fatal(err)
	}
	h := newHandset(t, "127.0.0.1", c.LocalPort())
	c.SetRemote(h.addr())
	return c, l, h
}

func TestASocketCarriesRTPBothWays(t *testing.T) {
	_, other, h := line(t, phone)
	for i := range 3 {
		f := packet20(i)
		other.Receive(f)
		var got rtp.Packet
		if err := got.Unmarshal(h.hear()); err != nil {
			t.Fatal(err)
		}
		if got.Version != 2 || got.PayloadType != 0 || got.Marker != (i == 0) || !bytes.Equal(got.Payload, f.Payload) || got.SSRC == 0 {
			t.Errorf("packet %d arrived as %v", i, got)
		}
		h.send(packet(f, 7))
	}
	until(t, "three frames across", func() bool { return len(other.frames()) == 3 })
	for i, f := range other.frames() {
		if want := packet20(i); !bytes.Equal(f.Payload, want.Payload) || f.Timestamp-other.frames()[0].Timestamp != want.Timestamp {
			t.Errorf("frame %d: %d bytes at +%d", i, len(f.Payload), f.Timestamp-other.frames()[0].Timestamp)
		}
	}
}

func TestASocketSendsNothingBeforeItKnowsWhere(t *testing.T) {
	c := open(t, newSockets(t, 1))
	c.Port().SetFormat(phone)
	h := newHandset(t, "127.0.0.1", c.LocalPort())
	h.send(packet(packet20(1), 7))
	until(t, "counted", func() bool { return c.Port().Stats().Foreign == 1 })
	speak(c, 1)
	if sentPackets(c) != 0 {
		t.Error("a packet was sent to nowhere")
	}
	c.SetRemote(h.addr())
	c.SetRemote(netip.AddrPortFrom(netip.IPv4Unspecified(), 4000)) // held
	speak(c, 2)
	if sentPackets(c) != 0 {
		t.Error("a packet was sent to a leg that is held by 0.0.0.0")
	}
}

// The signalled port is wrong behind a NAT: sound comes from another one and
// goes there. Strangers are neither heard nor sent to.
func TestASocketLearnsTheTruePort(t *testing.T) {
	c, other, h := line(t, phone)
	stranger := newHandset(t, "127.0.0.2", c.LocalPort())
	actual := newHandset(t, "127.0.0.1", c.LocalPort())

	stranger.send(packet(packet20(1), 66))
	until(t, "counted", func() bool { return c.Port().Stats().Foreign == 1 })
	other.Receive(packet20(1))
	h.hear() // still to the signalled port

	actual.send(packet(packet20(1), 7))
	until(t, "heard", func() bool { return c.Port().Stats().Received == 1 })
	other.Receive(packet20(2))
	actual.hear()

	third := newHandset(t, "127.0.0.1", c.LocalPort())
	third.send(packet(packet20(2), 7))
	until(t, "counted", func() bool { return c.Port().Stats().Foreign == 2 })
	c.SetRemote(h.addr()) // a renegotiation keeps what was learned
	other.Receive(packet20(3))
	actual.hear()
}

// A carrier's calls all come from one host. A stream of the last call that has
// not ended, or one of the time before a re-INVITE, does not shut out the true
// one.
func TestASocketPrefersTheSignalledPort(t *testing.T) {
	c, other, h := line(t, phone)
	ghost := newHandset(t, "127.0.0.1", c.LocalPort())
	ghost.send(packet(packet20(1), 66))
	until(t, "heard", func() bool { return c.Port().Stats().Received == 1 })
	h.send(packet(packet20(2), 7))
	until(t, "heard", func() bool { return c.Port().Stats().Received == 2 })
	ghost.send(packet(packet20(2), 66))
	until(t, "counted", func() bool { return c.Port().Stats().Foreign == 1 })
	other.Receive(packet20(1))
	h.hear()

	moved := newHandset(t, "127.0.0.1", c.LocalPort())
	c.SetRemote(moved.addr())
	h.send(packet(packet20(3), 7)) // on its way when the far end moved
	until(t, "heard", func() bool { return c.Port().Stats().Received == 3 })
	other.Receive(packet20(2))
	moved.hear()
	moved.send(packet(packet20(4), 7))
	until(t, "heard", func() bool { return c.Port().Stats().Received == 4 })
	other.Receive(packet20(3))
	moved.hear()
}

func TestJunkIsCountedAndForgotten(t *testing.T) {
	c, other, h := line(t, phone)
	good := packet(packet20(1), 7)
	junk := [][]byte{
		{},
		{0x80},
		good[:11],
		append([]byte{0x40}, good[1:]...),   // version 1
		append([]byte{0x8f}, good[1:20]...), // 15 CSRCs that are not there
		append([]byte{0x90}, good[1:13]...), // an extension that is not there
		append([]byte{0xa0}, append(good[1:20], 200)...), // more padding than packet
		make([]byte, 1501),
		append([]byte{0x80, 200}, good[2:]...), // RTCP on the RTP port
		bytes.Repeat([]byte{0xff}, 200),
	}
	for _, b := range junk {
		h.send(b)
	}
	until(t, "counted", func() bool { return c.Port().Stats().Foreign == uint64(len(junk)) })
	h.send(good)
	until(t, "heard", func() bool { return len(other.frames()) == 1 })
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.media.heard != 1 {
		t.Errorf("junk counts as %d packets to the latch", c.media.heard-1)
	}
}

func TestRTPHeadersMayCarryMore(t *testing.T) {
	c, other, h := line(t, phone)
	p := rtp.Packet{Header: rtp.Header{Version: 2, SequenceNumber: 9, SSRC: 7, CSRC: []uint32{1, 2}}, Payload: packet20(1).Payload}
	p.Header.Extension, p.Header.ExtensionProfile = true, rtp.ExtensionProfileOneByte
	if err := p.Header.SetExtension(1, []byte{0x80}); err != nil {
		t.Fatal(err)
	}
	p.Header.Padding, p.Header.PaddingSize = true, 4
	b, err := p.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	h.send(b)
	until(t, "heard", func() bool { return len(other.frames()) == 1 })
	if n := len(other.frames()[0].Payload); n != 160 {
		t.Errorf("%d bytes of sound, want 160 (%d packets in)", n, c.Port().Stats().Received)
	}
}

func TestASocketThatClosesSaysGoodbye(t *testing.T) {
	s := newSockets(t, 1)
	c := open(t, s)
	c.Port().SetFormat(phone)
	control := newHandset(t, "127.0.0.1", c.LocalPort()+1)
	c.SetRemote(netip.AddrPortFrom(loopback, control.addr().Port()-1))
	speak(c, 1)
	c.Close()
	packets, err := rtcp.Unmarshal(control.hear())
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := packets[len(packets)-1].(*rtcp.Goodbye); !ok {
		t.Errorf("the last report is %T, want a goodbye", packets[len(packets)-1])
	}
	c.Port().Receive(packet20(1))
	if got := c.Port().Stats(); got.Dropped != 1 {
		t.Errorf("%+v: a closed port takes packets", got)
	}
}

func FuzzDatagram(f *testing.F) {
	f.Add(packet(packet20(1), 7))
	f.Add(packet(Frame{PayloadType: 101, Payload: eventPayload(5, true, 800)}, 7))
	f.Add([]byte{0x90, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0xbe, 0xde, 0, 1})
	from := netip.MustParseAddrPort("127.0.0.1:4000")
	f.Fuzz(func(t *testing.T, b []byte) {
		c := &Socket{sockets: &Sockets{}}
		c.port = NewPort("telephone", c)
		defer c.port.Close()
		c.port.SetFormat(phone)
		l := newLeg(t, "browser", chromium)
		if _, err := Join(c.port, l.Port); err != nil {
			t.Fatal(err)
		}
		c.media.arm(from)
		c.receive(b, from)
		c.receive(b, from)
		if err := c.SetCrypto(NewKeys(AESGCM), NewKeys(AESCM80)); err != nil {
			t.Fatal(err)
		}
		c.receive(b, from)
		c.hearReport(b, from, time.Now())
		_ = c.SetCrypto(Keys{}, Keys{})
		c.control.arm(from)
		c.hearReport(b, from, time.Now())
		if n := c.port.Stats().Panics; n != 0 {
			t.Errorf("%d panics", n)
		}
	})
}
