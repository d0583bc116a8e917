package media

import (
	"encoding/binary"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/pion/rtcp"

	"webtrunk/transcode"
)

// A reel gives a stranger's bytes out, piece by piece.
type reel []byte

func (r *reel) byte() (b byte) {
	if len(*r) > 0 {
		b, *r = (*r)[0], (*r)[1:]
	}
	return b
}

func (r *reel) bytes(n int) (b []byte) {
	n = min(n, len(*r))
	b, *r = (*r)[:n], (*r)[n:]
	return b
}

// wound is a reel of packets as unwind reads them: how far the number and the
// timestamp step, the type, and the payload.
func wound(packets []Frame) (b []byte) {
	for i, f := range packets {
		var seq uint16
		var ts uint32
		if i > 0 {
			seq, ts = f.Sequence-packets[i-1].Sequence, f.Timestamp-packets[i-1].Timestamp
		}
		b = append(b, f.PayloadType)
		b = binary.BigEndian.AppendUint16(b, seq)
		b = binary.BigEndian.AppendUint32(b, ts)
		b = append(b, byte(len(f.Payload)))
		b = append(b, f.Payload[:min(255, len(f.Payload))]...)
	}
	return b
}

// unwind gives packets out until the reel ends, or there have been enough.
func (r *reel) unwind(receive func(Frame)) {
	var f Frame
	for n := 0; len(*r) > 0 && n < 300; n++ {
		t := r.byte()
		f.PayloadType, f.Marker = t&0x7f, t&0x80 != 0
		f.Sequence += uint16(r.byte())<<8 | uint16(r.byte())
		f.Timestamp += uint32(r.byte())<<24 | uint32(r.byte())<<16 | uint32(r.byte())<<8 | uint32(r.byte())
		f.Payload = r.bytes(int(r.byte()))
		receive(f)
	}
}

// mostFrames is what one packet may make a port send: those that waited for it
// and itself, of 120 ms each, with 120 ms before each made up.
const mostFrames = (windowDepth + 1) * 2 * transcode.MaxSamples / transcode.FrameSamples

// A whole stream of a stranger's packets, through each kind of path: nothing
// panics, no packet makes more than it may, and all codecs are given back.
func FuzzStream(f *testing.F) {
	for kind := range browserSounds {
		f.Add(byte(0), wound(browserSays(f, kind)[30:60]))
	}
	k := newTalker(f, phone)
	f.Add(byte(1), wound(append(k.say(f, speech[:3200]), k.press(5, 5*tick)...)))
	swapped := newTalker(f, chromium).say(f, speech[8000:12800])
	swapped[3], swapped[4] = swapped[4], swapped[3]
	f.Add(byte(0), wound(append(swapped[:9:9], swapped[12:]...)))
	f.Add(byte(2), []byte{phoneW.PayloadType, 0, 1, 0, 0, 0, 160, 2, 1, 2, 13, 0, 1, 0, 0, 0, 160, 2, 40, 200})
	pairs := [][2]Format{
		{chromium, phone}, {phone, chromium}, {phoneW, firefox},
		{phoneA, {Codec: transcode.PCMU, Samples: 240, Noise: 13}}, {{Codec: transcode.PCMU, Noise: 13}, phone}, {phone, noEvents},
	}
	f.Fuzz(func(t *testing.T, way byte, bytes []byte) {
		pair := pairs[int(way)%len(pairs)]
		decoders := transcode.Used().Decoders
		from, to := newLeg(t, "from", pair[0]), newLeg(t, "to", pair[1])
		if _, err := Join(from.Port, to.Port); err != nil {
			t.Fatal(err)
		}
		last := uint64(0)
		from.OnDigit(func(byte, time.Duration) {})
		r := reel(bytes)
		r.unwind(func(f Frame) {
			from.Receive(f)
			now := to.Stats().Sent
			if now-last > mostFrames && from.Stats().Received > 0 && pair[0].Noise == 0 {
				t.Errorf("one packet made %d", now-last)
			}
			last = now
		})
		from.Close()
		to.Close()
		if n := from.Stats().Panics; n != 0 {
			t.Errorf("%d panics", n)
		}
		if n := transcode.Used().Decoders; n != decoders {
			t.Errorf("%d decoders are kept", n-decoders)
		}
	})
}

