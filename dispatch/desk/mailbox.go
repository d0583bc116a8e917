package desk

import (
	"sync"
	"time"
)

// A mailbox is an unbounded queue: putting never blocks, for calls put into it
// from the goroutine that carries them. What a room can be told is bounded by the
// calls and pages that the edges let in.
type mailbox[T any] struct {
	mu      sync.Mutex
	letters []T
	closed  bool
	wake    chan struct{} // holds at most one token
	over    chan struct{} // closed with the box
}

func newMailbox[T any]() *mailbox[T] {
	return &mailbox[T]{wake: make(chan struct{}, 1), over: make(chan struct{})}
}

// put queues a letter; false means that nobody reads any more.
func (m *mailbox[T]) put(letter T) bool {
	m.mu.Lock()
	open := !m.closed
	if open {
		m.letters = append(m.letters, letter)
	}
	m.mu.Unlock()
	select {
	case m.wake <- struct{}{}:
	default:
	}
	return open
}

// take returns all that is queued, in order, waiting for the first; nothing, once
// the box is closed and empty.
func (m *mailbox[T]) take() []T {
	for {
		m.mu.Lock()
		letters, closed := m.letters, m.closed
		m.letters = nil
		m.mu.Unlock()
		if len(letters) > 0 || closed {
			return letters
		}
		select {
		case <-m.wake:
		case <-m.over:
		}
	}
}

// close takes no more letters; those queued are still read.
func (m *mailbox[T]) close() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.closed {
		m.closed = true
		close(m.over)
	}
}

func (m *mailbox[T]) length() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.letters)
}

func (m *mailbox[T]) isClosed() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.closed
}

// waitClosed waits for a time, or for the box to be closed.
func (m *mailbox[T]) waitClosed(long time.Duration) {
	t := time.NewTimer(long)
	defer t.Stop()
	select {
	case <-t.C:
	case <-m.over:
	}
}
