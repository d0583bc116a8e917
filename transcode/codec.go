package transcode

import "webtrunk"

// SampleRate is the rate at which codecs meet, in Hz.
const SampleRate = 8000

// FrameSamples is 20 ms at SampleRate, the packet time that we send.
const FrameSamples = SampleRate / 50

// MaxSamples is the longest packet a decoder accepts: 120 ms, as Opus (RFC 6716 §2.1.4).
const MaxSamples = 6 * FrameSamples

// MaxPayload bounds an encoded 20 ms frame in bytes (RFC 6716 §3.2.1: an Opus frame has at most 1275).
const MaxPayload = 1275

// A Codec names what a payload is encoded with.
type Codec uint8

const (
	None Codec = iota
	Opus       // RFC 6716; RTP clock 48000 (RFC 7587)
	PCMU       // G.711 µ-law, static payload type 0
	PCMA       // G.711 A-law, static payload type 8
)

var codecNames = [...]string{"none", "opus", "PCMU", "PCMA"}

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

// NewDecoder returns a decoder for a stream that begins. Close gives it back.
func NewDecoder(c Codec) (Decoder, error) {
	switch c {
	case Opus:
		return newOpusDecoder()
	case PCMU:
		return &g711Decoder{decode: DecodePCMU}, nil
	case PCMA:
		return &g711Decoder{decode: DecodePCMA}, nil
	}
	return nil, unsupported("decoder", c)
}

// NewEncoder returns an encoder for a stream that begins. Close gives it back.
func NewEncoder(c Codec) (Encoder, error) {
	switch c {
	case Opus:
		return newOpusEncoder()
	case PCMU:
		return &g711Encoder{EncodePCMU, FrameSamples}, nil
	case PCMA:
		return &g711Encoder{EncodePCMA, FrameSamples}, nil
	}
	return nil, unsupported("encoder", c)
}

// NewFrameEncoder is NewEncoder for frames of so many samples, up to
// MaxSamples. Only G.711 has other frames than of FrameSamples.
func NewFrameEncoder(c Codec, samples int) (Encoder, error) {
	e, err := NewEncoder(c)
	if err != nil || samples == FrameSamples {
		return e, err
	}
	g, ok := e.(*g711Encoder)
	if !ok || samples <= 0 || samples > MaxSamples {
		e.Close()
		return nil, unsupported("encoder for frames of another length", c)
	}
	g.samples = samples
	return g, nil
}

func unsupported(op string, c Codec) error {
	return &webtrunk.Error{Op: "transcode: " + op, Kind: webtrunk.Unsupported, Message: "there is no codec " + c.String()}
}

// A Decoder turns the payloads of one stream into PCM.
type Decoder interface {
	// Decode fills pcm (at least MaxSamples long) and returns the samples of
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
	// Encode writes one frame of FrameSamples and returns its length; payload
	// is at least MaxPayload long.
	Encode(payload []byte, pcm []int16) (int, error)
	// ExpectLoss tells how many of a hundred packets the far end loses, so
	// that a codec which can carry redundancy spends bits on it.
	ExpectLoss(percent int)
	// Close gives the encoder's memory back for another stream.
	Close()
}
