package signaling

import (
	"net/netip"
	"runtime"
	"testing"
	"time"

	"github.com/pion/dtls/v3"
	"github.com/pion/rtcp"
	"github.com/pion/webrtc/v4"
	"github.com/pion/webrtc/v4/pkg/media"

	"webtrunk/signaling/lean"
	"webtrunk/transcode"
)

// loopback is an engine on 127.0.0.1.
func loopback(t *testing.T) *engine {
	t.Helper()
	return engineFor(t, Config{Media: netip.MustParseAddrPort("127.0.0.1:0")})
}

// A guest is a page's PeerConnection and its microphone.
type guest struct {
	pc     *webrtc.PeerConnection
	mic    *webrtc.TrackLocalStaticSample
	states chan webrtc.PeerConnectionState
}

func newGuest(t *testing.T, profiles ...dtls.SRTPProtectionProfile) *guest {
	t.Helper()
	settings := webrtc.SettingEngine{LoggerFactory: lean.Quiet{}}
	settings.SetIncludeLoopbackCandidate(true)
	settings.SetSRTPProtectionProfiles(profiles...)
	g := &guest{states: make(chan webrtc.PeerConnectionState, 100)}
	var err error
	g.pc, err = webrtc.NewAPI(webrtc.WithSettingEngine(settings)).NewPeerConnection(webrtc.Configuration{})
	must(t, err)
	t.Cleanup(func() { g.pc.GracefulClose() })
	g.pc.OnConnectionStateChange(func(s webrtc.PeerConnectionState) { g.states <- s })
	g.mic, err = webrtc.NewTrackLocalStaticSample(webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeOpus, ClockRate: 48000, Channels: 2}, "mic", "page")
	must(t, err)
	_, err = g.pc.AddTrack(g.mic)
	must(t, err)
	return g
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// offer is what the page offers.
func (g *guest) offer(t *testing.T) *offer {
	t.Helper()
	o, err := g.pc.CreateOffer(nil)
	must(t, err)
	must(t, g.pc.SetLocalDescription(o))
	read, bad := parseOffer(o.SDP, []transcode.Codec{transcode.Opus})
	if bad != nil {
		t.Fatal(bad.message)
	}
	return read
}

// meets connects the page to a PeerConnection of ours, whose paths it returns.
func (g *guest) meets(t *testing.T, e *engine, m *mouth) (p peer, paths chan path) {
	t.Helper()
	paths = make(chan path, 100)
	p, answer, err := e.connectFull(g.offer(t), &wire{}, m, func(_ peer, to path) { paths <- to })
	must(t, err)
	t.Cleanup(p.close)
	must(t, g.pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: answer}))
	return p, paths
}

func first[T any](t *testing.T, from <-chan T) (v T) {
	t.Helper()
	select {
	case v = <-from:
	case <-time.After(30 * time.Second):
		t.Fatal("nothing comes")
	}
	return v
}

// await waits for one of what comes.
func await[T comparable](t *testing.T, from <-chan T, want T) {
	t.Helper()
	for first(t, from) != want {
	}
}

// Packets of pictures are repeated under their number, which GCM does not bear:
// a page that knows nothing else is not served, one that prefers it is.
func TestRepeatedPacketsAreNotProtectedByGCM(t *testing.T) {
	t.Parallel()
	e := loopback(t)
	_, m := silentLeg(t)
	only := newGuest(t, dtls.SRTP_AEAD_AES_128_GCM, dtls.SRTP_AEAD_AES_256_GCM)
	_, paths := only.meets(t, e, m)
	if first(t, paths) == pathFound {
		t.Error("a page was served by GCM")
	}
	usual := newGuest(t, dtls.SRTP_AEAD_AES_128_GCM, dtls.SRTP_AEAD_AES_256_GCM, dtls.SRTP_AES128_CM_HMAC_SHA1_80)
	usual.meets(t, e, m)
	await(t, usual.states, webrtc.PeerConnectionStateConnected)
}

// A packet that makes us fail costs its page the path, and nobody else anything.
func TestAPanicOfAReaderEndsItsConnection(t *testing.T) {
	t.Parallel()
	e := loopback(t)
	g := newGuest(t, dtls.SRTP_AES128_CM_HMAC_SHA1_80)
	_, paths := g.meets(t, e, &mouth{}) // whose port is missing: the first packet fails
	await(t, paths, pathFound)
	must(t, g.mic.WriteSample(media.Sample{Data: []byte{8, 0, 0}, Duration: 20 * time.Millisecond}))
	await(t, paths, pathLost)
}

// What a page reports of pictures, beside the sound, says nothing of the sound.
func TestReportsAreOfOneStream(t *testing.T) {
	t.Parallel()
	of := func(ssrc uint32, lost uint8) rtcp.ReceptionReport {
		return rtcp.ReceptionReport{SSRC: ssrc, FractionLost: lost}
	}
	got := receptions([]rtcp.Packet{
		&rtcp.ReceiverReport{Reports: []rtcp.ReceptionReport{of(7, 10), of(8, 200)}},
		&rtcp.SenderReport{Reports: []rtcp.ReceptionReport{of(8, 201), of(7, 11), of(9, 202)}},
		&rtcp.Goodbye{Sources: []uint32{7}},
	}, 7)
	if len(got) != 2 || got[0].FractionLost != 10 || got[1].FractionLost != 11 {
		t.Errorf("%+v is said of the sound", got)
	}
}

// Pages that offer and never come leave nothing behind.
func TestOffersThatComeToNothingLeaveNothing(t *testing.T) {
	e := loopback(t)
	w, m := silentLeg(t)
	o := soundOnly(t, transcode.Opus)
	come := func(times int) {
		for n := range times {
			e.full = n%10 == 0
			p, _, err := e.connect(o, w, m, func(peer, path) {})
			must(t, err)
			if _, err := p.answer(o); err != nil {
				t.Fatal(err)
			}
			p.close()
		}
	}
	come(20)
	goroutines, heap := runtime.NumGoroutine(), live()
	come(300)
	if n := e.door.Stats().Sessions; n != 0 {
		t.Errorf("%d sessions are left", n)
	}
	for n := 0; runtime.NumGoroutine() > goroutines && n < 1000; n++ {
		time.Sleep(10 * time.Millisecond) // those of pion's that end by themselves
	}
	if n := runtime.NumGoroutine(); n > goroutines {
		t.Errorf("%d goroutines became %d", goroutines, n)
	}
	if grown := live() - heap; grown > 2<<20 {
		t.Errorf("300 offers left %d KiB", grown>>10)
	}
}

// live is how much the heap holds.
func live() int64 {
	var s runtime.MemStats
	for range 3 {
		runtime.GC()
	}
	runtime.ReadMemStats(&s)
	return int64(s.HeapAlloc)
}
