package media

import (
	"math"
	"net/netip"
	"testing"
	"time"

	"github.com/pion/rtcp"
)

// reporting returns a socket that reports often, and the handset that hears it.
func reporting(t *testing.T) (*Socket, *handset) {
	t.Helper()
	s := newSockets(t, 1)
	s.ReportEvery = 20 * time.Millisecond
	c := open(t, s)
	c.Port().SetFormat(phone)
	h := newHandset(t, "127.0.0.1", c.LocalPort()+1)
	c.SetRemote(netip.AddrPortFrom(loopback, h.addr().Port()-1))
	return c, h
}

func reports(t *testing.T, b []byte) []rtcp.Packet {
	t.Helper()
	packets, err := rtcp.Unmarshal(b)
	if err != nil {
		t.Fatal(err)
	}
	if err := rtcp.CompoundPacket(packets).Validate(); err != nil {
		t.Errorf("not a valid compound packet: %v", err)
	}
	return packets
}

func TestReportsAreSent(t *testing.T) {
	c, h := reporting(t)
	first := reports(t, h.hear())
	if rr, ok := first[0].(*rtcp.ReceiverReport); !ok || rr.SSRC != c.ssrc || len(rr.Reports) != 0 {
		t.Errorf("before any packet: %v, want a receiver report about nobody", first[0])
	}
	name := first[1].(*rtcp.SourceDescription).Chunks[0].Items[0]
	if name.Type != rtcp.SDESCNAME || name.Text != c.sockets.cname || len(name.Text) != 16 {
		t.Errorf("our name is %v", name)
	}

	speak(c, 1)
	speak(c, 2)
	for {
		sr, ok := reports(t, h.hear())[0].(*rtcp.SenderReport)
		if !ok {
			continue // made before the packets
		}
		if sr.PacketCount < 2 {
			continue // about silence only, sent to keep the leg alive
		}
		if sr.SSRC != c.ssrc || sr.OctetCount != 160*sr.PacketCount {
			t.Errorf("after two packets: %v", sr)
		}
		if sent := time.Unix(int64(sr.NTPTime>>32)-2208988800, 0); time.Since(sent) > 10*time.Second || time.Since(sent) < -time.Second {
			t.Errorf("sent at %v, it says", sent)
		}
		break
	}
}

func TestWhatTheFarEndReportsIsKnown(t *testing.T) {
	c, h := reporting(t)
	speak(c, 1)
	var sr *rtcp.SenderReport
	for ok := false; !ok; sr, ok = reports(t, h.hear())[0].(*rtcp.SenderReport) {
	}
	b, _ := rtcp.Marshal([]rtcp.Packet{&rtcp.ReceiverReport{SSRC: 7, Reports: []rtcp.ReceptionReport{
		{SSRC: c.ssrc + 1, FractionLost: 255}, // of somebody else's stream
		{SSRC: c.ssrc, FractionLost: 26, Jitter: 80, LastSenderReport: uint32(sr.NTPTime >> 16), Delay: 0},
	}}})
	h.send(b)
	until(t, "heard", func() bool { return c.Quality().FarLoss > 0 })
	q := c.Quality()
	if math.Abs(q.FarLoss-0.1) > 0.01 || q.FarJitter != 10*time.Millisecond || q.RoundTrip < 0 || q.RoundTrip > 5*time.Second {
		t.Errorf("%+v, want 10 %% loss, 10 ms jitter and a round trip", q)
	}
	if n := c.Port().loss.Load(); n != 10 {
		t.Errorf("the port expects %d %% loss, want 10", n)
	}
}

func TestReportsOfStrangersAndJunkAreCounted(t *testing.T) {
	c, h := reporting(t)
	stranger := newHandset(t, "127.0.0.2", c.LocalPort()+1)
	b, _ := rtcp.Marshal([]rtcp.Packet{&rtcp.ReceiverReport{SSRC: 7, Reports: []rtcp.ReceptionReport{{SSRC: c.ssrc, FractionLost: 200}}}})
	stranger.send(b)
	h.send([]byte{0x81, 201, 0xff, 0xff})
	h.send(nil)
	until(t, "counted", func() bool { return c.Port().Stats().Foreign == 3 })
	if q := c.Quality(); q.FarLoss != 0 {
		t.Errorf("a stranger's report is believed: %+v", q)
	}
}

// The round trip is counted from our report, less the time the far end kept it.
func TestRoundTrip(t *testing.T) {
	c := &Socket{port: NewPort("telephone", nil), ssrc: 1}
	c.port.SetFormat(phone)
	reported := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	block := rtcp.ReceptionReport{SSRC: 1, LastSenderReport: uint32(ntp(reported) >> 16), Delay: 65536 / 4}
	c.hear(&rtcp.ReceiverReport{SSRC: 9, Reports: []rtcp.ReceptionReport{block}}, reported.Add(300*time.Millisecond))
	if got := c.Quality().RoundTrip; got < 49*time.Millisecond || got > 51*time.Millisecond {
		t.Errorf("%v, want 50 ms", got)
	}
	block.Delay = 65536 * 60 // longer than all the time that passed
	c.hear(&rtcp.ReceiverReport{SSRC: 9, Reports: []rtcp.ReceptionReport{block}}, reported.Add(300*time.Millisecond))
	if got := c.Quality().RoundTrip; got < 49*time.Millisecond || got > 51*time.Millisecond {
		t.Errorf("%v after an impossible report, want the 50 ms of before", got)
	}
}

func TestReceptionMeasuresLossAndJitter(t *testing.T) {
	var r reception
	now := time.Unix(1_800_000_000, 0)
	for i := range 200 {
		if i%10 == 5 {
			continue // one in ten is lost
		}
		early := time.Duration(i%2) * 5 * time.Millisecond // every other comes 5 ms late
		r.take(7, uint16(65500+i), uint32(i)*160, 8000, now.Add(time.Duration(i)*tick+early))
	}
	b := r.block()
	if b.SSRC != 7 || b.TotalLost != 20 || b.FractionLost != 25 || b.LastSequenceNumber != 65500+199 {
		t.Errorf("%+v, want 20 of 200 lost and the extended number 65699", b)
	}
	if b.Jitter < 30 || b.Jitter > 42 {
		t.Errorf("jitter %d, want about 5 ms: 40", b.Jitter)
	}
	if b := r.block(); b.FractionLost != 0 || b.TotalLost != 20 {
		t.Errorf("%+v: nothing was lost since the last report", b)
	}
	r.take(8, 1, 0, 8000, now)
	if b := r.block(); b.SSRC != 8 || b.TotalLost != 0 {
		t.Errorf("%+v after a new sender", b)
	}
}

// A sender report's RTP timestamp is that of the moment it names, not of the
// last packet: what plays two streams together counts on it.
func TestASenderReportMapsTimeToTimestamps(t *testing.T) {
	c := &Socket{port: NewPort("telephone", nil), sockets: &Sockets{}, ssrc: 1}
	c.port.SetFormat(phone)
	now := time.Now()
	c.departing.sent(Frame{Timestamp: 4000, Payload: make([]byte, 160)}, now)
	sr, ok := c.compound(now.Add(500 * time.Millisecond))[0].(*rtcp.SenderReport)
	if !ok || sr.RTPTime != 8000 || sr.PacketCount != 1 || sr.OctetCount != 160 {
		t.Errorf("half a second after timestamp 4000: %v, want 8000", sr)
	}
	if _, ok := c.compound(now.Add(time.Second))[0].(*rtcp.ReceiverReport); !ok {
		t.Error("nothing was sent since, yet we report as a sender")
	}
}
