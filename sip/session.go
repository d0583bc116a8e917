package sip

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"webtrunk/media"
	"webtrunk/transcode"
	"webtrunk/trunk"
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
	ordered bool // the order of prefers decides, not the offerer's
	byInfo  bool // keys go by SIP INFO: telephone-events are neither offered nor taken

	noise   bool // comfort noise (RFC 3389) is offered and taken
	secrecy secrecy
	offered []stream     // the shape of the m= lines, ours or theirs; nil before the first
	audio   int          // which of them is the voice
	format  media.Format // as agreed
	sends   bool         // the far side may send sound
	letters bool         // the far side's telephone-events carry A to D too
	remote  netip.AddrPort
	control netip.AddrPort // where the far side wants RTCP
	held    bool           // the far side has put us on hold
	holding bool           // we have put it on hold
}

// newSession returns the session of a leg that has agreed on nothing yet, with
// keys that no other has.
func newSession(t *trunk.Trunk, addr netip.Addr, port uint16) session {
	return session{
		id: sessionID(), addr: addr, port: port,
		prefers: preferences(t.Codecs), ordered: len(t.Codecs) > 0,
		byInfo: t.DTMF == trunk.DTMFInfo, noise: t.ComfortNoise, secrecy: secrecy{policy: t.SRTP},
	}
}

func preferences(names []string) []transcode.Codec {
	var codecs []transcode.Codec
	for _, n := range names {
		switch n {
		case "pcmu":
			codecs = append(codecs, transcode.PCMU)
		case "pcma":
			codecs = append(codecs, transcode.PCMA)
		case "g722":
			codecs = append(codecs, transcode.G722)
		}
	}
	if len(codecs) == 0 {
		return []transcode.Codec{transcode.PCMU, transcode.PCMA}
	}
	return codecs
}

// payloadType is the codec's static one (RFC 3551 §6).
func payloadType(c transcode.Codec) uint8 {
	switch c {
	case transcode.PCMA:
		return 8
	case transcode.G722:
		return 9
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
		formats[i] = media.Format{Codec: c, PayloadType: payloadType(c), Samples: s.format.Samples}
		if !s.byInfo {
			formats[i].Events, formats[i].EventsClock = events, 8000
		}
		if s.noise {
			formats[i].Noise = comfortNoise
		}
	}
	proto, lines := s.secrecy.offer()
	return s.write(formats, s.wants(), proto, lines)
}

