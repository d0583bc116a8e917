package transcode

import "github.com/thesyncim/gopus"

// What a recording is encoded with: two voices that have nothing in common, at
// the rate of a telephone. The codec's general mode keeps them apart; the one for
// speech would share what is alike between them.
const (
	stereoBitrate    = 40000
	stereoComplexity = 3
)

// A StereoEncoder encodes 20 ms of two channels at SampleRate into one Opus
// packet, for recordings. It holds state for one stream and is not safe for
// concurrent use; once made, it allocates nothing.
type StereoEncoder struct {
	gopus *gopus.Encoder
}

// NewStereoEncoder returns an encoder for a stream that begins.
func NewStereoEncoder() (*StereoEncoder, error) {
	g, err := gopus.NewEncoder(gopus.EncoderConfig{SampleRate: SampleRate, Channels: 2, Application: gopus.ApplicationRestrictedCelt})
	if err != nil {
		return nil, err
	}
	g.SetVBR(true)
	for _, set := range []error{g.SetFrameSize(FrameSamples), g.SetComplexity(stereoComplexity), g.SetBitrate(stereoBitrate)} {
		if set != nil {
			return nil, set
		}
	}
	return &StereoEncoder{gopus: g}, nil
}

// Lookahead returns how many samples of a channel the decoder gives before the
// first that was encoded.
func (e *StereoEncoder) Lookahead() int { return e.gopus.Lookahead() }

// Encode writes one frame and returns its length; pcm is FrameSamples of the left
// and the right channel in turn, payload at least MaxPayload long.
func (e *StereoEncoder) Encode(payload []byte, pcm []int16) (int, error) {
	return e.gopus.EncodeInt16(pcm[:2*FrameSamples], payload[:MaxPayload])
}
