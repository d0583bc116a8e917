package visitor

import (
	"sync/atomic"

	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"
)

// A track is the microphone's: unlike pion's static tracks it lets packets of
// several payload types through, speech and telephone-events.
type track struct {
	out atomic.Pointer[stream]
}

type stream struct {
	webrtc.TrackLocalWriter
	ssrc uint32
}

func (t *track) send(p *rtp.Packet) {
	if s := t.out.Load(); s != nil {
		p.SSRC = s.ssrc
		s.WriteRTP(&p.Header, p.Payload)
	}
}

// Bind takes the stream for the first codec of the answer.
func (t *track) Bind(c webrtc.TrackLocalContext) (webrtc.RTPCodecParameters, error) {
	for _, codec := range c.CodecParameters() {
		if codecOf(codec.MimeType) != 0 {
			t.out.Store(&stream{c.WriteStream(), uint32(c.SSRC())})
			return codec, nil
		}
	}
	return webrtc.RTPCodecParameters{}, webrtc.ErrUnsupportedCodec
}

// Unbind lets go of it.
func (t *track) Unbind(webrtc.TrackLocalContext) error {
	t.out.Store(nil)
	return nil
}

func (t *track) ID() string                { return "audio" }
func (t *track) RID() string               { return "" }
func (t *track) StreamID() string          { return "visitor" }
func (t *track) Kind() webrtc.RTPCodecType { return webrtc.RTPCodecTypeAudio }
