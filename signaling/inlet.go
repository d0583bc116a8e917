package signaling

import (
	"io"
	"sync/atomic"

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
)

// An inlet counts the streams of one PeerConnection as pion finds them.
type inlet struct {
	streams atomic.Int32
	full    func() // called once, when there are too many
}

// buffer makes the place where a stream's packets wait. pion asks on the
// goroutine that decrypts.
func (in *inlet) buffer(kind packetio.BufferPacketType, _ uint32) io.ReadWriteCloser {
	b := packetio.NewBuffer()
	b.SetLimitCount(maxWaiting)
	b.SetLimitSize(maxUnread)
	if kind == packetio.RTCPBufferPacket {
		b.SetLimitSize(maxReports)
	}
	if in.streams.Add(1) == maxStreams+1 {
		in.full()
	}
	return b
}
