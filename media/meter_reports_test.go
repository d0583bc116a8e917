package media

import (
	"testing"
	"time"

	"github.com/pion/rtcp"
)

// Two meters at the ends of a network tell each other by RTCP alone what they
// sent, what was lost, and how long the way is.
func TestMetersReportToEachOther(t *testing.T) {
	const clock = 48000
	var here, there Meter
	now := time.Now()
	for i := range uint16(100) {
		f := Frame{Sequence: i, Timestamp: uint32(i) * 960, Payload: make([]byte, 60)}
		here.Sent(7, f, now)
		if i%10 != 5 {
			there.Arrived(7, f, clock, now.Add(30*time.Millisecond))
		}
		now = now.Add(20 * time.Millisecond)
	}
	told := here.Report(7, clock, "us", now)
	sent, ok := told[0].(*rtcp.SenderReport)
	if !ok || sent.SSRC != 7 || sent.PacketCount != 100 || sent.OctetCount != 6000 || len(sent.Reports) != 0 {
		t.Fatalf("reported %+v", told[0])
	}
	if name := told[1].(*rtcp.SourceDescription).Chunks[0].Items[0].Text; name != "us" {
		t.Errorf("named %q", name)
	}
	if _, knows := there.Hear(told, 9, clock, now.Add(30*time.Millisecond)); knows {
		t.Error("a report without blocks told of loss")
	}
	back := there.Report(9, clock, "them", now.Add(130*time.Millisecond))
	if _, silent := back[0].(*rtcp.ReceiverReport); !silent {
		t.Fatalf("who sends nothing reports %+v", back[0])
	}
	if percent, knows := here.Hear(back, 7, clock, now.Add(160*time.Millisecond)); !knows || percent != 10 {
		t.Errorf("told of %d %% loss (%v), want 10", percent, knows)
	}
	here.mu.Lock()
	trip := here.far.rtt
	here.mu.Unlock()
	if trip < 59*time.Millisecond || trip > 61*time.Millisecond {
		t.Errorf("a round trip of %s, want 60 ms", trip)
	}
}

// What is said of another stream than ours is not about us, and a new source
// of ours counts anew.
func TestAMeterKnowsItsOwnSource(t *testing.T) {
	var m Meter
	now := time.Now()
	m.Sent(7, Frame{Payload: []byte{1}}, now)
	foreign := []rtcp.Packet{&rtcp.ReceiverReport{Reports: []rtcp.ReceptionReport{{SSRC: 8, FractionLost: 128}}}}
	if percent, knows := m.Hear(foreign, 7, 8000, now); knows || percent != 0 {
		t.Errorf("took %d %% from a report on another", percent)
	}
	m.Sent(8, Frame{Payload: []byte{1, 2}}, now)
	if r := m.Report(8, 8000, "us", now)[0].(*rtcp.SenderReport); r.PacketCount != 1 || r.OctetCount != 2 {
		t.Errorf("the new source sent %+v", r)
	}
	if _, silent := m.Report(7, 8000, "us", now)[0].(*rtcp.ReceiverReport); !silent {
		t.Error("the old source still sends")
	}
}

func TestAMeterCostsNoAllocation(t *testing.T) {
	var m Meter
	f := Frame{Payload: make([]byte, 60)}
	now := time.Now()
	if n := testing.AllocsPerRun(1000, func() {
		m.Arrived(1, f, 48000, now)
		m.Sent(2, f, now)
		f.Sequence++
	}); n != 0 {
		t.Errorf("%v allocations a packet", n)
	}
}
