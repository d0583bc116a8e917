package transcode

import (
	"sync/atomic"

	"github.com/thesyncim/gopus"
)

// What we send to a browser: narrowband speech, for a telephone delivers no
// more. Complexity 0 costs about 1 dB against 5 and halves the work. VBR stays
// on: without it gopus takes up to twice as long.
const (
	opusBitrate    = 24000
	opusComplexity = 0
)

// redundancyFrom is the loss, in percent, from which redundancy is worth its
// bits. Below it there is none: a frame with redundancy costs gopus 12 kB of
// garbage and half as much time again.
const redundancyFrom = 3

// leastLoss is the loss we tell gopus at least when redundancy is wanted:
// below 15 % it adds none to narrowband at 24 kbit/s.
const leastLoss = 15

// An opusEncoder encodes 20 ms frames of 8 kHz mono. Unlike decoders, encoders
// are not kept for another stream: gopus' Reset leaves some of the old stream's
// sound behind, and nobody may hear a call before theirs. A new one takes 0.1 ms.
type opusEncoder struct {
	gopus *gopus.Encoder
}

var opusEncoders atomic.Int64 // in use

func newOpusEncoder() (Encoder, error) {
	e, err := makeOpusEncoder()
	if err != nil {
		return nil, err
	}
	opusEncoders.Add(1)
	return e, nil
}

func makeOpusEncoder() (*opusEncoder, error) {
	g, err := gopus.NewEncoder(gopus.EncoderConfig{SampleRate: SampleRate, Channels: 1, Application: gopus.ApplicationVoIP})
	if err != nil {
		return nil, err
	}
	g.SetVBR(true)
	for _, set := range []error{
		g.SetFrameSize(FrameSamples), // the default is 20 ms at 48 kHz, whatever the rate
		g.SetComplexity(opusComplexity),
		g.SetBitrate(opusBitrate),
		g.SetBandwidth(gopus.BandwidthNarrowband),
		g.SetSignal(gopus.SignalVoice),
	} {
		if set != nil {
			return nil, set
		}
	}
	return &opusEncoder{gopus: g}, nil
}

func (e *opusEncoder) Close() { opusEncoders.Add(-1) }

func (e *opusEncoder) Encode(payload []byte, pcm []int16) (int, error) {
	return e.gopus.EncodeInt16(pcm[:FrameSamples], payload[:MaxPayload])
}

// ExpectLoss turns in-band FEC on and off (RFC 6716 §2.1.7).
func (e *opusEncoder) ExpectLoss(percent int) {
	want := percent >= redundancyFrom
	if !want {
		percent = 0
	} else {
		percent = min(max(percent, leastLoss), 100)
	}
	e.gopus.SetFEC(want)
	// The percentage is in range, the only thing that gopus could refuse.
	_ = e.gopus.SetPacketLoss(percent)
}
