package media

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/pion/rtp"

	"webtrunk/soundcheck"
)

// A telephone that nobody speaks to gets a frame of silence now and then, so
// that its carrier does not hang up.
func TestAnIdleTelephoneIsKeptAlive(t *testing.T) {
	s := newSockets(t, 1)
	s.ReportEvery = 10 * time.Millisecond
	c := open(t, s)
	c.Port().SetFormat(phone)
	h := newHandset(t, "127.0.0.1", c.LocalPort())
	c.SetRemote(h.addr())
	var frames []sent
	for range 3 {
		var p rtp.Packet
		if err := p.Unmarshal(h.hear()); err != nil {
			t.Fatal(err)
		}
		frames = append(frames, sent{Frame: Frame{PayloadType: p.PayloadType, Sequence: p.SequenceNumber, Timestamp: p.Timestamp, Payload: p.Payload}})
	}
	if frames[2].Sequence != frames[0].Sequence+2 || len(frames[0].Payload) != 160 || !soundcheck.Silent(listen(t, phone, frames)) {
		t.Errorf("%d bytes, numbers %d to %d; want three frames of silence in a row", len(frames[0].Payload), frames[0].Sequence, frames[2].Sequence)
	}
}

func TestOnlyTheIdleAreKeptAlive(t *testing.T) {
	s := newSockets(t, 1)
	s.ReportEvery = time.Hour
	c := open(t, s)
	c.Port().SetFormat(phone)
	c.stir() // nowhere to send to yet
	h := newHandset(t, "127.0.0.1", c.LocalPort())
	c.SetRemote(h.addr())
	for _, step := range []struct {
		speaks bool
		want   uint64
	}{{true, 1}, {true, 2}, {false, 3}, {false, 4}, {true, 5}} {
		if step.speaks {
			speak(c, 1)
		}
		c.stir()
		if got := c.Port().Stats().Sent; got != step.want {
			t.Fatalf("%d packets sent, want %d", got, step.want)
		}
	}
}

func TestSpeechGoesOnAfterASilentFrame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		from, to := joined(t, phone, phone)
		newLeg(t, "no format", Format{}).keepAlive()
		from.Receive(packet20(1))
		time.Sleep(5 * time.Second)
		to.keepAlive()
		time.Sleep(5 * time.Second)
		f := packet20(2)
		f.Marker = true
		from.Receive(f)
		frames := to.frames()
		for i := 1; i < 3; i++ {
			if got := frames[i].Timestamp - frames[i-1].Timestamp; frames[i].Sequence != frames[i-1].Sequence+1 || got != 40000 || !frames[i].Marker {
				t.Errorf("frame %d: number +%d, timestamp +%d; want +1 and 5 s: 40000", i, frames[i].Sequence-frames[i-1].Sequence, got)
			}
		}
	})
}
