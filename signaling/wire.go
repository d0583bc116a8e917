package signaling

import (
	"sync/atomic"

	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"

	"webtrunk/media"
)

// A wire is the Sender of a leg's Port. It outlives peers: a page that was
// reloaded gets a new outlet, and whoever it talks to notices nothing.
type wire struct {
	out atomic.Pointer[plug]
}

// An outlet is where one peer lets packets out. Its frames come from one
// goroutine at a time; what cannot be sent is lost, as by a network.
type outlet interface{ send(f media.Frame) }

// A plug is an outlet in its socket: pulling one out cannot pull another's.
type plug struct{ to outlet }

// Send puts one packet on the wire; without a connection it is dropped.
func (w *wire) Send(f media.Frame) {
	if p := w.out.Load(); p != nil {
		p.to.send(f)
	}
}

// connect plugs an outlet in, in place of whatever was, and returns how it is
// pulled out again, unless a newer one is in by then.
func (w *wire) connect(to outlet) (pull func()) {
	p := &plug{to}
	w.out.Store(p)
	return func() { w.out.CompareAndSwap(p, nil) }
}

// A stream is the outlet of a PeerConnection.
type stream struct {
	to     webrtc.TrackLocalWriter
	ssrc   uint32
	header rtp.Header // here, so that a packet costs no allocation
}

func (s *stream) send(f media.Frame) {
	s.header = rtp.Header{
		Version: 2, Marker: f.Marker, PayloadType: f.PayloadType,
		SequenceNumber: f.Sequence, Timestamp: f.Timestamp, SSRC: s.ssrc,
	}
	s.to.WriteRTP(&s.header, f.Payload) // a lost connection is known from ICE, not from here
}

// A track is the audio track of one PeerConnection: pion gives it the stream
// to write to and it plugs that into the leg's wire.
type track struct {
	wire *wire
	mime string
	pull func()
}

var _ webrtc.TrackLocal = (*track)(nil)

// Bind plugs the negotiated stream in.
func (t *track) Bind(c webrtc.TrackLocalContext) (webrtc.RTPCodecParameters, error) {
	for _, codec := range c.CodecParameters() {
		if codec.MimeType == t.mime {
			t.pull = t.wire.connect(&stream{to: c.WriteStream(), ssrc: uint32(c.SSRC())})
			return codec, nil
		}
	}
	return webrtc.RTPCodecParameters{}, webrtc.ErrUnsupportedCodec
}

// Unbind pulls it out, unless a newer PeerConnection has its own in.
func (t *track) Unbind(webrtc.TrackLocalContext) error {
	if t.pull != nil {
		t.pull()
	}
	return nil
}

func (t *track) ID() string                { return "audio" }
func (t *track) RID() string               { return "" }
func (t *track) StreamID() string          { return "webtrunk" }
func (t *track) Kind() webrtc.RTPCodecType { return webrtc.RTPCodecTypeAudio }
