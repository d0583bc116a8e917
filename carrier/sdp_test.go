package carrier

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
)

func lines(l ...string) []byte { return []byte(strings.Join(l, "\r\n") + "\r\n") }

// What Chromium's gateway, a desk phone and a carrier's border element offer,
// in their essentials.
func TestOffersAreReadAsTheyAreMeant(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		sdp   []byte
		addr  string
		flow  flow
		sound string
		event string
		holds bool
	}{
		"plain": {
			lines("v=0", "o=- 1 1 IN IP4 10.0.0.1", "s=-", "c=IN IP4 10.0.0.1", "t=0 0", "m=audio 4000 RTP/AVP 0"),
			"10.0.0.1:4000", sendRecv, "{0 PCMU}", "{0 }", false,
		},
		"A-law first, events at 96": {
			lines("v=0", "c=IN IP4 10.0.0.1", "m=audio 4000 RTP/AVP 18 8 0 96",
				"a=rtpmap:18 G729/8000", "a=rtpmap:8 pcma/8000", "a=rtpmap:96 telephone-event/8000", "a=fmtp:96 0-16"),
			"10.0.0.1:4000", sendRecv, "{8 PCMA}", "{96 telephone-event}", false,
		},
		"PCMU under a dynamic number": {
			lines("v=0", "c=IN IP4 10.0.0.1", "m=audio 4000 RTP/AVP 97", "a=rtpmap:97 PCMU/8000/1"),
			"10.0.0.1:4000", sendRecv, "{97 PCMU}", "{0 }", false,
		},
		"wideband events are passed over": {
			lines("v=0", "c=IN IP4 10.0.0.1", "m=audio 4000 RTP/AVP 0 101 102",
				"a=rtpmap:101 telephone-event/48000", "a=rtpmap:102 telephone-event/8000"),
			"10.0.0.1:4000", sendRecv, "{0 PCMU}", "{102 telephone-event}", false,
		},
		"held": {
			lines("v=0", "c=IN IP4 10.0.0.1", "m=audio 4000 RTP/AVP 0", "a=sendonly"),
			"10.0.0.1:4000", sendOnly, "{0 PCMU}", "{0 }", true,
		},
		"held for all streams": {
			lines("v=0", "c=IN IP4 10.0.0.1", "a=inactive", "m=audio 4000 RTP/AVP 0"),
			"10.0.0.1:4000", inactive, "{0 PCMU}", "{0 }", true,
		},
		"held the old way": {
			lines("v=0", "c=IN IP4 0.0.0.0", "m=audio 4000 RTP/AVP 0"),
			"0.0.0.0:4000", sendRecv, "{0 PCMU}", "{0 }", true,
		},
		"the stream's own address, and a video stream first": {
			lines("v=0", "c=IN IP4 10.0.0.1", "m=video 5000 RTP/AVP 99", "c=IN IP4 10.0.0.2", "a=sendonly",
				"m=audio 4000/2 RTP/AVP 0", "c=IN IP4 10.0.0.3/127", "a=recvonly"),
			"10.0.0.3:4000", recvOnly, "{0 PCMU}", "{0 }", false,
		},
		"six": {
			lines("v=0", "c=IN IP6 ::1", "m=audio 4000 RTP/AVP 0"),
			"[::1]:4000", sendRecv, "{0 PCMU}", "{0 }", false,
		},
	} {
		t.Run(name, func(t *testing.T) {
			d, err := parseSDP(c.sdp)
			must(t, err)
			sound, event, ok := d.choose([]string{"PCMU", "PCMA", telephoneEvent})
			if !ok || d.addr.String() != c.addr || d.flow != c.flow || d.holds() != c.holds ||
				fmt.Sprint(sound) != c.sound || fmt.Sprint(event) != c.event {
				t.Errorf("read as %v %v, holds %v, chose %v and %v", d.addr, d.flow, d.holds(), sound, event)
			}
		})
	}
}

