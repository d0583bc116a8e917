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

	"webtrunk/media/datagram"
)

// maxDatagram is the longest packet that is looked at. One byte more is read,
// to know those that are longer.
const maxDatagram = 1500

// A Socket is a telephone leg's RTP endpoint and the Sender of its Port.
type Socket struct {
	// What each packet needs lies together: between two packets of one call all others
	// have theirs, and a line of 64 bytes is the least that has to come back.
	port   *Port
	rtp    *datagram.Conn
	remote atomic.Pointer[netip.AddrPort] // where we send; nil for nowhere
	secret atomic.Pointer[protection]     // nil for plain RTP
	ssrc   uint32

	mu        sync.Mutex // guards what follows, up to out
	heard     uint64     // packets of the far end's, sound and reports
	departing transmission
	mirror    mirror
	voice     Voice
	arriving  reception
	media     latch

	out   [maxDatagram]byte     // the sender's: the port calls Send from one goroutine at a time
	in    [maxDatagram + 1]byte // the reading goroutine's
	clear [maxDatagram]byte     // likewise: what was decrypted
	hdr   rtp.Header            // likewise

	control latch // guarded by mu, too, down to the keyrings
	far     farReport
	stirred uint32 // packets sent when it was last looked whether any are
	ours    keyring
	theirs  keyring

	sending rtp.Header // the sender's
	sockets *Sockets
	rtcp    *net.UDPConn
	local   uint16
	closed  atomic.Bool
	once    sync.Once
	done    sync.WaitGroup
}

func newSocket(s *Sockets, name string, local uint16, rtpConn *datagram.Conn, rtcpConn *net.UDPConn) *Socket {
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
	at := c.rtp.LocalAddrPort()
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
	if headerSize+len(f.Payload)+sealed > len(c.out) {
		return
	}
	n := f.WriteHeader(c.out[:], c.ssrc)
	n += copy(c.out[n:], f.Payload)
	wire, err := c.seal(n)
	if err != nil {
		return
	}
	c.rtp.Send(wire, *to)
	now := time.Now()
	c.mu.Lock()
	c.departing.sent(f, now)
	c.rename(now)
	c.mu.Unlock()
}

// read takes packets from the wire until the socket closes. What else may go
// wrong is the network's, and passes.
func (c *Socket) read() {
	for !errors.Is(c.rtp.Read(c.in[:], c.receive), net.ErrClosed) {
	}
}

// receive takes one datagram. It is proved and looked into before the latch is
// asked, so that only RTP, and where keys were agreed only the far end's, can
// teach it an address. Who cannot be the far end costs no decryption.
func (c *Socket) receive(datagram []byte, from netip.AddrPort) {
	c.mu.Lock()
	known := c.media.possible(from)
	c.mu.Unlock()
	var f Frame
	var ssrc uint32
	if known {
		f, ssrc, known = c.parse(datagram)
	}
	c.mu.Lock()
	was, left := c.media.current, c.media.before
	known = known && c.media.accept(from)
	if c.media.current != was || c.media.before != left { // it comes from where none came from before
		c.voice.Yield()
	}
	heard, anew := false, false
	if known {
		c.heard++
		c.aim()
		heard, anew = c.listens(&f, ssrc, time.Now())
	}
	c.mu.Unlock()
	switch {
	case !known:
		c.port.foreign.Add(1)
		return
	case !heard:
		return
	case anew:
		c.port.Anew()
	}
	c.port.Receive(f)
}

// parse reads an RTP packet (RFC 3550 §5.1), in the clear.
func (c *Socket) parse(datagram []byte) (f Frame, ssrc uint32, ok bool) {
	defer func() { ok = recover() == nil && ok }()
	if len(datagram) < headerSize || len(datagram) > maxDatagram || datagram[0]>>6 != 2 {
		return f, 0, false
	}
	if datagram[1] >= 192 && datagram[1] <= 223 {
		return f, 0, false // RTCP on the RTP port, which we do not negotiate (RFC 5761 §4)
	}
	clear, ok := c.reveal(datagram)
	if !ok {
		return f, 0, false
	}
	if f, ok = FrameOf(clear); ok {
		ssrc = ssrcOf(clear)
	}
	return f, ssrc, ok
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
		c.shed()
	})
}

// shed lets go of what only an open socket needs. Its leg may stay known for half a
// minute, and its last figures with it; keys are most of what it holds, and a secret.
func (c *Socket) shed() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.remote.Store(nil)
	c.secret.Store(nil)
	c.ours, c.theirs = keyring{}, keyring{}
}
