package signaling

import (
	"sync/atomic"

	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"

	"webtrunk/media"
)

// A wire is the Sender of a leg's Port. It outlives PeerConnections: a page
// that was reloaded gets a new outlet, and whoever it talks to notices
// nothing.
type wire struct {
	out    atomic.Pointer[outlet]
	header rtp.Header // touched by Send alone, which is called by one goroutine at a time
}

// Send puts one packet on the wire; without a connection it is dropped.
func (w *wire) Send(f media.Frame) {
	o := w.out.Load()
	if o == nil {
		return
	}
	w.header = rtp.Header{
		Version: 2, Marker: f.Marker, PayloadType: f.PayloadType,
		SequenceNumber: f.Sequence, Timestamp: f.Timestamp, SSRC: o.ssrc,
	}
	o.stream.WriteRTP(&w.header, f.Payload) // a lost connection is known from ICE, not from here
}

// An outlet is where one PeerConnection lets packets out.
type outlet struct {
	stream webrtc.TrackLocalWriter
	ssrc   uint32
}

// A track is the audio track of one PeerConnection: pion gives it the stream
// to write to and it plugs that into the leg's wire.
type track struct {
	wire *wire
	mime string
	mine *outlet
}

var _ webrtc.TrackLocal = (*track)(nil)

// Bind plugs the negotiated stream in.
func (t *track) Bind(c webrtc.TrackLocalContext) (webrtc.RTPCodecParameters, error) {
	for _, codec := range c.CodecParameters() {
		if codec.MimeType == t.mime {
			t.mine = &outlet{c.WriteStream(), uint32(c.SSRC())}
			t.wire.out.Store(t.mine)
			return codec, nil
		}
	}
	return webrtc.RTPCodecParameters{}, webrtc.ErrUnsupportedCodec
}

// Unbind pulls it out, unless a newer PeerConnection has its own in.
func (t *track) Unbind(webrtc.TrackLocalContext) error {
	t.wire.out.CompareAndSwap(t.mine, nil)
	return nil
}

func (t *track) ID() string                { return "audio" }
func (t *track) RID() string               { return "" }
func (t *track) StreamID() string          { return "webtrunk" }
func (t *track) Kind() webrtc.RTPCodecType { return webrtc.RTPCodecTypeAudio }
