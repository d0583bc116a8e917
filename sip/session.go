package sip

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"webtrunk/media"
	"webtrunk/transcode"
)

// ourEvents is the payload type of telephone-event in our offers: the number
// that most carriers expect, though theirs is what counts (RFC 4733 §2.1).
const ourEvents = 101

// A session is what a leg's offers and answers have agreed on (RFC 3264). It
// knows descriptions, not sockets.
type session struct {
	id      string // in o=; the same for the leg's life
	version uint64 // in o=; rises with each change (§8)
	last    string // the description sent last, without o=
	sent    []byte // likewise, whole
	agreed  []byte // of those we sent, the one that took part in the last agreement
	addr    netip.Addr
	port    uint16
	prefers []transcode.Codec

	offered []stream     // the shape of the m= lines, ours or theirs; nil before the first
	audio   int          // which of them is the voice
	format  media.Format // as agreed
	remote  netip.AddrPort
	held    bool // the far side has put us on hold
	holding bool // we have put it on hold
}

func preferences(names []string) []transcode.Codec {
	var codecs []transcode.Codec
	for _, n := range names {
		switch n {
		case "pcmu":
			codecs = append(codecs, transcode.PCMU)
		case "pcma":
			codecs = append(codecs, transcode.PCMA)
		}
	}
	if len(codecs) == 0 {
		return []transcode.Codec{transcode.PCMU, transcode.PCMA}
	}
	return codecs
}

func payloadType(c transcode.Codec) uint8 {
	if c == transcode.PCMA {
		return 8
	}
	return 0
}

// offer describes all that we speak; what is agreed already comes first.
func (s *session) offer() []byte {
	codecs := slices.Clone(s.prefers)
	slices.SortStableFunc(codecs, func(a, b transcode.Codec) int {
		return rank(a == s.format.Codec) - rank(b == s.format.Codec)
	})
	events := uint8(ourEvents)
	if s.format.EventsClock != 0 {
		events = s.format.Events
	}
	formats := make([]media.Format, len(codecs))
	for i, c := range codecs {
		formats[i] = media.Format{Codec: c, PayloadType: payloadType(c), Events: events, EventsClock: 8000}
	}
	return s.write(formats, s.wants())
}

func rank(first bool) int {
	if first {
		return 0
	}
	return 1
}

// wants is the direction that we would have.
func (s *session) wants() direction {
	if s.holding {
		return sendonly
	}
	return sendrecv
}

// answer takes an offer and describes what we agree to: one codec, the first
// of the offerer's that is one of ours, and telephone-events if offered.
func (s *session) answer(offer description) ([]byte, error) {
	i := offer.audio()
	if i < 0 {
		return nil, errNoAudio
	}
	voice := &offer.streams[i]
	format, err := s.agree(voice)
	if err != nil {
		return nil, err
	}
	s.offered, s.audio, s.format = offer.streams, i, format
	s.held = voice.held()
	s.aim(voice)
	way := voice.direction.mirror() & s.wants()
	if voice.addr.IsUnspecified() {
		way &= recvonly
	}
	s.agreed = s.write([]media.Format{format}, way)
	return s.agreed, nil
}

// again is our part of what is agreed, as it was said, with its version: who
// reads it sees that nothing has changed (RFC 4028 §7.4, RFC 3264 §8).
func (s *session) again() []byte { return s.agreed }

// accept takes the answer to our offer.
func (s *session) accept(answer description) error {
	if s.offered != nil && len(answer.streams) > s.audio && answer.streams[s.audio].port == 0 {
		return errNoAudio
	}
	i := answer.audio()
	if i < 0 || s.offered != nil && i != s.audio {
		return errNoAudio
	}
	format, err := s.agree(&answer.streams[i])
	if err != nil {
		return err
	}
	if s.offered == nil {
		s.offered, s.audio = answer.streams, i
	}
	s.format = format
	if !s.holding { // an answer to our own hold says nothing of theirs
		s.held = answer.streams[i].held()
	}
	s.aim(&answer.streams[i])
	s.agreed = s.sent
	return nil
}

var (
	errNoAudio = fmt.Errorf("it offers no audio stream that a telephone could use")
	errNoCodec = fmt.Errorf("it has neither PCMU nor PCMA, which this trunk needs")
)

// agree chooses the first codec of the other side's that is one of ours.
func (s *session) agree(voice *stream) (media.Format, error) {
	for _, name := range voice.formats {
		c := voice.codec(name)
		pt, err := strconv.ParseUint(name, 10, 7)
		if err != nil || !slices.Contains(s.prefers, c) {
			continue
		}
		f := media.Format{Codec: c, PayloadType: uint8(pt)}
		if events, found := voice.events(); found {
			f.Events, f.EventsClock = events, 8000
		}
		return f, nil
	}
	return media.Format{}, errNoCodec
}

// aim keeps where the far side listens. An address of 0.0.0.0 is a hold and
// says nothing of where.
func (s *session) aim(voice *stream) {
	if !voice.addr.IsUnspecified() {
		s.remote = netip.AddrPortFrom(voice.addr, voice.port)
	}
}

// write writes a description with one m= line for each that was ever offered,
// all but the voice rejected (RFC 3264 §6, §8).
func (s *session) write(formats []media.Format, way direction) []byte {
	var b strings.Builder
	family := "IP4"
	if s.addr.Is6() {
		family = "IP6"
	}
	fmt.Fprintf(&b, "s=-\r\nc=IN %s %s\r\nt=0 0\r\n", family, s.addr)
	if s.offered == nil {
		s.voice(&b, formats, way)
	}
	for i, m := range s.offered {
		if i == s.audio {
			s.voice(&b, formats, way)
		} else {
			fmt.Fprintf(&b, "m=%s 0 %s %s\r\n", m.kind, m.proto, m.formats[0])
		}
	}
	if b.String() != s.last {
		s.version++
		s.last = b.String()
	}
	s.sent = fmt.Appendf(nil, "v=0\r\no=- %s %d IN %s %s\r\n%s", s.id, s.version, family, s.addr, s.last)
	return s.sent
}

func (s *session) voice(b *strings.Builder, formats []media.Format, way direction) {
	fmt.Fprintf(b, "m=audio %d RTP/AVP", s.port)
	for _, f := range formats {
		fmt.Fprintf(b, " %d", f.PayloadType)
	}
	events := formats[0]
	if events.EventsClock != 0 {
		fmt.Fprintf(b, " %d", events.Events)
	}
	b.WriteString("\r\n")
	for _, f := range formats {
		fmt.Fprintf(b, "a=rtpmap:%d %s/8000\r\n", f.PayloadType, f.Codec)
	}
	if events.EventsClock != 0 {
		fmt.Fprintf(b, "a=rtpmap:%d telephone-event/8000\r\na=fmtp:%d 0-15\r\n", events.Events, events.Events)
	}
	fmt.Fprintf(b, "a=ptime:20\r\na=%s\r\n", way)
}
