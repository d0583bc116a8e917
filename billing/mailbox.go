package billing

import (
	"sync"
	"time"
)

// A mailbox takes messages from anybody, never blocks them, and gives them to one in order.
type mailbox struct {
	mu    sync.Mutex
	here  []any
	grown chan struct{}
}

func newMailbox() *mailbox { return &mailbox{grown: make(chan struct{}, 1)} }

func (m *mailbox) post(message any) {
	m.mu.Lock()
	m.here = append(m.here, message)
	m.mu.Unlock()
	select {
	case m.grown <- struct{}{}:
	default:
	}
}

// take returns what has come, or nothing once a time has passed. 0 waits for ever.
func (m *mailbox) take(wait time.Duration) []any {
	var over <-chan time.Time
	if wait > 0 {
		t := time.NewTimer(wait)
		defer t.Stop()
		over = t.C
	}
	select {
	case <-m.grown:
	case <-over:
	}
	return m.all()
}

// all returns what has come so far.
func (m *mailbox) all() []any {
	m.mu.Lock()
	defer m.mu.Unlock()
	all := m.here
	m.here = nil
	return all
}
