package visitor

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/pion/ice/v4"
	"github.com/pion/logging"
	"github.com/pion/webrtc/v4"

	"webtrunk/transcode"
)

// A phone is the media of one call: a PeerConnection, a microphone and an ear.
type phone struct {
	pc     *webrtc.PeerConnection
	wall   *wall
	mic    *mic
	camera *camera // nil: sound alone
	ear    *ear
	up     chan struct{} // closed when sound can pass
	once   sync.Once
	wait   sync.WaitGroup
	ends   sync.WaitGroup // what ends with pc

	offered []transcode.Codec
	again   atomic.Bool            // the next offer changes nothing of the way
	speaks  atomic.Pointer[format] // as answered last
}

// codecs are what a browser offers for audio, with Chromium's payload types.
var codecs = map[transcode.Codec]webrtc.RTPCodecParameters{
	transcode.Opus: {PayloadType: 111, RTPCodecCapability: webrtc.RTPCodecCapability{
		MimeType: webrtc.MimeTypeOpus, ClockRate: 48000, Channels: 2, SDPFmtpLine: "minptime=10;useinbandfec=1"}},
	transcode.PCMU: {PayloadType: 0, RTPCodecCapability: webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypePCMU, ClockRate: 8000}},
	transcode.PCMA: {PayloadType: 8, RTPCodecCapability: webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypePCMA, ClockRate: 8000}},
}

var events = []webrtc.RTPCodecParameters{
	{PayloadType: 110, RTPCodecCapability: webrtc.RTPCodecCapability{MimeType: "audio/telephone-event", ClockRate: 48000}},
	{PayloadType: 126, RTPCodecCapability: webrtc.RTPCodecCapability{MimeType: "audio/telephone-event", ClockRate: 8000}},
}

func newPhone(cfg Config) (*phone, error) {
	wall, err := newWall(cfg.TCP)
	if err != nil {
		return nil, err
	}
	api, err := newAPI(cfg, wall)
	if err != nil {
		return nil, errors.Join(err, wall.close())
	}
	pc, err := api.NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		return nil, errors.Join(err, wall.close())
	}
	out := &track{}
	sender, err := pc.AddTrack(out)
	if err != nil {
		return nil, errors.Join(err, pc.Close(), wall.close())
	}
	p := &phone{pc: pc, wall: wall, up: make(chan struct{}), ear: newEar(), mic: newMic(cfg, out), offered: cfg.Codecs}
	p.ear.tap = cfg.OnSound
	if len(cfg.Video) > 0 {
		k, shows, err := film(pc)
		if err != nil {
			return nil, errors.Join(err, pc.Close(), wall.close())
		}
		p.camera = k
		p.ends.Go(func() { k.heed(shows) })
	}
	if cfg.FEC {
		p.ends.Go(func() { p.mic.heed(sender) })
	}
	var connected sync.Once
	pc.OnConnectionStateChange(func(s webrtc.PeerConnectionState) {
		if s == webrtc.PeerConnectionStateConnected {
			connected.Do(func() { close(p.up) })
		}
	})
	pc.OnTrack(func(t *webrtc.TrackRemote, r *webrtc.RTPReceiver) {
		if p.camera != nil && t.Kind() == webrtc.RTPCodecTypeVideo {
			p.camera.watch(t)
			return
		}
		if cfg.Reports {
			go drain(r)
		}
		p.ear.listen(t)
	})
	return p, nil
}

// newAPI makes a full ICE agent on the local addresses.
func newAPI(cfg Config, w *wall) (*webrtc.API, error) {
	m := &webrtc.MediaEngine{}
	offered := make([]webrtc.RTPCodecParameters, 0, 5)
	for _, c := range cfg.Codecs {
		offered = append(offered, codecs[c])
	}
	for _, c := range append(offered, events...) {
		if err := m.RegisterCodec(c, webrtc.RTPCodecTypeAudio); err != nil {
			return nil, err
		}
	}
	if len(cfg.Video) > 0 {
		if err := filming(m, cfg.Video); err != nil {
			return nil, err
		}
	}
	s := webrtc.SettingEngine{LoggerFactory: quiet{}}
	s.SetIncludeLoopbackCandidate(true)
	s.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled)
	w.plugInto(&s)
	reports, err := reporters(cfg)
	if err != nil {
		return nil, err
	}
	return webrtc.NewAPI(webrtc.WithMediaEngine(m), webrtc.WithSettingEngine(s),
		webrtc.WithInterceptorRegistry(reports)), nil
}

// offer returns an offer, an ICE restart when there was one before, and the
// candidates that trickle after it.
func (p *phone) offer() (sdp string, candidates []json.RawMessage, err error) {
	offer, err := p.pc.CreateOffer(&webrtc.OfferOptions{ICERestart: p.pc.LocalDescription() != nil && !p.again.Load()})
	if err != nil {
		return "", nil, err
	}
	gathered := webrtc.GatheringCompletePromise(p.pc)
	if err := p.pc.SetLocalDescription(offer); err != nil {
		return "", nil, err
	}
	<-gathered
	var b strings.Builder
	for line := range strings.Lines(p.pc.LocalDescription().SDP) {
		switch value, is := strings.CutPrefix(line, "a=candidate:"); {
		case is:
			raw, err := json.Marshal(map[string]any{"candidate": "candidate:" + strings.TrimSpace(value), "sdpMid": "0", "sdpMLineIndex": 0})
			if err != nil {
				return "", nil, err
			}
			candidates = append(candidates, raw)
		case !strings.HasPrefix(line, "a=end-of-candidates"):
			b.WriteString(line)
		}
	}
	return b.String(), candidates, nil
}

// answer takes the gateway's answer; the first starts microphone and ear.
func (p *phone) answer(sdp string) error {
	agreed, err := understand(sdp, p.offered)
	if err != nil {
		return err
	}
	if err := p.pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: agreed.sdp}); err != nil {
		return err
	}
	p.speaks.Store(&agreed.format)
	var failed error
	p.once.Do(func() {
		if failed = p.mic.open(agreed.format); failed == nil {
			p.wait.Go(p.mic.run)
		}
	})
	p.mic.next.Store(&agreed.format)
	return failed
}

func (p *phone) connected(ctx context.Context) error {
	select {
	case <-p.up:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (p *phone) close() {
	p.mic.close()
	p.wait.Wait()
	p.pc.GracefulClose()
	p.ends.Wait()
	p.ear.close()
	p.wall.close()
}

func (p *phone) unplug() { p.wall.close() }

// format is what a phone speaks.
type format struct {
	codec       transcode.Codec
	payloadType uint8
	events      int // payload type of telephone-event; -1: none
	eventsClock uint32
}

// quiet is pion's logger.
type quiet struct{}

func (quiet) NewLogger(string) logging.LeveledLogger { return quiet{} }
func (quiet) Trace(string)                           {}
func (quiet) Tracef(string, ...any)                  {}
func (quiet) Debug(string)                           {}
func (quiet) Debugf(string, ...any)                  {}
func (quiet) Info(string)                            {}
func (quiet) Infof(string, ...any)                   {}
func (quiet) Warn(string)                            {}
func (quiet) Warnf(string, ...any)                   {}
func (quiet) Error(string)                           {}
func (quiet) Errorf(string, ...any)                  {}
