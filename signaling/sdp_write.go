package signaling

import (
	"fmt"
	"strings"

	"webtrunk/transcode"
)

// opusLine asks the browser for what the telephone needs: told of a playback
// rate of 8000 Hz, Chromium and Firefox send narrowband, which is cheapest to
// decode and loses nothing on the way to a telephone; in-band FEC heals losses
// (RFC 7587 §6.1).
const opusLine = "minptime=10;useinbandfec=1;stereo=0;maxplaybackrate=8000;maxaveragebitrate=24000"

// clean writes the offer anew for the PeerConnection: the audio section with
// the chosen codec alone, without candidates, extensions and feedback.
func (o *offer) clean() string {
	a := o.sections[o.audio]
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\r\n", args...) }
	line("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0")
	if o.bundled {
		line("a=group:BUNDLE %s", a.mid)
	}
	line("m=audio 9 UDP/TLS/RTP/SAVPF %s", o.formats())
	line("c=IN IP4 0.0.0.0")
	line("a=ice-ufrag:%s\r\na=ice-pwd:%s\r\na=ice-options:trickle", o.ufrag, o.password)
	line("a=fingerprint:%s\r\na=setup:actpass", o.fingerprint)
	line("a=mid:%s\r\na=%s\r\na=rtcp-mux", a.mid, o.direction)
	line("a=rtpmap:%d %s", o.format.PayloadType, codecName(o.format.Codec))
	if o.format.EventsClock != 0 {
		line("a=rtpmap:%d %s", o.format.Events, eventsName(o.format.EventsClock))
	}
	if o.ssrc != "" {
		line("a=msid:page audio\r\na=ssrc:%s cname:page", o.ssrc)
	}
	return b.String()
}

func (o *offer) formats() string {
	if o.format.EventsClock == 0 {
		return fmt.Sprint(o.format.PayloadType)
	}
	return fmt.Sprint(o.format.PayloadType, " ", o.format.Events)
}

// answer makes of the PeerConnection's answer to clean the answer to the
// page's offer: the other sections are rejected in their places (RFC 3264
// §6), and the fmtp lines are ours.
func (o *offer) answer(pion string) string {
	session, audio := cutAtMedia(pion)
	var b strings.Builder
	b.WriteString(session)
	for i, s := range o.sections {
		if i == o.audio {
			b.WriteString(o.withFmtp(audio))
			continue
		}
		fmt.Fprintf(&b, "m=%s 0 %s %s\r\nc=IN IP4 0.0.0.0\r\na=inactive\r\n", s.media, s.protocol, s.format)
		if token(s.mid, 32) {
			fmt.Fprintf(&b, "a=mid:%s\r\n", s.mid)
		}
	}
	return b.String()
}

// withFmtp replaces the fmtp lines of an audio section by ours: pion copies
// the page's own into its answer. Candidates of the second component go: RTCP
// has no port of its own.
func (o *offer) withFmtp(audio string) string {
	var b strings.Builder
	for line := range strings.Lines(audio) {
		if strings.HasPrefix(line, "a=fmtp:") || secondComponent(line) {
			continue
		}
		b.WriteString(line)
		switch {
		case strings.HasPrefix(line, fmt.Sprintf("a=rtpmap:%d ", o.format.PayloadType)) && o.format.Codec == transcode.Opus:
			fmt.Fprintf(&b, "a=fmtp:%d %s\r\n", o.format.PayloadType, opusLine)
		case o.format.EventsClock != 0 && strings.HasPrefix(line, fmt.Sprintf("a=rtpmap:%d ", o.format.Events)):
			fmt.Fprintf(&b, "a=fmtp:%d 0-15\r\n", o.format.Events)
		}
	}
	return b.String()
}

func secondComponent(line string) bool {
	value, is := strings.CutPrefix(line, "a=candidate:")
	f := strings.Fields(value)
	return is && len(f) > 1 && f[1] == "2"
}

// cutAtMedia splits an SDP of one section before its m-line.
func cutAtMedia(text string) (session, section string) {
	at := strings.Index(text, "\r\nm=")
	if at < 0 {
		return text, ""
	}
	return text[:at+2], text[at+2:]
}

// candidatesOf lists the candidates in an SDP, as RTCIceCandidate writes them.
func candidatesOf(text string) []string {
	var found []string
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "a=candidate:") {
			found = append(found, strings.TrimRight(line, "\r\n")[len("a="):])
		}
	}
	return found
}
