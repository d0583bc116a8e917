package media

import "time"

// Lateness are the upper bounds of ClockStats.Late; what is later than the last
// is counted beyond it.
var Lateness = [...]time.Duration{
	time.Millisecond, 2 * time.Millisecond, 5 * time.Millisecond, 10 * time.Millisecond,
	20 * time.Millisecond, 50 * time.Millisecond, 100 * time.Millisecond,
}

// ClockStats counts how the clock keeps time, since the process began. The
// difference of two snapshots tells of the time between them.
type ClockStats struct {
	Paced    int                       // legs that are played to, and conferences, now
	Ticks    uint64                    // what ran for one of them, every 20 ms
	Slots    uint64                    // milliseconds of the schedule in which something ran
	Late     [len(Lateness) + 1]uint64 // of those, by how late they began: see Lateness
	CaughtUp uint64                    // of those, begun only when the next round was due
	Waited   time.Duration             // the lateness of all slots together
	LeftOut  uint64                    // rounds of a hand that were left out after a stall
	Dropped  uint64                    // ticks that were left out with them
	Panics   uint64                    // of a sound or a tap, whose owner is not run again
}

// Clock returns how the clock keeps time. It runs only while something is
// played or mixed, so without conferences and prompts nothing is counted.
func Clock() ClockStats {
	var sum ClockStats
	for _, h := range paces.hands {
		h.mu.Lock()
		sum.add(h.stats)
		h.mu.Unlock()
	}
	return sum
}

// ran counts a slot that began so much after its time.
func (s *ClockStats) ran(late time.Duration) {
	s.Slots++
	s.Waited += late
	if late >= tick {
		s.CaughtUp++
	}
	for i, bound := range Lateness {
		if late <= bound {
			s.Late[i]++
			return
		}
	}
	s.Late[len(Lateness)]++
}

func (s *ClockStats) add(o ClockStats) {
	s.Paced += o.Paced
	s.Ticks += o.Ticks
	s.Slots += o.Slots
	for i, n := range o.Late {
		s.Late[i] += n
	}
	s.CaughtUp += o.CaughtUp
	s.Waited += o.Waited
	s.LeftOut += o.LeftOut
	s.Dropped += o.Dropped
	s.Panics += o.Panics
}