func TestOffersThatMakeNoSenseAreErrors(t *testing.T) {
	t.Parallel()
	for _, sdp := range [][]byte{
		nil,
		lines("v=0", "c=IN IP4 10.0.0.1"),
		lines("v=0", "m=audio 4000 RTP/AVP 0"),
		lines("v=0", "c=IN IP4 example.com", "m=audio 4000 RTP/AVP 0"),
		lines("v=0", "c=ATM x y", "m=audio 4000 RTP/AVP 0"),
		lines("v=0", "c=IN IP4 10.0.0.1", "m=audio 70000 RTP/AVP 0"),
		lines("v=0", "c=IN IP4 10.0.0.1", "m=audio 4000 RTP/AVP 200"),
		lines("v=0", "c=IN IP4 10.0.0.1", "m=audio 4000"),
		lines("v=0", "c=IN IP4 10.0.0.1", "m=audio 4000 UDP/TLS/RTP/SAVPF 0"),
		lines("v=0", "c=IN IP4 10.0.0.1", "m=audio 4000 RTP/AVP 0", "a="+strings.Repeat("x", sdpLimit)),
	} {
		if d, err := parseSDP(sdp); err == nil {
			t.Errorf("%.60q was read as %+v", sdp, d)
		}
	}
}

func TestAnAnswerRefusesEveryOtherStreamInItsPlace(t *testing.T) {
	t.Parallel()
	offer, err := parseSDP(lines("v=0", "c=IN IP4 10.0.0.1", "m=video 5000 RTP/AVP 99", "m=audio 4000 RTP/AVP 0", "m=audio 4002 RTP/AVP 0"))
	must(t, err)
	offer.addr = netip.MustParseAddrPort("127.0.0.1:6000")
	offer.formats = offer.formats[:1]
	var got []string
	for l := range strings.Lines(string(offer.marshal())) {
		if strings.HasPrefix(l, "m=") {
			got = append(got, strings.TrimSpace(l))
		}
	}
	want := []string{"m=video 0 RTP/AVP 99", "m=audio 6000 RTP/AVP 0", "m=audio 0 RTP/AVP 0"}
	if !slices.Equal(got, want) {
		t.Errorf("streams %q, want %q", got, want)
	}
}

func TestTheOtherSideSeesADirectionReversed(t *testing.T) {
	t.Parallel()
	for f, want := range map[flow]flow{sendRecv: sendRecv, sendOnly: recvOnly, recvOnly: sendOnly, inactive: inactive} {
		if got := f.reversed(); got != want {
			t.Errorf("%v reversed is %v, want %v", f, got, want)
		}
	}
}

func TestOnlyGoodCodecsOfTheOfferAreChosen(t *testing.T) {
	t.Parallel()
	d := description{formats: []format{{18, "G729/8000"}, {101, telephoneEvent}}}
	if _, _, ok := d.choose([]string{"PCMU", telephoneEvent}); ok {
		t.Error("chose telephone-event to speak with")
	}
	d = description{formats: []format{{9, "G722"}, {0, "PCMU"}}}
	for _, c := range []struct {
		codecs []string
		want   string
	}{{[]string{"PCMU", "G722"}, "G722"}, {[]string{"PCMU"}, "PCMU"}} {
		if sound, _, ok := d.choose(c.codecs); !ok || sound.name != c.want {
			t.Errorf("of G.722 and PCMU a carrier with %v chose %q", c.codecs, sound.name)
		}
	}
}

func FuzzSDP(f *testing.F) {
	f.Add(lines("v=0", "o=- 1 1 IN IP4 10.0.0.1", "s=-", "c=IN IP4 10.0.0.1", "t=0 0", "m=audio 4000 RTP/AVP 0 8 101",
		"a=rtpmap:101 telephone-event/8000", "a=sendonly"))
	f.Add(lines("m=video 1/2 RTP/AVP 99", "c=IN IP6 ::1", "m=audio 0 RTP/AVP 0"))
	f.Fuzz(func(t *testing.T, sdp []byte) {
		d, err := parseSDP(sdp)
		if err != nil {
			return
		}
		// What we understood we can say, and understand again.
		again, err := parseSDP(d.marshal())
		if err != nil {
			t.Fatalf("%q became %q, which is not read: %v", sdp, d.marshal(), err)
		}
		if again.addr != d.addr || again.flow != d.flow || len(again.formats) != len(d.formats) || len(again.streams) != len(d.streams) {
			t.Fatalf("%+v became %+v", d, again)
		}
	})
}
