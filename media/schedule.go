package media

import "time"

// stale is how late a packet may be. What comes later has come out of a stall:
// jitter is less, and a conversation that lies further back than the usual
// 400 ms both ways (ITU-T G.114) is none.
const stale = 300 * time.Millisecond

// creep is the part of the passing time by which the schedule of a stream may
// slip: a thousand millionths, five times what clocks differ by.
const creep = 1000

// settles is after how many packets that are all too late, but do not catch up,
// the network's delay is taken to have changed.
const settles = 5

// A schedule knows when each packet of a stream is due: as early as the earliest
// were, by its timestamp. What comes out of a stall all at once, much too late,
// would stay behind for ever at whoever plays everything; it is told here, so
// that its time is left out and the delay is what it was.
type schedule struct {
	clock uint32 // of the timestamps, in Hz; 0 before the first
	ts    uint32 // of the newest packet
	said  int64  // timestamp units since the first

	begin, at time.Time     // when the first packet came, and the newest
	base      time.Duration // the delay of the earliest, beside the first packet's

	run     int           // packets that were too late, in a row
	since   time.Time     // when the first of them came
	from    time.Duration // and its place in the stream
	excused bool          // it began a talk spurt
}

// passed takes a packet and reports whether its time has passed long ago. One
// that begins a talk spurt is excused: some senders' timestamps stand still while
// they say nothing.
func (s *schedule) passed(f *Frame, clock uint32, now time.Time) bool {
	step := int32(f.Timestamp - s.ts)
	if s.clock != clock || jumped(step, clock) {
		*s = schedule{clock: clock, ts: f.Timestamp, begin: now, at: now}
		return false
	}
	s.ts = f.Timestamp
	s.said += int64(step)
	delay := now.Sub(s.begin) - s.place()
	s.base = min(delay, s.base+now.Sub(s.at)/creep)
	s.at = now
	if delay-s.base <= stale {
		s.run = 0
		return false
	}
	return s.tooLate(f.Marker, delay, now)
}

// tooLate takes a packet that is late by more than jitter.
func (s *schedule) tooLate(begins bool, delay time.Duration, now time.Time) bool {
	if s.run == 0 {
		s.since, s.from, s.excused = now, s.place(), begins
	}
	s.run++
	if s.run > 1 && s.catchesUp(now) {
		return true
	}
	if s.run >= settles {
		s.base, s.run = delay, 0
	}
	return s.run > 0 && !s.excused
}

// place returns how far the newest packet is from the first.
func (s *schedule) place() time.Duration {
	clock := int64(s.clock)
	return time.Duration(s.said/clock)*time.Second + time.Duration(s.said%clock)*time.Second/time.Duration(clock)
}

// catchesUp reports whether late packets come faster than they were sent.
func (s *schedule) catchesUp(now time.Time) bool {
	return s.place()-s.from > now.Sub(s.since)*3/2
}
