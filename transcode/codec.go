package transcode

import "webtrunk"

// SampleRate is the rate at which codecs meet, in Hz.
const SampleRate = 8000

// FrameSamples is 20 ms at SampleRate, the packet time that we send.
const FrameSamples = SampleRate / 50

// MaxSamples is the longest packet a decoder accepts: 120 ms, as Opus (RFC 6716 §2.1.4).
const MaxSamples = 6 * FrameSamples

// WideRate is the rate, in Hz, at which two wideband codecs meet.
const WideRate = 2 * SampleRate

// MaxWideSamples is MaxSamples at WideRate.
const MaxWideSamples = MaxSamples * WideRate / SampleRate

// MaxPayload bounds an encoded 20 ms frame in bytes (RFC 6716 §3.2.1: an Opus frame has at most 1275).
const MaxPayload = 1275

// A Codec names what a payload is encoded with.
type Codec uint8

const (
	None Codec = iota
	Opus       // RFC 6716; RTP clock 48000 (RFC 7587)
	PCMU       // G.711 µ-law, static payload type 0
	PCMA       // G.711 A-law, static payload type 8
	G722       // wideband, static payload type 9; RTP clock 8000 (RFC 3551 §4.5.2)
)

var codecNames = [...]string{"none", "opus", "PCMU", "PCMA", "G722"}

// String returns the codec's SDP encoding name.
func (c Codec) String() string {
	if int(c) >= len(codecNames) {
		return "unknown"
	}
	return codecNames[c]
}

// ClockRate returns the codec's RTP clock in Hz.
func (c Codec) ClockRate() uint32 {
	if c == Opus {
		return 48000
	}
	return SampleRate
}

// Wide reports whether the codec carries more than a telephone's 4 kHz.
func (c Codec) Wide() bool { return c == Opus || c == G722 }

// NewDecoder returns a decoder to SampleRate for a stream that begins. Close
// gives it back.
func NewDecoder(c Codec) (Decoder, error) { return NewDecoderAt(c, SampleRate) }

// NewDecoderAt is NewDecoder to a rate: SampleRate or, of wide codecs,
// WideRate. There Decode needs room for MaxWideSamples.
func NewDecoderAt(c Codec, rate int) (Decoder, error) {
	wide := rate == WideRate && c.Wide()
	switch {
	case rate != SampleRate && !wide:
		return nil, unsupported("decoder at this rate", c)
	case c == Opus && wide:
		return wideLibraryDecoders.take()
	case c == Opus:
		return newOpusDecoder(), nil
	case c == G722:
		return newG722Decoder(rate), nil
	case c == PCMU:
		return &g711Decoder{decode: DecodePCMU, plc: concealmentAt(rate)}, nil
	case c == PCMA:
		return &g711Decoder{decode: DecodePCMA, plc: concealmentAt(rate)}, nil
	}
	return nil, unsupported("decoder", c)
}

// NewEncoder returns an encoder of frames of FrameSamples for a stream that
// begins. Close gives it back.
func NewEncoder(c Codec) (Encoder, error) {
	switch c {
	case Opus:
		return newOpusEncoder(), nil
	case PCMU:
		return &g711Encoder{EncodePCMU, FrameSamples}, nil
	case PCMA:
		return &g711Encoder{EncodePCMA, FrameSamples}, nil
	case G722:
		return newG722Encoder(SampleRate, FrameSamples), nil
	}
	return nil, unsupported("encoder", c)
}

// NewEncoderAt is NewFrameEncoder at a rate: SampleRate or, for wide codecs,
// WideRate. The samples of a frame are counted at that rate.
func NewEncoderAt(c Codec, rate, samples int) (Encoder, error) {
	switch {
	case rate == SampleRate:
		return NewFrameEncoder(c, samples)
	case rate != WideRate || samples <= 0 || samples > MaxWideSamples:
	case c == G722 && samples%2 == 0:
		return newG722Encoder(rate, samples), nil
	case c == Opus && samples == WideRate/50:
		return newWideOpusEncoder()
	}
	return nil, unsupported("encoder at this rate", c)
}

// NewFrameEncoder is NewEncoder for frames of so many samples, up to
// MaxSamples. Opus has no other frames than of FrameSamples.
func NewFrameEncoder(c Codec, samples int) (Encoder, error) {
	e, err := NewEncoder(c)
	if err != nil || samples == FrameSamples {
		return e, err
	}
	if samples > 0 && samples <= MaxSamples {
		switch e := e.(type) {
		case *g711Encoder:
			e.samples = samples
			return e, nil
		case *g722Encoder:
			e.samples = samples
			return e, nil
		}
	}
	e.Close()
	return nil, unsupported("encoder for frames of another length", c)
}

func unsupported(op string, c Codec) error {
	return &webtrunk.Error{Op: "transcode: " + op, Kind: webtrunk.Unsupported, Message: "there is no codec " + c.String()}
}

// A Decoder turns the payloads of one stream into PCM.
type Decoder interface {
	// Decode fills pcm (at least MaxSamples long, at the decoder's rate) and returns the samples of
	// payload. A payload that cannot be decoded gives an error and no samples.
	Decode(pcm []int16, payload []byte) (int, error)
	// Recover fills pcm with the n samples just before payload, which was
	// lost, from payload's redundancy; ok is false when it carries none, and
	// then nothing was decoded.
	Recover(pcm []int16, payload []byte, n int) (ok bool)
	// Conceal fills pcm with n samples that continue what was decoded last.
	Conceal(pcm []int16, n int)
	// Close gives the decoder's memory back for another stream.
	Close()
}

// An Encoder turns PCM into the payloads of one stream.
type Encoder interface {
	// Encode writes one frame of as many samples as the encoder was made for, and returns its length; payload
	// is at least MaxPayload long.
	Encode(payload []byte, pcm []int16) (int, error)
	// ExpectLoss tells how many of a hundred packets the far end loses, so
	// that a codec which can carry redundancy spends bits on it.
	ExpectLoss(percent int)
	// Reset begins another stream; what was told of losses is forgotten, too.
	Reset()
	// Close gives the encoder's memory back for another stream.
	Close()
}
