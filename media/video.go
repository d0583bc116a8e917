package media

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/rtcp"
)

// A Video is one leg's end of the way for pictures, beside the sound of its
// Port: where two ports are joined, so are their videos. Pictures are passed on
// and never decoded, and what a receiver says of them (this is lost, begin
// anew, send less) is passed back: the two networks on the way are one path to
// both browsers, as through the transport translator of RFC 7667 §3.2.1.1, and
// nothing is kept here that could grow.
//
// A Video's lock in is held while one of its packets is on its way, then the
// other's out; neither is held while an edge is called, save for Send.
type Video struct {
	out  videoStream
	side atomic.Pointer[videoSide] // what the leg's edge has attached; nil before
	sync lipSync
	tell atomic.Pointer[func(VideoState)]

	in      sync.Mutex
	peer    *Video
	src     videoSource
	bucket  bucket
	remarks remarks   // that the leg makes of what it sees
	asked   time.Time // when the leg was last asked to begin anew
	counts  VideoStats

	said sync.Mutex // held while the leg is told
	last VideoState
}

// A videoSide is a leg's connection and what was agreed with it.
type videoSide struct {
	edge   VideoEdge
	format VideoFormat
}

// A VideoPacket is one RTP packet of pictures.
type VideoPacket struct {
	Frame
	// Departed is when it left its sender, in the 6.18 fixed point of the
	// abs-send-time header extension; Stamped says that it has one.
	Departed [3]byte
	Stamped  bool
}

// A VideoEdge is a leg's network, for pictures. None of it may block.
type VideoEdge interface {
	// Send puts one packet on the leg's wire. It must not keep the payload, and
	// is called by one goroutine at a time.
	Send(p VideoPacket)
	// Report tells the leg when the moment of an RTP timestamp was, as an NTP
	// timestamp (RFC 3550 §6.4.1).
	Report(ntp uint64, timestamp uint32)
	// Refresh asks the leg for a picture that needs no other (RFC 4585 §6.3.1).
	Refresh()
	// Repeat asks the leg for packets of its own again (RFC 4585 §6.2.1).
	Repeat(lost []rtcp.NackPair)
	// Limit tells the leg how much it may send, in bits per second.
	Limit(bitrate uint64)
}

// Attach gives the leg's video a connection, its first or another. Whoever it
// is joined to sees what comes from there from its next full picture on.
func (v *Video) Attach(edge VideoEdge, f VideoFormat) {
	v.in.Lock()
	v.side.Store(&videoSide{edge, f})
	v.src.fresh = true
	v.asked = time.Time{}
	v.bucket = bucket{rate: f.MaxBitrate}
	peer := v.peer
	v.in.Unlock()
	v.sync.reset()
	v.review()
	if peer != nil {
		peer.review()
		v.Refresh()
	}
}

// Detach takes a connection away, unless another was attached since.
func (v *Video) Detach(edge VideoEdge) {
	if s := v.side.Load(); s != nil && s.edge == edge && v.side.CompareAndSwap(s, nil) {
		v.reviewBoth()
	}
}

// OnState sets who is told what the leg can see: now, unless that is nothing,
// and whenever it changes. It must not block.
func (v *Video) OnState(tell func(VideoState)) {
	v.said.Lock()
	v.last = VideoState{}
	v.said.Unlock()
	v.tell.Store(&tell)
	v.review()
}

// Receive takes one packet of the leg's pictures. What comes by another
// connection than the attached one is dropped.
func (v *Video) Receive(by VideoEdge, p VideoPacket) { v.receive(by, p, time.Now()) }

func (v *Video) receive(by VideoEdge, p VideoPacket, now time.Time) {
	v.in.Lock()
	defer v.in.Unlock()
	side := v.side.Load()
	if side == nil || side.edge != by || v.peer == nil || len(p.Payload) > maxPayload {
		v.counts.Dropped++
		return
	}
	if !v.bucket.take(len(p.Payload), now) {
		v.counts.Flooded++
		return
	}
	to := v.peer.side.Load()
	codec := side.format.codec(p.PayloadType)
	if to == nil || !to.format.Receives || to.format.Payload[codec] == 0 {
		v.counts.Dropped++
		return
	}
	p.PayloadType = to.format.Payload[codec]
	v.counts.Received++
	v.peer.out.write(&v.src, p, to.edge, now)
}

