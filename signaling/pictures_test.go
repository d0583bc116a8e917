package signaling

import (
	"bytes"
	"testing"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"

	"webtrunk/media"
)

// A wall is where a canvas hangs: it keeps the last packet as it left.
type wall struct {
	sent    int
	header  rtp.Header
	payload []byte
	departs []byte
}

func (w *wall) WriteRTP(h *rtp.Header, payload []byte) (int, error) {
	w.sent++
	w.header, w.payload = *h, payload
	w.departs = h.GetExtension(2)
	return len(payload), nil
}
func (w *wall) Write(b []byte) (int, error) { return len(b), nil }

// hung are pictures whose stream is bound to w.
func hung(t *testing.T, w *wall) *pictures {
	t.Helper()
	x := &pictures{page: 5, stamp: 2}
	c := &canvas{to: w, ssrc: 77}
	c.header = rtp.Header{Version: 2, SSRC: 77}
	c.stamped = c.header
	if err := c.stamped.SetExtension(2, c.departs[:]); err != nil {
		t.Fatal(err)
	}
	x.out.Store(c)
	return x
}

func TestAPictureLeavesWithItsDepartureAndWithoutAllocation(t *testing.T) {
	w := &wall{}
	x := hung(t, w)
	p := media.VideoPacket{
		Frame:    media.Frame{PayloadType: 96, Marker: true, Sequence: 9, Timestamp: 10, Payload: []byte("picture")},
		Departed: [3]byte{1, 2, 3}, Stamped: true,
	}
	if n := testing.AllocsPerRun(1000, func() { x.Send(p) }); n != 0 {
		t.Errorf("%v allocations a packet", n)
	}
	h := w.header
	if h.SSRC != 77 || h.PayloadType != 96 || !h.Marker || h.SequenceNumber != 9 || h.Timestamp != 10 || !bytes.Equal(w.departs, []byte{1, 2, 3}) {
		t.Errorf("left as %+v, departure %v", h, w.departs)
	}
	// One that came without leaves without.
	p.Stamped = false
	if x.Send(p); w.header.Extension {
		t.Errorf("left as %+v", w.header)
	}
	if c := x.out.Load(); int(c.packets.Load()) != w.sent {
		t.Errorf("%d packets counted, %d sent", c.packets.Load(), w.sent)
	}
	// Nowhere to go is no fault.
	if err := x.Unbind(nil); err != nil {
		t.Fatal(err)
	}
	x.Send(p)
}

// A page may say anything of what it sees. What makes no sense changes nothing.
func TestNonsenseSaidOfPicturesIsPassedOver(t *testing.T) {
	x, sender := watched(t)
	nonsense := []rtcp.Packet{
		&rtcp.TransportLayerNack{}, &rtcp.TransportLayerNack{Nacks: make([]rtcp.NackPair, 5000)},
		&rtcp.ReceiverEstimatedMaximumBitrate{Bitrate: -1}, &rtcp.ReceiverEstimatedMaximumBitrate{Bitrate: 1e30},
		&rtcp.FullIntraRequest{FIR: make([]rtcp.FIREntry, 1000)}, &rtcp.Goodbye{}, &rtcp.SenderReport{},
	}
	for range 100 {
		for _, p := range nonsense {
			x.heard(p)
		}
	}
	if s := sender.Video().Stats(); s.Repeated != 0 || s.Refreshed > 2 {
		t.Errorf("nonsense reached the sender: %+v", s)
	}
}

// watched is a page that sees the pictures of another.
func watched(t testing.TB) (x *pictures, sender *media.Port) {
	t.Helper()
	a, b := media.NewPort("a", &wire{}), media.NewPort("b", &wire{})
	t.Cleanup(a.Close)
	t.Cleanup(b.Close)
	pc, err := webrtc.NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { pc.GracefulClose() })
	var f media.VideoFormat
	f.Payload[media.VP8], f.Sends, f.Receives, f.MaxBitrate = 96, media.VP8, true, 1e6
	for _, p := range []*media.Port{a, b} {
		p.Video().Attach(&pictures{pc: pc, video: p.Video(), page: 1}, f)
	}
	if _, err := media.Join(a, b); err != nil {
		t.Fatal(err)
	}
	return &pictures{pc: pc, video: a.Video()}, b
}

// FuzzPageReports gives a leg of pictures what a page with keys reports: whoever calls
// has keys.
func FuzzPageReports(f *testing.F) {
	x, _ := watched(f)
	f.Fuzz(func(t *testing.T, clear []byte) {
		packets, err := rtcp.Unmarshal(clear)
		if err != nil {
			return
		}
		for _, r := range receptions(packets, 77) {
			if p := percent(r); p < 0 || p > 100 {
				t.Errorf("%d %% of what was sent is lost", p)
			}
		}
		for _, p := range packets {
			x.heard(p)
		}
	})
}
