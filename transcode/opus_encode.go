package transcode

import (
	"sync/atomic"

	"webtrunk/transcode/silk"
)

// opusBitrate is what we spend on speech towards a browser: narrowband, for
// most telephones deliver no more.
const opusBitrate = 24000

// opusComplexity is that of the library's encoder, which encodes wideband. 0
// costs about 1 dB against 5 and halves the work. VBR stays on: without it
// gopus takes up to twice as long.
const opusComplexity = 0

// redundancyFrom is the loss, in percent, from which redundancy is worth its
// bits. Below it there is none: it takes a third more bits, and of gopus, which
// encodes wideband, 12 kB of garbage and half as much time again.
const redundancyFrom = 3

// leastLoss is the loss we tell gopus at least when redundancy is wanted:
// below 15 % it adds little or none.
const leastLoss = 15

// An opusEncoder encodes 20 ms frames of 8 kHz mono, with an encoder of our
// own that costs a third of the library's. It is 2 kB, so each stream has a new
// one: nobody may hear a call before theirs.
type opusEncoder struct {
	silk *silk.Encoder
}

var opusEncoders atomic.Int64 // in use

func newOpusEncoder() Encoder {
	opusEncoders.Add(1)
	return &opusEncoder{silk.NewEncoder(opusBitrate)}
}

func (e *opusEncoder) Reset() { e.silk.Reset(opusBitrate) }

func (e *opusEncoder) Close() { opusEncoders.Add(-1) }

func (e *opusEncoder) Encode(payload []byte, pcm []int16) (int, error) {
	return e.silk.Encode(payload[:MaxPayload], pcm[:FrameSamples])
}

// ExpectLoss turns in-band FEC on and off (RFC 6716 §2.1.7).
func (e *opusEncoder) ExpectLoss(percent int) { e.silk.SetRedundancy(percent >= redundancyFrom) }
