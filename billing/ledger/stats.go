package ledger

import "sync/atomic"

// Stats are a ledger's counters since it was opened.
type Stats struct {
	Transfers uint64 // made
	Refused   uint64 // entries
	Commits   uint64 // that they shared
	Queued    int    // entries that wait now
}

type stats struct{ transfers, refused, commits atomic.Uint64 }

// committed counts what a transaction has done.
func (s *stats) committed(jobs []*job) {
	s.commits.Add(1)
	for _, j := range jobs {
		switch {
		case j.err != nil:
			s.refused.Add(1)
		case j.fresh():
			s.transfers.Add(uint64(len(j.results)))
		}
	}
}

// Stats returns the counters as they are now.
func (l *Ledger) Stats() Stats {
	l.mu.Lock()
	queued := len(l.waiting)
	l.mu.Unlock()
	c := &l.counted
	return Stats{Transfers: c.transfers.Load(), Refused: c.refused.Load(), Commits: c.commits.Load(), Queued: queued}
}
