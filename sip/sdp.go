package sip

import (
	"errors"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"webtrunk/transcode"
)

// Bounds on a session description (RFC 8866) that we read.
const (
	maxSDP     = 8 << 10
	maxStreams = 4
	maxFormats = 32
)

// A direction is who may send on a stream, seen from who wrote it (RFC 3264 §5.1).
type direction uint8

const (
	inactive direction = 0
	recvonly direction = 1
	sendonly direction = 2
	sendrecv direction = recvonly | sendonly
)

func (d direction) String() string {
	return [...]string{"inactive", "recvonly", "sendonly", "sendrecv"}[d]
}

// mirror is the same stream seen from the other end.
func (d direction) mirror() direction { return d>>1 | d<<1&sendonly }

// A description is what a body of type application/sdp says, as far as we care.
type description struct{ streams []stream }

// A stream is one m= line and what belongs to it.
type stream struct {
	kind, proto string
	port        uint16 // 0: rejected
	formats     []string
	addr        netip.Addr // unspecified: hold as RFC 2543 did it
	direction   direction
	maps        map[string]string // a=rtpmap, by format
	params      map[string]string // a=fmtp, by format
	crypto      []cryptoLine      // those that we can do
	control     netip.AddrPort    // a=rtcp (RFC 3605); the address may be left to c=
	ptime       uint16            // ms of sound that it would have in a packet; 0 for no wish
	maxptime    uint16            // and at most
}

// parseSDP reads a description. Lines it does not know are skipped; a line it
// needs and cannot read is an error.
func parseSDP(body []byte) (description, error) {
	var d description
	session := stream{direction: sendrecv}
	at := &session
	if len(body) > maxSDP {
		return d, errors.New("the description is too long")
	}
	if !strings.HasPrefix(string(body), "v=0") {
		return d, errors.New("it is no session description")
	}
	for line := range strings.Lines(string(body)) {
		line = strings.TrimRight(line, "\r\n")
		if len(line) < 2 || line[1] != '=' {
			continue
		}
		value := line[2:]
		var err error
		switch line[0] {
		case 'm':
			if len(d.streams) == maxStreams {
				return d, errors.New("it has too many streams")
			}
			d.streams = append(d.streams, stream{addr: session.addr, direction: session.direction})
			at = &d.streams[len(d.streams)-1]
			err = at.media(value)
		case 'c':
			err = at.connection(value)
		case 'a':
			at.attribute(value)
		}
		if err != nil {
			return d, err
		}
	}
	return d, nil
}

// media reads m=audio 49170 RTP/AVP 0 8 101 (§5.14).
func (s *stream) media(value string) error {
	f := strings.Fields(value)
	if len(f) < 4 || len(f) > 3+maxFormats || !printable(value) {
		return errors.New("an m= line cannot be read")
	}
	port, _, _ := strings.Cut(f[1], "/")
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return errors.New("an m= line has no port")
	}
	s.kind, s.port, s.proto, s.formats = f[0], uint16(n), f[2], f[3:]
	return nil
}

// printable reports whether s may be repeated in a description of ours.
func printable(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r > '~' })
}

// connection reads c=IN IP4 192.0.2.1 (§5.7). Names are not resolved.
func (s *stream) connection(value string) error {
	f := strings.Fields(value)
	if len(f) != 3 || f[0] != "IN" {
		return errors.New("a c= line cannot be read")
	}
	a, err := netip.ParseAddr(f[2])
	if err != nil || a.IsMulticast() || a.Unmap() == everybody || a.Zone() != "" {
		return errors.New("a c= line has no address that can be called")
	}
	s.addr = a.Unmap()
	return nil
}

func (s *stream) attribute(value string) {
	name, rest, _ := strings.Cut(value, ":")
	switch name {
	case "sendrecv":
		s.direction = sendrecv
	case "sendonly":
		s.direction = sendonly
	case "recvonly":
		s.direction = recvonly
	case "inactive":
		s.direction = inactive
	case "rtpmap":
		keep(&s.maps, rest, strings.ToUpper)
	case "fmtp":
		keep(&s.params, rest, strings.TrimSpace)
	case "ptime":
		s.ptime = milliseconds(rest)
	case "maxptime":
		s.maxptime = milliseconds(rest)
	case "rtcp":
		s.control = controlAddress(rest)
	case "crypto":
		if c, ok := parseCrypto(rest); ok && len(s.crypto) < maxCrypto {
			s.crypto = append(s.crypto, c)
		}
	}
}

// keep files what an attribute says of a format: 97 telephone-event/8000.
func keep(in *map[string]string, value string, as func(string) string) {
	format, rest, found := strings.Cut(value, " ")
	if !found || len(*in) >= maxFormats {
		return
	}
	if *in == nil {
		*in = make(map[string]string)
	}
	(*in)[format] = as(strings.TrimSpace(rest))
}

