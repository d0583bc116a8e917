package signaling

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"webtrunk/media"
	"webtrunk/transcode"
)

// Limits on an offer, checked before anything is made of it. 5,000 candidates
// given to pion cost 341 ms and 4,268 goroutines.
const (
	maxSDP        = 16 << 10
	maxSections   = 4
	maxCandidates = 30
	maxFormats    = 64
)

// An offer is what we understood of a page's SDP (RFC 8866, RFC 8829). Every
// value was checked, so that writing it out again cannot carry anything else.
type offer struct {
	sections   []section // in the page's order
	groups     []string  // the mids of the BUNDLE group
	audio      int       // the index of the one that carries the call
	direction  string    // of the audio: sendrecv or sendonly
	bundled    bool      // the audio is in a BUNDLE group
	candidates int

	ufrag, password string
	fingerprint     string // "sha-256 AB:CD:…"
	ssrc            string // the page's SSRC, where it declares one

	format  media.Format   // what the call speaks
	choices []media.Format // what it could speak, as the page offers it
	rate    playback       // what the page is asked to send of Opus
	video   *videoOffer    // nil: a call of sound alone
}

// A section is one m-line.
type section struct {
	media, protocol, format string
	mid                     string

	port        int
	formats     []int
	codecs      map[int]string // payload type → "opus/48000/2", in lower case
	direction   string
	ufrag       string
	password    string
	fingerprint string
	setup       string
	ssrc        string
	muxed       bool // RTCP on RTP's port (RFC 5761)

	fmtp       map[int]string
	stamp      uint8 // the id of the departure extension
	bundleOnly bool  // port 0 is no rejection (RFC 8843 §6)
}

// staticCodecs are the payload types of RFC 3551 that need no rtpmap.
var staticCodecs = map[int]string{0: "pcmu/8000", 8: "pcma/8000"}

// parseOffer reads an offer and chooses what the leg speaks: the first of
// codecs that the page offers too.
func parseOffer(text string, codecs []transcode.Codec) (*offer, *refusal) {
	all, groups, candidates, bad := readSections(text)
	if bad != nil {
		return nil, bad
	}
	o := &offer{rate: narrow, sections: all[1:], groups: groups, candidates: candidates}
	o.audio = slices.IndexFunc(o.sections, func(s section) bool {
		return s.media == "audio" && s.port != 0 && (s.direction == "sendrecv" || s.direction == "sendonly")
	})
	if o.audio < 0 {
		return nil, refuse(codeNoAudio, "The offer has no audio that the page sends.")
	}
	a := o.sections[o.audio]
	a.inherit(all[0])
	if bad := a.check(); bad != nil {
		return nil, bad
	}
	o.direction, o.ssrc = a.direction, a.ssrc
	o.ufrag, o.password, o.fingerprint = a.ufrag, a.password, a.fingerprint
	o.bundled = slices.Contains(groups, a.mid)
	if o.choices = formatsOf(a, codecs); len(o.choices) == 0 {
		return nil, refuse(codeBadSDP, "The offer's audio has none of our codecs (Opus, PCMU, PCMA).")
	}
	o.format = o.choices[0]
	return o, nil
}

// prefer makes a codec the call's, if the page offers it.
func (o *offer) prefer(c transcode.Codec) {
	for _, f := range o.choices {
		if f.Codec == c {
			o.format = f
			return
		}
	}
}

// inherit takes from the session level what the section leaves open
// (RFC 8839 §5.4, RFC 8122 §5).
func (s *section) inherit(session section) {
	for _, v := range []struct{ to, from *string }{
		{&s.ufrag, &session.ufrag}, {&s.password, &session.password},
		{&s.fingerprint, &session.fingerprint}, {&s.setup, &session.setup},
	} {
		if *v.to == "" {
			*v.to = *v.from
		}
	}
}

// check reports what the audio section lacks for a secure transport.
func (s *section) check() *refusal {
	switch {
	case !strings.Contains(s.protocol, "TLS/RTP/SAVP"):
		return refuse(codeBadSDP, "The offer's audio is not protected by DTLS (UDP/TLS/RTP/SAVPF).")
	case !token(s.mid, 32):
		return refuse(codeBadSDP, "The offer's audio has no media identification (a=mid).")
	case !iceString(s.ufrag, 4) || !iceString(s.password, 22):
		return refuse(codeBadSDP, "The offer has no valid ICE credentials (a=ice-ufrag and a=ice-pwd).")
	case !fingerprint(s.fingerprint):
		return refuse(codeBadSDP, "The offer has no valid certificate fingerprint (a=fingerprint with sha-256 or stronger).")
	case s.setup != "actpass" && s.setup != "active":
		return refuse(codeBadSDP, "The offer must let the page begin the DTLS handshake (a=setup:actpass).")
	case !s.muxed:
		return refuse(codeBadSDP, "The offer must carry RTCP on the port of RTP (a=rtcp-mux).")
	}
	return nil
}

// formatsOf lists those of codecs that a section offers, each with its
// telephone-event. RFC 4733 §2.1 wants the event's clock to be the audio's;
// Firefox offers 8000 alone, also for Opus.
func formatsOf(s section, codecs []transcode.Codec) (all []media.Format) {
	for _, c := range codecs {
		pt := s.payloadType(codecName(c))
		if pt < 0 {
			continue
		}
		f := media.Format{Codec: c, PayloadType: uint8(pt)}
		for _, clock := range []uint32{c.ClockRate(), 8000, 48000} {
			if events := s.payloadType(fmt.Sprintf("telephone-event/%d", clock)); events >= 0 {
				f.Events, f.EventsClock = uint8(events), clock
				break
			}
		}
		all = append(all, f)
	}
	return all
}

// payloadType returns the first payload type of a codec, -1 if there is none.
func (s section) payloadType(codec string) int {
	for _, pt := range s.formats {
		if s.codecs[pt] == codec {
			return pt
		}
	}
	return -1
}

// codecName is a codec's rtpmap, in lower case.
func codecName(c transcode.Codec) string {
	if c == transcode.Opus {
		return "opus/48000/2" // RFC 7587 §7: always two channels
	}
	return fmt.Sprintf("%s/%d", strings.ToLower(c.String()), c.ClockRate())
}

// eventsName is the rtpmap of telephone-event at a clock.
func eventsName(clock uint32) string { return "telephone-event/" + strconv.Itoa(int(clock)) }
