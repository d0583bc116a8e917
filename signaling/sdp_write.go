package signaling

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"webtrunk/transcode"
)

// opusLine asks the browser for what the other side can play: told of a playback
// rate of 8000 Hz, Chromium and Firefox send narrowband, which is cheapest to
// decode and loses nothing on the way to a telephone; in-band FEC heals losses
// (RFC 7587 §6.1).
func opusLine(rate playback) string {
	return fmt.Sprintf("minptime=10;useinbandfec=1;stereo=0;maxplaybackrate=%d;maxaveragebitrate=%d", rate, bitrates[rate])
}

// bitrates are what each bandwidth of speech is worth.
var bitrates = map[playback]int{narrow: 24000, wide: 32000, whole: 48000}

// clean writes the offer anew for the PeerConnection: the audio section with
// the codecs that the call may ever change to, without candidates, extensions
// and feedback, and the pictures where there are any. A PeerConnection keeps to
// the codecs of its first negotiation; which of them is spoken is between the
// page and us.
func (o *offer) clean() string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\r\n", args...) }
	line("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0")
	if o.bundled {
		line("a=group:BUNDLE %s", strings.Join(o.mids(), " "))
	}
	for i := range o.sections {
		switch {
		case i == o.audio:
			o.cleanAudio(line)
		case o.video != nil && i == o.video.section:
			o.video.clean(o, line)
		}
	}
	return b.String()
}

// mids are those of the sections that are answered, in the page's order: the
// first carries the transport of all (RFC 9143 §7.2).
func (o *offer) mids() (all []string) {
	for i, s := range o.sections {
		if i == o.audio || o.video != nil && i == o.video.section {
			all = append(all, s.mid)
		}
	}
	return all
}

func (o *offer) cleanAudio(line func(format string, args ...any)) {
	a := o.sections[o.audio]
	payloads, maps := o.alternatives()
	line("m=audio 9 UDP/TLS/RTP/SAVPF %s", payloads)
	line("c=IN IP4 0.0.0.0")
	line("a=ice-ufrag:%s\r\na=ice-pwd:%s\r\na=ice-options:trickle", o.ufrag, o.password)
	line("a=fingerprint:%s\r\na=setup:actpass", o.fingerprint)
	line("a=mid:%s\r\na=%s\r\na=rtcp-mux", a.mid, o.direction)
	line("%s", maps)
	if o.ssrc != "" {
		line("a=msid:page audio\r\na=ssrc:%s cname:page", o.ssrc)
	}
}

// alternatives are the payload types of all choices, and their rtpmap lines,
// each once.
func (o *offer) alternatives() (payloads, maps string) {
	var types, lines []string
	add := func(pt uint8, name string) {
		if word := fmt.Sprint(pt); !slices.Contains(types, word) {
			types, lines = append(types, word), append(lines, fmt.Sprintf("a=rtpmap:%d %s", pt, name))
		}
	}
	for _, f := range o.choices {
		add(f.PayloadType, codecName(f.Codec))
	}
	for _, f := range o.choices {
		if f.EventsClock != 0 {
			add(f.Events, eventsName(f.EventsClock))
		}
	}
	return strings.Join(types, " "), strings.Join(lines, "\r\n")
}

// formats are the payload types that the call speaks.
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
	session, answered := cutAtMedia(pion)
	var b strings.Builder
	b.WriteString(session)
	for i, s := range o.sections {
		switch {
		case i == o.audio && len(answered) > 0:
			b.WriteString(o.withFmtp(answered[0]))
			answered = answered[1:]
			continue
		case o.video != nil && i == o.video.section && len(answered) > 0:
			b.WriteString(o.video.answer(answered[0]))
			answered = answered[1:]
			continue
		}
		fmt.Fprintf(&b, "m=%s 0 %s %s\r\nc=IN IP4 0.0.0.0\r\na=inactive\r\n", s.media, s.protocol, s.format)
		if pt, err := strconv.Atoi(s.format); err == nil && token(s.codecs[pt], 64) {
			// Needless in a rejected section, but some do not read it without.
			fmt.Fprintf(&b, "a=rtpmap:%d %s\r\n", pt, s.codecs[pt])
		}
		if token(s.mid, 32) {
			fmt.Fprintf(&b, "a=mid:%s\r\n", s.mid)
		}
	}
	return b.String()
}

// withFmtp leaves of an audio section's codecs the one that is spoken, and
// replaces the fmtp lines by ours: pion copies the page's own into its answer.
// Candidates of the second component go: RTCP has no port of its own.
func (o *offer) withFmtp(audio string) string {
	var b strings.Builder
	for line := range strings.Lines(audio) {
		if strings.HasPrefix(line, "a=fmtp:") || secondComponent(line) || o.unspoken(line) {
			continue
		}
		if strings.HasPrefix(line, "m=") {
			line = fmt.Sprintf("%s %s\r\n", strings.Join(strings.Fields(line)[:3], " "), o.formats())
		}
		b.WriteString(line)
		switch {
		case strings.HasPrefix(line, fmt.Sprintf("a=rtpmap:%d ", o.format.PayloadType)) && o.format.Codec == transcode.Opus:
			fmt.Fprintf(&b, "a=fmtp:%d %s\r\n", o.format.PayloadType, opusLine(o.rate))
		case o.format.EventsClock != 0 && strings.HasPrefix(line, fmt.Sprintf("a=rtpmap:%d ", o.format.Events)):
			fmt.Fprintf(&b, "a=fmtp:%d 0-15\r\n", o.format.Events)
		}
	}
	return b.String()
}

// unspoken reports whether a line describes a codec that the call does not speak.
func (o *offer) unspoken(line string) bool {
	for _, prefix := range []string{"a=rtpmap:", "a=rtcp-fb:"} {
		if value, is := strings.CutPrefix(line, prefix); is {
			pt, _, _ := strings.Cut(value, " ")
			return !slices.Contains(strings.Fields(o.formats()), pt)
		}
	}
	return false
}

func secondComponent(line string) bool {
	value, is := strings.CutPrefix(line, "a=candidate:")
	f := strings.Fields(value)
	return is && len(f) > 1 && f[1] == "2"
}

// cutAtMedia splits an SDP before each m-line.
func cutAtMedia(text string) (session string, sections []string) {
	const mark = "\r\nm="
	parts := strings.Split(text, mark)
	for i, section := range parts[1:] {
		if i < len(parts)-2 {
			section += "\r\n"
		}
		sections = append(sections, mark[2:]+section)
	}
	if len(sections) == 0 {
		return text, nil
	}
	return parts[0] + "\r\n", sections
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
