package signaling

import (
	"slices"
	"strings"
	"testing"

	"github.com/pion/sdp/v3"

	"webtrunk/media"
)

// pageVideo is what browsers write of video, in short.
const pageVideo = "m=video 9 UDP/TLS/RTP/SAVPF 96 97 98 100 103 104 45\r\nc=IN IP4 0.0.0.0\r\n" +
	"a=mid:1\r\na=sendrecv\r\na=rtcp-mux\r\na=extmap:2 " + departure + "\r\na=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid\r\n" +
	"a=rtpmap:96 VP8/90000\r\na=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96\r\n" +
	"a=rtpmap:98 VP9/90000\r\na=fmtp:98 profile-id=2\r\na=rtpmap:100 VP9/90000\r\na=fmtp:100 profile-id=0\r\n" +
	"a=rtpmap:103 H264/90000\r\na=fmtp:103 level-asymmetry-allowed=1;packetization-mode=0;profile-level-id=42e01f\r\n" +
	"a=rtpmap:104 H264/90000\r\na=fmtp:104 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f\r\n" +
	"a=rtpmap:45 AV1/90000\r\na=fmtp:45 level-idx=5;profile=0;tier=0\r\n" +
	"a=ssrc-group:FID 7777 8888\r\na=ssrc:7777 cname:x\r\na=ssrc:8888 cname:x\r\n"

// withVideo is Chromium's offer with this in place of its video.
func withVideo(t *testing.T, section string) string {
	text := browser(t, "chromium")
	at, end := strings.Index(text, "m=video"), strings.Index(text, "m=application")
	return text[:at] + section + text[end:]
}

func readVideoIn(t *testing.T, section string) (*offer, *videoOffer) {
	t.Helper()
	o, bad := parseOffer(withVideo(t, section), all)
	if bad != nil {
		t.Fatalf("%+v", bad)
	}
	o.video = o.readVideo(900_000)
	return o, o.video
}

func TestOfEachCodecTheSharedShapeIsTaken(t *testing.T) {
	_, v := readVideoIn(t, pageVideo)
	want := media.VideoFormat{Sends: media.VP8, Receives: true, MaxBitrate: 900_000}
	want.Payload[media.VP8], want.Payload[media.VP9], want.Payload[media.H264], want.Payload[media.AV1] = 96, 100, 104, 45
	if v == nil || v.format != want || v.ssrc != 7777 || v.stamp != 2 {
		t.Fatalf("understood %+v, want %+v", v, want)
	}
	v.prefer(media.H264)
	if v.format.Sends != media.H264 || !slices.Equal(v.order, []media.VideoCodec{media.H264, media.VP8, media.VP9, media.AV1}) {
		t.Errorf("H.264 preferred: %+v", v)
	}
}

// What cannot be passed on is no reason to refuse the call.
func TestVideoThatCannotBePassedOnLeavesACallOfSound(t *testing.T) {
	for name, section := range map[string]string{
		"rejected by the page": strings.Replace(pageVideo, "m=video 9", "m=video 0", 1),
		"outside the bundle":   strings.Replace(pageVideo, "a=mid:1", "a=mid:7", 1),
		"inactive":             strings.Replace(pageVideo, "a=sendrecv", "a=inactive", 1),
		"an own RTCP port":     strings.Replace(pageVideo, "a=rtcp-mux\r\n", "", 1),
		"not encrypted":        strings.Replace(pageVideo, "UDP/TLS/RTP/SAVPF", "RTP/AVP", 1),
		"strange codecs":       "m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:1\r\na=rtcp-mux\r\na=rtpmap:96 THEORA/90000\r\na=ssrc:1 cname:x\r\n",
		"only VP9 in profile 2": "m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:1\r\na=rtcp-mux\r\na=rtpmap:96 VP9/90000\r\n" +
			"a=fmtp:96 profile-id=2\r\na=ssrc:1 cname:x\r\n",
	} {
		o, v := readVideoIn(t, section)
		if v != nil {
			t.Errorf("%s: understood %+v", name, v)
		}
		if clean := o.clean(); strings.Contains(clean, "video") {
			t.Errorf("%s: pion would see\n%s", name, clean)
		}
	}
	o, _ := parseOffer(withVideo(t, pageVideo), all)
	if o.readVideo(0) != nil {
		t.Error("a gateway without video understood some")
	}
}

