package choir

import (
	"encoding/binary"
	"sync/atomic"
	"time"
)

// late is how long a packet may be on its way.
const late = 10_000_000 // nanoseconds

// An ear follows the packets that come to a line.
type ear struct {
	first  atomic.Int64 // when the first packet came, in Unix nanoseconds
	base   int64        // the first timestamp
	last   int64        // the highest, extended
	begun  bool
	mapped atomic.Bool // shift is known
	shift  atomic.Int64
	heard  [ring]int64 // 1 + the index of the packet heard last in this place
	take   atomic.Pointer[Take]
	watch  atomic.Pointer[Watch]
}

// hear takes a packet of sound that came at a time; the row's tally is locked.
func (l *Line) hear(p []byte, at int64, t *Tally) {
	hears := l.hears.Load()
	if len(p) < 12 || p[1]&0x7f != hears.payload {
		return
	}
	l.ear.first.CompareAndSwap(0, at)
	if w := l.ear.watch.Load(); w != nil {
		w.add(p, at)
	}
	frame := l.ear.extend(binary.BigEndian.Uint32(p[4:]), hears.codec.ClockRate()/50)
	if take := l.ear.take.Load(); take != nil {
		take.add(frame, at, p[12:])
	}
	if l.ear.mapped.Load() {
		l.judge(frame-l.ear.shift.Load(), at, t)
	}
}

// First is when the line's first packet of sound came; zero before.
func (l *Line) First() time.Time {
	at := l.ear.first.Load()
	if at == 0 {
		return time.Time{}
	}
	return time.Unix(0, at)
}

// extend makes of a timestamp the number of its frame, which does not wrap
// (RFC 3550 §A.1 does so for sequence numbers). A gateway may leave out what
// came too late to be worth sending: its timestamps say so, and then its
// sequence numbers need not.
func (e *ear) extend(timestamp, step uint32) int64 {
	if !e.begun {
		e.begun, e.base, e.last = true, int64(timestamp), int64(timestamp)
	}
	n := e.last + int64(int32(timestamp-uint32(e.last)))
	e.last = max(e.last, n)
	return (n - e.base + int64(step)/2) / int64(step)
}

// judge counts a packet that carries what the partner sent as its packet index.
func (l *Line) judge(index, at int64, t *Tally) {
	if index < 0 || index >= l.partner.next.Load() {
		t.Strange++
		return
	}
	place := &l.ear.heard[index%ring]
	if *place >= index+1 {
		t.Strange++
		return
	}
	*place = index + 1
	transit := at - l.partner.sent[index%ring].Load()
	t.Received++
	if transit < 0 || transit > late { // what is older than the ring seems to come before it was sent
		t.Late++
	}
	t.transits = append(t.transits, int32(min(max(transit/1000, 0), 1<<31-1)))
}
