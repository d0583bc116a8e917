package main

import "slices"

// A stack is what was started, and how to stop it, in order. What was started
// last is stopped first, for it may use what was started before it.
type stack struct{ undo []func() }

func (s *stack) push(undo func()) { s.undo = append(s.undo, undo) }

// unwind stops everything, once.
func (s *stack) unwind() {
	undo := s.undo
	s.undo = nil
	for _, f := range slices.Backward(undo) {
		f()
	}
}
