package media

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/pion/rtcp"
)

// A counted edge counts what it is told.
type counted struct{ repeats, limits, reports int }

func (c *counted) Send(VideoPacket)       {}
func (c *counted) Report(uint64, uint32)  { c.reports++ }
func (c *counted) Refresh()               {}
func (c *counted) Repeat([]rtcp.NackPair) { c.repeats++ }
func (c *counted) Limit(uint64)           { c.limits++ }

// A page that packs its reports full of remarks, and sends them as fast as it
// can, does not have us send the other a packet for each.
func TestRemarksOfPicturesAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b, sa, sb, _ := watched(t, chromiumVideo, firefoxVideo)
		a.Receive(sa, picture(chromiumVideo, 100))
		number := sb.packets[0].Sequence
		told := &counted{}
		a.Attach(told, chromiumVideo)
		a.Receive(told, picture(chromiumVideo, 101))
		for range 5000 {
			b.Repeat([]rtcp.NackPair{{PacketID: number + 1}})
			b.Estimate(500_000)
		}
		if n := told.repeats + told.limits; n != remarksAtOnce {
			t.Errorf("%d remarks were passed on at once, want %d", n, remarksAtOnce)
		}
		if s := b.Stats(); s.Unsaid != 10_000-remarksAtOnce {
			t.Errorf("%d remarks are counted as unsaid", s.Unsaid)
		}
		for range 500 { // as many as a browser makes, for 5 s
			time.Sleep(20 * time.Millisecond)
			b.Repeat([]rtcp.NackPair{{PacketID: number + 1}})
		}
		if n := told.repeats + told.limits; n != remarksAtOnce+500 {
			t.Errorf("of 500 remarks at a browser's pace %d were passed on", n-remarksAtOnce)
		}
	})
}
