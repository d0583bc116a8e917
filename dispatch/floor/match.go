package floor

import (
	"cmp"
	"slices"
)

// match offers whoever waits, in order, to those of the free agents whom their
// queue's strategy chooses.
func (s *step) match() {
	free := slices.DeleteFunc(slices.Clone(s.staff), func(a *agent) bool { return !a.free(s.now) })
	for _, e := range s.waiting {
		if len(free) == 0 {
			return
		}
		if e.offer != nil {
			continue
		}
		if chosen := s.chooseFrom(s.candidates(e, free), e); len(chosen) > 0 {
			s.offer(e, chosen)
			free = slices.DeleteFunc(free, func(a *agent) bool { return a.offer != nil })
		}
	}
}

// candidates are the free agents who can have an entry.
func (s *step) candidates(e *entry, free []*agent) (can []*agent) {
	q := s.queues[e.Queue]
	for _, a := range free {
		if e.suitedBy(a, q, s.now) && !s.refusing(e, a, q) {
			can = append(can, a)
		}
	}
	return can
}

// refusing reports whether an agent declined an entry too lately to be asked
// again. Where nobody else on duty could take it, a moment is enough: one agent
// alone who declines does not send the caller away, nor rings without end.
func (s *step) refusing(e *entry, a *agent, q *queue) bool {
	if !e.refuses(a, s.now, refusal) {
		return false
	}
	return e.refuses(a, s.now, aloneRefusal) || s.somebodyElse(e, a, q)
}

func (s *step) somebodyElse(e *entry, a *agent, q *queue) bool {
	return slices.ContainsFunc(s.staff, func(b *agent) bool {
		return b != a && b.onDuty(s.now) && e.suitedBy(b, q, s.now) && !e.refuses(b, s.now, refusal)
	})
}

// chooseFrom applies the queue's strategy. Whoever is called back is called by one
// agent, who must be there before the caller's telephone rings.
func (s *step) chooseFrom(can []*agent, e *entry) []*agent {
	q := s.queues[e.Queue]
	switch {
	case len(can) < 2:
		return can
	case q.Strategy == RingAll && !e.Callback:
		return can
	case q.Strategy == RoundRobin:
		return one(next(can, q.turn))
	case q.Strategy == BySkill:
		return one(slices.MinFunc(can, func(a, b *agent) int {
			return cmp.Or(cmp.Compare(a.beyond(e.Needs), b.beyond(e.Needs)), longestIdle(a, b))
		}))
	}
	return one(slices.MinFunc(can, longestIdle))
}

func one(a *agent) []*agent { return []*agent{a} }

func longestIdle(a, b *agent) int { return cmp.Or(a.since.Compare(b.since), cmp.Compare(a.ID, b.ID)) }

// next is the first agent after the one chosen last, in the order of their IDs.
func next(can []*agent, last string) *agent {
	for _, a := range can {
		if a.ID > last {
			return a
		}
	}
	return can[0]
}

// onDuty counts the agents who serve a queue and are there.
func (s *step) onDuty(queue string) (n int) {
	for _, a := range s.staff {
		if a.serves(queue) && a.onDuty(s.now) {
			n++
		}
	}
	return n
}
