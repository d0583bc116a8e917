package media

import (
	"math"
	"sync"
	"testing"
	"time"

	"github.com/pion/rtcp"
)

// TestMeterMeasuresBothWays: of 100 packets that come 20 ms apart, ten are lost
// and every other one is 4 ms late; the leg reports a fifth lost of ours.
func TestMeterMeasuresBothWays(t *testing.T) {
	var m Meter
	p := NewPort("page", &quiet{})
	defer p.Close()
	if q := m.Quality(p); q != (Quality{}) {
		t.Errorf("before anything: %+v", q)
	}
	p.SetFormat(phone)
	now := time.Unix(1_800_000_000, 0)
	for i := range 100 {
		late := time.Duration(i%2) * 4 * time.Millisecond
		if i%10 == 5 {
			continue
		}
		f := Frame{PayloadType: phone.PayloadType, Sequence: uint16(i), Timestamp: uint32(160 * i), Payload: make([]byte, 160)}
		m.Arrived(7, f, 8000, now.Add(time.Duration(i)*20*time.Millisecond+late))
		p.Receive(f)
	}
	q := m.Quality(p)
	if q.Codec != "PCMU" || q.Received != 90 || q.Lost != 10 || math.Abs(q.Loss-0.1) > 0.01 || q.FarLoss != 0 {
		t.Errorf("measured %+v", q)
	}
	if q.Jitter < 3*time.Millisecond || q.Jitter > 4*time.Millisecond { // towards 4 ms, by a sixteenth a packet
		t.Errorf("jitter is %v", q.Jitter)
	}
	if want := MOS(q.Loss, 40*time.Millisecond); math.Abs(q.MOS-want) > 1e-9 {
		t.Errorf("MOS is %v, want %v", q.MOS, want)
	}

	reported := now.Add(2 * time.Second)
	m.Reported(rtcp.ReceptionReport{FractionLost: 51, Jitter: 160, LastSenderReport: uint32(ntp(reported) >> 16), Delay: 65536 / 10}, 8000, reported.Add(300*time.Millisecond))
	q = m.Quality(p)
	if math.Abs(q.FarLoss-0.2) > 0.01 || q.FarJitter != 20*time.Millisecond || (q.RoundTrip-200*time.Millisecond).Abs() > time.Millisecond {
		t.Errorf("measured %+v", q)
	}
	if want := MOS(q.FarLoss, q.RoundTrip/2+20*time.Millisecond+40*time.Millisecond); math.Abs(q.MOS-want) > 1e-9 {
		t.Errorf("MOS is %v, want %v, of the worse direction", q.MOS, want)
	}
}

// TestMeterMayBeRead: while packets and reports come.
func TestMeterMayBeRead(t *testing.T) {
	var m Meter
	p := NewPort("page", &quiet{})
	defer p.Close()
	p.SetFormat(phone)
	var all sync.WaitGroup
	for _, work := range []func(i int){
		func(i int) {
			f := Frame{Sequence: uint16(i), Timestamp: uint32(160 * i), Payload: []byte{0}}
			m.Arrived(7, f, 8000, time.Now())
			p.Receive(f)
		},
		func(i int) { m.Reported(rtcp.ReceptionReport{FractionLost: uint8(i)}, 8000, time.Now()) },
		func(int) {
			if q := m.Quality(p); q.MOS < 0 || q.MOS > 4.5 {
				t.Errorf("measured %+v", q)
			}
		},
	} {
		all.Go(func() {
			for i := range 1000 {
				work(i)
			}
		})
	}
	all.Wait()
}

// TestMeterAllocatesNothing: it stands on the path of every packet.
func TestMeterAllocatesNothing(t *testing.T) {
	var m Meter
	now := time.Unix(1_800_000_000, 0)
	i := 0
	if n := testing.AllocsPerRun(1000, func() {
		m.Arrived(7, Frame{Sequence: uint16(i), Timestamp: uint32(960 * i)}, 48000, now.Add(time.Duration(i)*20*time.Millisecond))
		i++
	}); n != 0 {
		t.Errorf("%v allocations a packet", n)
	}
}

// TestQualityOutlivesTheSocket: what was measured last stays known.
func TestQualityOutlivesTheSocket(t *testing.T) {
	c, h := reporting(t)
	speak(c, 1)
	h.hear()
	before := c.Quality()
	if before.Codec != "PCMU" || before.Sent == 0 {
		t.Errorf("measured %+v", before)
	}
	c.Close()
	if after := c.Quality(); after.Codec != before.Codec || after.Sent < before.Sent {
		t.Errorf("measured %+v, and after the end %+v", before, after)
	}
}
