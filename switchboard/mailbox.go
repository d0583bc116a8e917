package switchboard

import (
	"sync"

	"webtrunk/call"
)

// A mailbox is an unbounded queue of inputs for one call. Putting never
// blocks: an edge may report from inside Dial, and a carrier's burst must not
// hold up the goroutine that reads its socket. What one call can receive is
// bounded by what its edges let through.
type mailbox struct {
	mu     sync.Mutex
	inputs []call.Input
	closed bool
	wake   chan struct{} // holds at most one token
}

func newMailbox() *mailbox { return &mailbox{wake: make(chan struct{}, 1)} }

// put queues an input; after close it is dropped.
func (m *mailbox) put(in call.Input) {
	m.mu.Lock()
	if !m.closed {
		m.inputs = append(m.inputs, in)
	}
	m.mu.Unlock()
	select {
	case m.wake <- struct{}{}:
	default:
	}
}

// take returns all that is queued, in order, waiting for the first.
func (m *mailbox) take() []call.Input {
	for {
		m.mu.Lock()
		inputs := m.inputs
		m.inputs = nil
		m.mu.Unlock()
		if len(inputs) > 0 {
			return inputs
		}
		<-m.wake
	}
}

func (m *mailbox) close() {
	m.mu.Lock()
	m.closed, m.inputs = true, nil
	m.mu.Unlock()
}
