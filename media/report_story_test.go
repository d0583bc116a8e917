package media

import (
	"testing"
	"time"

	"github.com/pion/rtcp"
)

// told is a socket whose far end reports by a control of its own.
func told(t *testing.T) (c *Socket, other *leg, h, control *handset) {
	t.Helper()
	c, other, h = line(t, phone)
	control = newHandset(t, "127.0.0.1", c.LocalPort()+1)
	c.SetRemotes(h.addr(), control.addr())
	return c, other, h, control
}

// report sends RTCP packets as one datagram.
func (h *handset) report(packets ...rtcp.Packet) {
	h.t.Helper()
	b, err := rtcp.Marshal(packets)
	if err != nil {
		h.t.Fatal(err)
	}
	h.send(b)
}

func lossOf(c *Socket, fraction uint8) []rtcp.ReceptionReport {
	return []rtcp.ReceptionReport{{SSRC: c.ssrc, FractionLost: fraction}}
}

// block is what we would report of the far end now.
func (c *Socket) block(now time.Time) (b rtcp.ReceptionReport, any bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch p := c.compound(now)[0].(type) {
	case *rtcp.SenderReport:
		if len(p.Reports) > 0 {
			return p.Reports[0], true
		}
	case *rtcp.ReceiverReport:
		if len(p.Reports) > 0 {
			return p.Reports[0], true
		}
	}
	return b, false
}

// Reports that come before any sound are believed; sound, once it comes, is
// reported on with the time of the report before it.
func TestReportsBeforeSound(t *testing.T) {
	t.Parallel()
	c, other, h, control := told(t)
	control.report(&rtcp.SenderReport{SSRC: 7, NTPTime: 5 << 32, Reports: lossOf(c, 64)})
	came(t, c, 1)
	if q := c.Quality(); q.FarLoss != 0.25 || q.MOS != 0 {
		t.Errorf("%+v, want a quarter lost, and no judgement of a leg that was not heard", q)
	}
	if _, any := c.block(time.Now()); any {
		t.Error("we report on what has not come")
	}
	h.device(7, 1, 160).says(5)
	came(t, c, 6)
	if b, _ := c.block(time.Now()); b.SSRC != 7 || b.LastSenderReport != 5<<16 {
		t.Errorf("reported %+v, want source 7 and its report", b)
	}
	until(t, "heard", func() bool { return len(other.frames()) == 5 })
}

// Reports that come before it is known where from, or under keys that are not
// agreed yet, are nobody's: nothing of them is believed, and nothing kept.
func TestReportsBeforeAnythingIsAgreed(t *testing.T) {
	t.Parallel()
	c := open(t, newSockets(t, 1))
	c.Port().SetFormat(phone)
	control := newHandset(t, "127.0.0.1", c.LocalPort()+1)
	control.report(&rtcp.ReceiverReport{SSRC: 7, Reports: lossOf(c, 64)})
	until(t, "counted", func() bool { return c.Port().Stats().Foreign == 1 })

	c.SetRemotes(control.addr(), control.addr())
	for _, suite := range Suites {
		keys := context(t, NewKeys(suite))
		b, err := rtcp.Marshal([]rtcp.Packet{&rtcp.SenderReport{SSRC: 7, NTPTime: 5 << 32, Reports: lossOf(c, 64)}, rtcp.NewCNAMESourceDescription(7, "far")})
		if err != nil {
			t.Fatal(err)
		}
		sealed, err := keys.EncryptRTCP(nil, b, nil)
		if err != nil {
			t.Fatal(err)
		}
		control.send(sealed)
	}
	until(t, "counted", func() bool { return c.Port().Stats().Foreign == 4 })
	if q := c.Quality(); q.FarLoss != 0 || c.Reports() != 0 {
		t.Errorf("%+v after %d reports that nobody could read", q, c.Reports())
	}
}

