package signaling

import (
	"io"
	"sync/atomic"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"

	"webtrunk/media"
)

// Pictures are one PeerConnection's way for video: the leg's Video sends and
// asks by it, pion gives it the stream to write to.
type pictures struct {
	pc    *webrtc.PeerConnection
	video *media.Video
	page  uint32 // the SSRC that the page sends from; 0: it sends nothing
	stamp uint8  // the id of the departure extension; 0 without
	out   atomic.Pointer[canvas]
}

// A canvas is the stream that pion has bound.
type canvas struct {
	to      webrtc.TrackLocalWriter
	ssrc    uint32
	header  rtp.Header // here, so that a packet costs no allocation
	stamped rtp.Header // the same, with the extension
	departs [3]byte
	packets atomic.Uint32
	octets  atomic.Uint32
}

var (
	_ media.VideoEdge   = (*pictures)(nil)
	_ webrtc.TrackLocal = (*pictures)(nil)
)

func newPictures(pc *webrtc.PeerConnection, video *media.Video, v *videoOffer) *pictures {
	return &pictures{pc: pc, video: video, page: v.ssrc, stamp: v.stamp}
}

// fit reports whether another offer of the same page fits: the stream of its
// pictures stays the same for as long as the connection does.
func (x *pictures) fit(v *videoOffer) bool {
	if x == nil || v == nil {
		return (x == nil) == (v == nil)
	}
	return x.page == v.ssrc && x.stamp == v.stamp
}

// Send puts one packet on the wire; before there is one it is dropped.
func (x *pictures) Send(p media.VideoPacket) {
	c := x.out.Load()
	if c == nil {
		return
	}
	header := &c.header
	if p.Stamped && x.stamp != 0 {
		header, c.departs = &c.stamped, p.Departed
	}
	header.Marker, header.PayloadType = p.Marker, p.PayloadType
	header.SequenceNumber, header.Timestamp = p.Sequence, p.Timestamp
	c.packets.Add(1)
	c.octets.Add(uint32(len(p.Payload)))
	c.to.WriteRTP(header, p.Payload) // a lost connection is known from ICE, not from here
}

// Report tells the page which moment a timestamp was (RFC 3550 §6.4.1).
func (x *pictures) Report(ntp uint64, timestamp uint32) {
	if c := x.out.Load(); c != nil {
		x.tell(&rtcp.SenderReport{SSRC: c.ssrc, NTPTime: ntp, RTPTime: timestamp, PacketCount: c.packets.Load(), OctetCount: c.octets.Load()})
	}
}

// Refresh asks the page for a full picture.
func (x *pictures) Refresh() { x.tell(&rtcp.PictureLossIndication{MediaSSRC: x.page}) }

// Repeat asks the page for packets again.
func (x *pictures) Repeat(lost []rtcp.NackPair) {
	x.tell(&rtcp.TransportLayerNack{MediaSSRC: x.page, Nacks: lost})
}

// Limit tells the page how much it may send
// (draft-alvestrand-rmcat-remb-03).
func (x *pictures) Limit(bitrate uint64) {
	x.tell(&rtcp.ReceiverEstimatedMaximumBitrate{Bitrate: float32(bitrate), SSRCs: []uint32{x.page}})
}

// tell sends a report. Without a connection, for now or any more, it is lost as
// any packet may be.
func (x *pictures) tell(report rtcp.Packet) { _ = x.pc.WriteRTCP([]rtcp.Packet{report}) }

// hear takes what the page says of the pictures that it is sent.
func (x *pictures) hear(s *webrtc.RTPSender) {
	eachCompound(s, func(packets []rtcp.Packet) {
		for _, p := range packets {
			x.heard(p)
		}
	})
}

func (x *pictures) heard(p rtcp.Packet) {
	switch p := p.(type) {
	case *rtcp.PictureLossIndication, *rtcp.FullIntraRequest:
		x.video.Refresh()
	case *rtcp.TransportLayerNack:
		x.video.Repeat(p.Nacks)
	case *rtcp.ReceiverEstimatedMaximumBitrate:
		if p.Bitrate > 0 && p.Bitrate < 1<<60 {
			x.video.Estimate(uint64(p.Bitrate))
		}
	}
}

// watch carries the page's pictures into the leg's Video until the track ends.
func (x *pictures) watch(t *webrtc.TrackRemote) {
	var buffer [1500]byte
	for {
		n, _, err := t.Read(buffer[:])
		if err == io.EOF || n == 0 && err != nil {
			return
		}
		if f, ok := media.FrameOf(buffer[:n]); ok && err == nil {
			p := media.VideoPacket{Frame: f}
			p.Departed, p.Stamped = departed(buffer[:n], x.stamp)
			x.video.Receive(x, p)
		}
	}
}

// reports passes on what the page's sender reports say of one of its streams.
func reports(r *webrtc.RTPReceiver, ssrc uint32, take func(ntp uint64, timestamp uint32)) {
	eachCompound(r, func(packets []rtcp.Packet) {
		for _, p := range packets {
			if s, is := p.(*rtcp.SenderReport); is && s.SSRC == ssrc {
				take(s.NTPTime, s.RTPTime)
			}
		}
	})
}

// departed finds the departure extension in a packet that media.FrameOf could read,
// among one-byte headers (RFC 8285 §4.2).
func departed(b []byte, id uint8) (at [3]byte, ok bool) {
	if id == 0 || b[0]&0x10 == 0 {
		return at, false
	}
	start := 12 + 4*int(b[0]&0x0f)
	if b[start] != 0xbe || b[start+1] != 0xde {
		return at, false
	}
	length := 4 * (int(b[start+2])<<8 | int(b[start+3]))
	elements := b[start+4 : start+4+length]
	for len(elements) > 0 {
		if elements[0] == 0 { // padding
			elements = elements[1:]
			continue
		}
		size := 1 + int(elements[0]&0x0f)
		if len(elements) < 1+size || elements[0]>>4 == 15 {
			return at, false
		}
		if elements[0]>>4 == id && size == len(at) {
			return [3]byte(elements[1:4]), true
		}
		elements = elements[1+size:]
	}
	return at, false
}

// Bind takes the negotiated stream.
func (x *pictures) Bind(c webrtc.TrackLocalContext) (webrtc.RTPCodecParameters, error) {
	codecs := c.CodecParameters()
	if len(codecs) == 0 {
		return webrtc.RTPCodecParameters{}, webrtc.ErrUnsupportedCodec
	}
	to := &canvas{to: c.WriteStream(), ssrc: uint32(c.SSRC())}
	to.header = rtp.Header{Version: 2, SSRC: to.ssrc}
	to.stamped = to.header
	if x.stamp != 0 {
		// The header keeps this slice, whose content is each packet's.
		if err := to.stamped.SetExtension(x.stamp, to.departs[:]); err != nil {
			return webrtc.RTPCodecParameters{}, err
		}
	}
	x.out.Store(to)
	return codecs[0], nil
}

// Unbind lets go of it.
func (x *pictures) Unbind(webrtc.TrackLocalContext) error {
	x.out.Store(nil)
	return nil
}

func (x *pictures) ID() string                { return "video" }
func (x *pictures) RID() string               { return "" }
func (x *pictures) StreamID() string          { return "webtrunk" } // the sound's: browsers keep the two in step
func (x *pictures) Kind() webrtc.RTPCodecType { return webrtc.RTPCodecTypeVideo }
