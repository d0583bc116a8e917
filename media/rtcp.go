package media

import (
	"errors"
	"math/rand/v2"
	"net"
	"net/netip"
	"os"
	"time"

	"github.com/pion/rtcp"
)

// A farReport is what the far end last told about itself and us.
type farReport struct {
	source  uint32    // who sent the last sender report
	ntp     uint32    // middle half of its time
	heard   time.Time // when that came
	gone    uint32    // the last source that has said goodbye
	left    bool      // there is one
	after   uint64    // packets that had come from it by then
	loss    float64   // of what we send, 0 to 1
	jitter  time.Duration
	rtt     time.Duration
	reports int
}

func units(n float64, clock uint32) time.Duration {
	return time.Duration(n / float64(clock) * float64(time.Second))
}

// report sends our RTCP and hears the far end's until the socket closes. One
// goroutine does both: while it waits for a packet, its deadline is the next report.
func (c *Socket) report() {
	var in [maxDatagram]byte
	due := time.Now().Add(c.interval())
	for {
		_ = c.rtcp.SetReadDeadline(due) // fails only when closed, and then so does the read
		n, from, err := c.rtcp.ReadFromUDPAddrPort(in[:])
		switch {
		case c.closed.Load() || errors.Is(err, net.ErrClosed):
			return
		case err == nil:
			c.hearReport(in[:n], from, time.Now())
		case errors.Is(err, os.ErrDeadlineExceeded):
		}
		if !time.Now().Before(due) {
			c.sendReport(time.Now())
			c.stir()
			due = time.Now().Add(c.interval())
		}
	}
}

// interval is the time to the next report, random so that reports of many
// calls do not fall together (RFC 3550 §6.3.1).
func (c *Socket) interval() time.Duration {
	every := c.sockets.ReportEvery
	if every == 0 {
		every = defaultReportEvery
	}
	return time.Duration(float64(every) * (0.5 + rand.Float64()))
}

func (c *Socket) sendReport(now time.Time) {
	c.mu.Lock()
	b, err := c.sealReport(append(c.compound(now), c.mirror.goodbyes()...))
	to, ready := c.control.current, c.media.ready()
	c.mu.Unlock()
	if ready && err == nil {
		_, _ = c.rtcp.WriteToUDPAddrPort(b, to) // lost reports are like any lost packet
	}
}

// bye tells the far end that our stream has ended (RFC 3550 §6.6).
func (c *Socket) bye() {
	c.mu.Lock()
	b, err := c.sealReport(append(c.compound(time.Now()), &rtcp.Goodbye{Sources: []uint32{c.ssrc}}))
	to, ready := c.control.current, c.media.ready() && c.departing.packets > 0
	c.mu.Unlock()
	if ready && err == nil {
		_, _ = c.rtcp.WriteToUDPAddrPort(b, to)
	}
}

// compound makes the report that is due.
func (c *Socket) compound(now time.Time) []rtcp.Packet {
	return compound(c.ssrc, c.port.Format().Codec.ClockRate(), c.sockets.cname, now, &c.arriving, &c.departing, &c.far)
}

// compound makes the report that is due: a sender's if we have sent since the
// last, else a receiver's, and always our name (RFC 3550 §6.1).
func compound(ssrc, clock uint32, cname string, now time.Time, arriving *reception, d *transmission, far *farReport) []rtcp.Packet {
	var blocks []rtcp.ReceptionReport
	if arriving.known {
		block := arriving.block()
		if !far.heard.IsZero() && far.source == block.SSRC {
			block.LastSenderReport = far.ntp
			block.Delay = uint32(now.Sub(far.heard).Seconds() * 65536)
		}
		blocks = append(blocks, block)
	}
	var first rtcp.Packet = &rtcp.ReceiverReport{SSRC: ssrc, Reports: blocks}
	if d.packets != d.reported {
		d.reported = d.packets
		passed := now.Sub(d.at).Seconds() * float64(clock)
		first = &rtcp.SenderReport{SSRC: ssrc, NTPTime: ntp(now), RTPTime: d.ts + uint32(uint64(passed)),
			PacketCount: d.packets, OctetCount: d.octets, Reports: blocks}
	}
	return []rtcp.Packet{first, rtcp.NewCNAMESourceDescription(ssrc, cname)}
}

