package signaling

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"webtrunk/media"
)

// departure is the header extension that says when a packet left its sender.
// It crosses unchanged, so that what a receiver estimates by it is the whole
// way to the sender.
const departure = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"

// A videoOffer is what we understood of a page's pictures.
type videoOffer struct {
	section int    // its place in the page's order
	ssrc    uint32 // of what the page sends; 0 when it sends nothing
	stamp   uint8  // the id of the departure extension; 0 without
	order   []media.VideoCodec
	format  media.VideoFormat
}

// readVideo finds pictures that we can pass on: beside the sound, on its
// transport (RFC 8843), in a codec that browsers share. Without them the call
// is one of sound alone, and the page's section is rejected as any other.
func (o *offer) readVideo(maxBitrate uint64) *videoOffer {
	at := slices.IndexFunc(o.sections, func(s section) bool {
		return s.media == "video" && (s.port != 0 || s.bundleOnly)
	})
	if at < 0 || maxBitrate == 0 || !o.bundled {
		return nil
	}
	s := o.sections[at]
	sends, receives := s.sends(), s.direction == "sendrecv" || s.direction == "recvonly"
	if !slices.Contains(o.groups, s.mid) || !token(s.mid, 32) || !s.muxed || !strings.Contains(s.protocol, "TLS/RTP/SAVP") || !sends && !receives {
		return nil
	}
	v := &videoOffer{section: at, stamp: s.stamp, format: media.VideoFormat{Receives: receives, MaxBitrate: maxBitrate}}
	for _, c := range media.VideoCodecs {
		if pt := s.videoPayload(c); pt > 0 {
			v.order = append(v.order, c)
			v.format.Payload[c] = uint8(pt)
		}
	}
	if len(v.order) == 0 {
		return nil
	}
	if ssrc, err := strconv.ParseUint(s.ssrc, 10, 32); sends && err == nil && ssrc != 0 {
		v.ssrc, v.format.Sends = uint32(ssrc), v.order[0]
	}
	return v
}

// sends reports whether the page sends one stream that it has named: several at
// once (simulcast) have no name each.
func (s section) sends() bool {
	return s.ssrc != "" && (s.direction == "sendrecv" || s.direction == "sendonly")
}

// prefer puts a codec first, which makes it the one that the page sends.
func (v *videoOffer) prefer(c media.VideoCodec) {
	at := slices.Index(v.order, c)
	if at < 0 || v.format.Sends == media.NoVideo {
		return
	}
	v.order = slices.Insert(slices.Delete(v.order, at, at+1), 0, c)
	v.format.Sends = c
}

// videoPayload returns the payload type of a codec in the one shape of it that
// all who know the codec share; -1 without.
func (s section) videoPayload(c media.VideoCodec) int {
	for _, pt := range s.formats {
		if s.codecs[pt] == videoName(c) && pt != 0 && shared(c, s.fmtp[pt]) {
			return pt
		}
	}
	return -1
}

func videoName(c media.VideoCodec) string {
	return fmt.Sprintf("%s/%d", strings.ToLower(c.String()), media.VideoClock)
}

// shared reports whether format parameters are those that all browsers share:
// profile 0 of VP9 (RFC 9628 §6) and AV1, and of H.264 the constrained
// baseline in packetization mode 1 (RFC 7742 §6.2).
func shared(c media.VideoCodec, fmtp string) bool {
	p := parameters(fmtp)
	switch c {
	case media.VP9:
		return p["profile-id"] == "" || p["profile-id"] == "0"
	case media.AV1:
		return p["profile"] == "" || p["profile"] == "0"
	case media.H264:
		return p["packetization-mode"] == "1" && strings.HasPrefix(p["profile-level-id"], "42e0")
	}
	return true
}

// parameters reads "profile-id=0;level=31".
func parameters(fmtp string) map[string]string {
	all := map[string]string{}
	for part := range strings.SplitSeq(fmtp, ";") {
		key, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		all[strings.ToLower(key)] = strings.ToLower(value)
	}
	return all
}

// videoFmtp is what our answer says of a codec; empty for nothing.
func videoFmtp(c media.VideoCodec) string {
	switch c {
	case media.VP9:
		return "profile-id=0"
	case media.H264:
		return "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f"
	}
	return ""
}

// videoFeedback is what a receiver may say of pictures, all of which crosses:
// lost packets, a wish for a full picture, an estimate of the path. Not there
// is RTX: a packet is repeated as it was, which every browser does without it.
var videoFeedback = []string{"goog-remb", "ccm fir", "nack", "nack pli"}

// clean writes the section anew for the PeerConnection.
func (v *videoOffer) clean(o *offer, line func(format string, args ...any)) {
	s := o.sections[v.section]
	line("m=video 9 UDP/TLS/RTP/SAVPF%s\r\nc=IN IP4 0.0.0.0", v.payloads())
	line("a=ice-ufrag:%s\r\na=ice-pwd:%s\r\na=ice-options:trickle", o.ufrag, o.password)
	line("a=fingerprint:%s\r\na=setup:actpass", o.fingerprint)
	line("a=mid:%s\r\na=%s\r\na=rtcp-mux\r\na=rtcp-rsize", s.mid, v.direction())
	if v.stamp != 0 {
		line("a=extmap:%d %s", v.stamp, departure)
	}
	for _, c := range v.order {
		pt := v.format.Payload[c]
		line("a=rtpmap:%d %s/%d", pt, c, media.VideoClock)
		if fmtp := videoFmtp(c); fmtp != "" {
			line("a=fmtp:%d %s", pt, fmtp)
		}
		for _, feedback := range videoFeedback {
			line("a=rtcp-fb:%d %s", pt, feedback)
		}
	}
	if v.ssrc != 0 {
		line("a=msid:page video\r\na=ssrc:%d cname:page", v.ssrc)
	}
}

// direction is the page's, as far as we can follow it.
func (v *videoOffer) direction() string {
	switch {
	case v.ssrc == 0:
		return "recvonly"
	case !v.format.Receives:
		return "sendonly"
	}
	return "sendrecv"
}

func (v *videoOffer) payloads() string {
	var b strings.Builder
	for _, c := range v.order {
		fmt.Fprintf(&b, " %d", v.format.Payload[c])
	}
	return b.String()
}

// answer makes of the PeerConnection's section ours: the codec that we want
// first, for a browser sends the first of an answer (RFC 8829 §5.3.1), and the
// bitrate that it may have (RFC 8859: TIAS counts bits without headers).
func (v *videoOffer) answer(pion string) string {
	_, rest, _ := strings.Cut(pion, "\r\n")
	connection, rest, _ := strings.Cut(rest, "\r\n")
	return fmt.Sprintf("m=video 9 UDP/TLS/RTP/SAVPF%s\r\n%s\r\nb=AS:%d\r\nb=TIAS:%d\r\n%s",
		v.payloads(), connection, v.format.MaxBitrate/1000, v.format.MaxBitrate, rest)
}
