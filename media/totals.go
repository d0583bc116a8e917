package media

import "sync"

// totals are the ports that are open, and what was counted at those that are
// not. They are the process's, for ports are made in more than one place and
// only their sum is of interest to a monitor.
var totals = struct {
	sync.Mutex
	open   map[*Port]bool
	closed Stats
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
		delete(totals.open, p)
	}
}

func (s *Stats) add(o Stats) {
	s.Received += o.Received
	s.Lost += o.Lost
	s.Recovered += o.Recovered
	s.Concealed += o.Concealed
	s.Late += o.Late
	s.Duplicates += o.Duplicates
	s.Dropped += o.Dropped
	s.Foreign += o.Foreign
	s.Forged += o.Forged
	s.Digits += o.Digits
	s.Sent += o.Sent
	s.Suppressed += o.Suppressed
	s.TooLate += o.TooLate
	s.Panics += o.Panics
}
