package signaling

import (
	"fmt"
	"strings"

	"webtrunk/signaling/lean"
)

// lean writes the answer's session and audio section for a lean peer, as a
// PeerConnection would (RFC 8829 §5.3); answer adds the rest.
func (o *offer) lean(l lean.Local, origin uint64, version int64) string {
	a := o.sections[o.audio]
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\r\n", args...) }
	line("v=0\r\no=- %d %d IN IP4 127.0.0.1\r\ns=-\r\nt=0 0", origin, version)
	line("a=ice-lite\r\na=fingerprint:%s", l.Fingerprint)
	if o.bundled {
		line("a=group:BUNDLE %s", a.mid)
	}
	line("m=audio 9 UDP/TLS/RTP/SAVPF %s\r\nc=IN IP4 0.0.0.0", o.formats())
	line("a=setup:passive\r\na=mid:%s\r\na=%s\r\na=rtcp-mux", a.mid, o.answered())
	line("a=ice-ufrag:%s\r\na=ice-pwd:%s", l.Ufrag, l.Password)
	line("a=rtpmap:%d %s", o.format.PayloadType, codecName(o.format.Codec))
	if o.format.EventsClock != 0 {
		line("a=rtpmap:%d %s", o.format.Events, eventsName(o.format.EventsClock))
	}
	if o.direction == "sendrecv" {
		line("a=msid:webtrunk audio\r\na=ssrc:%d cname:%s", l.SSRC, l.CNAME)
	}
	for _, c := range l.Candidates {
		line("a=%s", c)
	}
	line("a=end-of-candidates")
	return b.String()
}

// answered is the direction that answers the offer's (RFC 3264 §6.1).
func (o *offer) answered() string {
	if o.direction == "sendonly" {
		return "recvonly"
	}
	return "sendrecv"
}
