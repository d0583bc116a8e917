package media

import (
	"encoding/binary"
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/pion/rtcp"
)

// What the telephone's side of a call costs beside the sound: a packet that is
// taken from its buffer, one that comes by the system, and reports.

// A telephone20 is a packet of G.711 as it lies in the buffer.
func telephone20() []byte {
	p := make([]byte, rtpHeaderSize+160)
	p[0] = 2 << 6
	binary.BigEndian.PutUint32(p[8:], 77)
	return p
}

const rtpHeaderSize = 12

func advance(p []byte, n int) {
	binary.BigEndian.PutUint16(p[2:], uint16(n))
	binary.BigEndian.PutUint32(p[4:], uint32(n)*160)
}

func BenchmarkSocketReceive(b *testing.B) {
	c := open(b, newSockets(b, 1))
	from := netip.MustParseAddrPort("127.0.0.1:4000")
	c.SetRemote(from)
	p, n := telephone20(), 0
	b.ReportAllocs()
	for b.Loop() {
		n++
		advance(p, n)
		c.receive(p, from)
	}
	if heard := c.Heard(); heard < uint64(n) {
		b.Errorf("%d of %d packets were heard", heard, n)
	}
}

// A packet through the kernel and the socket's reader, there and no way back.
func BenchmarkSocketReadOnTheWire(b *testing.B) {
	c := open(b, newSockets(b, 1))
	far, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		b.Fatal(err)
	}
	defer far.Close()
	c.SetRemote(far.LocalAddr().(*net.UDPAddr).AddrPort())
	p, n, to := telephone20(), 0, c.Local()
	b.ReportAllocs()
	for b.Loop() {
		n++
		advance(p, n)
		before := c.Heard()
		if _, err := far.WriteToUDPAddrPort(p, to); err != nil {
			b.Fatal(err)
		}
		for begin := time.Now(); c.Heard() == before; {
			if time.Since(begin) > 10*time.Second {
				b.Fatal("a packet was not heard")
			}
		}
	}
}

func BenchmarkReportMade(b *testing.B) {
	c := open(b, newSockets(b, 1))
	from := netip.MustParseAddrPort("127.0.0.1:4000")
	c.SetRemote(from)
	c.receive(telephone20(), from)
	now := time.Now()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := rtcp.Marshal(c.compound(now)); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkReportHeard(b *testing.B) {
	c := open(b, newSockets(b, 1))
	from := netip.MustParseAddrPort("127.0.0.1:4001")
	c.SetRemote(netip.MustParseAddrPort("127.0.0.1:4000"))
	raw, err := rtcp.Marshal([]rtcp.Packet{
		&rtcp.SenderReport{SSRC: 77, Reports: []rtcp.ReceptionReport{{SSRC: c.ssrc}}}, rtcp.NewCNAMESourceDescription(77, "telephone"),
	})
	if err != nil {
		b.Fatal(err)
	}
	now := time.Now()
	b.ReportAllocs()
	for b.Loop() {
		c.hearReport(raw, from, now)
	}
}
