package media

import (
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pion/rtcp"
)

// A screen is a browser's network for pictures: it keeps what it was given.
type screen struct {
	mu        sync.Mutex
	packets   []VideoPacket
	refreshed int
	repeats   []rtcp.NackPair
	limit     uint64
	ntp       uint64
	rtp       uint32
}

func (s *screen) Send(p VideoPacket) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p.Payload = slices.Clone(p.Payload)
	s.packets = append(s.packets, p)
}

func (s *screen) Report(ntp uint64, rtp uint32) { s.ntp, s.rtp = ntp, rtp }
func (s *screen) Refresh()                      { s.refreshed++ }
func (s *screen) Repeat(lost []rtcp.NackPair)   { s.repeats = append(s.repeats, lost...) }
func (s *screen) Limit(bitrate uint64)          { s.limit = bitrate }
func (s *screen) last(t *testing.T) VideoPacket { t.Helper(); return s.packets[len(s.packets)-1] }
func (s *screen) numbers() (all []uint16) {
	for _, p := range s.packets {
		all = append(all, p.Sequence)
	}
	return
}

var (
	chromiumVideo = VideoFormat{Payload: [videoCodecs]uint8{VP8: 96, VP9: 98, H264: 103, AV1: 45}, Sends: VP8, Receives: true, MaxBitrate: 2_500_000}
	firefoxVideo  = VideoFormat{Payload: [videoCodecs]uint8{VP8: 120, VP9: 121, H264: 126}, Sends: VP8, Receives: true, MaxBitrate: 2_500_000}
	applianceH264 = VideoFormat{Payload: [videoCodecs]uint8{H264: 97}, Sends: H264, Receives: true, MaxBitrate: 1_000_000}
)

func picture(f VideoFormat, n int) VideoPacket {
	return VideoPacket{Frame: Frame{
		PayloadType: f.Payload[f.Sends], Sequence: uint16(n), Timestamp: uint32(n) * 3000, Marker: n%3 == 0, Payload: []byte{byte(n)},
	}, Departed: [3]byte{1, 2, byte(n)}, Stamped: true}
}

// watched are two joined legs with pictures.
func watched(t testing.TB, a, b VideoFormat) (va, vb *Video, sa, sb *screen, unjoin func()) {
	t.Helper()
	pa, pb := NewPort("a", &quiet{}), NewPort("b", &quiet{})
	t.Cleanup(pa.Close)
	t.Cleanup(pb.Close)
	sa, sb = &screen{}, &screen{}
	pa.Video().Attach(sa, a)
	pb.Video().Attach(sb, b)
	unjoin, err := Join(pa, pb)
	if err != nil {
		t.Fatal(err)
	}
	return pa.Video(), pb.Video(), sa, sb, unjoin
}

func TestPicturesCrossAsOneStreamUnderTheOthersPayloadType(t *testing.T) {
	a, b, sa, sb, _ := watched(t, chromiumVideo, firefoxVideo)
	for n := range 9 {
		a.Receive(sa, picture(chromiumVideo, 65530+n)) // over the end of the numbers
	}
	if len(sb.packets) != 9 || len(sa.packets) != 0 {
		t.Fatalf("%d packets there and %d back, want 9 and 0", len(sb.packets), len(sa.packets))
	}
	for n, p := range sb.packets {
		want := picture(chromiumVideo, 65530+n)
		if p.PayloadType != 120 || p.Marker != want.Marker || p.Payload[0] != want.Payload[0] || p.Departed != want.Departed {
			t.Errorf("packet %d came as %+v, want %+v under payload type 120", n, p, want)
		}
		if n > 0 && (p.Sequence != sb.packets[n-1].Sequence+1 || p.Timestamp != sb.packets[n-1].Timestamp+3000) {
			t.Errorf("packet %d does not follow the one before", n)
		}
	}
	b.Receive(sb, picture(firefoxVideo, 7))
	if sa.last(t).PayloadType != 96 {
		t.Errorf("the way back has payload type %d, want 96", sa.last(t).PayloadType)
	}
}

func TestLossesAndDisorderCrossAsTheyAre(t *testing.T) {
	a, _, sa, sb, _ := watched(t, chromiumVideo, firefoxVideo)
	for _, n := range []int{10, 12, 11, 15, 9} { // 9 was sent before anybody saw us
		a.Receive(sa, picture(chromiumVideo, n))
	}
	first := sb.packets[0].Sequence
	if want := []uint16{first, first + 2, first + 1, first + 5}; !slices.Equal(sb.numbers(), want) {
		t.Errorf("numbers %v, want %v", sb.numbers(), want)
	}
}

