package floor

// What somebody who runs the desk does by hand.

// send moves a caller to another queue, whatever its length and wherever they have
// been. Who is to be called back stays with the queue that promised it.
func (s *step) send(in Send) {
	e, to := s.entries[in.Entry], s.queues[in.Queue]
	if e == nil || to == nil || e.Queue == in.Queue || e.Callback {
		return
	}
	s.recall(e, ByHand)
	s.shift(e, to)
}

// give rings one agent for a caller, with whatever skills and of whatever queue.
// An agent who is not free is not rung, and a caller who rings already is let be.
func (s *step) give(in Give) {
	e, a := s.entries[in.Entry], s.agents[in.Agent]
	if e == nil || a == nil || e.offer != nil || !a.free(s.now) {
		return
	}
	s.offer(e, one(a))
}
