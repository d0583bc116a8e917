package signaling_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/pion/interceptor"
	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"
	"github.com/pion/webrtc/v4/pkg/media"

	"webtrunk/call"
	"webtrunk/signaling/visitor"
)

// A chameleon sends each packet from another SSRC.
type chameleon struct {
	interceptor.NoOp
	ssrc uint32
}

func (c *chameleon) NewInterceptor(string) (interceptor.Interceptor, error) { return c, nil }

func (c *chameleon) BindLocalStream(_ *interceptor.StreamInfo, w interceptor.RTPWriter) interceptor.RTPWriter {
	return interceptor.RTPWriterFunc(func(h *rtp.Header, payload []byte, a interceptor.Attributes) (int, error) {
		c.ssrc++
		h.SSRC = c.ssrc
		return w.Write(h, payload, a)
	})
}

// chameleonPeer is a page's PeerConnection with such a microphone, and its offer.
func chameleonPeer(t *testing.T) (*webrtc.PeerConnection, *webrtc.TrackLocalStaticSample) {
	t.Helper()
	codecs, skin, settings := &webrtc.MediaEngine{}, &interceptor.Registry{}, webrtc.SettingEngine{}
	check(t, codecs.RegisterDefaultCodecs())
	skin.Add(&chameleon{})
	settings.SetIncludeLoopbackCandidate(true)
	pc, err := webrtc.NewAPI(webrtc.WithMediaEngine(codecs), webrtc.WithInterceptorRegistry(skin), webrtc.WithSettingEngine(settings)).
		NewPeerConnection(webrtc.Configuration{})
	check(t, err)
	t.Cleanup(func() { pc.GracefulClose() })
	mic, err := webrtc.NewTrackLocalStaticSample(webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeOpus, ClockRate: 48000, Channels: 2}, "mic", "page")
	check(t, err)
	_, err = pc.AddTrack(mic)
	check(t, err)
	offer, err := pc.CreateOffer(nil)
	check(t, err)
	check(t, pc.SetLocalDescription(offer))
	return pc, mic
}

// A page that sends from thousands of sources would have pion keep each of
// them for as long as the call lasts: it loses its sound path instead.
func TestAPageOfManySourcesIsCutOff(t *testing.T) {
	g := start(t, briefly)
	conn, _, err := websocket.DefaultDialer.DialContext(g.ctx, g.url, http.Header{"Origin": {shop}})
	check(t, err)
	defer conn.Close()
	pc, mic := chameleonPeer(t)
	connected := make(chan struct{})
	pc.OnConnectionStateChange(func(s webrtc.PeerConnectionState) {
		if s == webrtc.PeerConnectionStateConnected {
			close(connected)
		}
	})
	check(t, conn.WriteJSON(map[string]any{"type": "hello", "version": 1, "key": key}))
	check(t, conn.WriteJSON(map[string]any{"type": "call", "id": "c1", "to": "ref_shop", "sdp": pc.LocalDescription().SDP}))
	var m visitor.Message
	for m.Type != "answer" {
		check(t, conn.ReadJSON(&m))
	}
	check(t, pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: m.SDP}))
	<-connected
	taken := g.exchange.next(t, 1)
	stop := make(chan struct{})
	defer close(stop)
	go func() {
		for packets := 0; packets < 5000; packets++ {
			select {
			case <-stop:
				return
			default:
				mic.WriteSample(media.Sample{Data: []byte{8, 0, 0}, Duration: 20 * time.Millisecond})
			}
		}
	}()
	same(t, taken.wait(t, 2), call.LegLost{Leg: 1}, call.LegEnded{Leg: 1, Cause: call.ConnectionLost})
}