// offerAnew is an offer to somebody who asks for one in mid-call, and who may
// be another than the one before (RFC 3725 §7).
func (s *session) offerAnew() []byte {
	s.secrecy.renew()
	return s.offer()
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

// answer takes an offer and describes what we agree to: one codec, and
// telephone-events if offered. The codec is the first of the offerer's that is
// one of ours (RFC 3264 §6.1) unless the operator has put ours in an order.
func (s *session) answer(offer description) ([]byte, error) {
	i, err := s.secrecy.wanted(offer)
	if err != nil {
		return nil, err
	}
	voice := &offer.streams[i]
	format, err := s.agree(voice, s.ordered)
	if err != nil {
		return nil, err
	}
	s.offered, s.audio = offer.streams, i
	s.settle(voice, format)
	lines := s.secrecy.answer(voice)
	s.held = voice.held()
	s.aim(voice)
	way := voice.direction.mirror() & s.wants()
	if voice.addr.IsUnspecified() {
		way &= recvonly
	}
	s.agreed = s.write([]media.Format{format}, way, voice.proto, lines)
	return s.agreed, nil
}

// settle keeps what was agreed with the writer of a stream.
func (s *session) settle(voice *stream, format media.Format) {
	s.format = format
	s.sends = voice.direction&sendonly != 0
	_, s.letters, _ = voice.events()
}

// resume takes up what was agreed before others had a word. Versions only rise.
func (s *session) resume(agreed session) {
	agreed.version, agreed.last, agreed.sent = s.version, s.last, s.sent
	*s = agreed
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
	voice := &answer.streams[i]
	format, err := s.agree(voice, false)
	if err != nil {
		return err
	}
	agreed, err := s.secrecy.accept(voice)
	if err != nil {
		return err
	}
	if s.offered == nil {
		s.offered, s.audio = answer.streams, i
	}
	s.settle(voice, format)
	s.secrecy.agreement, s.secrecy.settled = agreed, true
	if !s.holding { // an answer to our own hold says nothing of theirs
		s.held = voice.held()
	}
	s.aim(voice)
	s.agreed = s.sent
	return nil
}

var errNoAudio = errors.New("it offers no audio stream that a telephone could use")

// noCodec says what is missing in the words of a Warning.
func (s *session) noCodec() error {
	names := make([]string, len(s.prefers))
	for i, c := range s.prefers {
		names[i] = c.String()
	}
	return fmt.Errorf("it has none of this trunk's codecs: %s", strings.Join(names, ", "))
}

// agree chooses the first codec of the other side's that is one of ours or,
// when our order decides, the first of ours that is one of theirs.
func (s *session) agree(voice *stream, oursDecides bool) (media.Format, error) {
	best, f := len(s.prefers), media.Format{}
	for _, name := range voice.formats {
		rank := slices.Index(s.prefers, voice.codec(name))
		pt, err := strconv.ParseUint(name, 10, 7)
		if err != nil || rank < 0 || rank >= best {
			continue
		}
		best, f.Codec, f.PayloadType = rank, s.prefers[rank], uint8(pt)
		if !oursDecides {
			break
		}
	}
	if f.Codec == transcode.None {
		return f, s.noCodec()
	}
	if events, _, found := voice.events(); found && !s.byInfo {
		f.Events, f.EventsClock = events, 8000
	}
	if s.noise {
		f.Noise = voice.noise()
	}
	if ms := voice.packetTime(); ms != 20 {
		f.Samples = int(ms) * transcode.SampleRate / 1000
	}
	return f, nil
}

// aim keeps where the far side listens: its RTCP where it says so, else on the
// port after its RTP's (RFC 3550 §11). An address of 0.0.0.0 is a hold and
// says nothing of where.
func (s *session) aim(voice *stream) {
	if voice.addr.IsUnspecified() || voice.addr.IsLoopback() && !s.addr.IsLoopback() { // our own machine is nobody's telephone
		return
	}
	s.remote = netip.AddrPortFrom(voice.addr, voice.port)
	s.control = netip.AddrPortFrom(voice.addr, voice.port+1)
	if c := voice.control; c.Port() != 0 && !c.Addr().IsUnspecified() && (!c.Addr().IsLoopback() || s.addr.IsLoopback()) {
		s.control = c
		if !c.Addr().IsValid() {
			s.control = netip.AddrPortFrom(voice.addr, c.Port())
		}
	}
}

// write writes a description with one m= line for each that was ever offered,
// all but the voice rejected (RFC 3264 §6, §8). What else an offer asked for,
// such as one port for RTP and RTCP (RFC 5761 §5.1.1), is declined by saying nothing.
func (s *session) write(formats []media.Format, way direction, proto string, lines []cryptoLine) []byte {
	var b strings.Builder
	family := "IP4"
	if s.addr.Is6() {
		family = "IP6"
	}
	fmt.Fprintf(&b, "s=-\r\nc=IN %s %s\r\nt=0 0\r\n", family, s.addr)
	if s.offered == nil {
		s.voice(&b, formats, way, proto, lines)
	}
	for i, m := range s.offered {
		if i == s.audio {
			s.voice(&b, formats, way, proto, lines)
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

func (s *session) voice(b *strings.Builder, formats []media.Format, way direction, proto string, lines []cryptoLine) {
	fmt.Fprintf(b, "m=audio %d %s", s.port, proto)
	for _, f := range formats {
		fmt.Fprintf(b, " %d", f.PayloadType)
	}
	events := formats[0]
	if events.EventsClock != 0 {
		fmt.Fprintf(b, " %d", events.Events)
	}
	if events.Noise != 0 {
		fmt.Fprintf(b, " %d", events.Noise)
	}
	b.WriteString("\r\n")
	for _, f := range formats {
		fmt.Fprintf(b, "a=rtpmap:%d %s/8000\r\n", f.PayloadType, f.Codec)
	}
	if events.EventsClock != 0 {
		fmt.Fprintf(b, "a=rtpmap:%d telephone-event/8000\r\na=fmtp:%d 0-15\r\n", events.Events, events.Events)
	}
	if events.Noise != 0 {
		fmt.Fprintf(b, "a=rtpmap:%d CN/8000\r\n", events.Noise)
	}
	for _, c := range lines {
		fmt.Fprintf(b, "%s\r\n", c)
	}
	ptime := 20
	if events.Samples != 0 {
		ptime = events.Samples * 1000 / transcode.SampleRate
	}
	fmt.Fprintf(b, "a=ptime:%d\r\na=%s\r\n", ptime, way)
}