// What a receiver asks for again reaches the sender under its own numbers,
// unless it was never sent from there.
func TestWhatIsMissedIsAskedOfItsSender(t *testing.T) {
	a, b, sa, sb, _ := watched(t, chromiumVideo, firefoxVideo)
	for _, n := range []int{100, 101, 104} {
		a.Receive(sa, picture(chromiumVideo, n))
	}
	first := sb.packets[0].Sequence
	b.Repeat([]rtcp.NackPair{{PacketID: first + 2, LostPackets: 1}, {PacketID: first - 1}, {PacketID: first + 40}})
	if want := []rtcp.NackPair{{PacketID: 102, LostPackets: 1}}; !slices.Equal(sa.repeats, want) {
		t.Errorf("asked of the sender: %v, want %v", sa.repeats, want)
	}
	// And the repeated packet takes its place.
	a.Receive(sa, picture(chromiumVideo, 102))
	if got := sb.last(t).Sequence; got != first+2 {
		t.Errorf("the repeated packet has number %d, want %d", got, first+2)
	}
	b.Repeat(slices.Repeat([]rtcp.NackPair{{PacketID: first + 1}}, 1000))
	if n := len(sa.repeats); n > 1+maxRepeats {
		t.Errorf("one request became %d", n)
	}
}

func TestAFullPictureIsAskedForAtTheJoinAndThenSoOftenAtMost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, b, sa, sb, _ := watched(t, chromiumVideo, firefoxVideo)
		if sa.refreshed != 1 || sb.refreshed != 1 {
			t.Fatalf("at the join %d and %d full pictures were asked for, want 1 each", sa.refreshed, sb.refreshed)
		}
		for range 100 {
			b.Refresh()
			time.Sleep(10 * time.Millisecond)
		}
		if sa.refreshed < 5 || sa.refreshed > 6 {
			t.Errorf("in a second %d full pictures were asked for, want 5 beside the first", sa.refreshed)
		}
	})
}

func TestAnEstimateIsPassedOnWithinTheBound(t *testing.T) {
	_, b, sa, _, _ := watched(t, chromiumVideo, firefoxVideo)
	b.Estimate(700_000)
	if sa.limit != 700_000 {
		t.Errorf("the sender is told %d", sa.limit)
	}
	b.Estimate(1 << 40)
	if sa.limit != chromiumVideo.MaxBitrate {
		t.Errorf("the sender is told %d, its bound is %d", sa.limit, chromiumVideo.MaxBitrate)
	}
}

func TestAFloodIsCutToTheBitrate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, _, sa, sb, _ := watched(t, chromiumVideo, firefoxVideo)
		const each, seconds = 1200, 10
		for n := range 1000 * seconds { // 9.7 Mbit/s
			p := picture(chromiumVideo, n)
			p.Payload = make([]byte, each)
			a.Receive(sa, p)
			time.Sleep(time.Millisecond)
		}
		most := (float64(chromiumVideo.MaxBitrate)*seconds + leastBurst) / 8 / each
		if n := float64(len(sb.packets)); n > most || n < most*0.95 {
			t.Errorf("%.0f packets passed, want about %.0f", n, most)
		}
		if s := a.Stats(); s.Flooded+s.Received != 1000*seconds {
			t.Errorf("counted %+v", s)
		}
	})
}

func TestPartedLegsSeeNothing(t *testing.T) {
	a, b, sa, sb, unjoin := watched(t, chromiumVideo, firefoxVideo)
	a.Receive(sa, picture(chromiumVideo, 1))
	unjoin()
	asked := sa.refreshed
	a.Receive(sa, picture(chromiumVideo, 2))
	b.Refresh()
	b.Estimate(5)
	b.Repeat([]rtcp.NackPair{{PacketID: sb.packets[0].Sequence}})
	if len(sb.packets) != 1 || sa.refreshed != asked || sa.limit != 0 || sa.repeats != nil {
		t.Error("something crossed after the legs were parted")
	}
}

// After a hold, a transfer or a reloaded page, the viewer's stream goes on.
func TestAnotherSenderContinuesTheStream(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, _, sa, sb, _ := watched(t, chromiumVideo, firefoxVideo)
		a.Receive(sa, picture(chromiumVideo, 1))
		before := sb.last(t)
		time.Sleep(2 * time.Second)
		again := &screen{}
		a.Attach(again, firefoxVideo)
		a.Receive(again, picture(firefoxVideo, 40000))
		after := sb.last(t)
		if after.Sequence != before.Sequence+1 || after.Timestamp != before.Timestamp+2*VideoClock {
			t.Errorf("after %d at %d comes %d at %d, want the next number 2 s later", before.Sequence, before.Timestamp, after.Sequence, after.Timestamp)
		}
		a.Receive(sa, picture(chromiumVideo, 2)) // from the connection that was replaced
		a.Detach(sa)                             // an old connection that ends late changes nothing
		a.Receive(again, picture(firefoxVideo, 40001))
		if sb.last(t).Sequence != after.Sequence+1 {
			t.Error("the stream stopped")
		}
	})
}

