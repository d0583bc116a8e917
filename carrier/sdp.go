package carrier

import (
	"bytes"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// A description is the part of SDP (RFC 8866) that a telephone call needs: one
// audio stream. Other streams are remembered only to be refused, each in its
// place, as RFC 3264 §6 asks.
type description struct {
	addr    netip.AddrPort // where its sender wants RTP; port 0 refuses the stream
	formats []format       // in order of preference
	flow    flow
	streams []string // every m= line as "media proto format"; audio is at index audio
	audio   int
	version uint64 // of the session, o= line
}

// A format is one payload type of an audio stream.
type format struct {
	pt   uint8
	name string // "PCMU"; unknown ones keep their name so that they are passed over
}

const telephoneEvent = "telephone-event"

// formatByName gives a codec the payload type under which we offer it.
func formatByName(name string) (format, bool) {
	i := slices.IndexFunc(ourFormats, func(f format) bool { return strings.EqualFold(f.name, name) })
	if i < 0 {
		return format{}, false
	}
	return ourFormats[i], true
}

var ourFormats = []format{{0, "PCMU"}, {8, "PCMA"}, {9, "G722"}, {101, telephoneEvent}}

func (f format) sound() bool { return f.name != telephoneEvent }

// flow is the direction attribute: what its sender is willing to do.
type flow int

const (
	inactive flow = 0
	sendOnly flow = 1
	recvOnly flow = 2
	sendRecv flow = sendOnly | recvOnly
)

var flowNames = [...]string{"inactive", "sendonly", "recvonly", "sendrecv"}

func (f flow) String() string { return flowNames[f] }

// reversed is f as the other side has to see it.
func (f flow) reversed() flow { return f>>1 | f<<1&sendRecv }

var errNoAudio = errors.New("no audio stream over RTP/AVP with an address")

// sdpLimit bounds what a stranger can make us read.
const sdpLimit = 16 << 10

// parseSDP reads a description. It is lenient about lines that it does not
// need and strict about those that it does.
func parseSDP(raw []byte) (description, error) {
	if len(raw) > sdpLimit {
		return description{}, fmt.Errorf("sdp of %d octets is too long", len(raw))
	}
	p := sdpParser{d: description{flow: sendRecv, audio: -1}, names: map[uint8]string{0: "PCMU", 8: "PCMA", 9: "G722"}}
	for line := range bytes.Lines(raw) {
		key, value, ok := strings.Cut(strings.TrimRight(string(line), "\r\n"), "=")
		if !ok || len(key) != 1 {
			continue
		}
		if err := p.line(key, value); err != nil {
			return description{}, fmt.Errorf("sdp line %q: %w", key+"="+value, err)
		}
	}
	return p.finish()
}

type sdpParser struct {
	d       description
	session netip.Addr // c= before the first m=
	media   netip.Addr // c= of the audio stream
	port    uint16
	pts     []uint8
	names   map[uint8]string
	inAudio bool
}

func (p *sdpParser) line(key, value string) error {
	switch key {
	case "c":
		return p.connection(value)
	case "m":
		return p.stream(value)
	case "a":
		p.attribute(value)
	}
	return nil
}

func (p *sdpParser) connection(value string) error {
	fields := strings.Fields(value)
	if len(fields) != 3 || fields[0] != "IN" {
		return errors.New("not an internet address")
	}
	host, _, _ := strings.Cut(fields[2], "/")
	addr, err := netip.ParseAddr(host)
	if err != nil {
		return err
	}
	switch {
	case p.inAudio:
		p.media = addr
	case len(p.d.streams) == 0:
		p.session = addr
	}
	return nil
}

func (p *sdpParser) stream(value string) error {
	fields := strings.Fields(value)
	if len(fields) < 4 {
		return errors.New("too short")
	}
	port, _, _ := strings.Cut(fields[1], "/")
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return err
	}
	p.d.streams = append(p.d.streams, fields[0]+" "+fields[2]+" "+fields[3])
	p.inAudio = p.d.audio < 0 && fields[0] == "audio" && fields[2] == "RTP/AVP"
	if !p.inAudio {
		return nil
	}
	p.d.audio = len(p.d.streams) - 1
	p.port = uint16(n)
	for _, f := range fields[3:] {
		pt, err := strconv.ParseUint(f, 10, 7)
		if err != nil {
			return err
		}
		p.pts = append(p.pts, uint8(pt))
	}
	return nil
}

