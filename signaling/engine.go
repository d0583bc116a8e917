package signaling

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"fmt"
	"net/netip"
	"sync"
	"time"

	"github.com/pion/ice/v4"
	"github.com/pion/interceptor"
	"github.com/pion/interceptor/pkg/report"
	"github.com/pion/webrtc/v4"
)

// An engine makes PeerConnections: ICE-lite on the one port, DTLS server,
// narrow codecs, reports once a second and nothing else.
type engine struct {
	settings webrtc.SettingEngine
	codecs   *webrtc.MediaEngine
	reports  *interceptor.Registry

	mu    sync.Mutex
	certs []webrtc.Certificate
	made  time.Time
}

func newEngine(cfg Config, e *ear) (*engine, error) {
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
	return &engine{settings: settings, codecs: codecs, reports: reports}, nil
}

func settingsFor(cfg Config, e *ear) (webrtc.SettingEngine, error) {
	s := webrtc.SettingEngine{LoggerFactory: quiet{}}
	s.SetLite(true) // full ICE sends packets to wherever a forged candidate points
	s.SetICEUDPMux(e.udp)
	s.SetICETCPMux(e.tcp)
	s.DisableActiveTCP(true)
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
	return m, nil
}

// reporters send RTCP. Receiver reports go out every second: a browser adds
// FEC only when they have told it of loss.
func reporters() (*interceptor.Registry, error) {
	receiver, err := report.NewReceiverInterceptor(report.ReceiverInterval(time.Second), report.WithReceiverLoggerFactory(quiet{}))
	if err != nil {
		return nil, err
	}
	sender, err := report.NewSenderInterceptor(report.SenderInterval(time.Second), report.WithSenderLoggerFactory(quiet{}))
	if err != nil {
		return nil, err
	}
	r := &interceptor.Registry{}
	r.Add(receiver)
	r.Add(sender)
	return r, nil
}

// connection makes a PeerConnection, whose streams come in by the inlet. All
// share one certificate, made anew every week, well before it expires: making
// one costs more than all the rest.
func (e *engine) connection(in *inlet) (*webrtc.PeerConnection, error) {
	certs, err := e.certificates()
	if err != nil {
		return nil, err
	}
	settings := e.settings
	settings.BufferFactory = in.buffer
	settings.SetICEBindingRequestHandler(in.checked)
	api := webrtc.NewAPI(webrtc.WithSettingEngine(settings), webrtc.WithMediaEngine(e.codecs), webrtc.WithInterceptorRegistry(e.reports))
	return api.NewPeerConnection(webrtc.Configuration{Certificates: certs})
}

func (e *engine) certificates() ([]webrtc.Certificate, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.certs != nil && time.Since(e.made) < 7*24*time.Hour {
		return e.certs, nil
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	cert, err := webrtc.GenerateCertificate(key)
	if err != nil {
		return nil, err
	}
	e.certs, e.made = []webrtc.Certificate{*cert}, time.Now()
	return e.certs, nil
}