func TestALegIsToldWhatItSees(t *testing.T) {
	mute := chromiumVideo
	mute.Sends = NoVideo
	for name, c := range map[string]struct {
		a, b *VideoFormat
		want VideoState // of a
	}{
		"two browsers":                       {&chromiumVideo, &firefoxVideo, VideoState{Picture: Seen}},
		"a telephone":                        {&chromiumVideo, nil, VideoState{Picture: NotSent}},
		"a page without camera":              {&chromiumVideo, &mute, VideoState{Picture: NotSent}},
		"the other knows another codec":      {&chromiumVideo, &applianceH264, VideoState{Picture: Seen, Wanted: H264}},
		"seen from the other":                {&applianceH264, &chromiumVideo, VideoState{Picture: NotDecoded}},
		"a telephone has nothing to be told": {nil, &chromiumVideo, VideoState{}},
	} {
		t.Run(name, func(t *testing.T) {
			pa, pb := NewPort("a", &quiet{}), NewPort("b", &quiet{})
			defer pa.Close()
			defer pb.Close()
			var told []VideoState
			pa.Video().OnState(func(s VideoState) { told = append(told, s) })
			if c.a != nil {
				pa.Video().Attach(&screen{}, *c.a)
			}
			unjoin, err := Join(pa, pb)
			if err != nil {
				t.Fatal(err)
			}
			if c.b != nil {
				pb.Video().Attach(&screen{}, *c.b) // after the join: a page that is late
			}
			var last VideoState
			if len(told) > 0 {
				last = told[len(told)-1]
			}
			if last != c.want {
				t.Errorf("told %+v, want last %+v", told, c.want)
			}
			unjoin()
			if c.a != nil && told[len(told)-1] != (VideoState{}) {
				t.Errorf("after the end told %+v", told)
			}
		})
	}
}

func TestWhatCannotBeDecodedIsNotSent(t *testing.T) {
	a, b, sa, sb, _ := watched(t, chromiumVideo, applianceH264)
	a.Receive(sa, picture(chromiumVideo, 1)) // VP8
	if len(sb.packets) != 0 {
		t.Error("VP8 went to who knows H.264 alone")
	}
	b.Receive(sb, picture(applianceH264, 1))
	if len(sa.packets) != 1 || sa.packets[0].PayloadType != 103 {
		t.Errorf("H.264 did not cross the other way: %+v", sa.packets)
	}
	// Asked for H.264, the sender has changed: no new connection is needed.
	p := picture(chromiumVideo, 2)
	p.PayloadType = 103
	a.Receive(sa, p)
	if len(sb.packets) != 1 || sb.packets[0].PayloadType != 97 {
		t.Errorf("after the change of codec came %+v", sb.packets)
	}
}

// The sender's clock is an hour ahead, its sound takes 30 ms to us. Its
// pictures' reports come out as what was captured then, on our clock, plus 30 ms.
func TestReportsOfPicturesFollowTheSound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, _, sa, sb, _ := watched(t, chromiumVideo, firefoxVideo)
		a.Receive(sa, picture(chromiumVideo, 1))
		theirs := func(at time.Time) uint64 { return NTP(at.Add(time.Hour)) }
		a.Report(theirs(time.Now()), 3000)
		if sb.ntp != 0 {
			t.Fatal("pictures were reported before the sound was known")
		}
		const late = 30 * time.Millisecond
		captured := time.Now()
		a.SoundReport(theirs(captured), 1_000_000)
		for n := range 200 {
			jitter := time.Duration(n%5-2) * 4 * time.Millisecond
			at := captured.Add(time.Duration(n)*20*time.Millisecond + late + jitter)
			a.Sound(1_000_000+uint32(n)*960, 48000, at)
		}
		a.Report(theirs(captured.Add(time.Second)), 93000)
		want := NTP(captured.Add(time.Second + late))
		if off := secondsBetween(want, sb.ntp); off < -0.003 || off > 0.003 {
			t.Errorf("pictures are %.1f ms off the sound", off*1000)
		}
		if shift := sb.last(t).Timestamp - 3000; sb.rtp != 93000+shift {
			t.Errorf("timestamp %d, want %d", sb.rtp, 93000+shift)
		}
	})
}

// A stranger's packets cost nothing but themselves.
func TestAPacketOfPicturesAllocatesNothing(t *testing.T) {
	a, b, sa, _, _ := watched(t, chromiumVideo, firefoxVideo)
	b.Attach(&still{}, firefoxVideo)
	n, now := 0, time.Now()
	p := picture(chromiumVideo, 0)
	if got := testing.AllocsPerRun(1000, func() {
		n++
		p.Sequence, p.Timestamp = uint16(n), uint32(n)*3000
		now = now.Add(33 * time.Millisecond)
		a.receive(sa, p, now)
		a.Sound(uint32(n)*960, 48000, now)
	}); got != 0 {
		t.Errorf("%v allocations a packet", got)
	}
}

// still is a VideoEdge that keeps nothing.
type still struct{ screen }

func (*still) Send(VideoPacket) {}