// What a source says after its goodbye, and what one says that another has taken
// the place of, tells of what was; sound goes on, and so do the living's reports.
func TestReportsOfTheDead(t *testing.T) {
	t.Parallel()
	c, other, h, control := told(t)
	first := h.device(7, 1, 160)
	first.says(5)
	came(t, c, 5)
	control.report(&rtcp.ReceiverReport{SSRC: 7, Reports: lossOf(c, 64)}, &rtcp.Goodbye{Sources: []uint32{7}})
	came(t, c, 6)
	control.report(&rtcp.SenderReport{SSRC: 7, NTPTime: 9 << 32, Reports: lossOf(c, 255)})
	came(t, c, 7)
	if q := c.Quality(); q.FarLoss != 0.25 {
		t.Errorf("%v lost, says one who had left", q.FarLoss)
	}
	first.says(5) // the goodbye was a mistake
	came(t, c, 12)
	control.report(&rtcp.SenderReport{SSRC: 7, NTPTime: 3 << 32, Reports: lossOf(c, 128)})
	came(t, c, 13)
	if q := c.Quality(); q.FarLoss != 0.5 {
		t.Errorf("%v lost, want the half that one who speaks again reports", q.FarLoss)
	}

	h.device(8, 500, 1<<20).says(10)
	came(t, c, 23)
	control.report(&rtcp.SenderReport{SSRC: 7, NTPTime: 4 << 32, Reports: lossOf(c, 255)})
	control.report(&rtcp.SenderReport{SSRC: 8, NTPTime: 6 << 32, Reports: lossOf(c, 32)})
	control.report(&rtcp.SenderReport{SSRC: 7, NTPTime: 7 << 32, Reports: lossOf(c, 255)})
	came(t, c, 26)
	if q := c.Quality(); q.FarLoss != 0.125 {
		t.Errorf("%v lost, want the eighth that the living reports", q.FarLoss)
	}
	if b, _ := c.block(time.Now()); b.SSRC != 8 || b.LastSenderReport != 6<<16 {
		t.Errorf("reported %+v, want source 8 and its own report", b)
	}
	until(t, "heard", func() bool { return len(other.frames()) == 18 })
	tail(t, other.frames(), 8, 8)
}

// Our own reports come back from a far end that mirrors what it gets, and say
// nothing of it.
func TestOurReportsComeBack(t *testing.T) {
	t.Parallel()
	c, _, h, control := told(t)
	h.device(c.ssrc, 1, 160).says(1)
	came(t, c, 1)
	control.report(&rtcp.SenderReport{SSRC: c.ssrc, NTPTime: 9 << 32, Reports: lossOf(c, 255)})
	came(t, c, 2)
	if q := c.Quality(); q.FarLoss != 0 || q.RoundTrip != 0 || c.Reports() != 0 {
		t.Errorf("%+v: we believe ourselves", q)
	}
}

// A page's transport has the same memory.
func TestAMeterForgetsTheDead(t *testing.T) {
	t.Parallel()
	var m Meter
	now := time.Unix(1_800_000_000, 0)
	say := func(ssrc uint32, fraction uint8) int {
		percent, _ := m.Hear([]rtcp.Packet{&rtcp.ReceiverReport{SSRC: ssrc, Reports: []rtcp.ReceptionReport{{SSRC: 1, FractionLost: fraction}}}}, 1, 8000, now)
		return percent
	}
	m.Arrived(7, packet20(1), 8000, now)
	if n := say(7, 64); n != 25 {
		t.Errorf("%d %% lost, want 25", n)
	}
	m.Arrived(8, packet20(1), 8000, now)
	if n := say(7, 255); n != 25 {
		t.Errorf("%d %% lost, says the page that was reloaded", n)
	}
	if n := say(1, 255); n != 25 {
		t.Errorf("%d %% lost, say we ourselves", n)
	}
	if n := say(8, 128); n != 50 {
		t.Errorf("%d %% lost, want 50", n)
	}
}
