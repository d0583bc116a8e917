package signaling

import (
	"fmt"
	"net/netip"
	"strings"
	"sync/atomic"
	"time"

	"github.com/pion/dtls/v3"
	"github.com/pion/ice/v4"
	"github.com/pion/interceptor"
	"github.com/pion/interceptor/pkg/report"
	"github.com/pion/webrtc/v4"

	"webtrunk/media"
	"webtrunk/signaling/lean"
)

// An engine makes peers. Its PeerConnections are as lean as they get: ICE-lite
// on the one port, DTLS server, narrow codecs, reports once a second and nothing
// else.
type engine struct {
	settings webrtc.SettingEngine
	codecs   *webrtc.MediaEngine
	reports  *interceptor.Registry
	identity *identity
	door     *lean.Door
	full     bool // every page gets a PeerConnection

	panics atomic.Uint64 // what PeerConnections brought that made us fail
}

func newEngine(cfg Config, e *ear, i *identity) (*engine, error) {
	settings, err := settingsFor(cfg, e)
	if err != nil {
		return nil, err
	}
	codecs, err := mediaEngine()
	if err != nil {
		return nil, err
	}
	reports, err := reporters()
	if err != nil {
		return nil, err
	}
	return &engine{settings: settings, codecs: codecs, reports: reports, identity: i, door: e.door, full: cfg.PeerConnections}, nil
}

func settingsFor(cfg Config, e *ear) (webrtc.SettingEngine, error) {
	s := webrtc.SettingEngine{LoggerFactory: lean.Quiet{}}
	s.SetLite(true) // full ICE sends packets to wherever a forged candidate points
	s.SetICEUDPMux(e.udp)
	s.SetICETCPMux(e.tcp)
	s.DisableActiveTCP(true)
	// Pictures are repeated as they were but for when they leave, under the number
	// that they had. GCM would have that give away the key which proves packets
	// (RFC 7714 §8.3); with HMAC the same sound or picture is encrypted the same.
	s.SetSRTPProtectionProfiles(dtls.SRTP_AES128_CM_HMAC_SHA1_80)
	// A repeated packet of pictures comes a round trip late: seconds of them.
	s.SetSRTPReplayProtectionWindow(1024)
	s.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled)
	s.SetNetworkTypes([]webrtc.NetworkType{
		webrtc.NetworkTypeUDP4, webrtc.NetworkTypeUDP6, webrtc.NetworkTypeTCP4, webrtc.NetworkTypeTCP6,
	})
	s.SetIncludeLoopbackCandidate(e.addr.Addr().IsLoopback())
	// A page that was gone may come back by an ICE restart for as long as the
	// call lives: ICE itself never gives up, our own timers do.
	s.SetICETimeouts(cfg.Limits.Vanish, 0, min(2*time.Second, cfg.Limits.Vanish/2))
	if err := s.SetAnsweringDTLSRole(webrtc.DTLSRoleServer); err != nil {
		return s, err
	}
	if len(cfg.PublicIPs) == 0 {
		return s, nil
	}
	return s, s.SetICEAddressRewriteRules(webrtc.ICEAddressRewriteRule{
		External: texts(cfg.PublicIPs), AsCandidateType: webrtc.ICECandidateTypeHost, Mode: webrtc.ICEAddressRewriteReplace,
	})
}

func texts(addrs []netip.Addr) []string {
	out := make([]string, len(addrs))
	for i, a := range addrs {
		out[i] = a.String()
	}
	return out
}

