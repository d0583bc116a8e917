package media

import (
	"time"

	"webtrunk/transcode"
)

// opusHush is 20 ms of silence that no encoder's state goes into: narrowband
// CELT with its silence flag set (RFC 6716 §4.3, table 56). A decoder that gets it
// after SILK fades out what it heard, and begins the next SILK packet as its first
// (§4.5.2): so packets of any other encoder can follow it.
var opusHush = [...]byte{19 << 3, 0xff, 0xfe}

// passedOn returns the tongue of a source's packet that is passed on as it is.
// A source that begins anew has another encoder, or may have.
func (s *stream) passedOn(src *source, f Frame) tongue {
	format := s.format.Load()
	if format == nil || f.PayloadType != format.PayloadType {
		return tongue{} // no sound
	}
	if src.fresh && s.tongue.from == src {
		s.tongue.from = &stranger
	}
	return tongue{codec: format.Codec, from: src}
}

// stranger is a source that is none of those that speak.
var stranger source

// prepare sees to it that the far end's decoder can go on with what comes: another
// tongue than before, or a wide one after a while of silence. It reports false
// where its packet takes the place of that.
func (s *stream) prepare(src *source, f Frame, as tongue, now time.Time) (goes bool) {
	switch {
	case as.codec == transcode.None || s.speaking:
	case !s.tongue.leadsTo(as):
		return s.part(now)
	case s.tongue == as && as.codec == transcode.Opus && as.rate == transcode.WideRate && s.ahead(src, f, now) > forgets*src.clock/50:
		s.goodbye(s.mouth.calm(), src.clock, now)
	}
	return true
}

// forgets is after how many packets' time a wide far end no longer has the sound that
// its encoder believes it to have.
const forgets = 3

// ahead returns how far behind what was sent last a source's frame lies.
func (s *stream) ahead(src *source, f Frame, now time.Time) uint32 {
	if s.from != src || src.fresh {
		return s.position(src.clock, now) - s.ts
	}
	return uint32(max(0, int32(f.Timestamp+s.tsShift-s.ts)))
}

// part ends what the far end's decoder goes on from, before another tongue speaks:
// what was heard dies away in a last packet.
func (s *stream) part(now time.Time) (room bool) {
	clock, payload := s.tongue.codec.ClockRate(), s.farewell()
	s.tongue = tongue{}
	if s.seam != nil {
		s.seam.known = 0
	}
	return s.goodbye(payload, clock, now)
}

// goodbye sends a last packet. There is room for it where nothing was sent for a
// while; otherwise it takes the place of what would be sent now.
func (s *stream) goodbye(payload []byte, clock uint32, now time.Time) (room bool) {
	s.from = nil // what comes has its place behind it
	if payload == nil {
		return true
	}
	ts := s.position(clock, now)
	if room = ts-s.ts >= clock/25; room {
		ts, now = ts-clock/50, now.Add(-tick)
	}
	s.send(Frame{PayloadType: s.spokenAs, Sequence: s.seq + 1, Timestamp: ts, Payload: payload}, now)
	return room
}

// farewell returns the last packet in the tongue that was spoken, if what it said
// can still be heard.
func (s *stream) farewell() []byte {
	switch codec := s.tongue.codec; {
	case codec == transcode.Opus:
		return opusHush[:]
	case isLaw(codec) && s.seam != nil && s.seam.known > 0:
		return s.seam.fade()
	case codec == transcode.G722 && (s.tongue.from == nil || s.overtake()):
		return s.mouth.fade()
	}
	return nil
}

// overtake brings the mouth to where the far end is that was passed another's
// packets of G.722: encoder and decoder adapt alike, so one that encodes what was
// heard lately is soon where that one is.
func (s *stream) overtake() (ok bool) {
	if s.seam == nil || s.seam.known == 0 {
		return false
	}
	if s.mouth == nil {
		s.mouth = &mouth{}
	}
	dec, err := transcode.NewDecoderAt(transcode.G722, transcode.WideRate)
	if err != nil {
		return false
	}
	defer dec.Close()
	var pcm [2 * seamPast]int16
	var room [seamPast]byte
	n, err := dec.Decode(pcm[:], s.seam.kept(&room))
	return err == nil && s.mouth.begin(wideG722) && s.mouth.warm(pcm[:n])
}

var wideG722 = tongue{codec: transcode.G722, rate: transcode.WideRate, frame: transcode.WideRate / 50}

// utter encodes a frame that the mouth says, at its place in the stream, in chorus
// with others if it is not joined to what was said before.
func (s *stream) utter(f *Frame, as tongue, pcm []int16, with *chorus) (ok bool) {
	if s.mouth == nil {
		s.mouth = &mouth{}
	}
	m := s.mouth
	if m.as != as || s.tongue != as && as.codec == transcode.Opus {
		if !m.begin(as) {
			return false
		}
		s.rough = true
	}
	if len(pcm) < m.as.frame {
		pcm = m.widen(pcm, !s.rough && !f.Marker)
	}
	m.expectLoss(s.loss.Load())
	if (s.rough || f.Marker) && !isLaw(as.codec) {
		m.join(pcm, f.Timestamp)
		s.rough, with = false, nil
	}
	var err error
	if with == nil {
		f.Payload, err = m.say(pcm, f.Timestamp)
	} else {
		f.Payload, err = m.sing(pcm, f.Timestamp, with)
	}
	return err == nil
}
