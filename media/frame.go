package media

import "webtrunk/transcode"

// A Frame is one RTP packet as the media path sees it (RFC 3550 §5.1).
type Frame struct {
	PayloadType uint8
	Marker      bool
	Sequence    uint16
	Timestamp   uint32
	Payload     []byte // borrowed: valid until the call returns
}

// A Sender puts one packet on a leg's wire. It adds the SSRC and must not keep
// the payload. A Port calls it from one goroutine at a time.
type Sender interface {
	Send(f Frame)
}

// frame returns how many samples a packet to the leg has.
func (f *Format) frame() int {
	if f.Samples == 0 || f.Codec == transcode.Opus {
		return transcode.FrameSamples
	}
	return min(f.Samples, transcode.MaxSamples)
}

// A Format is what one leg speaks, as its SDP negotiated.
type Format struct {
	Codec       transcode.Codec
	PayloadType uint8
	// Events is the payload type of telephone-event (RFC 4733), and
	// EventsClock its clock in Hz; clock 0 means that the leg takes no events.
	Events      uint8
	EventsClock uint32
	// Noise is the payload type of comfort noise (RFC 3389) at the codec's
	// clock; 0, which is never comfort noise, means that the leg knows none.
	Noise uint8
	// Samples are how many a packet of sound to the leg has, at 8 kHz; 0 means
	// 20 ms of them. Opus takes no others. Tones that are made here stay at 20 ms.
	Samples int
}
