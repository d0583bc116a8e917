package transcode

import "github.com/thesyncim/gopus"

// wideBitrate is what we spend on wideband speech: a third more than on
// narrowband, for twice the spectrum.
const wideBitrate = 32000

// newWideOpusEncoder returns an encoder of 20 ms frames of 16 kHz mono, for
// sound that came over a wideband trunk.
func newWideOpusEncoder() (Encoder, error) {
	g, err := makeWideOpusEncoder()
	if err != nil {
		return nil, err
	}
	opusEncoders.Add(1)
	return &wideOpusEncoder{g}, nil
}

func makeWideOpusEncoder() (*gopus.Encoder, error) {
	g, err := gopus.NewEncoder(gopus.EncoderConfig{SampleRate: WideRate, Channels: 1, Application: gopus.ApplicationVoIP})
	if err != nil {
		return nil, err
	}
	g.SetVBR(true)
	for _, set := range []error{
		g.SetFrameSize(WideRate / 50),
		g.SetComplexity(opusComplexity),
		g.SetBitrate(wideBitrate),
		g.SetBandwidth(gopus.BandwidthWideband),
		g.SetSignal(gopus.SignalVoice),
	} {
		if set != nil {
			return nil, set
		}
	}
	return g, nil
}

type wideOpusEncoder struct{ gopus *gopus.Encoder }

// Reset takes another encoder: after gopus' own Reset something of the stream before
// remains, and the first packet has a loud wave that nobody said.
func (e *wideOpusEncoder) Reset() {
	if g, err := makeWideOpusEncoder(); err == nil {
		e.gopus = g
	}
}

func (e *wideOpusEncoder) Close() { opusEncoders.Add(-1) }

func (e *wideOpusEncoder) Encode(payload []byte, pcm []int16) (int, error) {
	return e.gopus.EncodeInt16(pcm[:WideRate/50], payload[:MaxPayload])
}

// ExpectLoss turns in-band FEC on and off, as for narrowband.
func (e *wideOpusEncoder) ExpectLoss(percent int) {
	want := percent >= redundancyFrom
	if !want {
		percent = 0
	} else {
		percent = min(max(percent, leastLoss), 100)
	}
	e.gopus.SetFEC(want)
	_ = e.gopus.SetPacketLoss(percent) // in range, the only thing that gopus could refuse
}
