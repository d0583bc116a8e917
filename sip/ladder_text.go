package sip

import (
	"fmt"
	"strings"

	"webtrunk"
)

// drawLadder writes the tracks of a call.
//
//	Leg b over the trunk carrier, SIP Call-ID 7x…@192.0.2.1, from 2026-03-01 12:00:00.000 UTC
//
//	    +0.000 s  webtrunk → carrier  INVITE sip:+15550100200@…  1 INVITE  audio 192.0.2.1:20000 PCMU PCMA telephone-event sendrecv
//	    +0.021 s  webtrunk ← carrier  183 Session Progress  1 INVITE  audio …
func drawLadder(id webtrunk.CallID, tracks []track, messages bool) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Call %s\n", id)
	for _, t := range tracks {
		fmt.Fprintf(&b, "\nLeg %v over the trunk %s, SIP Call-ID %s, from %s UTC\n\n", t.leg, t.trunk, t.callID, t.begun.UTC().Format("2006-01-02 15:04:05.000"))
		for _, r := range t.rungs {
			fmt.Fprintf(&b, "%12s  webtrunk %s %s  %s\n", t.offset(r), r.arrow(), t.trunk, r.line())
			for _, h := range r.telling() {
				fmt.Fprintf(&b, "%12s  %s\n", "", h)
			}
		}
		if t.missed > 0 {
			fmt.Fprintf(&b, "%12s  %d more messages were not kept\n", "", t.missed)
		}
	}
	if messages {
		for _, t := range tracks {
			t.spell(&b)
		}
	}
	return b.String()
}

// spell writes the messages in full, but for what was left out.
func (t *track) spell(b *strings.Builder) {
	for i, r := range t.rungs {
		fmt.Fprintf(b, "\n--- leg %v, message %d, %s, webtrunk %s %s\n%s", t.leg, i+1, t.offset(r), r.arrow(), t.trunk, r.text)
		if !strings.HasSuffix(r.text, "\n") {
			b.WriteByte('\n')
		}
	}
}

func (t *track) offset(r rung) string { return fmt.Sprintf("+%.3f s", r.at.Sub(t.begun).Seconds()) }

func (r rung) arrow() string {
	if r.ours {
		return "→"
	}
	return "←"
}

// line is the start line, what it belongs to, and the description in it.
func (r rung) line() string {
	start, _, _ := strings.Cut(r.text, "\n")
	start = strings.TrimSuffix(strings.TrimPrefix(start, "SIP/2.0 "), " SIP/2.0")
	line := start + "  " + r.header("CSeq")
	if sdp := summary(r.body()); sdp != "" {
		line += "  " + sdp
	}
	return line
}

func (r rung) body() string {
	_, body, _ := strings.Cut(r.text, "\n\n")
	return body
}

// header returns a header's value, "" where there is none.
func (r rung) header(name string) string {
	head, _, _ := strings.Cut(r.text, "\n\n")
	for line := range strings.SplitSeq(head, "\n") {
		if n, value, found := strings.Cut(line, ":"); found && strings.EqualFold(strings.TrimSpace(n), name) {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// tellingHeaders are the ones that explain what happens next.
var tellingHeaders = []string{"Reason", "Warning", "Retry-After", "Unsupported", "WWW-Authenticate", "Proxy-Authenticate", "Authorization",
	"Proxy-Authorization", "Session-Expires", "RSeq", "Refer-To", "Replaces", "Subscription-State"}

func (r rung) telling() []string {
	var lines []string
	for _, name := range tellingHeaders {
		if v := r.header(name); v != "" {
			lines = append(lines, name+": "+v)
		}
	}
	return lines
}

// summary is a description in a few words, "" where there is none: where sound
// is wanted, how it is carried, and the codecs.
func summary(sdp string) string {
	if !strings.HasPrefix(sdp, "v=0") {
		return ""
	}
	var address, words, codecs []string
	way := ""
	for line := range strings.SplitSeq(sdp, "\n") {
		key, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		fields := strings.Fields(value)
		switch {
		case key == "c" && len(fields) == 3:
			address = fields[2:]
		case key == "m" && len(fields) > 3:
			words = append(words, fields[0]+" "+strings.Join(address, "")+":"+fields[1]+" "+fields[2])
		case key == "a" && strings.HasPrefix(value, "rtpmap:") && len(fields) > 1:
			name, _, _ := strings.Cut(fields[1], "/")
			codecs = append(codecs, name)
		case value == "sendrecv", value == "sendonly", value == "recvonly", value == "inactive":
			way = value
		}
	}
	return strings.TrimSpace(strings.Join(append(append(words, codecs...), way), " "))
}
