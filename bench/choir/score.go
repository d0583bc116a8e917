package choir

import (
	"fmt"

	"github.com/thesyncim/gopus"

	"webtrunk/soundcheck"
	"webtrunk/transcode"
)

// A Score is a loop of speech, encoded once for all lines.
type Score struct {
	Name    string
	Codec   transcode.Codec
	Sound   []int16 // 8 kHz
	frames  [][]byte
	payload uint8  // the type
	step    uint32 // of the RTP clock, for each frame
}

// Which score a page sings: what a browser sends by itself, what it sends when
// it is asked for what a telephone needs, and G.711.
const (
	Hybrid     = "hybrid"
	Narrowband = "narrowband"
	PCMU       = "pcmu"
)

const (
	frameSamples = transcode.FrameSamples
	frameTime    = 20_000_000 // nanoseconds
	unlocked     = 20_037_000 // a frame's time that is no multiple of the system's ticks
)

// NewScore encodes the two sentences, one after the other.
func NewScore(name string) (*Score, error) {
	s := &Score{Name: name, Codec: transcode.Opus, payload: 111, step: 960, Sound: spoken()}
	encode, err := s.encoder()
	if err != nil {
		return nil, err
	}
	buffer := make([]byte, transcode.MaxPayload)
	for at := 0; at < len(s.Sound); at += frameSamples {
		n, err := encode(buffer, s.Sound[at:at+frameSamples])
		if err != nil {
			return nil, fmt.Errorf("encoding %s: %w", name, err)
		}
		s.frames = append(s.frames, append([]byte(nil), buffer[:n]...))
	}
	return s, nil
}

// spoken is the sound of the loop, in whole frames.
func spoken() []int16 {
	pcm := append(soundcheck.Sentence(soundcheck.Harbour), soundcheck.Sentence(soundcheck.Garden)...)
	return pcm[:len(pcm)/frameSamples*frameSamples]
}

func (s *Score) encoder() (func(payload []byte, pcm []int16) (int, error), error) {
	switch s.Name {
	case PCMU:
		s.Codec, s.payload, s.step = transcode.PCMU, 0, frameSamples
		return func(payload []byte, pcm []int16) (int, error) {
			transcode.EncodePCMU(payload, pcm)
			return len(pcm), nil
		}, nil
	case Narrowband:
		e, err := opus(8000, gopus.BandwidthNarrowband, 24000)
		if err != nil {
			return nil, err
		}
		return func(payload []byte, pcm []int16) (int, error) { return e.EncodeInt16(pcm, payload) }, nil
	case Hybrid:
		e, err := opus(48000, gopus.BandwidthFullband, 32000)
		if err != nil {
			return nil, err
		}
		wide := &widener{}
		return func(payload []byte, pcm []int16) (int, error) { return e.EncodeInt16(wide.frame(pcm), payload) }, nil
	}
	return nil, fmt.Errorf("there is no score %q: choose %s, %s or %s", s.Name, Hybrid, Narrowband, PCMU)
}

// opus is the encoder of a browser that sends speech in mono.
func opus(rate int, width gopus.Bandwidth, bitrate int) (*gopus.Encoder, error) {
	e, err := gopus.NewEncoder(gopus.EncoderConfig{SampleRate: rate, Channels: 1, Application: gopus.ApplicationVoIP})
	if err != nil {
		return nil, err
	}
	e.SetVBR(true)
	for _, set := range []error{
		e.SetFrameSize(rate / 50), e.SetComplexity(5), e.SetBitrate(bitrate), e.SetBandwidth(width), e.SetSignal(gopus.SignalVoice),
	} {
		if set != nil {
			return nil, set
		}
	}
	return e, nil
}

// A widener makes 48 kHz of 8 kHz, on straight lines: what they add above 4 kHz
// gives a fullband encoder something to do.
type widener struct {
	last int16
	out  [6 * frameSamples]int16
}

func (w *widener) frame(pcm []int16) []int16 {
	for i, s := range pcm {
		for j := range 6 {
			w.out[6*i+j] = int16((int(w.last)*(5-j) + int(s)*(j+1)) / 6)
		}
		w.last = s
	}
	return w.out[:]
}

// PCMFrom returns n samples of the loop from a frame on; before the first frame
// is silence.
func (s *Score) PCMFrom(frame int64, n int) []int16 {
	pcm := make([]int16, n)
	for i := range pcm {
		if at := frame*frameSamples + int64(i); at >= 0 {
			pcm[i] = s.Sound[at%int64(len(s.Sound))]
		}
	}
	return pcm
}
