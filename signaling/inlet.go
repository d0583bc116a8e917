package signaling

import (
	"io"
	"sync/atomic"

	"github.com/pion/ice/v4"
	"github.com/pion/stun/v4"
	"github.com/pion/transport/v4/packetio"
)

// Bounds on what one PeerConnection takes in. pion keeps each SSRC that a page
// sends from, and a megabyte of its packets, until the connection closes:
// 20,000 small packets, each from another SSRC, cost 75 MB in a second. A call
// has one stream of each kind either way, and a few more in its life.
const (
	maxStreams = 32
	maxUnread  = 64 << 10 // bytes of RTP that wait to be read
	maxReports = 16 << 10 // and of RTCP
	maxWaiting = 128      // packets: 2.5 s of sound

	maxUnseen = 512 << 10 // bytes of the one stream of pictures: a few full ones
)

// maxAddresses bounds from how many addresses a page's checks may come to one
// PeerConnection. Each is a candidate that ICE keeps, and looks through for
// every packet. A browser has one for each of its networks, again after each
// ICE restart.
const maxAddresses = 200

// An inlet counts the streams and addresses of one PeerConnection as pion
// finds them.
type inlet struct {
	streams   atomic.Int32
	pictures  uint32          // the SSRC of the page's pictures; 0: none
	addresses map[string]bool // of candidates; touched by the ICE agent's goroutine alone
	full      func()          // called when there are too many
}

// checked hears of each connectivity check that the page has signed. It never
// asks for another pair to be selected: that is the page's to do.
func (in *inlet) checked(_ *stun.Message, _, remote ice.Candidate, _ *ice.CandidatePair) bool {
	if in.addresses[remote.ID()] || len(in.addresses) > maxAddresses {
		return false
	}
	if in.addresses == nil {
		in.addresses = make(map[string]bool)
	}
	in.addresses[remote.ID()] = true
	if len(in.addresses) > maxAddresses {
		in.full()
	}
	return false
}

// buffer makes the place where a stream's packets wait. pion asks on the
// goroutine that decrypts.
func (in *inlet) buffer(kind packetio.BufferPacketType, ssrc uint32) io.ReadWriteCloser {
	b := packetio.NewBuffer()
	b.SetLimitCount(maxWaiting)
	b.SetLimitSize(maxUnread)
	switch {
	case kind == packetio.RTCPBufferPacket:
		b.SetLimitSize(maxReports)
	case ssrc == in.pictures && ssrc != 0:
		b.SetLimitCount(maxUnseen / 1024)
		b.SetLimitSize(maxUnseen)
	}
	if in.streams.Add(1) == maxStreams+1 {
		in.full()
	}
	return b
}
