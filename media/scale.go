package media

import "webtrunk/transcode"

// A scale says how samples and the timestamps of both legs belong together on
// a transcoder's way. Wideband codecs meet at 16 kHz, which G.722's clock of 8000
// counts by halves (RFC 3551 §4.5.2), so nothing here is a plain factor.
type scale struct {
	rate    int    // samples a second
	in, out uint32 // the clocks of what arrives and of what leaves, in Hz
}

// scaleBetween returns the scale of two codecs: wide where both are.
func scaleBetween(from, to transcode.Codec) scale {
	s := scale{transcode.SampleRate, from.ClockRate(), to.ClockRate()}
	if from.Wide() && to.Wide() {
		s.rate = transcode.WideRate
	}
	return s
}

// samples converts from samples at 8 kHz, as formats and bounds have them.
func (s scale) samples(at8k int) int { return at8k * s.rate / transcode.SampleRate }

// arriving returns what n samples are in timestamps that arrive.
func (s scale) arriving(n int) uint32 { return uint32(n * int(s.in) / s.rate) }

// passed returns how many samples a step between arriving timestamps is.
func (s scale) passed(step int32) int { return int(step) * s.rate / int(s.in) }

// leaving returns the timestamp of the sample at pos of the stream that leaves.
// A position is wider than a timestamp, so that halving it never meets its end.
func (s scale) leaving(pos int64) uint32 { return uint32(pos * int64(s.out) / int64(s.rate)) }
