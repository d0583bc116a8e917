package visitor

import (
	"slices"
	"sync"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"
)

// departure says when a packet left its sender.
const departure = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"

// A camera is a page's pictures: what it shows, what it sees, and what it is
// asked. Its pictures are whatever bytes the test likes: nobody on the way may
// look into them.
type camera struct {
	pc  *webrtc.PeerConnection
	out *stream // nil before it is bound

	mu    sync.Mutex
	next  rtp.Header
	seen  []rtp.Packet
	from  uint32 // the SSRC that is seen
	asked Asked
}

// Asked is what a page was asked about the pictures that it shows.
type Asked struct {
	Refreshes int
	Repeats   []uint16 // of these packets of its own
	Bitrate   uint64
}

// film adds a camera to a PeerConnection.
func film(pc *webrtc.PeerConnection) (*camera, *webrtc.RTPSender, error) {
	c := &camera{pc: pc, next: rtp.Header{Version: 2, SequenceNumber: 1000, Timestamp: 50000}}
	sender, err := pc.AddTrack(c)
	return c, sender, err
}

// filming registers what a browser offers for pictures, in this order.
func filming(m *webrtc.MediaEngine, codecs []string) error {
	feedback := []webrtc.RTCPFeedback{{Type: "goog-remb"}, {Type: "ccm", Parameter: "fir"}, {Type: "nack"}, {Type: "nack", Parameter: "pli"}}
	for i, mime := range codecs {
		c := webrtc.RTPCodecCapability{MimeType: mime, ClockRate: 90000, RTCPFeedback: feedback}
		if mime == webrtc.MimeTypeH264 {
			c.SDPFmtpLine = "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f"
		}
		if err := m.RegisterCodec(webrtc.RTPCodecParameters{PayloadType: webrtc.PayloadType(100 + i), RTPCodecCapability: c}, webrtc.RTPCodecTypeVideo); err != nil {
			return err
		}
	}
	return m.RegisterHeaderExtension(webrtc.RTPHeaderExtensionCapability{URI: departure}, webrtc.RTPCodecTypeVideo)
}

// Show sends one packet of pictures, a frame of its own, under a payload type.
func (c *Call) Show(payloadType uint8, payload []byte) {
	k := c.media().camera
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.out == nil {
		return
	}
	k.next.SSRC, k.next.PayloadType, k.next.Marker = k.out.ssrc, payloadType, true
	k.out.WriteRTP(&k.next, payload)
	k.next.SequenceNumber++
	k.next.Timestamp += 3000
}

// Seen are the packets of pictures that came.
func (c *Call) Seen() []rtp.Packet {
	k := c.media().camera
	k.mu.Lock()
	defer k.mu.Unlock()
	return slices.Clone(k.seen)
}

// Asked is what the page was asked about its pictures up to now.
func (c *Call) Asked() Asked {
	k := c.media().camera
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.asked
}

// Say says something of the pictures that are seen: make is given their SSRC.
func (c *Call) Say(say func(ssrc uint32) rtcp.Packet) error {
	k := c.media().camera
	k.mu.Lock()
	ssrc := k.from
	k.mu.Unlock()
	return k.pc.WriteRTCP([]rtcp.Packet{say(ssrc)})
}

// watch sees one track to its end.
func (k *camera) watch(t *webrtc.TrackRemote) {
	var buffer [1500]byte
	for {
		n, _, err := t.Read(buffer[:])
		if err != nil {
			return
		}
		var p rtp.Packet
		if p.Unmarshal(slices.Clone(buffer[:n])) != nil {
			continue
		}
		k.mu.Lock()
		k.seen, k.from = append(k.seen, p), p.SSRC
		k.mu.Unlock()
	}
}

// heed notes what the gateway says of our pictures.
func (k *camera) heed(s *webrtc.RTPSender) {
	var buffer [1500]byte
	for {
		n, _, err := s.Read(buffer[:])
		if err != nil {
			return
		}
		packets, err := rtcp.Unmarshal(buffer[:n])
		if err != nil {
			continue
		}
		k.mu.Lock()
		for _, p := range packets {
			k.asked.note(p)
		}
		k.mu.Unlock()
	}
}

func (a *Asked) note(p rtcp.Packet) {
	switch p := p.(type) {
	case *rtcp.PictureLossIndication:
		a.Refreshes++
	case *rtcp.TransportLayerNack:
		for _, pair := range p.Nacks {
			a.Repeats = append(a.Repeats, pair.PacketList()...)
		}
	case *rtcp.ReceiverEstimatedMaximumBitrate:
		a.Bitrate = uint64(p.Bitrate)
	}
}

// Bind takes the stream.
func (k *camera) Bind(c webrtc.TrackLocalContext) (webrtc.RTPCodecParameters, error) {
	codecs := c.CodecParameters()
	if len(codecs) == 0 {
		return webrtc.RTPCodecParameters{}, webrtc.ErrUnsupportedCodec
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.out = &stream{c.WriteStream(), uint32(c.SSRC())}
	for _, e := range c.HeaderExtensions() {
		if e.URI == departure {
			if err := k.next.SetExtension(uint8(e.ID), []byte{7, 8, 9}); err != nil {
				return webrtc.RTPCodecParameters{}, err
			}
		}
	}
	return codecs[0], nil
}

// Unbind lets go of it.
func (k *camera) Unbind(webrtc.TrackLocalContext) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.out = nil
	return nil
}

func (k *camera) ID() string                { return "video" }
func (k *camera) RID() string               { return "" }
func (k *camera) StreamID() string          { return "visitor" }
func (k *camera) Kind() webrtc.RTPCodecType { return webrtc.RTPCodecTypeVideo }

// Messages are what the gateway has said of a kind about this call.
func (c *Call) Messages(kind string) (all []Message) {
	for _, m := range c.visitor.journal.messages()[c.start:] {
		if m.ID == c.ID && m.Type == kind {
			all = append(all, m)
		}
	}
	return all
}
