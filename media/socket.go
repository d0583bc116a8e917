package media

import (
	"errors"
	"math/rand/v2"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/rtp"
)

// maxDatagram is the longest packet that is looked at. One byte more is read,
// to know those that are longer.
const maxDatagram = 1500

// A Socket is a telephone leg's RTP endpoint and the Sender of its Port.
type Socket struct {
	sockets *Sockets
	port    *Port
	local   uint16
	ssrc    uint32
	rtp     *net.UDPConn
	rtcp    *net.UDPConn

	remote atomic.Pointer[netip.AddrPort] // where we send; nil for nowhere
	secret atomic.Pointer[protection]     // nil for plain RTP
	closed atomic.Bool
	once   sync.Once
	done   sync.WaitGroup

	mu        sync.Mutex // guards what follows
	media     latch
	control   latch
	arriving  reception
	departing transmission
	far       farReport
	heard     uint64 // packets of the far end's, sound and reports
	stirred   uint32 // packets sent when it was last looked whether any are
	ours      keyring
	theirs    keyring

	in      [maxDatagram + 1]byte // the reading goroutine's
	clear   [maxDatagram]byte     // likewise: what was decrypted
	hdr     rtp.Packet            // likewise
	out     [maxDatagram]byte     // the sender's: the port calls Send from one goroutine at a time
	sending rtp.Header            // likewise
}

func newSocket(s *Sockets, name string, local uint16, rtpConn, rtcpConn *net.UDPConn) *Socket {
	c := &Socket{sockets: s, local: local, ssrc: rand.Uint32(), rtp: rtpConn, rtcp: rtcpConn}
	c.port = NewPort(name, c)
	c.done.Go(c.read)
	c.done.Go(c.report)
	return c
}

// Port returns the leg's port in the media loop.
func (c *Socket) Port() *Port { return c.port }

// LocalPort returns the RTP port to write into our SDP.
func (c *Socket) LocalPort() uint16 { return c.local }

// Local returns where other sockets on this machine reach this one's RTP.
func (c *Socket) Local() netip.AddrPort {
	at := c.rtp.LocalAddr().(*net.UDPAddr).AddrPort()
	switch a := at.Addr().Unmap(); {
	case !a.IsUnspecified():
		return netip.AddrPortFrom(a, at.Port())
	case a.Is6():
		return netip.AddrPortFrom(netip.IPv6Loopback(), at.Port())
	default:
		return netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), at.Port())
	}
}

// Heard returns how many packets of the far end's, sound and reports, have come.
func (c *Socket) Heard() uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.heard
}

// SetRemote sets where the far SDP wants its RTP, and re-arms the latch: a
// sender at the signalled address but another port is learned once, within
// the first packets; other sources are dropped and counted.
func (c *Socket) SetRemote(rtp netip.AddrPort) {
	c.SetRemotes(rtp, netip.AddrPortFrom(rtp.Addr(), rtp.Port()+1))
}

// SetRemotes is SetRemote for a far end that wants its RTCP elsewhere than on
// the port after its RTP's (RFC 3605).
func (c *Socket) SetRemotes(rtp, rtcp netip.AddrPort) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.media.arm(rtp)
	c.control.arm(rtcp)
	c.aim()
}

// aim makes the latch's address the one that we send to.
func (c *Socket) aim() {
	if !c.media.ready() {
		c.remote.Store(nil)
		return
	}
	if old := c.remote.Load(); old == nil || *old != c.media.current {
		to := c.media.current
		c.remote.Store(&to)
	}
}

// Send puts one packet on the wire, if it is known where to.
func (c *Socket) Send(f Frame) {
	to := c.remote.Load()
	if to == nil {
		return
	}
	h := rtp.Header{Version: 2, Marker: f.Marker, PayloadType: f.PayloadType, SequenceNumber: f.Sequence, Timestamp: f.Timestamp, SSRC: c.ssrc}
	n, err := h.MarshalTo(c.out[:])
	if err != nil || n+len(f.Payload)+sealed > len(c.out) {
		return
	}
	n += copy(c.out[n:], f.Payload)
	wire, err := c.seal(n)
	if err != nil {
		return
	}
	// An error here is the network's: RTP loses the packet and goes on.
	_, _ = c.rtp.WriteToUDPAddrPort(wire, *to)
	c.mu.Lock()
	c.departing.sent(f, time.Now())
	c.mu.Unlock()
}

// read takes packets from the wire until the socket closes.
func (c *Socket) read() {
	for {
		n, from, err := c.rtp.ReadFromUDPAddrPort(c.in[:])
		switch {
		case c.closed.Load() || errors.Is(err, net.ErrClosed):
			return
		case err == nil:
			c.receive(c.in[:n], from)
		}
	}
}

// receive takes one datagram. It is proved and looked into before the latch is
// asked, so that only RTP, and where keys were agreed only the far end's, can
// teach it an address. Who cannot be the far end costs no decryption.
func (c *Socket) receive(datagram []byte, from netip.AddrPort) {
	c.mu.Lock()
	known := c.media.possible(from)
	c.mu.Unlock()
	known = known && c.parse(datagram)
	c.mu.Lock()
	known = known && c.media.accept(from)
	if known {
		c.heard++
		c.aim()
		h := &c.hdr.Header
		c.arriving.take(h.SSRC, h.SequenceNumber, h.Timestamp, c.port.Format().Codec.ClockRate(), time.Now())
	}
	c.mu.Unlock()
	if !known {
		c.port.foreign.Add(1)
		return
	}
	h := &c.hdr.Header
	c.port.Receive(Frame{PayloadType: h.PayloadType, Marker: h.Marker, Sequence: h.SequenceNumber, Timestamp: h.Timestamp, Payload: c.hdr.Payload})
}

// parse reads an RTP packet (RFC 3550 §5.1), in the clear, into hdr.
func (c *Socket) parse(datagram []byte) (ok bool) {
	defer func() { ok = recover() == nil && ok }()
	const shortestRTP = 12
	if len(datagram) < shortestRTP || len(datagram) > maxDatagram || datagram[0]>>6 != 2 {
		return false
	}
	if datagram[1] >= 192 && datagram[1] <= 223 {
		return false // RTCP on the RTP port, which we do not negotiate (RFC 5761 §4)
	}
	clear, ok := c.reveal(datagram)
	return ok && c.hdr.Unmarshal(clear) == nil
}

// Close closes the port pair, drains it before reuse and waits for what runs.
// The listener of OnDigit, which is among that, must not call it.
func (c *Socket) Close() {
	c.once.Do(func() {
		c.port.Close()
		c.bye()
		c.closed.Store(true)
		c.rtp.Close()
		c.rtcp.Close()
		c.done.Wait()
		c.sockets.release(c)
	})
}
