package signaling

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/pion/sdp/v3"

	"webtrunk/media"
	"webtrunk/transcode"
)

var all = []transcode.Codec{transcode.Opus, transcode.PCMU, transcode.PCMA}

func browser(t testing.TB, name string) string {
	t.Helper()
	b, err := os.ReadFile("testdata/" + name + ".sdp")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// swap replaces a text that must be there.
func swap(t *testing.T, s, old, with string) string {
	t.Helper()
	if !strings.Contains(s, old) {
		t.Fatalf("no %q to replace", old)
	}
	return strings.ReplaceAll(s, old, with)
}

func TestWhatBrowsersOfferIsUnderstood(t *testing.T) {
	g711 := []transcode.Codec{transcode.PCMA, transcode.PCMU}
	for _, c := range []struct {
		browser string
		codecs  []transcode.Codec
		want    media.Format
	}{
		{"chromium", all, media.Format{Codec: transcode.Opus, PayloadType: 111, Events: 110, EventsClock: 48000}},
		{"chromium", g711, media.Format{Codec: transcode.PCMA, PayloadType: 8, Events: 126, EventsClock: 8000}},
		// Firefox offers telephone-event at 8000 alone; better that than none.
		{"firefox", all, media.Format{Codec: transcode.Opus, PayloadType: 109, Events: 101, EventsClock: 8000}},
	} {
		o, bad := parseOffer(browser(t, c.browser), c.codecs)
		if bad != nil {
			t.Fatalf("%s: %+v", c.browser, bad)
		}
		if o.format != c.want {
			t.Errorf("%s: speaks %+v, want %+v", c.browser, o.format, c.want)
		}
		if o.direction != "sendrecv" || !o.bundled || o.ssrc == "" {
			t.Errorf("%s: understood %+v", c.browser, o)
		}
	}
}

func TestPionSeesOnlyWhatWasUnderstood(t *testing.T) {
	text := swap(t, browser(t, "chromium"), "a=rtcp-rsize", "a=x-strange:value\r\na=rtcp-rsize")
	o, bad := parseOffer(text, all)
	if bad != nil {
		t.Fatal(bad)
	}
	clean := o.clean()
	for _, gone := range []string{"candidate", "video", "application", "x-strange", "extmap", "rtcp-fb", "G722", "red/48000", "minptime", "192.168"} {
		if strings.Contains(clean, gone) {
			t.Errorf("%q reached pion", gone)
		}
	}
	for _, kept := range []string{
		"m=audio 9 UDP/TLS/RTP/SAVPF 111 0 8 110 126\r\n", "a=rtpmap:111 opus/48000/2\r\n", "a=rtpmap:0 pcmu/8000\r\n", "a=rtpmap:110 telephone-event/48000\r\n",
		"a=ice-ufrag:8GLn\r\n", "a=mid:0\r\n", "a=group:BUNDLE 0\r\n", "a=ssrc:2485226718 ",
	} {
		if !strings.Contains(clean, kept) {
			t.Errorf("pion does not see %q", kept)
		}
	}
	if err := new(sdp.SessionDescription).UnmarshalString(clean); err != nil {
		t.Errorf("pion cannot read it: %v", err)
	}
}

func TestTheAnswerFitsTheOffer(t *testing.T) {
	o, bad := parseOffer(browser(t, "chromium"), all)
	if bad != nil {
		t.Fatal(bad)
	}
	answer := o.answer("v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=ice-lite\r\n" +
		"m=audio 9 UDP/TLS/RTP/SAVPF 111 110\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\n" +
		"a=rtpmap:111 opus/48000/2\r\na=fmtp:111 minptime=10;useinbandfec=1;stereo=1\r\na=rtpmap:110 telephone-event/48000\r\n" +
		"a=candidate:1 1 udp 2130706431 127.0.0.1 4000 typ host\r\n")
	var parsed sdp.SessionDescription
	if err := parsed.UnmarshalString(answer); err != nil {
		t.Fatalf("%v in\n%s", err, answer)
	}
	if n := len(parsed.MediaDescriptions); n != 3 {
		t.Fatalf("%d sections answer 3", n)
	}
	for i, m := range parsed.MediaDescriptions {
		mid, _ := m.Attribute("mid")
		if mid != fmt.Sprint(i) {
			t.Errorf("section %d answers mid %q", i, mid)
		}
		if rejected := m.MediaName.Port.Value == 0; rejected != (i > 0) {
			t.Errorf("section %d (%s): rejected %v", i, m.MediaName.Media, rejected)
		}
	}
	if want := "a=fmtp:111 minptime=10;useinbandfec=1;stereo=0;maxplaybackrate=8000;maxaveragebitrate=24000\r\n"; !strings.Contains(answer, want) ||
		strings.Count(answer, "a=fmtp:111") != 1 {
		t.Errorf("the Opus line is not ours in\n%s", answer)
	}
	if c := candidatesOf(answer); len(c) != 1 || !candidateLine(c[0]) {
		t.Errorf("candidates %q", c)
	}
}

// Audio that is not the first section, as with a page that shows video too,
// is answered in its place.
func TestAudioIsFoundWhereverItStands(t *testing.T) {
	text := browser(t, "chromium")
	at, end := strings.Index(text, "m=audio"), strings.Index(text, "m=video")
	o, bad := parseOffer(text[:at]+text[end:]+text[at:end], all)
	if bad != nil {
		t.Fatal(bad)
	}
	if o.audio != 2 {
		t.Fatalf("found at %d", o.audio)
	}
	answer := o.answer("v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111 110\r\na=mid:0\r\n")
	if !strings.HasSuffix(answer, "a=mid:0\r\n") || strings.Count(answer, "m=") != 3 {
		t.Errorf("answered\n%s", answer)
	}
}

// A hostileOffer is refused with a code, or taken for what of it is right.
type hostileOffer struct {
	sdp  string
	want code
}

func hostileOffers(t *testing.T) map[string]hostileOffer {
	t.Helper()
	good := browser(t, "chromium")
	audio := good[:strings.Index(good, "m=video")]
	return map[string]hostileOffer{
		"nothing":         {"", codeBadSDP},
		"no SDP":          {"hello", codeBadSDP},
		"binary":          {"v=0\r\n\x00\x01\x02\r\n", codeBadSDP},
		"only a version":  {"v=0\r\n", codeNoAudio},
		"video alone":     {swap(t, good, "m=audio 9", "m=audio 0"), codeNoAudio},
		"listening only":  {swap(t, audio, "a=sendrecv", "a=recvonly"), codeNoAudio},
		"inactive":        {swap(t, audio, "a=sendrecv", "a=inactive"), codeNoAudio},
		"17 KiB":          {good + strings.Repeat("a=x:yyyyyyyyyyyyyyyyyyyyyyyyyy\r\n", 600), codeTooLarge},
		"5 sections":      {good + "m=video 9 UDP/TLS/RTP/SAVPF 98\r\nm=video 9 UDP/TLS/RTP/SAVPF 98\r\n", codeBadSDP},
		"31 candidates":   {good + strings.Repeat("a=candidate:1 1 udp 1 127.0.0.1 9 typ host\r\n", 28), codeTooManyCandidates},
		"no fingerprint":  {swap(t, good, "a=fingerprint:", "a=finger:"), codeBadSDP},
		"sha-1":           {swap(t, good, "sha-256", "sha-1"), codeBadSDP},
		"short digest":    {swap(t, good, ":19:08\r\n", ":19\r\n"), codeBadSDP},
		"no ufrag":        {swap(t, good, "a=ice-ufrag:8GLn\r\n", ""), codeBadSDP},
		"strange ufrag":   {swap(t, good, "8GLn", "8G n"), codeBadSDP},
		"short password":  {swap(t, good, "8wHkq5NxCe+1mQ0d6aZv0YpU", "secret"), codeBadSDP},
		"no mid":          {swap(t, good, "a=mid:0\r\n", ""), codeBadSDP},
		"setup passive":   {swap(t, good, "a=setup:actpass", "a=setup:passive"), codeBadSDP},
		"no rtcp-mux":     {swap(t, good, "a=rtcp-mux\r\n", ""), codeBadSDP},
		"no DTLS":         {swap(t, good, "m=audio 9 UDP/TLS/RTP/SAVPF", "m=audio 9 RTP/AVP"), codeBadSDP},
		"foreign codecs":  {swap(t, audio, "111 63 9 0 8 13 110 126", "9 13"), codeBadSDP},
		"65 formats":      {swap(t, audio, "111 63 9 0 8 13 110 126", strings.Repeat("9 ", 65)), codeBadSDP},
		"port 70000":      {swap(t, audio, "m=audio 9", "m=audio 70000"), codeBadSDP},
		"line without =":  {swap(t, audio, "a=rtcp-mux", "rtcp-mux"), codeBadSDP},
		"CR inside":       {swap(t, audio, "a=rtcp-rsize", "a=x:1\r2"), codeBadSDP},
		"unknown payload": {swap(t, audio, "a=rtpmap:111 opus/48000/2\r\n", "") + "", ""},
	}
}

func TestHostileOffersAreRefused(t *testing.T) {
	for name, c := range hostileOffers(t) {
		t.Run(name, func(t *testing.T) {
			o, bad := parseOffer(c.sdp, all)
			if c.want == "" { // Opus is unknown then; G.711 needs no rtpmap
				if bad != nil || o.format.Codec != transcode.PCMU {
					t.Errorf("got %+v, %+v", o, bad)
				}
				return
			}
			if bad == nil || bad.code != c.want {
				t.Fatalf("got %+v, want %s", bad, c.want)
			}
			if bad.message == "" || len(remedies[bad.code]) == 0 {
				t.Errorf("%s without a sentence and a remedy", bad.code)
			}
		})
	}
}

// Whatever is offered: no panic, and what is let through carries nothing but
// checked values on lines of its own.
func FuzzOffer(f *testing.F) {
	f.Add(browser(f, "chromium"))
	f.Add(browser(f, "firefox"))
	f.Add("v=0\nm=audio 9 UDP/TLS/RTP/SAVPF 0\na=mid:a\na=rtcp-mux\n")
	f.Fuzz(func(t *testing.T, text string) {
		o, bad := parseOffer(text, all)
		if bad != nil {
			if o != nil || remedies[bad.code] == nil {
				t.Errorf("refused with %+v and %+v", bad, o)
			}
			return
		}
		clean := o.clean()
		if strings.Count(clean, "m=") < 1 || strings.Count(clean, "\r\nm=") != 1 || strings.Count(clean, "\r\n") > 25 {
			t.Errorf("pion would see\n%s", clean)
		}
		if err := new(sdp.SessionDescription).UnmarshalString(clean); err != nil {
			t.Errorf("pion cannot read what we made of it: %v", err)
		}
		if n := strings.Count("\r\n"+o.answer("v=0\r\nm=audio 9 X 0\r\n"), "\r\nm="); n != len(o.sections) {
			t.Errorf("%d sections answer %d", n, len(o.sections))
		}
	})
}
