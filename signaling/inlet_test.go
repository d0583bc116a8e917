package signaling_test

import (
	"net"
	"net/http"
	"regexp"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/pion/ice/v4"
	"github.com/pion/interceptor"
	"github.com/pion/rtp"
	"github.com/pion/stun/v4"
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

// chameleonCall is a call of such a page, once sound can pass.
func (g *gateway) chameleonCall(t *testing.T) (pc *webrtc.PeerConnection, mic *webrtc.TrackLocalStaticSample, answer string) {
	t.Helper()
	conn, _, err := websocket.DefaultDialer.DialContext(g.ctx, g.url, http.Header{"Origin": {shop}})
	check(t, err)
	t.Cleanup(func() { conn.Close() })
	pc, mic = chameleonPeer(t)
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
	return pc, mic, m.SDP
}

// A page that sends from thousands of sources would have pion keep each of
// them for as long as the call lasts: it loses its sound path instead.
func TestAPageOfManySourcesIsCutOff(t *testing.T) {
	g := start(t, briefly)
	_, mic, _ := g.chameleonCall(t)
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

// Likewise one whose connectivity checks come from hundreds of addresses. The
// checks of a browser with many networks are no reason.
func TestAPageOfManyAddressesIsCutOff(t *testing.T) {
	t.Parallel()
	g := start(t, briefly)
	pc, _, answer := g.chameleonCall(t)
	taken := g.exchange.next(t, 1)
	value := func(sdp, key string) string {
		return regexp.MustCompile("a=" + key + ":([^\r\n]+)").FindStringSubmatch(sdp)[1]
	}
	checks := func(n int) (answered int) {
		for answered < n {
			conn, err := net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(g.MediaAddr()))
			check(t, err)
			request, err := stun.Build(stun.BindingRequest, stun.TransactionID,
				stun.NewUsername(value(answer, "ice-ufrag")+":"+value(pc.LocalDescription().SDP, "ice-ufrag")),
				ice.PriorityAttr(1), ice.AttrControlling(7), stun.NewShortTermIntegrity(value(answer, "ice-pwd")), stun.Fingerprint)
			check(t, err)
			_, err = conn.Write(request.Raw)
			check(t, err)
			conn.SetReadDeadline(time.Now().Add(2 * time.Second))
			_, err = conn.Read(make([]byte, 1500))
			conn.Close()
			if err != nil {
				break
			}
			answered++
		}
		return answered
	}
	if n := checks(100); n != 100 || len(taken.wait(t, 0)) != 0 {
		t.Fatalf("of a hundred addresses, %d were answered", n)
	}
	// TestTheAddressAfterTheLastAllowedCutsOff holds the bound itself; a few
	// more are answered while the connection closes, and none once it has.
	if n := checks(1000); n > 200 {
		t.Errorf("%d more were answered", n)
	}
	same(t, taken.wait(t, 2), call.LegLost{Leg: 1}, call.LegEnded{Leg: 1, Cause: call.ConnectionLost})
	if checks(1) != 0 {
		t.Error("a connection that was cut off answers")
	}
}
