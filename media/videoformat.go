package media

// A VideoCodec is a way of coding pictures that browsers share. Its pictures
// are passed on; nothing here knows what is in them.
type VideoCodec uint8

const (
	NoVideo VideoCodec = iota
	VP8                // RFC 7741
	VP9                // RFC 9628, profile 0
	H264               // RFC 6184, constrained baseline, packetization mode 1
	AV1                // AOMedia's RTP payload format, main profile

	videoCodecs = iota
)

// VideoCodecs are all of them, the most widely shared first: VP8 and H.264 are
// in every browser (RFC 7742 §5).
var VideoCodecs = [...]VideoCodec{VP8, H264, VP9, AV1}

// String returns the codec's name in SDP.
func (c VideoCodec) String() string {
	return [...]string{"none", "VP8", "VP9", "H264", "AV1"}[min(c, AV1)]
}

// VideoClock is the RTP clock of all pictures, in Hz.
const VideoClock = 90000

// A VideoFormat is what was agreed with one leg about pictures.
type VideoFormat struct {
	// Payload is each codec's payload type; 0, which is never one of pictures,
	// means that the leg does not know the codec.
	Payload [videoCodecs]uint8
	// Sends is the codec that the leg was asked to send; NoVideo when it sends
	// none.
	Sends    VideoCodec
	Receives bool
	// MaxBitrate bounds what is taken from the leg, in bits per second.
	MaxBitrate uint64
}

func (f *VideoFormat) codec(payloadType uint8) VideoCodec {
	for c, pt := range f.Payload {
		if pt == payloadType && pt != 0 {
			return VideoCodec(c)
		}
	}
	return NoVideo
}

// Common is the first codec that both know.
func (f VideoFormat) Common(with VideoFormat) VideoCodec {
	for _, c := range VideoCodecs {
		if f.Payload[c] != 0 && with.Payload[c] != 0 {
			return c
		}
	}
	return NoVideo
}

// A Picture says what a leg sees of whom it is joined to.
type Picture uint8

const (
	Unseen     Picture = iota // nobody is joined
	Seen                      // their pictures arrive here
	NotSent                   // they send none: a telephone, or a page without camera
	NotDecoded                // they send what this leg cannot decode
)

// A VideoState is what a leg has of the other's pictures, and what is wanted
// of its own.
type VideoState struct {
	Picture Picture
	// Wanted is the codec that the leg should send instead of what it was asked
	// for, because the other does not know that; NoVideo means no other.
	Wanted VideoCodec
}

// stateOf is what a leg has of its peer.
func stateOf(me, peer *videoSide) VideoState {
	if me == nil {
		return VideoState{Picture: Unseen}
	}
	if peer == nil {
		return VideoState{Picture: NotSent}
	}
	s := VideoState{Picture: NotSent}
	if me.format.Receives && peer.format.Sends != NoVideo {
		s.Picture = Seen
		if me.format.Payload[peer.format.Sends] == 0 {
			s.Picture = NotDecoded
		}
	}
	if sends := me.format.Sends; sends != NoVideo && peer.format.Receives && peer.format.Payload[sends] == 0 {
		s.Wanted = me.format.Common(peer.format)
	}
	return s
}

// review tells the leg what it sees, where that has changed.
func (v *Video) review() {
	v.said.Lock()
	defer v.said.Unlock()
	var now VideoState
	if peer := v.joined(); peer != nil {
		now = stateOf(v.side.Load(), peer.side.Load())
	}
	if tell := v.tell.Load(); tell != nil && *tell != nil && now != v.last {
		v.last = now
		(*tell)(now)
	}
}

// reviewBoth is review at both ends.
func (v *Video) reviewBoth() {
	v.review()
	if peer := v.joined(); peer != nil {
		peer.review()
	}
}