// mediaEngine knows what a telephone call needs. Payload types are the
// page's: a cleaned offer names one of each.
func mediaEngine() (*webrtc.MediaEngine, error) {
	m := &webrtc.MediaEngine{}
	for _, c := range []webrtc.RTPCodecParameters{
		{PayloadType: 111, RTPCodecCapability: webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeOpus, ClockRate: 48000, Channels: 2}},
		{PayloadType: 0, RTPCodecCapability: webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypePCMU, ClockRate: 8000}},
		{PayloadType: 8, RTPCodecCapability: webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypePCMA, ClockRate: 8000}},
		{PayloadType: 110, RTPCodecCapability: webrtc.RTPCodecCapability{MimeType: "audio/telephone-event", ClockRate: 48000}},
		{PayloadType: 126, RTPCodecCapability: webrtc.RTPCodecCapability{MimeType: "audio/telephone-event", ClockRate: 8000}},
	} {
		if err := m.RegisterCodec(c, webrtc.RTPCodecTypeAudio); err != nil {
			return nil, fmt.Errorf("signaling: codec %s: %w", c.MimeType, err)
		}
	}
	return m, videoCodecs(m)
}

// videoCodecs adds what browsers can pass each other through us.
func videoCodecs(m *webrtc.MediaEngine) error {
	var feedback []webrtc.RTCPFeedback
	for _, line := range videoFeedback {
		kind, parameter, _ := strings.Cut(line, " ")
		feedback = append(feedback, webrtc.RTCPFeedback{Type: kind, Parameter: parameter})
	}
	for i, c := range media.VideoCodecs {
		if err := m.RegisterCodec(webrtc.RTPCodecParameters{
			PayloadType: webrtc.PayloadType(96 + i), // the page's, once negotiated
			RTPCodecCapability: webrtc.RTPCodecCapability{
				MimeType: "video/" + c.String(), ClockRate: media.VideoClock, SDPFmtpLine: videoFmtp(c), RTCPFeedback: feedback,
			},
		}, webrtc.RTPCodecTypeVideo); err != nil {
			return fmt.Errorf("signaling: codec %s: %w", c, err)
		}
	}
	return m.RegisterHeaderExtension(webrtc.RTPHeaderExtensionCapability{URI: departure}, webrtc.RTPCodecTypeVideo)
}

// reporters send RTCP. Receiver reports go out every second: a browser adds
// FEC only when they have told it of loss.
func reporters() (*interceptor.Registry, error) {
	receiver, err := report.NewReceiverInterceptor(report.ReceiverInterval(time.Second), report.WithReceiverLoggerFactory(lean.Quiet{}))
	if err != nil {
		return nil, err
	}
	sender, err := report.NewSenderInterceptor(report.SenderInterval(time.Second), report.WithSenderLoggerFactory(lean.Quiet{}))
	if err != nil {
		return nil, err
	}
	r := &interceptor.Registry{}
	r.Add(receiver)
	r.Add(ofSound{sender})
	return r, nil
}

// ofSound makes the sender reports of sound alone: those of pictures come from
// the other page.
type ofSound struct{ interceptor.Factory }

func (f ofSound) NewInterceptor(id string) (interceptor.Interceptor, error) {
	all, err := f.Factory.NewInterceptor(id)
	return soundReporter{all}, err
}

type soundReporter struct{ interceptor.Interceptor }

func (r soundReporter) BindLocalStream(info *interceptor.StreamInfo, to interceptor.RTPWriter) interceptor.RTPWriter {
	if strings.HasPrefix(info.MimeType, "video/") {
		return to
	}
	return r.Interceptor.BindLocalStream(info, to)
}

// connection makes a PeerConnection, whose streams come in by the inlet.
func (e *engine) connection(in *inlet) (*webrtc.PeerConnection, error) {
	certs, err := e.identity.forPeerConnection()
	if err != nil {
		return nil, err
	}
	settings := e.settings
	settings.BufferFactory = in.buffer
	settings.SetICEBindingRequestHandler(in.checked)
	api := webrtc.NewAPI(webrtc.WithSettingEngine(settings), webrtc.WithMediaEngine(e.codecs), webrtc.WithInterceptorRegistry(e.reports))
	return api.NewPeerConnection(webrtc.Configuration{Certificates: certs})
}