// milliseconds reads a=ptime:20 (§6.4), 0 where it makes no sense.
func milliseconds(value string) uint16 {
	n, err := strconv.ParseUint(strings.TrimSpace(value), 10, 16)
	if err != nil {
		return 0
	}
	return uint16(n)
}

// controlAddress reads a=rtcp:53020 IN IP4 192.0.2.1 (RFC 3605 §2.1). Names
// are not resolved; without an address it is that of the stream.
func controlAddress(value string) netip.AddrPort {
	f := strings.Fields(value)
	if len(f) == 0 {
		return netip.AddrPort{}
	}
	port, err := strconv.ParseUint(f[0], 10, 16)
	if err != nil || port == 0 {
		return netip.AddrPort{}
	}
	var at stream
	if len(f) == 4 && at.connection(strings.Join(f[1:], " ")) != nil {
		return netip.AddrPort{}
	}
	return netip.AddrPortFrom(at.addr, uint16(port))
}

// audible reports whether a stream can be spoken on.
func (s *stream) audible() bool {
	return s.kind == "audio" && (s.proto == plainRTP || s.proto == secretRTP) && s.port != 0 && s.addr.IsValid()
}

// audio returns the first stream that can be spoken on, -1 if there is none.
func (d description) audio() int {
	return slices.IndexFunc(d.streams, func(s stream) bool { return s.audible() })
}

// codec returns what a format of the stream is: static payload types need no
// rtpmap (RFC 3551 §6).
func (s *stream) codec(format string) transcode.Codec {
	name, found := s.maps[format]
	switch {
	case strings.HasPrefix(name, "PCMU/8000"), !found && format == "0":
		return transcode.PCMU
	case strings.HasPrefix(name, "PCMA/8000"), !found && format == "8":
		return transcode.PCMA
	case strings.HasPrefix(name, "G722/8000"), !found && format == "9":
		return transcode.G722
	}
	return transcode.None
}

// events returns the payload type of telephone-event at 8000 Hz (RFC 4733
// §2.5) where it carries the keys of a telephone, and whether A to D are among them.
func (s *stream) events() (pt uint8, letters, found bool) {
	for _, f := range s.formats {
		n, err := strconv.ParseUint(f, 10, 7)
		if err != nil || s.maps[f] != "TELEPHONE-EVENT/8000" {
			continue
		}
		if keys := eventsIn(s.params[f]); keys&telephoneKeys == telephoneKeys {
			return uint8(n), keys&letterKeys == letterKeys, true
		}
	}
	return 0, false, false
}

// comfortNoise is the static payload type of RFC 3389 at 8000 Hz (§4).
const comfortNoise = 13

// noise returns the stream's payload type of comfort noise, 0 for none.
func (s *stream) noise() uint8 {
	for _, f := range s.formats {
		name, mapped := s.maps[f]
		n, err := strconv.ParseUint(f, 10, 7)
		if err == nil && n != 0 && (name == "CN/8000" || !mapped && n == comfortNoise) {
			return uint8(n)
		}
	}
	return 0
}

// Event codes, one bit each: 0 to 9, * and #; and A to D (RFC 4733 §3.2).
const (
	telephoneKeys = 1<<12 - 1
	letterKeys    = 0xf << 12
)

// eventsIn reads which of the events 0 to 15 a fmtp names: 0-15,32 or, beside
// other parameters, events=0-15 (§2.4.1, §2.4.2). No fmtp means 0 to 15.
func eventsIn(fmtp string) (keys uint16) {
	for param := range strings.SplitSeq(fmtp, ";") {
		param = strings.TrimSpace(param)
		if list, named := strings.CutPrefix(param, "events="); named {
			param = list
		} else if strings.Contains(param, "=") {
			continue
		}
		for part := range strings.SplitSeq(param, ",") {
			first, last, isRange := strings.Cut(strings.TrimSpace(part), "-")
			if !isRange {
				last = first
			}
			from, err := strconv.ParseUint(first, 10, 8)
			to, err2 := strconv.ParseUint(last, 10, 8)
			for n := from; err == nil && err2 == nil && n <= min(to, 15); n++ {
				keys |= 1 << n
			}
		}
	}
	if fmtp == "" {
		return telephoneKeys | letterKeys
	}
	return keys
}

// packetTimes are the lengths of packets that telephones use, in ms.
var packetTimes = []uint16{60, 40, 30, 20, 10}

// packetTime returns how much sound the writer of the stream would have in a
// packet, in ms: what it asks for (RFC 8866 §6.4), and no more than it takes.
func (s *stream) packetTime() uint16 {
	want := s.ptime
	if want == 0 {
		want = 20
	}
	if s.maxptime != 0 {
		want = min(want, s.maxptime)
	}
	for _, ms := range packetTimes {
		if ms <= want {
			return ms
		}
	}
	return packetTimes[len(packetTimes)-1]
}

// held reports whether the writer of the stream does not want to hear us
// (RFC 3264 §8.4; c=0.0.0.0 is how RFC 2543 said it).
func (s *stream) held() bool {
	return s.direction&recvonly == 0 || s.addr.IsUnspecified()
}
