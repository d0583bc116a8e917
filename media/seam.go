package media

import "webtrunk/transcode"

// A seam is where the sound of one source follows that of another in a stream
// of G.711. One wave ends anywhere and the other begins anywhere: unless they
// are blended every join, hold and prompt is heard as a click. What was sent
// last goes on behind its end and gives way to the new within 4 ms, or has faded
// out if that comes later.
//
// So whoever ends needs not know it, and a stream is joined in one place. In
// other codecs packets are no samples: there the mouth joins what it encodes, and
// what is passed on follows a packet of silence.
type seam struct {
	law   transcode.Codec
	end   uint32 // the timestamp at which what is kept ends
	known int
	next  int            // where in past goes what is sent next
	past  [seamPast]byte // what was sent last, round and round; an octet for each 1/8000 s
	blend [maxPayload]byte
}

// seamPast is what is kept, 100 ms: two of the longest pitch periods, and as much of
// G.722 as it takes to be where its decoder is.
const seamPast = transcode.SampleRate / 10

func isLaw(c transcode.Codec) bool { return c == transcode.PCMU || c == transcode.PCMA }

// keep takes a packet that is sent.
func (s *seam) keep(f Frame, law transcode.Codec) {
	if law != s.law {
		s.law, s.known = law, 0
	}
	s.end = f.Timestamp + uint32(len(f.Payload))
	sound := f.Payload[max(0, len(f.Payload)-seamPast):]
	copy(s.past[:], sound[copy(s.past[s.next:], sound):]) // where it does not fit, it goes on at the beginning
	s.next = (s.next + len(sound)) % seamPast
	s.known = min(s.known+len(sound), seamPast)
}

// kept returns what was kept, in its order.
func (s *seam) kept(room *[seamPast]byte) []byte {
	sound := room[:s.known]
	copy(sound[copy(sound, s.past[(s.next-s.known+seamPast)%seamPast:]):], s.past[:])
	return sound
}

// sound returns what was kept, decoded.
func (s *seam) sound(pcm *[seamPast]int16) []int16 {
	var room [seamPast]byte
	return pcm[:decodeLaw(s.law, pcm[:], s.kept(&room))]
}

// join returns the payload of a packet that follows what was kept, with its
// beginning blended. It is the seam's until the next.
func (s *seam) join(f Frame, law transcode.Codec) []byte {
	var past, pcm [seamPast]int16
	before := s.sound(&past)
	payload := s.blend[:copy(s.blend[:], f.Payload)]
	m := decodeLaw(law, pcm[:onsetSamples], payload)
	carryOver(transcode.SampleRate, before, int(int32(f.Timestamp-s.end)), pcm[:m])
	encodeLaw(law, payload, pcm[:m])
	return payload
}

// fade returns the payload of a last packet, in which what was kept dies away.
func (s *seam) fade() []byte {
	var past [seamPast]int16
	var pcm [transcode.FrameSamples]int16
	return s.blend[:encodeLaw(s.law, s.blend[:], dieAway(transcode.SampleRate, s.sound(&past), pcm[:]))]
}

// carryOver blends the beginning of pcm with what goes on of the sound before it,
// between which lies a hole of so many samples.
func carryOver(rate int, past []int16, hole int, pcm []int16) {
	k := transcode.NewContinuation(rate)
	k.Heard(past)
	k.Conceal(nil)
	var made [transcode.FrameSamples]int16
	for left := min(max(0, hole), fades*rate/transcode.SampleRate); left > 0; {
		n := min(left, len(made))
		k.Conceal(made[:n])
		left -= n
	}
	pcm = pcm[:min(len(pcm), onsetSamples*rate/transcode.SampleRate)]
	k.Heard(pcm)
	if hole <= 0 {
		lean(pcm, lastOf(past))
	}
}

// dieAway fills pcm with what goes on of the sound before it and falls to nothing.
func dieAway(rate int, past, pcm []int16) []int16 {
	k := transcode.NewContinuation(rate)
	k.Heard(past)
	k.Conceal(pcm)
	lean(pcm[:min(len(pcm), onsetSamples)], lastOf(past))
	for i := range pcm {
		pcm[i] = int16(int(pcm[i]) * (len(pcm) - 1 - i) / len(pcm))
	}
	return pcm
}

func lastOf(pcm []int16) int16 {
	if len(pcm) == 0 {
		return 0
	}
	return pcm[len(pcm)-1]
}

// lean makes sound begin at the level where the sound before it ended. A wave
// that does not repeat itself, like a mix of voices, does not go on by repeating.
func lean(pcm []int16, last int16) {
	if len(pcm) == 0 {
		return
	}
	step := int(last) - int(pcm[0])
	for i := range pcm {
		rest := len(pcm) - i
		pcm[i] = int16(max(-32768, min(32767, int(pcm[i])+step*rest/(len(pcm)+1))))
	}
}

func decodeLaw(law transcode.Codec, pcm []int16, payload []byte) int {
	if law == transcode.PCMA {
		return transcode.DecodePCMA(pcm, payload)
	}
	return transcode.DecodePCMU(pcm, payload)
}

func encodeLaw(law transcode.Codec, payload []byte, pcm []int16) int {
	if law == transcode.PCMA {
		return transcode.EncodePCMA(payload, pcm)
	}
	return transcode.EncodePCMU(payload, pcm)
}

// onsetSamples is how long a beginning is blended, 4 ms at 8 kHz: as long as
// G.711's concealment does where sound returns (ITU-T G.711 Appendix I).
const onsetSamples = transcode.SampleRate / 250
