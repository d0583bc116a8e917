package floor

import "time"

// tellNext asks for a Tick at the next moment at which time alone changes
// something.
func (s *step) tellNext() {
	if at := s.due(); !at.Equal(s.next) {
		s.next = at
		s.say(Next{At: at})
	}
}

// due is the earliest moment after now that counts, zero where there is none.
func (s *step) due() time.Time {
	c := clock{now: s.now}
	for _, o := range s.offers {
		c.at(o.due)
	}
	for _, a := range s.staff {
		c.at(a.wrap)
		c.at(a.rest)
		if !a.lost.IsZero() && a.chosen != Offline {
			c.at(a.lost.Add(awayFromPage))
		}
	}
	for _, e := range s.waiting {
		if e.offer == nil {
			s.dueFor(&c, e, s.queues[e.Queue])
		}
	}
	return c.first
}

func (s *step) dueFor(c *clock, e *entry, q *queue) {
	for _, o := range q.Overflow {
		c.at(e.joined.Add(o.After))
		s.dueToOpen(c, e, o)
	}
	for _, r := range q.Relax {
		c.at(e.Since.Add(r.After))
	}
	for _, at := range e.refused {
		c.at(at.Add(aloneRefusal))
		c.at(at.Add(refusal))
	}
	if e.Callback {
		c.at(e.Since.Add(longestPromise))
		return
	}
	if q.MaxWait > 0 {
		c.at(e.joined.Add(q.MaxWait))
	}
	if e.aloud != e.place {
		c.at(e.mayHear(q))
	}
}

// dueToOpen: who could have overflowed into a queue that is closed does so when it
// opens.
func (s *step) dueToOpen(c *clock, e *entry, o Overflow) {
	to := s.queues[o.Queue]
	if to == nil || s.now.Before(e.joined.Add(o.After)) {
		return
	}
	if open, until := to.opening(s.now); !open {
		c.at(until)
	}
}

// A clock finds the first moment to come.
type clock struct{ now, first time.Time }

func (c *clock) at(t time.Time) {
	if t.After(c.now) && (c.first.IsZero() || t.Before(c.first)) {
		c.first = t
	}
}