func (p *sdpParser) attribute(value string) {
	if !p.inAudio && len(p.d.streams) > 0 {
		return
	}
	if i := slices.Index(flowNames[:], value); i >= 0 {
		p.d.flow = flow(i)
		return
	}
	rest, ok := strings.CutPrefix(value, "rtpmap:")
	if !ok {
		return
	}
	number, encoding, _ := strings.Cut(rest, " ")
	pt, err := strconv.ParseUint(number, 10, 7)
	if err != nil {
		return
	}
	p.names[uint8(pt)] = encodingName(encoding)
}

// encodingName turns "pcmu/8000" into "PCMU". What does not run at 8,000 Hz is
// not the codec of that name that we know.
func encodingName(encoding string) string {
	name, clock, _ := strings.Cut(strings.TrimSpace(encoding), "/")
	if f, ok := formatByName(name); ok && (clock == "8000" || clock == "8000/1") {
		return f.name
	}
	return encoding
}

func (p *sdpParser) finish() (description, error) {
	if p.d.audio < 0 {
		return description{}, errNoAudio
	}
	addr := p.session
	if p.media.IsValid() {
		addr = p.media
	}
	if !addr.IsValid() {
		return description{}, errNoAudio
	}
	p.d.addr = netip.AddrPortFrom(addr.Unmap(), p.port)
	for _, pt := range p.pts {
		p.d.formats = append(p.d.formats, format{pt, p.names[pt]})
	}
	return p.d, nil
}

// holds reports whether the description keeps us from being heard, in either
// of the two ways that there are (RFC 3264 §8.4; 0.0.0.0 is RFC 2543's).
func (d description) holds() bool {
	return d.flow&recvOnly == 0 || d.addr.Addr().IsUnspecified()
}

// choose picks the first sound format of d that is among codecs, and the
// telephone-event format if both sides have one.
func (d description) choose(codecs []string) (sound, event format, ok bool) {
	for _, f := range d.formats {
		known := slices.ContainsFunc(codecs, func(c string) bool { return strings.EqualFold(c, f.name) })
		switch {
		case !known:
		case f.name == telephoneEvent && event.name == "":
			event = f
		case f.sound() && !ok:
			sound, ok = f, true
		}
	}
	return sound, event, ok
}

// marshal writes the description as SDP.
func (d description) marshal() []byte {
	var b bytes.Buffer
	host := d.addr.Addr()
	family := "IP4"
	if host.Is6() {
		family = "IP6"
	}
	fmt.Fprintf(&b, "v=0\r\no=carrier %d %d IN %s %s\r\ns=-\r\nc=IN %s %s\r\nt=0 0\r\n",
		d.addr.Port(), d.version, family, host, family, host)
	if len(d.streams) == 0 {
		d.marshalAudio(&b)
	}
	for i, s := range d.streams {
		if i == d.audio {
			d.marshalAudio(&b)
			continue
		}
		var media, proto, first string
		_, _ = fmt.Sscan(s, &media, &proto, &first)
		fmt.Fprintf(&b, "m=%s 0 %s %s\r\n", media, proto, first)
	}
	return b.Bytes()
}

func (d description) marshalAudio(b *bytes.Buffer) {
	fmt.Fprintf(b, "m=audio %d RTP/AVP", d.addr.Port())
	for _, f := range d.formats {
		fmt.Fprintf(b, " %d", f.pt)
	}
	b.WriteString("\r\n")
	for _, f := range d.formats {
		fmt.Fprintf(b, "a=rtpmap:%d %s/8000\r\n", f.pt, f.name)
		if f.name == telephoneEvent {
			fmt.Fprintf(b, "a=fmtp:%d 0-15\r\n", f.pt)
		}
	}
	fmt.Fprintf(b, "a=ptime:20\r\na=%s\r\n", d.flow)
}