// A conference of a stranger and one who hears it.
func FuzzConferenceStream(f *testing.F) {
	f.Add(wound(browserSays(f, 0)[30:60]))
	f.Fuzz(func(t *testing.T, bytes []byte) {
		decoders := transcode.Used().Decoders
		from, to := newLeg(t, "from", chromium), newLeg(t, "to", phone)
		var c Conference
		if err := c.Set(All(from.Port, to.Port)); err != nil {
			t.Fatal(err)
		}
		r := reel(bytes)
		r.unwind(from.Receive)
		c.End()
		from.Close()
		to.Close()
		if n := transcode.Used().Decoders; n != decoders {
			t.Errorf("%d decoders are kept", n-decoders)
		}
		if n := from.Stats().Panics; n != 0 {
			t.Errorf("%d panics", n)
		}
	})
}

// Keys: however their reports come, no more presses than reports are told, none
// is unknown, and none lasts longer than its reports could say.
func FuzzKeys(f *testing.F) {
	k := newTalker(f, phone)
	f.Add(wound(append(append(k.press(5, 5*tick), k.say(f, speech[:1600])...), k.press(11, 3*tick)...)))
	f.Add([]byte{101, 0, 1, 0, 0, 0, 0, 4, 5, 10, 0xff, 0xff, 101, 0, 1, 0, 0, 0xff, 0xff, 4, 5, 10, 1, 0, 101, 0, 1, 0, 0, 0, 0, 4, 5, 138, 2, 0})
	f.Fuzz(func(t *testing.T, bytes []byte) {
		from, to := joined(t, phone, firefox)
		reports, presses := 0, 0
		from.OnDigit(func(digit byte, held time.Duration) {
			presses++
			if strings.IndexByte(keyNames, digit) < 0 || held < 0 || held > 300*9*time.Second {
				t.Errorf("key %q, held for %v", digit, held)
			}
		})
		r := reel(bytes)
		r.unwind(func(f Frame) {
			if f.PayloadType == phone.Events {
				reports++
			}
			from.Receive(f)
		})
		if presses > reports {
			t.Errorf("%d presses of %d reports", presses, reports)
		}
		for _, f := range to.frames() {
			if f.PayloadType == firefox.Events && len(f.Payload) != eventLength {
				t.Errorf("a report of %d bytes is passed on", len(f.Payload))
			}
		}
		if n := from.Stats().Panics; n != 0 {
			t.Errorf("%d panics", n)
		}
	})
}

// One stranger's reports after another: what is believed of them stays within
// what can be, and our own can be written.
func FuzzReports(f *testing.F) {
	add := func(packets ...rtcp.Packet) {
		b, err := rtcp.Marshal(packets)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(append([]byte{byte(len(b))}, b...))
	}
	block := rtcp.ReceptionReport{SSRC: 7, FractionLost: 255, TotalLost: 9, LastSequenceNumber: 1 << 20, Jitter: 1 << 31, LastSenderReport: 1, Delay: 1}
	add(&rtcp.ReceiverReport{SSRC: 9, Reports: []rtcp.ReceptionReport{block}})
	add(&rtcp.SenderReport{SSRC: 9, NTPTime: 1 << 63, Reports: []rtcp.ReceptionReport{block}}, rtcp.NewCNAMESourceDescription(9, "x"), &rtcp.Goodbye{Sources: []uint32{9}})
	from := netip.MustParseAddrPort("127.0.0.1:4001")
	f.Fuzz(func(t *testing.T, bytes []byte) {
		c := &Socket{sockets: &Sockets{}, ssrc: 7}
		c.port = NewPort("telephone", c)
		defer c.port.Close()
		c.port.SetFormat(phone)
		c.control.arm(from)
		now := time.Now()
		r := reel(bytes)
		for n := 0; len(r) > 0 && n < 100; n++ {
			c.hearReport(r.bytes(int(r.byte())), from, now)
			if now = now.Add(time.Second); n%3 == 0 {
				c.arriving.take(uint32(n), uint16(r.byte()), uint32(r.byte())<<24, 8000, now)
			}
			if _, err := rtcp.Marshal(c.compound(now)); err != nil {
				t.Errorf("our own report: %v", err)
			}
		}
		if l := c.port.loss.Load(); l < 0 || l > 100 {
			t.Errorf("%d %% are believed to be lost", l)
		}
		q := c.Quality()
		if q.FarLoss < 0 || q.FarLoss > 1 || q.FarJitter < 0 || q.RoundTrip < 0 || q.MOS < 0 || q.MOS > 5 || q.Loss < 0 || q.Loss > 1 {
			t.Errorf("%+v", q)
		}
	})
}