// Refresh passes the leg's request for a full picture on, so often at most
// that a broken receiver does not make the sender send nothing else.
func (v *Video) Refresh() {
	peer := v.joined()
	if peer == nil {
		return
	}
	peer.in.Lock()
	side, now := peer.side.Load(), time.Now()
	wait := side == nil || now.Sub(peer.asked) < refreshEvery
	if !wait {
		peer.asked = now
		peer.counts.Refreshed++
	}
	peer.in.Unlock()
	if !wait {
		side.edge.Refresh()
	}
}

// refreshEvery is how often one sender is asked for a full picture at most. A
// browser that waits for one asks again about as often.
const refreshEvery = 200 * time.Millisecond

// maxRepeats bounds how many pairs of one request for repetition are passed
// on, each of up to 17 packets; the sender's own pace bounds the rest.
const maxRepeats = 16

// Repeat passes on what the leg misses of the pictures that it was sent. It
// may change lost.
func (v *Video) Repeat(lost []rtcp.NackPair) {
	lost = v.out.original(lost[:min(len(lost), maxRepeats)])
	if len(lost) == 0 {
		return
	}
	peer := v.addressed(time.Now())
	if peer == nil {
		return
	}
	if side := peer.side.Load(); side != nil {
		peer.in.Lock()
		peer.counts.Repeated += uint64(len(lost))
		peer.in.Unlock()
		side.edge.Repeat(lost)
	}
}

// Estimate passes on how much, in bits per second, gets through to the leg by
// its own measure. The measure is of the whole way: times of departure cross
// unchanged.
func (v *Video) Estimate(bitrate uint64) {
	if peer := v.addressed(time.Now()); peer != nil {
		if side := peer.side.Load(); side != nil {
			side.edge.Limit(min(bitrate, side.format.MaxBitrate))
		}
	}
}

// Sound notes when sound of the leg's arrived, by its RTP timestamp in a clock
// of so many Hz.
func (v *Video) Sound(timestamp, clock uint32, at time.Time) { v.sync.sound(timestamp, clock, at) }

// SoundReport takes what the leg's sender report says of its sound.
func (v *Video) SoundReport(ntp uint64, timestamp uint32) { v.sync.soundReport(ntp, timestamp) }

// Report takes what the leg's sender report says of its pictures and passes it
// on in our time, so that lips and voice stay together.
func (v *Video) Report(ntp uint64, timestamp uint32) {
	ours, ok := v.sync.ours(ntp)
	if !ok {
		return
	}
	peer := v.addressed(time.Now())
	if peer == nil {
		return
	}
	if side := peer.side.Load(); side != nil {
		if timestamp, ok = peer.out.mapped(&v.src, timestamp); ok {
			side.edge.Report(ours, timestamp)
		}
	}
}

func (v *Video) joined() *Video {
	v.in.Lock()
	defer v.in.Unlock()
	return v.peer
}

// addressed returns whom a remark of the leg's is for, nil where that is nobody
// or the leg makes too many.
func (v *Video) addressed(now time.Time) *Video {
	v.in.Lock()
	defer v.in.Unlock()
	if v.peer == nil {
		return nil
	}
	if !v.remarks.take(now) {
		v.counts.Unsaid++
		return nil
	}
	return v.peer
}

// connect lets the leg's pictures go to peer.
func (v *Video) connect(peer *Video) {
	v.in.Lock()
	defer v.in.Unlock()
	v.peer, v.src.fresh = peer, true
	v.asked = time.Time{}
}

// disconnect waits for the packet that is on its way, if there is one.
func (v *Video) disconnect() {
	v.in.Lock()
	defer v.in.Unlock()
	v.peer = nil
}

// begin tells a leg that has just been joined, or parted, what it sees now.
func (v *Video) begin() {
	v.review()
	v.Refresh()
}
