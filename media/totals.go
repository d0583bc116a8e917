package media

import "sync"

// totals are the ports that are open, and what was counted at those that are
// not. They are the process's, for ports are made in more than one place and
// only their sum is of interest to a monitor.
var totals = struct {
	sync.Mutex
	open     map[*Port]bool
	closed   Stats
	pictures VideoStats // of those that have closed
}{open: map[*Port]bool{}}

// Totals returns the sum of what was counted at all ports since the process
// began, and how many ports are open. Nothing is added up until somebody asks.
func Totals() (sum Stats, open int) {
	totals.Lock()
	defer totals.Unlock()
	sum = totals.closed
	for p := range totals.open {
		sum.add(p.Stats())
	}
	return sum, len(totals.open)
}

// VideoTotals is Totals for pictures, with how many legs send or see some now.
func VideoTotals() (sum VideoStats, streams int) {
	totals.Lock()
	defer totals.Unlock()
	sum = totals.pictures
	for p := range totals.open {
		sum.add(p.video.Stats())
		if p.video.side.Load() != nil {
			streams++
		}
	}
	return sum, streams
}

// opened and closed keep a port's counters in the totals.
func opened(p *Port) {
	totals.Lock()
	defer totals.Unlock()
	totals.open[p] = true
}

func closed(p *Port) {
	totals.Lock()
	defer totals.Unlock()
	if totals.open[p] {
		totals.closed.add(p.Stats())
		totals.pictures.add(p.video.Stats())
		delete(totals.open, p)
	}
}

func (s *Stats) add(o Stats) {
	s.Received += o.Received
	s.Lost += o.Lost
	s.Recovered += o.Recovered
	s.Concealed += o.Concealed
	s.Late += o.Late
	s.Ordered += o.Ordered
	s.Stale += o.Stale
	s.Duplicates += o.Duplicates
	s.Dropped += o.Dropped
	s.Unagreed += o.Unagreed
	s.Foreign += o.Foreign
	s.Forged += o.Forged
	s.Aside += o.Aside
	s.Looped += o.Looped
	s.Digits += o.Digits
	s.Hasty += o.Hasty
	s.Sent += o.Sent
	s.Suppressed += o.Suppressed
	s.TooLate += o.TooLate
	s.Panics += o.Panics
	s.TapsFailed += o.TapsFailed
}

func (s *VideoStats) add(o VideoStats) {
	s.Received += o.Received
	s.Dropped += o.Dropped
	s.Flooded += o.Flooded
	s.Refreshed += o.Refreshed
	s.Repeated += o.Repeated
	s.Unsaid += o.Unsaid
	s.Sent += o.Sent
}
