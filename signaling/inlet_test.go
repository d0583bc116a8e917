package signaling_test

import (
	"net"
	"net/http"
	"net/netip"
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
	"webtrunk/signaling"
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
func TestAPageOfManySourcesIsCutOff(t *testing.T) { bothKinds(t, aPageOfManySourcesIsCutOff) }

func aPageOfManySourcesIsCutOff(t *testing.T, start opener) {
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

// A checker sends the connectivity checks of a page.
type checker struct {
	t       *testing.T
	to      netip.AddrPort
	request []byte
}

func (g *gateway) checker(t *testing.T, pc *webrtc.PeerConnection, answer string) checker {
	t.Helper()
	value := func(sdp, key string) string {
		return regexp.MustCompile("a=" + key + ":([^\r\n]+)").FindStringSubmatch(sdp)[1]
	}
	m, err := stun.Build(stun.BindingRequest, stun.TransactionID,
		stun.NewUsername(value(answer, "ice-ufrag")+":"+value(pc.LocalDescription().SDP, "ice-ufrag")),
		ice.PriorityAttr(1), ice.AttrControlling(7), stun.NewShortTermIntegrity(value(answer, "ice-pwd")), stun.Fingerprint)
	check(t, err)
	return checker{t, g.MediaAddr(), m.Raw}
}

// from opens another address to check from. It is kept until the test ends: a
// port that is free is given out again.
func (k checker) from() *net.UDPConn {
	k.t.Helper()
	conn, err := net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(k.to))
	check(k.t, err)
	k.t.Cleanup(func() { conn.Close() })
	return conn
}

// answered sends one check and reports whether an answer came in time.
func (k checker) answered(conn *net.UDPConn, in time.Duration) bool {
	k.t.Helper()
	_, err := conn.Write(k.request)
	check(k.t, err)
	check(k.t, conn.SetReadDeadline(time.Now().Add(in)))
	_, err = conn.Read(make([]byte, 1500))
	return err == nil
}

// checked sends checks from so many addresses, until the call is told that its
// page is lost, and returns from how many one was answered. A busy gateway is
// asked again, as a page asks (RFC 8489 §6.2.1).
func (g *gateway) checked(t *testing.T, k checker, far *taken, n int) (answered int) {
	t.Helper()
	lost := func() bool { return len(far.wait(t, 0)) > 0 }
	for answered < n && !lost() {
		conn := k.from()
		heard := k.answered(conn, 500*time.Millisecond)
		for ; !heard && !lost(); heard = k.answered(conn, 500*time.Millisecond) {
			check(t, g.ctx.Err())
		}
		if heard {
			answered++
		}
	}
	return answered
}

// Likewise one with a PeerConnection whose connectivity checks come from hundreds
// of addresses. The checks of a browser with many networks are no reason.
func TestAPageOfManyAddressesIsCutOff(t *testing.T) {
	t.Parallel()
	g := start(t, func(c *signaling.Config) {
		c.PeerConnections = true
		briefly(c)
	})
	pc, _, answer := g.chameleonCall(t)
	taken := g.exchange.next(t, 1)
	checks := g.checker(t, pc, answer)
	if n := g.checked(t, checks, taken, 100); n != 100 || len(taken.wait(t, 0)) != 0 {
		t.Fatalf("of a hundred addresses, %d were answered", n)
	}
	// TestTheAddressAfterTheLastAllowedCutsOff holds the bound itself; a few
	// more are answered while the connection closes, and none once it has.
	if n := g.checked(t, checks, taken, 1000); n > 200 {
		t.Errorf("%d more were answered", n)
	}
	same(t, taken.wait(t, 2), call.LegLost{Leg: 1}, call.LegEnded{Leg: 1, Cause: call.ConnectionLost})
	if checks.answered(checks.from(), 2*time.Second) {
		t.Error("a connection that was cut off answers")
	}
}

// The lean transport keeps as many addresses as it may and carries the call on:
// lean's TestAReplayedCheckEndsNoCall has what is kept.
func TestManyAddressesEndNoCallOfSound(t *testing.T) {
	t.Parallel()
	g := start(t, briefly)
	pc, mic, answer := g.chameleonCall(t)
	taken := g.exchange.next(t, 1)
	if n := g.checked(t, g.checker(t, pc, answer), taken, 300); n != 300 {
		t.Errorf("of 300 addresses, %d were answered", n)
	}
	before := g.Stats()
	check(t, mic.WriteSample(media.Sample{Data: []byte{8, 0, 0}, Duration: 20 * time.Millisecond}))
	if len(taken.wait(t, 0)) != 0 || before.Evicted < 100 || before.Transports != 1 {
		t.Errorf("the call was told of it, or %+v", before)
	}
}
