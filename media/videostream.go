package media

import (
	"math/rand/v2"
	"sync"
	"time"

	"github.com/pion/rtcp"
)

// A videoSource is one origin of the pictures that a leg is sent.
type videoSource struct {
	fresh bool // its numbering begins anew with its next packet; guarded by its Video's in
}

// A videoStream is what a leg is sent: one continuous stream, whoever is seen
// in it. Within one source numbers and timestamps are shifted by a constant, so
// that gaps stay gaps and what is said about a packet can be said on.
type videoStream struct {
	mu   sync.Mutex
	from *videoSource

	seqShift uint16 // added to the source's numbers
	tsShift  uint32
	barrier  uint16 // the source's numbers up to here belong to what was before

	seq  uint16 // the highest sent
	ts   uint32 // the furthest sent
	at   time.Time
	sent uint64
}

// write sends a source's packet, in its place.
func (s *videoStream) write(src *videoSource, p VideoPacket, to VideoEdge, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.from != src || src.fresh {
		s.turn(src, p, now)
	}
	if int16(p.Sequence-s.barrier) <= 0 {
		return
	}
	p.Sequence += s.seqShift
	p.Timestamp += s.tsShift
	s.advance(p.Frame, now)
	s.sent++
	to.Send(p)
}

// turn makes src the source: its packet p follows what was sent last, and its
// timestamp is later by the time that has passed.
func (s *videoStream) turn(src *videoSource, p VideoPacket, now time.Time) {
	if s.at.IsZero() {
		// Far from where numbers roll over, as in stream.begin.
		s.seq, s.ts, s.at = uint16(rand.Uint32())>>1, rand.Uint32(), now
	}
	passed := max(now.Sub(s.at).Seconds()*VideoClock, VideoClock/100)
	s.from, src.fresh = src, false
	s.seqShift = s.seq + 1 - p.Sequence
	s.tsShift = s.ts + uint32(uint64(passed)) - p.Timestamp
	s.barrier = p.Sequence - 1
}

func (s *videoStream) advance(f Frame, now time.Time) {
	if int16(f.Sequence-s.seq) > 0 {
		s.seq = f.Sequence
		// What is half a circle behind must not look like what is ahead.
		if int16(f.Sequence-s.seqShift-s.barrier) > 1<<14 {
			s.barrier = f.Sequence - s.seqShift - 1<<14
		}
	}
	if int32(f.Timestamp-s.ts) > 0 {
		s.ts, s.at = f.Timestamp, now
	}
}

// original makes of numbers of ours those of the source, in place, without
// what it never sent.
func (s *videoStream) original(lost []rtcp.NackPair) []rtcp.NackPair {
	s.mu.Lock()
	defer s.mu.Unlock()
	kept := lost[:0]
	for _, pair := range lost {
		pair.PacketID -= s.seqShift
		if s.from != nil && int16(pair.PacketID-s.barrier) > 0 && int16(pair.PacketID+s.seqShift-s.seq) <= 0 {
			kept = append(kept, pair)
		}
	}
	return kept
}

// mapped makes of a timestamp of src's the one that is sent; not ok while
// src is not seen.
func (s *videoStream) mapped(src *videoSource, timestamp uint32) (uint32, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return timestamp + s.tsShift, s.from == src
}

// A bucket holds how much a leg may send at once: half a second of its bitrate,
// and never less than a large full picture. A zero rate bounds nothing.
type bucket struct {
	rate  uint64 // bits per second
	level float64
	at    time.Time
}

const leastBurst = 256 << 3 << 10 // bits: 256 KiB

func (b *bucket) take(octets int, now time.Time) bool {
	if b.rate == 0 {
		return true
	}
	const header = 12
	most := max(float64(b.rate)/2, leastBurst)
	if b.at.IsZero() {
		b.level = most
	} else {
		b.level = min(most, b.level+now.Sub(b.at).Seconds()*float64(b.rate))
	}
	b.at = now
	if cost := float64(8 * (octets + header)); b.level >= cost {
		b.level -= cost
		return true
	}
	return false
}

// VideoStats counts what happened to a leg's pictures.
type VideoStats struct {
	Received  uint64 // packets from the leg that were passed on
	Dropped   uint64 // packets of no use: nobody to see them, or not decodable there
	Flooded   uint64 // packets over the leg's bitrate
	Refreshed uint64 // full pictures asked of the leg
	Repeated  uint64 // requests for repetition passed to the leg
	Unsaid    uint64 // remarks of the leg's that were not passed on, for there were too many
	Sent      uint64 // packets to the leg
}

// Stats returns the counters as they are now.
func (v *Video) Stats() VideoStats {
	v.in.Lock()
	stats := v.counts
	v.in.Unlock()
	v.out.mu.Lock()
	defer v.out.mu.Unlock()
	stats.Sent = v.out.sent
	return stats
}
