package main

import (
	"context"
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/pion/rtp"

	"webtrunk/carrier"
	"webtrunk/transcode"
)

const frameTime = 20 * time.Millisecond

// A pair are two telephones of one call, G.711 over RTP. The first says marks,
// and the second says again what it hears.
type pair struct {
	number int
	meter  *meter
	ends   [2]*net.UDPConn
	to     [2]netip.AddrPort // where each sends to
	stop   context.CancelFunc
	saying sync.WaitGroup
	all    sync.WaitGroup
}

func newPair(number int, m *meter) (p *pair, err error) {
	p = &pair{number: number, meter: m, stop: func() {}}
	for i := range p.ends {
		if p.ends[i], err = net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)}); err != nil {
			p.close()
			return nil, err
		}
	}
	return p, nil
}

func (p *pair) ports() (ports [2]uint16) {
	for i, c := range p.ends {
		ports[i] = c.LocalAddr().(*net.UDPAddr).AddrPort().Port()
	}
	return ports
}

// begin begins to speak with the ports where the call is, after a while that
// spreads the calls over a frame.
func (p *pair) begin(ctx context.Context, ports [2]uint16, after time.Duration) {
	for i, port := range ports {
		p.to[i] = netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), port)
	}
	ctx, p.stop = context.WithCancel(ctx)
	p.saying.Go(func() { p.say(ctx, after) })
	p.all.Go(p.repeat)
	p.all.Go(p.hear)
}

// hush ends what is said anew; what is under way is repeated and heard.
func (p *pair) hush() {
	p.stop()
	p.saying.Wait()
}

func (p *pair) close() {
	p.hush()
	for _, c := range p.ends {
		if c != nil {
			c.Close()
		}
	}
	p.all.Wait()
}

// say says one mark after another, after a frame of silence: the gateway lets a
// stream begin softly, which no mark survives.
func (p *pair) say(ctx context.Context, after time.Duration) {
	line := newVoice(p.ends[0], p.to[0])
	var pcm [transcode.FrameSamples]int16
	var payload [transcode.FrameSamples]byte
	time.Sleep(after)
	next := time.Now()
	transcode.EncodePCMU(payload[:], pcm[:])
	line.say(payload[:])
	for packet := 1; ; packet++ {
		next = next.Add(frameTime)
		select {
		case <-time.After(time.Until(next)):
		case <-ctx.Done():
			return
		}
		markFor(p.number, packet).sound(pcm[:])
		transcode.EncodePCMU(payload[:], pcm[:])
		p.meter.page(true, payload[:])
		line.say(payload[:])
	}
}

// repeat is the second telephone.
func (p *pair) repeat() {
	line := newVoice(p.ends[1], p.to[1])
	p.listen(p.ends[1], func(raw []byte) {
		p.meter.carrier(carrier.In, raw)
		p.meter.carrier(carrier.Out, raw)
		line.say(raw[rtpHeader:])
	})
}

func (p *pair) hear() {
	p.listen(p.ends[0], func(raw []byte) { p.meter.page(false, raw[rtpHeader:]) })
}

func (p *pair) listen(c *net.UDPConn, take func(raw []byte)) {
	packet := make([]byte, 1500)
	for {
		n, _, err := c.ReadFromUDPAddrPort(packet)
		switch {
		case err != nil:
			return
		case n > rtpHeader:
			take(packet[:n])
		}
	}
}

const rtpHeader = 12 // of a packet without extensions (RFC 3550 §5.1)

// A voice is one stream of RTP.
type voice struct {
	conn   *net.UDPConn
	to     netip.AddrPort
	header rtp.Header
	packet [rtpHeader + transcode.FrameSamples]byte
}

func newVoice(c *net.UDPConn, to netip.AddrPort) *voice {
	return &voice{conn: c, to: to, header: rtp.Header{Version: 2, SSRC: uint32(to.Port())}}
}

func (v *voice) say(payload []byte) {
	n, err := v.header.MarshalTo(v.packet[:])
	if err != nil {
		return
	}
	n += copy(v.packet[n:], payload)
	_, _ = v.conn.WriteToUDPAddrPort(v.packet[:n], v.to) // what is lost is counted as such
	v.header.SequenceNumber++
	v.header.Timestamp += transcode.FrameSamples
}
