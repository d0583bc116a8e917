package signaling_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/webrtc/v4"

	"webtrunk/media"
	"webtrunk/signaling"
	"webtrunk/signaling/visitor"
)

// filming is a page that shows itself, in these codecs.
func filming(codecs ...string) func(*visitor.Config) {
	return func(c *visitor.Config) { c.Video = codecs }
}

// pair is two pages in one call: what the exchange took of each, joined.
func pair(t *testing.T, g *gateway, a, b func(*visitor.Config)) (one, two *visitor.Call, unjoin func()) {
	t.Helper()
	one, farOne := g.call(t, g.visit(t, a))
	two, farTwo := g.call(t, g.visit(t, b))
	unjoin, err := media.Join(farOne.leg.Port(), farTwo.leg.Port())
	check(t, err)
	t.Cleanup(unjoin)
	return one, two, unjoin
}

// eventually waits for a fact.
func (g *gateway) eventually(t *testing.T, what string, so func() bool) {
	t.Helper()
	for !so() {
		if g.ctx.Err() != nil {
			t.Fatalf("never: %s", what)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// told waits until the last that a page was told of pictures is this.
func (g *gateway) told(t *testing.T, c *visitor.Call, state string) visitor.Message {
	t.Helper()
	var last visitor.Message
	g.eventually(t, "a page is told "+state, func() bool {
		all := c.Messages("video")
		if len(all) > 0 {
			last = all[len(all)-1]
		}
		return last.State == state
	})
	return last
}

// shows shows pictures until some came there, and returns the payload of the last.
func (g *gateway) shows(t *testing.T, from, to *visitor.Call, payloadType uint8, picture string) {
	t.Helper()
	g.eventually(t, picture, func() bool {
		from.Show(payloadType, []byte(picture))
		seen := to.Seen()
		return len(seen) > 0 && string(seen[len(seen)-1].Payload) == picture
	})
}

// Two pages see each other, each under its own payload types, beside their
// sound. What one says of the pictures reaches the other.
func TestTwoPagesSeeEachOther(t *testing.T) {
	t.Parallel()
	g := start(t, nil)
	one, two, unjoin := pair(t, g,
		filming(webrtc.MimeTypeVP8, webrtc.MimeTypeAV1), filming(webrtc.MimeTypeH264, webrtc.MimeTypeVP8))
	for _, page := range []*visitor.Call{one, two} {
		if m := g.hears(t, page, "video"); m.State != "on" || m.Renew {
			t.Errorf("a page was told %+v", m)
		}
	}
	g.shows(t, one, two, 100, "a smile")
	g.shows(t, two, one, 101, "a wink")
	p := two.Seen()[0]
	if p.PayloadType != 101 || !p.Marker || !bytes.Equal(p.GetExtension(p.GetExtensionIDs()[0]), []byte{7, 8, 9}) {
		t.Errorf("came as %+v", p.Header)
	}

	check(t, two.Say(func(ssrc uint32) rtcp.Packet {
		return &rtcp.TransportLayerNack{MediaSSRC: ssrc, Nacks: []rtcp.NackPair{{PacketID: p.SequenceNumber}}}
	}))
	check(t, two.Say(func(ssrc uint32) rtcp.Packet {
		return &rtcp.ReceiverEstimatedMaximumBitrate{SSRCs: []uint32{ssrc}, Bitrate: 640_000}
	}))
	check(t, two.Say(func(ssrc uint32) rtcp.Packet { return &rtcp.PictureLossIndication{MediaSSRC: ssrc} }))
	g.eventually(t, "what was said arrives", func() bool {
		a := one.Asked()
		return a.Refreshes > 0 && a.Bitrate > 600_000 && a.Bitrate <= 640_000 && len(a.Repeats) == 1 && a.Repeats[0] >= 1000
	})

	unjoin()
	if m := g.told(t, two, "off"); m.Text == "" {
		t.Errorf("a page that was parted was told %+v", m)
	}
	count := len(two.Seen())
	for range 20 {
		one.Show(100, []byte("unseen"))
	}
	must(t, "hang up", func() error { _, err := one.Hangup(g.ctx); return err })
	if n := len(two.Seen()); n != count {
		t.Errorf("%d packets came after the legs were parted", n-count)
	}
}

// Whatever the codec, its packets arrive as they were sent: nobody looks into them.
func TestPicturesOfEachCodecCross(t *testing.T) {
	t.Parallel()
	for _, codec := range []string{webrtc.MimeTypeVP8, webrtc.MimeTypeVP9, webrtc.MimeTypeH264, webrtc.MimeTypeAV1} {
		t.Run(codec, func(t *testing.T) {
			t.Parallel()
			g := start(t, nil)
			one, two, _ := pair(t, g, filming(codec), filming(codec))
			g.shows(t, one, two, 100, "a smile in "+codec)
			g.shows(t, two, one, 100, "a wink in "+codec)
		})
	}
}

// A page whose codec the other does not know is asked for another offer, and
// answered with what both know first.
func TestAPageIsAskedForPicturesThatTheOtherCanDecode(t *testing.T) {
	t.Parallel()
	g := start(t, nil)
	one, two, _ := pair(t, g, filming(webrtc.MimeTypeVP8, webrtc.MimeTypeVP9), filming(webrtc.MimeTypeVP9))
	if m := g.hears(t, one, "video"); m.State != "on" || !m.Renew {
		t.Fatalf("the page was told %+v", m)
	}
	if m := g.hears(t, two, "video"); m.State != "not_decoded" || m.Text == "" || m.Renew {
		t.Errorf("the other page was told %+v", m)
	}
	must(t, "another offer", func() error { return one.RestartICE(g.ctx) })
	g.told(t, two, "on")
	g.shows(t, one, two, 101, "in VP9")
}

// A call with a page that shows nothing, or with a telephone, has sound.
func TestAPageLearnsThatTheOtherShowsNothing(t *testing.T) {
	t.Parallel()
	g := start(t, nil)
	one, two, _ := pair(t, g, filming(webrtc.MimeTypeVP8), nil)
	if m := g.hears(t, one, "video"); m.State != "not_sent" || m.Text == "" {
		t.Errorf("the page was told %+v", m)
	}
	if ms := two.Messages("video"); len(ms) != 0 {
		t.Errorf("a page without video was told %+v", ms)
	}
}

func TestAGatewayWithoutVideoAnswersTheSound(t *testing.T) {
	t.Parallel()
	g := start(t, func(c *signaling.Config) { c.VideoBitrate = -1 })
	one, _, _ := pair(t, g, filming(webrtc.MimeTypeVP8), filming(webrtc.MimeTypeVP8))
	must(t, "hang up", func() error { _, err := one.Hangup(g.ctx); return err })
	if ms := one.Messages("video"); len(ms) != 0 {
		t.Errorf("the page was told %+v", ms)
	}
}

// A reloaded page sees on, and is seen.
func TestAReloadedPageSeesOn(t *testing.T) {
	t.Parallel()
	g := start(t, nil)
	one, two, _ := pair(t, g, filming(webrtc.MimeTypeVP8), filming(webrtc.MimeTypeVP8))
	g.shows(t, one, two, 100, "before")
	last := two.Seen()[len(two.Seen())-1]
	must(t, "reload", func() error { return one.Reload(g.ctx) })
	must(t, "sound after the reload", func() error { return one.Connected(g.ctx) })
	g.shows(t, one, two, 100, "after")
	seen := two.Seen()
	after := seen[len(seen)-1]
	if after.SSRC != last.SSRC || int16(after.SequenceNumber-last.SequenceNumber) <= 0 || int32(after.Timestamp-last.Timestamp) <= 0 {
		t.Errorf("after %+v comes %+v, want the same stream", last.Header, after.Header)
	}
	g.shows(t, two, one, 100, "the way back")
}

// A page that sends far more than it may is cut to its bitrate, and the call
// goes on: its sound is heard and smaller pictures pass again.
func TestAFloodOfPicturesIsBounded(t *testing.T) {
	t.Parallel()
	g := start(t, func(c *signaling.Config) { c.VideoBitrate = 200_000 })
	one, two, _ := pair(t, g, filming(webrtc.MimeTypeVP8), filming(webrtc.MimeTypeVP8))
	g.shows(t, one, two, 100, "before")
	far := g.exchange.next(t, 1).leg.Port()
	large := bytes.Repeat([]byte{1}, 1100)
	g.eventually(t, "the flood is cut", func() bool {
		for range 50 {
			one.Show(100, large)
		}
		return far.Video().Stats().Flooded > 100
	})
	passed := far.Video().Stats().Received
	if most := uint64(256<<10/1100 + 400); passed > most {
		t.Errorf("%d packets passed, want no more than %d", passed, most)
	}
	g.shows(t, one, two, 100, "after")
	received, _ := two.Packets()
	g.eventually(t, "sound beside it", func() bool { now, _ := two.Packets(); return now > received+10 })
}
