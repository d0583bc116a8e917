package signaling

import "sync"

// A mailbox holds what is still to be done by the goroutine that owns it.
// Posting never blocks; whoever could fill it waits for its own post to be
// taken out (see session.ask).
type mailbox struct {
	mu     sync.Mutex
	posts  []func()
	closed bool
	wake   chan struct{} // holds one token while posts may wait
}

func newMailbox() *mailbox { return &mailbox{wake: make(chan struct{}, 1)} }

// post adds f; it reports false when the owner is gone and f will never run.
func (m *mailbox) post(f func()) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return false
	}
	m.posts = append(m.posts, f)
	select {
	case m.wake <- struct{}{}:
	default:
	}
	return true
}

// take waits for posts and returns all of them.
func (m *mailbox) take() []func() {
	<-m.wake
	m.mu.Lock()
	defer m.mu.Unlock()
	posts := m.posts
	m.posts = nil
	return posts
}

// close refuses further posts and returns those that were not taken.
func (m *mailbox) close() []func() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closed = true
	posts := m.posts
	m.posts = nil
	return posts
}
