package visitor

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"webtrunk/transcode"
)

// renegotiate offers a call's media anew, because the gateway has asked to.
func (v *Visitor) renegotiate(id string) {
	v.mu.Lock()
	var asked *Call
	for c := range v.open {
		if c.ID == id {
			asked = c
		}
	}
	v.mu.Unlock()
	if asked == nil {
		return // it has ended
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	_ = asked.Reoffer(ctx) // what fails leaves the call as it is
}

// Reoffer offers what there is anew, without an ICE restart.
func (c *Call) Reoffer(ctx context.Context) error {
	p := c.media()
	p.again.Store(true)
	defer p.again.Store(false)
	return c.negotiate(ctx, p, map[string]any{"type": "offer", "id": c.ID})
}

// Speaks returns what the page speaks as of the last answer.
func (c *Call) Speaks() transcode.Codec {
	if f := c.media().speaks.Load(); f != nil {
		return f.codec
	}
	return transcode.None
}

// An agreement is what the gateway's answer says of the sound.
type agreement struct {
	format
	sdp string // for pion: the answer, with every codec that we have offered
}

// understand reads an answer. pion keeps for ever to the codecs of its first
// negotiation, and would offer no other later; so it is told of all of them, and
// which one is spoken is between the gateway and us.
func understand(answer string, offered []transcode.Codec) (agreement, error) {
	a := agreement{format: format{events: -1}}
	var all strings.Builder
	audio, described := false, ""
	for line := range strings.Lines(answer) {
		if strings.HasPrefix(line, "m=") {
			if audio = strings.HasPrefix(line, "m=audio ") && a.codec == transcode.None; audio {
				line, described = a.take(strings.Fields(line), offered)
			}
		}
		if audio && (strings.HasPrefix(line, "a=rtpmap:") || strings.HasPrefix(line, "a=fmtp:")) {
			a.event(line)
			continue // they were written with the m-line
		}
		all.WriteString(line)
		if audio && strings.HasPrefix(line, "c=") {
			all.WriteString(described)
		}
	}
	if a.codec == transcode.None {
		return a, fmt.Errorf("visitor: the answer has no codec of ours")
	}
	a.sdp = all.String()
	return a, nil
}

// take notes the codec of an answer's m-line and returns the line for pion, and
// all that is to be said of codecs after it.
func (a *agreement) take(m []string, offered []transcode.Codec) (types, lines string) {
	for _, word := range m[3:] {
		for c, p := range codecs {
			if a.codec == transcode.None && word == strconv.Itoa(int(p.PayloadType)) {
				a.codec, a.payloadType = c, uint8(p.PayloadType)
			}
		}
	}
	types, lines = strings.Join(m[:3], " "), ""
	for _, c := range offered {
		p := codecs[c]
		name := strings.TrimPrefix(p.MimeType, "audio/")
		if p.Channels > 1 {
			name += fmt.Sprintf("/%d/%d", p.ClockRate, p.Channels)
		} else {
			name += fmt.Sprintf("/%d", p.ClockRate)
		}
		types += fmt.Sprintf(" %d", p.PayloadType)
		lines += fmt.Sprintf("a=rtpmap:%d %s\r\n", p.PayloadType, name)
		if p.SDPFmtpLine != "" {
			lines += fmt.Sprintf("a=fmtp:%d %s\r\n", p.PayloadType, p.SDPFmtpLine)
		}
	}
	for _, e := range events {
		types += fmt.Sprintf(" %d", e.PayloadType)
		lines += fmt.Sprintf("a=rtpmap:%d telephone-event/%d\r\n", e.PayloadType, e.ClockRate)
	}
	return types + "\r\n", lines
}

// event notes an answer's telephone-event: the first, or that of the codec's clock.
func (a *agreement) event(line string) {
	for _, e := range events {
		if !strings.HasPrefix(line, fmt.Sprintf("a=rtpmap:%d telephone-event/", e.PayloadType)) {
			continue
		}
		if a.events < 0 || e.ClockRate == a.codec.ClockRate() {
			a.events, a.eventsClock = int(e.PayloadType), e.ClockRate
		}
	}
}