// hearReport takes the far end's RTCP, a stranger's bytes.
func (c *Socket) hearReport(datagram []byte, from netip.AddrPort, now time.Time) {
	defer func() {
		if recover() != nil {
			c.port.foreign.Add(1)
		}
	}()
	c.mu.Lock()
	known := c.control.possible(from)
	c.mu.Unlock()
	var packets []rtcp.Packet
	if known {
		packets, known = c.readReport(datagram)
	}
	c.mu.Lock()
	known = known && c.control.accept(from)
	if known {
		c.heard++
		for _, p := range packets {
			c.hear(p, now)
		}
	}
	loss, reports := c.far.loss, c.far.reports
	c.mu.Unlock()
	switch {
	case !known:
		c.port.foreign.Add(1)
	case reports > 0:
		c.port.SetLoss(int(loss*100 + 0.5))
	}
}

func (c *Socket) readReport(datagram []byte) ([]rtcp.Packet, bool) {
	clear, ok := c.revealReport(datagram)
	if !ok {
		return nil, false
	}
	packets, err := rtcp.Unmarshal(clear)
	return packets, err == nil
}

func (c *Socket) hear(p rtcp.Packet, now time.Time) {
	c.far.hear(p, c.ssrc, c.port.Format().Codec.ClockRate(), &c.arriving, now)
}

// hear takes one packet of a report on our source ours, from those who are heard
// as arriving says; told says that it was about our stream.
func (f *farReport) hear(p rtcp.Packet, ours, clock uint32, arriving *reception, now time.Time) (told bool) {
	switch p := p.(type) {
	case *rtcp.SenderReport:
		if f.alive(p.SSRC, ours, arriving) {
			f.spoke(p, arriving, now)
			return f.blocks(p.Reports, ours, clock, now)
		}
	case *rtcp.ReceiverReport:
		return f.alive(p.SSRC, ours, arriving) && f.blocks(p.Reports, ours, clock, now)
	case *rtcp.Goodbye:
		for _, ssrc := range p.Sources {
			f.gone, f.left, f.after = ssrc, true, arriving.from(ssrc)
		}
	}
	return false
}

// alive reports whether a source's reports are to be believed. Ours come back
// where the far end is a mirror. One that has left, or that another has taken the
// place of, tells of what was, unless it is heard again.
func (f *farReport) alive(ssrc, ours uint32, arriving *reception) bool {
	switch {
	case ssrc == ours:
		return false
	case arriving.known && ssrc == arriving.ssrc:
		return !f.left || ssrc != f.gone || arriving.received != f.after
	}
	return !(f.left && ssrc == f.gone) && !(arriving.replaced && ssrc == arriving.former)
}

// spoke keeps when the source that is heard, or will be, sent its report.
func (f *farReport) spoke(p *rtcp.SenderReport, arriving *reception, now time.Time) {
	if !arriving.known || arriving.ssrc == p.SSRC {
		f.source, f.ntp, f.heard = p.SSRC, uint32(p.NTPTime>>16), now
	}
}

// blocks takes the blocks of a report that are about our stream.
func (f *farReport) blocks(blocks []rtcp.ReceptionReport, ours, clock uint32, now time.Time) (told bool) {
	for _, b := range blocks {
		if b.SSRC == ours {
			f.take(b, clock, now)
			told = true
		}
	}
	return told
}

// take takes what the far end says of our stream. The round trip is the time
// since our report that it names, less the time that it kept it.
func (f *farReport) take(b rtcp.ReceptionReport, clock uint32, now time.Time) {
	f.reports++
	f.loss = float64(b.FractionLost) / 256
	if clock > 0 {
		f.jitter = units(float64(b.Jitter), clock)
	}
	if trip := int32(uint32(ntp(now)>>16) - b.LastSenderReport - b.Delay); b.LastSenderReport != 0 && trip >= 0 {
		f.rtt = time.Duration(float64(trip) / 65536 * float64(time.Second))
	}
}

// ntp returns a time as RTCP writes it: 32 bits of seconds since 1900 and 32
// bits of fraction (RFC 3550 §4).
func ntp(t time.Time) uint64 {
	const from1900 = 2208988800
	nanos := uint64(t.UnixNano())
	seconds := nanos/1e9 + from1900
	return seconds<<32 | (nanos%1e9)<<32/1e9
}
