package choir

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"webtrunk/transcode"
)

// An Answer is what a line needs of the SDP that came.
type Answer struct {
	At                           netip.AddrPort
	TCP                          netip.AddrPort // of a passive candidate, if there is one
	Codec                        transcode.Codec
	Payload                      uint8
	Ufrag, Password, Fingerprint string // empty for plain RTP
}

var names = map[transcode.Codec]string{transcode.Opus: "opus/48000/2", transcode.PCMU: "PCMU/8000"}

// offer is a browser's, with the line's own codec alone.
func (p *page) offer() string {
	l, g, ssrc := p.line, p.next, p.line.voice.Load().ssrc
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\r\n", args...) }
	line("v=0\r\no=- %d 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0", ssrc)
	line("m=audio %d UDP/TLS/RTP/SAVPF %d\r\nc=IN IP4 %s", l.Addr().Port(), l.score.payload, l.Home())
	line("a=candidate:1 1 udp 2113937151 %s %d typ host\r\na=end-of-candidates", l.Home(), l.Addr().Port())
	line("a=ice-ufrag:%s\r\na=ice-pwd:%s\r\na=ice-options:trickle", g.ufrag, g.password)
	line("a=fingerprint:sha-256 %s\r\na=setup:actpass\r\na=mid:0\r\na=sendrecv\r\na=rtcp-mux", p.fingerprint())
	l.formats(line)
	line("a=ssrc:%d cname:choir", ssrc)
	return b.String()
}

// plain is a line that speaks RTP, as an offer and as an answer.
func (l *Line) plain() string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\r\n", args...) }
	line("v=0\r\no=- %d 1 IN IP4 %s\r\ns=-\r\nc=IN IP4 %s\r\nt=0 0", l.voice.Load().ssrc, l.Home(), l.Home())
	line("m=audio %d RTP/AVP %d\r\na=sendrecv\r\na=ptime:20", l.Addr().Port(), l.score.payload)
	l.formats(line)
	return b.String()
}

func (l *Line) formats(line func(string, ...any)) {
	line("a=rtpmap:%d %s", l.score.payload, names[l.score.Codec])
	if l.score.Codec == transcode.Opus {
		line("a=fmtp:%d minptime=10;useinbandfec=1", l.score.payload)
	}
}

// ReadSDP finds where to send, and what comes back.
func ReadSDP(text string) (a Answer, err error) {
	a.Codec = transcode.None
	var host netip.Addr
	var port uint16
	for line := range strings.Lines(text) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		f := strings.Fields(value)
		switch {
		case key == "c" && len(f) == 3 && !host.IsValid():
			host, err = netip.ParseAddr(f[2])
		case key == "m" && len(f) > 3:
			if a.Codec != transcode.None {
				continue
			}
			var n, pt uint64
			if n, err = strconv.ParseUint(f[1], 10, 16); err == nil {
				pt, err = strconv.ParseUint(f[3], 10, 7)
			}
			port, a.Payload, a.Codec = uint16(n), uint8(pt), transcode.PCMU
			if pt != 0 {
				a.Codec = transcode.Opus
			}
		case key == "a":
			err = a.attribute(value)
		}
		if err != nil {
			return a, fmt.Errorf("choir: %q: %w", line, err)
		}
	}
	if !a.At.IsValid() {
		a.At = netip.AddrPortFrom(host, port)
	}
	if !a.At.IsValid() || a.At.Port() == 0 || a.Codec == transcode.None {
		return a, fmt.Errorf("choir: this SDP says not where to send:\n%s", text)
	}
	return a, nil
}

func (a *Answer) attribute(text string) (err error) {
	name, value, _ := strings.Cut(text, ":")
	f := strings.Fields(value)
	switch name {
	case "ice-ufrag":
		a.Ufrag = value
	case "ice-pwd":
		a.Password = value
	case "fingerprint":
		if len(f) == 2 && strings.EqualFold(f[0], "sha-256") {
			a.Fingerprint = f[1]
		}
	case "candidate":
		if len(f) < 8 || f[1] != "1" || f[7] != "host" || !strings.HasPrefix(f[4], "127.") {
			return nil
		}
		to := &a.At
		if strings.EqualFold(f[2], "tcp") {
			to = &a.TCP
		}
		*to, err = netip.ParseAddrPort(f[4] + ":" + f[5])
	}
	return err
}
