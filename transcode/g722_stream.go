package transcode

import "github.com/gotranspile/g722"

// G.722 (https://www.itu.int/rec/T-REC-G.722) at 64 kbit/s: one octet stands for
// two samples of 16 kHz, six bits for the band below 4 kHz and two for the one
// above. Its RTP clock is 8000 all the same: an early mistake that RFC 3551
// §4.5.2 keeps for the sake of those who had made it.

// g722PerOctet is how many samples an octet stands for at a rate. At 8 kHz the
// lower band alone is decoded or encoded: that is half the work, and the band
// filter of the sender has limited it already.
func g722PerOctet(rate int) int { return rate / SampleRate }

// A g722Decoder decodes one G.722 stream and keeps what it needs to conceal.
type g722Decoder struct {
	g722 *g722.Decoder
	rate int
	last int16
	plc  concealment
}

func newG722Decoder(rate int) Decoder {
	return &g722Decoder{g722: g722.NewDecoder(g722.Rate64000, g722Flags(rate)), rate: rate, plc: concealmentAt(rate)}
}

func g722Flags(rate int) g722.Flags {
	if rate == SampleRate {
		return g722.FlagSampleRate8000
	}
	return 0
}

func (d *g722Decoder) Decode(pcm []int16, payload []byte) (int, error) {
	switch {
	case len(payload) == 0:
		return 0, errEmpty
	case len(payload) > MaxSamples:
		return 0, errTooLong
	}
	n := d.g722.Decode(pcm[:len(payload)*g722PerOctet(d.rate)], payload)
	d.unwrap(pcm[:n])
	d.plc.heard(pcm[:n])
	return n, nil
}

// wrapped is a step between two samples that no speech makes, three quarters
// of all that they can differ.
const wrapped = 3 << 14

// unwrap mends samples that were louder than 16 bits can say: the library lets
// them wrap to the other end, which is a click where a louder peak was meant.
func (d *g722Decoder) unwrap(pcm []int16) {
	last := int32(d.last)
	for i, s := range pcm {
		switch step := int32(s) - last; {
		case step > wrapped:
			pcm[i] = -1 << 15
		case step < -wrapped:
			pcm[i] = 1<<15 - 1
		}
		last = int32(pcm[i])
	}
	d.last = int16(last)
}

// Recover has nothing to recover from: G.722 carries no redundancy.
func (d *g722Decoder) Recover([]int16, []byte, int) bool { return false }

func (d *g722Decoder) Conceal(pcm []int16, n int) { d.plc.conceal(pcm[:n]) }

func (d *g722Decoder) Close() {}

// A g722Encoder encodes one G.722 stream.
type g722Encoder struct {
	g722    *g722.Encoder
	rate    int
	samples int // in a frame, at that rate
}

func newG722Encoder(rate, samples int) Encoder {
	return &g722Encoder{g722.NewEncoder(g722.Rate64000, g722Flags(rate)), rate, samples}
}

func (e *g722Encoder) Encode(payload []byte, pcm []int16) (int, error) {
	return e.g722.Encode(payload, pcm[:e.samples]), nil
}

// ExpectLoss changes nothing: G.722 carries no redundancy.
func (e *g722Encoder) ExpectLoss(int) {}

func (e *g722Encoder) Reset() { *e.g722 = *g722.NewEncoder(g722.Rate64000, g722Flags(e.rate)) }

func (e *g722Encoder) Close() {}
