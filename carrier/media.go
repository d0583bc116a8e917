package carrier

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"sync"
	"time"
)

// Sound on a telephone line: 8,000 samples a second, a packet every 20 ms.
const (
	sampleRate   = 8000
	frameTime    = 20 * time.Millisecond
	frameSamples = sampleRate / 50
)

// media is the sound of one call: a pair of ports, what was heard, and what is
// being said. The signalling loop opens, connects and closes it; its own three
// goroutines, in receive.go, rtcp.go and pump.go, do the rest.
type media struct {
	c       *Carrier
	changed func()
	digit   func(Digit)
	in, out *spoiler
	heard   recorder
	wake    chan struct{} // tells the pump to look again
	closed  chan struct{}

	conn, control *net.UDPConn // nil until open

	mu     sync.Mutex
	wire   wiring
	tongue tongue
	counts RTPStats
	source reception
	echo   bool
	echoed echoMapping
	saying *utterance
	queue  []*utterance
	hushed bool // the call is over: say nothing, count what still comes
	shut   bool
	send   sendState
}

// wiring is what offer and answer have agreed about a call's sound.
type wiring struct {
	remote netip.AddrPort
	sound  format
	event  format // no name when digits cannot be sent as events
	send   bool   // neither side has put a stop to our sending
}

// sendState is the RTP stream that leaves us.
type sendState struct {
	ssrc    uint32
	seq     uint16
	ts      uint32
	marker  bool // the next packet begins a talkspurt
	packets uint32
	octets  uint32
}

func newMedia(c *Carrier, call *Call) *media {
	m := &media{
		c: c, changed: call.changed, digit: call.keys.press,
		in: newSpoiler(c.cfg.Impairment), out: newSpoiler(c.cfg.Impairment),
		wake: make(chan struct{}, 1), closed: make(chan struct{}),
		send: sendState{ssrc: rand.Uint32(), seq: uint16(rand.Uint32()), ts: rand.Uint32(), marker: true},
	}
	m.heard.limit = int(c.cfg.HeardLimit.Seconds() * sampleRate)
	return m
}

// open binds the ports, once, and returns the RTP one. Loop only.
func (m *media) open() (netip.AddrPort, error) {
	if m.conn == nil {
		var err error
		if m.conn, m.control, err = listenPair(m.c.addr.Addr()); err != nil {
			return netip.AddrPort{}, err
		}
		m.c.wg.Go(m.receive)
		m.c.wg.Go(m.receiveControl)
		m.c.wg.Go(m.pump)
		m.reportEvery(m.c.cfg.RTCPInterval)
	}
	return unmapped(m.conn.LocalAddr().(*net.UDPAddr).AddrPort()), nil
}

// listenPair binds an even port for RTP and the next for RTCP (RFC 3550 §11).
func listenPair(ip netip.Addr) (rtp, rtcp *net.UDPConn, err error) {
	for range 100 {
		rtp, err = net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(ip, 0)))
		if err != nil {
			return nil, nil, fmt.Errorf("carrier: rtp port: %w", err)
		}
		port := rtp.LocalAddr().(*net.UDPAddr).AddrPort().Port()
		if port%2 == 0 {
			rtcp, err = net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(ip, port+1)))
			if err == nil {
				return rtp, rtcp, nil
			}
		}
		rtp.Close()
	}
	return nil, nil, errors.New("carrier: no free pair of ports for rtp")
}

// connect applies what was agreed, from the next packet on.
func (m *media) connect(w wiring) {
	m.mu.Lock()
	if w.send && !m.wire.send {
		m.send.marker = true
	}
	m.wire = w
	m.tongue.speak(w.sound.name)
	m.mu.Unlock()
	m.nudge()
}

func (m *media) nudge() {
	select {
	case m.wake <- struct{}{}:
	default:
	}
}

// hush stops sending at the end of the call. What still comes is counted as
// late until close.
func (m *media) hush() {
	m.mu.Lock()
	m.hushed = true
	m.mu.Unlock()
	m.nudge()
}

// close ends the sound. Its goroutines end by themselves; the carrier's Close
// waits for them.
func (m *media) close() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.shut {
		return
	}
	m.shut = true
	close(m.closed)
	if m.conn != nil {
		m.conn.Close()
		m.control.Close()
	}
}

// later runs f when d has passed; the carrier's Close waits for it.
func (m *media) later(d time.Duration, f func()) {
	m.c.wg.Add(1)
	time.AfterFunc(d, func() {
		defer m.c.wg.Done()
		f()
	})
}

// transmit sends one RTP packet through the bad network. The packet may be
// reused when it returns. The caller holds m.mu.
func (m *media) transmit(packet []byte, samples int) {
	m.send.packets++
	m.send.octets += uint32(samples)
	m.counts.Out++
	m.c.book.rtpOut.Add(1)
	to := m.wire.remote
	m.out.mislabel(packet)
	lost, delay := m.out.fate()
	switch {
	case lost:
	case delay > 0:
		held := append([]byte(nil), packet...)
		m.later(delay, func() { m.write(held, to) })
	default:
		m.write(packet, to)
	}
}

func (m *media) write(packet []byte, to netip.AddrPort) {
	m.c.tapRTP(Out, packet)
	// What cannot be sent is lost, as on any network; after close it is late.
	_, _ = m.conn.WriteToUDPAddrPort(packet, to)
}

// tapRTP tells whoever measures of a packet.
func (c *Carrier) tapRTP(dir Direction, packet []byte) {
	if c.cfg.OnRTP != nil {
		c.cfg.OnRTP(dir, packet)
	}
}

// sendsEvents reports whether digits may be sent as RFC 4733 events.
func (m *media) sendsEvents() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.wire.event.name != ""
}
