package media

import "webtrunk/transcode"

// A tongue is what a far end's decoder goes on from: a codec, and the encoder
// that made the packets before.
type tongue struct {
	codec transcode.Codec // None before the first sound
	rate  int             // of the mouth's encoder, in samples a second
	frame int             // likewise, samples in a packet
	from  *source         // whose packets are passed on; nil where the mouth speaks
}

// leadsTo reports whether packets of the next tongue can follow without a break
// of the decoder's state. G.711 has none, and its waves are joined by the seam.
func (t tongue) leadsTo(next tongue) bool {
	return t == next || t.codec == transcode.None || isLaw(t.codec) && isLaw(next.codec)
}

// A mouth encodes what a stream says, whoever has the word: a joined leg, a
// conference, a prompt, a tone. The far end's decoder goes on from what it was
// sent last, of which another encoder would know nothing: that is a click in
// Opus, and noise in G.722. So there is one, and who takes the word is joined to
// what was said before, wave to wave.
//
// It belongs to the stream's lock.
type mouth struct {
	as    tongue
	enc   transcode.Encoder
	loss  int32  // what the encoder has been told
	end   uint32 // the timestamp at which what is kept ends
	known int
	past  [2 * transcode.WideRate / 50]int16 // what was said last, at its end: two of the longest pitch periods

	steady int // packets in a row that were a conference's

	wider   *wider // of sound at half the encoder's rate; nil before the first
	payload [transcode.MaxPayload]byte
}

// takes returns the tongue that the mouth speaks where it is asked for another:
// one that is wide stays so, because to change would be a break. G.722 is wide
// from the beginning.
func (m *mouth) takes(as tongue) tongue {
	wide := tongue{codec: as.codec, rate: 2 * as.rate, frame: 2 * as.frame}
	if as.rate == transcode.SampleRate && (as.codec == transcode.G722 || m != nil && m.as == wide) {
		return wide
	}
	return as
}

// begin speaks to a far end that has heard nothing yet.
func (m *mouth) begin(as tongue) (ok bool) {
	m.known, m.steady, m.loss = 0, 0, -1 // which nobody expects
	if m.enc != nil && m.as == as {
		m.enc.Reset()
		return true
	}
	m.close()
	enc, err := transcode.NewEncoderAt(as.codec, as.rate, as.frame)
	if err != nil {
		return false
	}
	m.as, m.enc = as, enc
	return true
}

func (m *mouth) expectLoss(percent int32) {
	if percent != m.loss {
		m.loss = percent
		m.enc.ExpectLoss(int(percent))
	}
}

// say encodes a packet that begins at ts. The payload is the mouth's until the next.
func (m *mouth) say(pcm []int16, ts uint32) ([]byte, error) {
	m.steady = 0
	n, err := m.enc.Encode(m.payload[:], pcm)
	if err == nil && !isLaw(m.as.codec) { // whose packets the seam keeps
		m.keep(pcm, ts)
	}
	return m.payload[:n], err
}

// widen returns a packet at the encoder's rate, of sound at half of it that follows
// what was said before, or does not.
func (m *mouth) widen(pcm []int16, follows bool) []int16 {
	if m.wider == nil {
		m.wider = &wider{}
	}
	if !follows {
		m.wider.begin(pcm[0])
	}
	return m.wider.widen(pcm)
}

func (m *mouth) keep(pcm []int16, ts uint32) {
	m.end = ts + uint32(len(pcm)*int(m.as.codec.ClockRate())/m.as.rate)
	pcm = pcm[max(0, len(pcm)-len(m.past)):]
	copy(m.past[:], m.past[len(pcm):])
	copy(m.past[len(m.past)-len(pcm):], pcm)
	m.known = min(m.known+len(pcm), len(m.past))
}

// join blends the beginning of a packet at ts with what was said before.
func (m *mouth) join(pcm []int16, ts uint32) {
	hole := int(int32(ts-m.end)) * m.as.rate / int(m.as.codec.ClockRate())
	carryOver(m.as.rate, m.past[len(m.past)-m.known:], hole, pcm)
	if m.known == 0 && m.as.rate == transcode.WideRate {
		rise(pcm) // the library's encoder overshoots where its first packet begins at once
	}
}

// rise lets sound begin from nothing.
func rise(pcm []int16) {
	for i, s := range pcm {
		pcm[i] = int16(int(s) * (i + 1) / (len(pcm) + 1))
	}
}

// qmfDelay is how many samples an encoder and a decoder of G.722 delay sound,
// at 16 kHz, by splitting it into two bands and joining them.
const qmfDelay = 22

// warm has the encoder say what a far end has heard of another, and what goes on of
// that for as long as its own delay.
func (m *mouth) warm(heard []int16) (ok bool) {
	k := transcode.NewContinuation(m.as.rate)
	k.Heard(heard)
	heard = append(heard[:copy(heard, heard[min(len(heard), qmfDelay):])], make([]int16, qmfDelay)...)
	k.Conceal(heard[len(heard)-qmfDelay:])
	heard = heard[len(heard)%m.as.frame:]
	for ; len(heard) > 0; heard = heard[m.as.frame:] {
		if _, err := m.say(heard[:m.as.frame], 0); err != nil {
			return false
		}
	}
	return true
}

// fade returns a last packet, in which what was said before dies away.
func (m *mouth) fade() []byte {
	m.steady = 0
	var pcm [transcode.MaxWideSamples]int16
	n, err := m.enc.Encode(m.payload[:], dieAway(m.as.rate, m.past[len(m.past)-m.known:], pcm[:m.as.frame]))
	m.known = 0
	if err != nil {
		return nil
	}
	return m.payload[:n]
}

// calm returns a packet of silence, after which encoder and decoder agree again where
// the far end has made up sound meanwhile, which the encoder does not know. The end of
// what was said is still on its way through the encoder, and is left out.
func (m *mouth) calm() []byte {
	n := 0
	for range 2 {
		n, _ = m.enc.Encode(m.payload[:], silence[:m.as.frame])
	}
	m.known = 0
	return m.payload[:n]
}

// silence is what nobody writes to.
var silence [transcode.MaxWideSamples]int16

// close gives the encoder back.
func (m *mouth) close() {
	if m.enc != nil {
		m.enc.Close()
	}
	m.enc, m.as = nil, tongue{}
}