func TestWhoShowsNothingMaySee(t *testing.T) {
	for name, section := range map[string]string{
		"recvonly":               strings.Replace(pageVideo, "sendrecv", "recvonly", 1),
		"bundle-only (Firefox)":  strings.Replace(strings.Replace(pageVideo, "m=video 9", "m=video 0", 1), "a=sendrecv", "a=recvonly\r\na=bundle-only", 1),
		"simulcast without SSRC": pageVideo[:strings.Index(pageVideo, "a=ssrc-group")] + "a=rid:h send\r\na=simulcast:send h\r\n",
	} {
		o, v := readVideoIn(t, section)
		if v == nil || v.format.Sends != media.NoVideo || !v.format.Receives || v.ssrc != 0 {
			t.Errorf("%s: understood %+v", name, v)
		} else if clean := o.clean(); !strings.Contains(clean, "a=recvonly") {
			t.Errorf("%s: pion sees\n%s", name, clean)
		}
	}
}

// The cleaned offer is SDP of two sections in one bundle, with what was
// understood alone; the answer has all three in the page's order.
func TestVideoIsAnsweredInItsPlace(t *testing.T) {
	o, v := readVideoIn(t, pageVideo)
	v.prefer(media.AV1)
	clean := o.clean()
	var parsed sdp.SessionDescription
	if err := parsed.UnmarshalString(clean); err != nil {
		t.Fatal(err)
	}
	if group, _ := parsed.Attribute("group"); group != "BUNDLE 0 1" || len(parsed.MediaDescriptions) != 2 {
		t.Errorf("%d sections in %q", len(parsed.MediaDescriptions), group)
	}
	for _, gone := range []string{"rtx", "profile-id=2", "packetization-mode=0", "sdes:mid", "8888", "candidate"} {
		if strings.Contains(clean, gone) {
			t.Errorf("pion sees %q", gone)
		}
	}
	pion := strings.Replace(clean, "m=video 9 UDP/TLS/RTP/SAVPF 45 96 104 100", "m=video 9 UDP/TLS/RTP/SAVPF 96 104 100 45", 1)
	answer := o.answer(pion)
	parsed = sdp.SessionDescription{}
	if err := parsed.UnmarshalString(answer); err != nil {
		t.Fatalf("%v in\n%s", err, answer)
	}
	if n := len(parsed.MediaDescriptions); n != 3 {
		t.Fatalf("%d sections", n)
	}
	video := parsed.MediaDescriptions[1]
	if !slices.Equal(video.MediaName.Formats, []string{"45", "96", "104", "100"}) || len(video.Bandwidth) != 2 || video.Bandwidth[1].Bandwidth != 900_000 {
		t.Errorf("video is answered %+v", video)
	}
	if port := parsed.MediaDescriptions[2].MediaName.Port.Value; port != 0 {
		t.Errorf("the data channel's port is %d", port)
	}
}

func TestTheDepartureOfAPacketIsFound(t *testing.T) {
	packet := func(extension ...byte) []byte {
		b := append([]byte{0x90, 96, 0, 1, 0, 0, 0, 1, 0, 0, 0, 9, 0xbe, 0xde, 0, byte(len(extension) / 4)}, extension...)
		return append(b, "picture"...)
	}
	for name, c := range map[string]struct {
		packet []byte
		want   [3]byte
		ok     bool
	}{
		"alone":                 {packet(0x22, 1, 2, 3), [3]byte{1, 2, 3}, true},
		"after padding, others": {packet(0, 0x10, 9, 0, 0x22, 1, 2, 3), [3]byte{1, 2, 3}, true},
		"of another size":       {packet(0x21, 1, 2, 0), [3]byte{}, false},
		"cut off":               {packet(0, 0, 0, 0x22), [3]byte{}, false},
		"not there":             {packet(0x32, 1, 2, 3), [3]byte{}, false},
		"no extension":          {[]byte{0x80, 96, 0, 1, 0, 0, 0, 1, 0, 0, 0, 9, 'x'}, [3]byte{}, false},
	} {
		if _, ok := media.FrameOf(c.packet); !ok {
			t.Fatalf("%s: not a packet", name)
		}
		if got, ok := departed(c.packet, 2); got != c.want || ok != c.ok {
			t.Errorf("%s: %v %v", name, got, ok)
		}
	}
}

// A stranger's packet that media.FrameOf can read has no extension that departed
// would fall over.
func FuzzDeparted(f *testing.F) {
	f.Add([]byte{0x90, 96, 0, 1, 0, 0, 0, 1, 0, 0, 0, 9, 0xbe, 0xde, 0, 1, 0x22, 1, 2, 3, 5}, uint8(2))
	f.Add([]byte{0x9f, 96, 0, 1, 0, 0, 0, 1, 0, 0, 0, 9, 0xbe, 0xde, 0xff, 0xff}, uint8(1))
	f.Fuzz(func(t *testing.T, packet []byte, id uint8) {
		if _, ok := media.FrameOf(packet); ok {
			departed(packet, id&0x0f)
		}
	})
}
